"""Biometrics (生物特征): quality, liveness and likeness of faces and voices, and the vault of templates."""

from typing import TYPE_CHECKING

from yizheng.kernel.front_door import front_door
from yizheng.rooms.biometrics.why import Why as Why

if TYPE_CHECKING:
    from yizheng.rooms.biometrics import actions as actions
    from yizheng.rooms.biometrics import queries as queries

__getattr__ = front_door(__name__, "actions", "queries")
