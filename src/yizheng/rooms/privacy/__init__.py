"""Privacy (个人信息保护): sealing, blind indexes, consent and looks."""

from typing import TYPE_CHECKING

from yizheng.kernel.front_door import front_door

if TYPE_CHECKING:
    from yizheng.rooms.privacy import actions as actions
    from yizheng.rooms.privacy import queries as queries

__getattr__ = front_door(__name__, "actions", "queries")
