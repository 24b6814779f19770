"""Calendar (工作日历): which days offices are open, and when a term of working days ends. Pure; it keeps no table."""

from typing import TYPE_CHECKING

from yizheng.kernel.front_door import front_door

if TYPE_CHECKING:
    from yizheng.rooms.calendar import queries as queries

__getattr__ = front_door(__name__, "queries")
