"""Days as departments write them, by look-up: every style of every day of two centuries is made once."""

from functools import cache

import numpy as np
import pyarrow as pa

from yizheng.simulators.world.numbers import Ints
from yizheng.simulators.world.plan import NEVER

_FIRST, _LAST = np.datetime64("1900-01-01", "D"), np.datetime64("2100-01-01", "D")
_START = int(_FIRST.astype(int))
STYLES = ("iso", "compact", "slash", "chinese")


@cache
def _calendar(style: str) -> pa.Array:
    days = np.datetime_as_string(np.arange(_FIRST, _LAST)).tolist()
    if style == "compact":
        days = [day.replace("-", "") for day in days]
    elif style == "slash":
        days = [f"{int(day[:4])}/{int(day[5:7])}/{int(day[8:])}" for day in days]
    elif style == "chinese":
        days = [f"{day[:4]}年{day[5:7]}月{day[8:]}日" for day in days]
    return pa.array(days)


def day_texts(days: Ints, style: str) -> pa.Array:
    """The days in that style; nothing where the day is NEVER."""
    known = days < NEVER
    at = pa.array(np.where(known, days - _START, 0), mask=~known)
    return _calendar(style).take(at)


def true_days(days: Ints) -> pa.Array:
    """The days as real dates; nothing where the day is NEVER."""
    return pa.array(days.astype("int32"), mask=days >= NEVER).cast(pa.date32())
