"""When a certification runs out (认证周期): pure date arithmetic, the same for one person and for a million.

Days travel as arrays of days since 1970-01-01 (int64); the functions do not know where they come from. Sources: the
worked local rules of Guangdong, Zhanjiang, Putian, Qingdao, Cangzhou, Haikou and Chongqing (docs/reference/policies.md).
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from yizheng.kernel.time import Month, day_number, from_day_number
from yizheng.rooms.certification.data import Anchor, Cycle, Policy, Unit

Days = NDArray[np.int64]


def due_after(cycle: Cycle, event_days: Days) -> Days:
    """The day by which the next certification is due, when the last one rests on an event of `event_days`."""
    due = _due_by_unit(cycle, event_days)
    if cycle.max_gap_months is not None:
        due = np.minimum(due, _same_day(event_days, cycle.max_gap_months))
    return due


def first_due(cycle: Cycle, start_months: Days) -> Days:
    """The day by which the first certification is due, from the month (`Month.index`) the benefit started in.

    A cycle anchored on the year start begins with the year after the first payment; any other counts from the start
    month, after `first_after_months`.
    """
    months = _as_months(start_months)
    if cycle.anchor is Anchor.YEAR_START:
        return _last_day_of_year(months.astype("M8[Y]") + 1)
    start = (months + cycle.first_after_months).astype("M8[D]").astype(np.int64)
    return _due_by_unit(cycle, start)


def policy_for(
    policies: Sequence[Policy],
    *,
    region: str,
    scheme: str,
    benefit_type: str,
    groups: frozenset[str],
    on: date,
) -> Policy | None:
    """The one policy that holds for a benefit on a day, or None where nobody wrote one.

    More specific wins: the longer region first, then a named group, then a named type, then a named scheme; among
    equals the one in force later.
    """
    matching = [
        policy
        for policy in policies
        if policy.from_day <= on
        and (policy.until_day is None or on < policy.until_day)
        and region.startswith(policy.region)
        and (not policy.schemes or scheme in policy.schemes)
        and (not policy.benefit_types or benefit_type in policy.benefit_types)
        and (not policy.group or policy.group in groups)
    ]
    return max(matching, key=_specificity, default=None)


def pause_month(policy: Policy, due_day: int) -> Month:
    """The first payroll month that a pause may begin in: after the due date and the grace, or the fixed month after."""
    earliest = Month.of(from_day_number(due_day + policy.grace_days)).plus(1)
    if policy.pause == "fixed_month":
        wait = (policy.pause_month - earliest.month) % 12
        return earliest.plus(wait)
    return earliest


def _specificity(policy: Policy) -> tuple[int, bool, bool, bool, date]:
    return (
        len(policy.region),
        bool(policy.group),
        bool(policy.benefit_types),
        bool(policy.schemes),
        policy.from_day,
    )


def _due_by_unit(cycle: Cycle, days: Days) -> Days:
    if cycle.unit is Unit.MONTH_END:
        return _last_day_of_month(_months_of(days) + cycle.length_months)
    if cycle.unit is Unit.DAY:
        return _same_day(days, cycle.length_months)
    if cycle.unit is Unit.CALENDAR:
        return _last_day_of_year(_months_of(days).astype("M8[Y]") + 1)
    return _next_window(cycle.windows, days)


def _next_window(windows: Sequence[tuple[int, int]], days: Days) -> Days:
    """A pass serves the window that is open; the deadline after that window's is due next."""
    if not len(days):
        return days
    first_year, last_year = (from_day_number(int(day)).year for day in (days.min(), days.max()))
    deadlines = np.array(
        sorted(
            day_number(date(year, month, day))
            for year in range(first_year, last_year + 4)
            for month, day in windows
        )
    )
    due: Days = deadlines[np.searchsorted(deadlines, days, side="left") + 1]
    return due


def _same_day(days: Days, months: int) -> Days:
    """The same day of the month, months later; the month's last day where that day does not exist (`add_months`)."""
    month = _months_of(days)
    day_of_month = days - month.astype("M8[D]").astype(np.int64)
    target = month + months
    first: Days = target.astype("M8[D]").astype(np.int64)
    clamped: Days = np.minimum(first + day_of_month, _last_day_of_month(target))
    return clamped


def _months_of(days: Days) -> NDArray[np.datetime64]:
    return days.astype("M8[D]").astype("M8[M]")


def _as_months(indexes: Days) -> NDArray[np.datetime64]:
    """`Month.index` counts from year 0, numpy from 1970."""
    return (indexes - Month(1970, 1).index).astype("M8[M]")


def _last_day_of_month(months: NDArray[np.datetime64]) -> Days:
    return (months + 1).astype("M8[D]").astype(np.int64) - 1


def _last_day_of_year(years: NDArray[np.datetime64]) -> Days:
    return (years + 1).astype("M8[D]").astype(np.int64) - 1
