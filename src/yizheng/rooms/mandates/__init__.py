"""Mandates (代办委托): who may act for whom, and until when."""

from typing import TYPE_CHECKING

from yizheng.kernel.front_door import front_door
from yizheng.rooms.mandates.why import Why as Why

if TYPE_CHECKING:
    from yizheng.rooms.mandates import actions as actions
    from yizheng.rooms.mandates import queries as queries

__getattr__ = front_door(__name__, "actions", "queries")
