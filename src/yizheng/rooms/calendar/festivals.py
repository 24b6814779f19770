"""The festivals of the law (全国年节及纪念日放假办法): 13 days a year since 2025. Pure.

They are known for years without a notice too. The yearly notice moves working days around them (调休) without changing
their number, so a count by the law alone is right to a day or two.
"""

from datetime import date, timedelta

FIRST_YEAR, LAST_YEAR = 2015, 2045
_SPRING = (
    "0219 0208 0128 0216 0205 0125 0212 0201 0122 0210 0129 0217 0206 0126 0213 0203 0123 0211 0131 0219 0208 0128"
    " 0215 0204 0124 0212 0201 0122 0210 0130 0217"
)
_DRAGON_BOAT = (
    "0620 0609 0530 0618 0607 0625 0614 0603 0622 0610 0531 0619 0609 0528 0616 0605 0624 0612 0601 0620 0610 0530"
    " 0618 0607 0527 0614 0603 0622 0611 0531 0619"
)
_MID_AUTUMN = (
    "0927 0915 1004 0924 0913 1001 0921 0910 0929 0917 1006 0925 0915 1003 0922 0912 1001 0919 0908 0927 0916 1004"
    " 0924 0913 1002 0920 0910 0928 0917 1005 0925"
)
_QINGMING = "5 4 4 5 5 4 4 5 5 4 4 5 5 4 4 5 5 4 4 5 5 4 4 5 5 4 4 4 5 4 4"


def _days(text: str) -> dict[int, date]:
    """The day of each year, from a table of month and day."""
    return {
        year: date(year, int(one[:2]), int(one[2:]))
        for year, one in zip(range(FIRST_YEAR, LAST_YEAR + 1), text.split(), strict=True)
    }


SPRING_FESTIVALS = _days(_SPRING)
"""The first day of the lunar year (春节)."""
DRAGON_BOATS = _days(_DRAGON_BOAT)
MID_AUTUMNS = _days(_MID_AUTUMN)
QINGMINGS = {
    year: date(year, 4, int(day))
    for year, day in zip(range(FIRST_YEAR, LAST_YEAR + 1), _QINGMING.split(), strict=True)
}


def public_holidays(year: int) -> frozenset[date]:
    """The days off that the law gives in a year; outside of the tables only those with a fixed date."""
    days = {date(year, 1, 1), date(year, 5, 1), date(year, 5, 2), *(date(year, 10, one) for one in (1, 2, 3))}
    if year in SPRING_FESTIVALS:
        eve = SPRING_FESTIVALS[year] - timedelta(days=1)
        days |= {eve + timedelta(days=one) for one in range(4)}
        days |= {QINGMINGS[year], DRAGON_BOATS[year], MID_AUTUMNS[year]}
    return frozenset(days)


def holds_spring_festival(first: date, last: date) -> bool:
    """Whether the week of the Spring Festival, eve included, touches these days: nothing is as usual then."""
    return any(
        festival - timedelta(days=1) <= last and first <= festival + timedelta(days=6)
        for year in (first.year, last.year)
        if (festival := SPRING_FESTIVALS.get(year)) is not None
    )
