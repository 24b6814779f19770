"""Corrections (更正): what departments are asked to put right, and their answers."""

from typing import TYPE_CHECKING

from yizheng.kernel.front_door import front_door
from yizheng.rooms.corrections.why import Finding as Finding
from yizheng.rooms.corrections.why import Why as Why

if TYPE_CHECKING:
    from yizheng.rooms.corrections import actions as actions
    from yizheng.rooms.corrections import queries as queries

__getattr__ = front_door(__name__, "actions", "queries")
