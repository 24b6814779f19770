"""Certification (资格认证): policies, cycles, runs, and where a person stands."""

from typing import TYPE_CHECKING

from yizheng.kernel.front_door import front_door
from yizheng.rooms.certification.why import Why as Why

if TYPE_CHECKING:
    from yizheng.rooms.certification import actions as actions
    from yizheng.rooms.certification import queries as queries

__getattr__ = front_door(__name__, "actions", "queries")
