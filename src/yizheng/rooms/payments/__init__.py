"""Payments (发放): pay runs, pause lists, arrears."""

from typing import TYPE_CHECKING

from yizheng.kernel.front_door import front_door
from yizheng.rooms.payments.why import Why as Why

if TYPE_CHECKING:
    from yizheng.rooms.payments import actions as actions
    from yizheng.rooms.payments import queries as queries

__getattr__ = front_door(__name__, "actions", "queries")
