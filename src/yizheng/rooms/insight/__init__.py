"""Insight (总览): overviews and whole files, for reading only."""

from typing import TYPE_CHECKING

from yizheng.kernel.front_door import front_door

if TYPE_CHECKING:
    from yizheng.rooms.insight import queries as queries

__getattr__ = front_door(__name__, "queries")
