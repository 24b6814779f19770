"""Quality (数据质量): how good a source's data is, and where sources contradict each other. It counts against nobody."""

from typing import TYPE_CHECKING

from yizheng.kernel.front_door import front_door

if TYPE_CHECKING:
    from yizheng.rooms.quality import queries as queries

__getattr__ = front_door(__name__, "queries")
