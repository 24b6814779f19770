"""Notices (通知): what people are told, once each."""

from typing import TYPE_CHECKING

from yizheng.kernel.front_door import front_door
from yizheng.rooms.notices.why import Why as Why

if TYPE_CHECKING:
    from yizheng.rooms.notices import actions as actions
    from yizheng.rooms.notices import queries as queries

__getattr__ = front_door(__name__, "actions", "queries")
