"""Entitlements (待遇): benefits in payment and pay states, with both dates."""

from typing import TYPE_CHECKING

from yizheng.kernel.front_door import front_door
from yizheng.rooms.entitlements.why import Why as Why

if TYPE_CHECKING:
    from yizheng.rooms.entitlements import actions as actions
    from yizheng.rooms.entitlements import queries as queries

__getattr__ = front_door(__name__, "actions", "queries")
