"""Passes (认证登记): who certified on which channel, captures by face, and the receipts that people hold."""

from typing import TYPE_CHECKING

from yizheng.kernel.front_door import front_door
from yizheng.rooms.passes.why import Why as Why

if TYPE_CHECKING:
    from yizheng.rooms.passes import actions as actions
    from yizheng.rooms.passes import queries as queries

__getattr__ = front_door(__name__, "actions", "queries")
