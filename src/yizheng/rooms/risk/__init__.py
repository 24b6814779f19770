"""Risk (风险): signals with reasons, and what an act asks for."""

from typing import TYPE_CHECKING

from yizheng.kernel.front_door import front_door
from yizheng.rooms.risk.why import Finding as Finding
from yizheng.rooms.risk.why import Flaw as Flaw
from yizheng.rooms.risk.why import Why as Why

if TYPE_CHECKING:
    from yizheng.rooms.risk import actions as actions
    from yizheng.rooms.risk import queries as queries

__getattr__ = front_door(__name__, "actions", "queries")
