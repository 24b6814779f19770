"""Casework (疑点核查): what people look into, and how it ends."""

from typing import TYPE_CHECKING

from yizheng.kernel.front_door import front_door
from yizheng.rooms.casework.why import Why as Why

if TYPE_CHECKING:
    from yizheng.rooms.casework import actions as actions
    from yizheng.rooms.casework import queries as queries

__getattr__ = front_door(__name__, "actions", "queries")
