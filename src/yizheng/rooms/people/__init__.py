"""People (人员): who is on the roster, by number and name."""

from typing import TYPE_CHECKING

from yizheng.kernel.front_door import front_door
from yizheng.rooms.people.why import Why as Why

if TYPE_CHECKING:
    from yizheng.rooms.people import actions as actions
    from yizheng.rooms.people import queries as queries

__getattr__ = front_door(__name__, "actions", "queries")
