"""Evidence (比对证据): sources, deliveries, rows and what was ruled on them."""

from typing import TYPE_CHECKING

from yizheng.kernel.front_door import front_door
from yizheng.rooms.evidence.why import Why as Why

if TYPE_CHECKING:
    from yizheng.rooms.evidence import actions as actions
    from yizheng.rooms.evidence import queries as queries

__getattr__ = front_door(__name__, "actions", "queries")
