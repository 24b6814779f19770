"""Ledger (存证): what was done, by whom and why, so that a later change is found."""

from typing import TYPE_CHECKING

from yizheng.kernel.front_door import front_door
from yizheng.rooms.ledger.why import Finding as Finding

if TYPE_CHECKING:
    from yizheng.rooms.ledger import actions as actions
    from yizheng.rooms.ledger import queries as queries

__getattr__ = front_door(__name__, "actions", "queries")
