"""Privacy (个人信息保护): sealing, blind indexes, consent and looks."""

from typing import TYPE_CHECKING

from yizheng.kernel.front_door import front_door
from yizheng.rooms.privacy.why import Why as Why

if TYPE_CHECKING:
    from yizheng.rooms.privacy import actions as actions
    from yizheng.rooms.privacy import queries as queries

__getattr__ = front_door(__name__, "actions", "queries")
