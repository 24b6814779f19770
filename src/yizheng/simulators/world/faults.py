"""Faults on purpose: how clean columns become what departments really send. Every fault made is written down."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from yizheng.simulators.world import rates
from yizheng.simulators.world.dates import STYLES, day_texts, true_days
from yizheng.simulators.world.feeds.base import DateStyle, Feed, Sheet
from yizheng.simulators.world.names import DOT, DOT_VARIANTS
from yizheng.simulators.world.numbers import Ints, Texts
from yizheng.simulators.world.people import Flags, Population

UNREADABLE = ("id_missing", "id_mistyped", "date_impossible", "row_damaged")
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


@dataclass(slots=True)
class FaultLog:
    """The faults of one file: row (counted from 0 in file order) and name of the fault."""

    rows: list[npt.NDArray[np.int64]]
    names: list[str]

    @classmethod
    def empty(cls) -> "FaultLog":
        return cls([], [])

    def readable(self, count: int) -> Flags:
        """Which of `count` rows can still be linked to a person and a day by whoever reads them with care."""
        fine = np.ones(count, np.bool_)
        for name, rows in zip(self.names, self.rows, strict=True):
            if name in UNREADABLE:
                fine[rows] = False
        return fine

    def note(self, fault: str, rows: npt.NDArray[np.int64]) -> None:
        """Write a fault of these rows down."""
        if rows.size:
            self.rows.append(rows)
            self.names.append(fault)


def spoil(
    sheet: Sheet, feed: Feed, people: Population, rng: np.random.Generator
) -> tuple[pa.Table, FaultLog]:
    """The sheet as it is delivered, and the list of what is wrong with it."""
    log = FaultLog.empty()
    who = sheet.who
    for mark, flags in sheet.marks.items():
        log.note(mark, np.flatnonzero(flags))
    columns = dict(sheet.texts)
    for header, days in sheet.days.items():
        columns[header] = _days(days, feed.date_style, header == sheet.day, rng, log)
    columns[sheet.id_header] = _numbers(people.ids[who], feed, rng, log)
    columns[sheet.name_header] = spoil_names(people.names.take(pa.array(who)), people.dotted[who], rng, log)
    return pa.table({header: columns[header] for header in sheet.headers}), log


def lower_x(ids: Texts, rng: np.random.Generator) -> Flags:
    """Which numbers get a small x: some of those that end in X."""
    ends = ids.view("S1").reshape(len(ids), 18)[:, 17] == b"X"
    chosen: Flags = ends & (rng.random(len(ids)) < rates.ID_LOWER_X)
    return chosen


def _numbers(ids: Texts, feed: Feed, rng: np.random.Generator, log: FaultLog) -> pa.Array:
    """One fault a number at the most, so that the log says all there is to say about it."""
    count = len(ids)
    draw = rng.random(count)
    shares = (
        ("id_missing", feed.id_missing),
        ("id_mistyped", feed.id_mistyped),
        ("id_15_digits", rates.ID_15_DIGITS),
        ("id_full_width", rates.ID_FULL_WIDTH),
    )
    column = pa.array(ids).cast(pa.string())
    small = lower_x(ids, rng)
    low = 0.0
    for fault, share in shares:
        hit = (draw >= low) & (draw < low + share)
        low += share
        small &= ~hit
        column = _replaced(column, hit, [_spoilt(text.decode(), fault, rng) for text in ids[hit].tolist()])
        log.note(fault, np.flatnonzero(hit))
    log.note("id_lower_x", np.flatnonzero(small))
    return _replaced(column, small, [text.decode().lower() for text in ids[small].tolist()])


def _spoilt(number: str, fault: str, rng: np.random.Generator) -> str | None:
    if fault == "id_missing":
        return None
    if fault == "id_15_digits":
        return number[:6] + number[8:17]
    if fault == "id_full_width":
        return number.translate(FULL_WIDTH)
    at = int(rng.integers(0, 17))
    other = (int(number[at]) + int(rng.integers(1, 10))) % 10
    # One wrong digit never keeps the check digit right: the weights have no common factor with 11.
    return f"{number[:at]}{other}{number[at + 1 :]}"


def spoil_names(names: pa.Array, dotted: Flags, rng: np.random.Generator, log: FaultLog) -> pa.Array:
    """Middle dots in their variants, and now and then a blank inside a name."""
    variant = dotted & (rng.random(len(dotted)) < rates.DOT_VARIANT)
    blank = ~dotted & (rng.random(len(dotted)) < rates.NAME_BLANK)
    dots = [DOT_VARIANTS[at] for at in rng.integers(0, len(DOT_VARIANTS), int(variant.sum()))]
    plain = names.filter(pa.array(variant)).to_pylist()
    names = _replaced(names, variant, [name.replace(DOT, dot) for name, dot in zip(plain, dots, strict=True)])
    names = _replaced(
        names, blank, [f"{name[0]} {name[1:]}" for name in names.filter(pa.array(blank)).to_pylist()]
    )
    log.note("name_dot_variant", np.flatnonzero(variant))
    log.note("name_blank", np.flatnonzero(blank))
    return names


def _days(days: Ints, style: DateStyle, main: bool, rng: np.random.Generator, log: FaultLog) -> pa.Array:
    """One column of days. Only the event's own day is spoilt: what else is wrong would not be found out."""
    if style == "true":
        return true_days(days)
    column = day_texts(days, style)
    if not main:
        return column
    draw = rng.random(len(days))
    impossible = draw < rates.DATE_IMPOSSIBLE
    other = (draw >= rates.DATE_IMPOSSIBLE) & (draw < rates.DATE_IMPOSSIBLE + rates.DATE_OTHER_FORMAT)
    styles = [one for one in STYLES if one != style]
    third = (np.cumsum(other) - 1) % len(styles)
    for at, one in enumerate(styles):
        hit = other & (third == at)
        column = _replaced(column, hit, day_texts(days[hit], one).to_pylist())
    years = (days[impossible].astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970).tolist()
    column = _replaced(column, impossible, [f"{year}-02-30" for year in years])
    log.note("date_other_format", np.flatnonzero(other))
    log.note("date_impossible", np.flatnonzero(impossible))
    return column


def _replaced(column: pa.Array, hit: Flags, values: list[str | None]) -> pa.Array:
    if not values:
        return column
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    return pc.replace_with_mask(column, pa.array(hit), pa.array(values, pa.string()))


def damaged_rows(rows: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Which rows of a CSV file arrive cut off."""
    return np.flatnonzero(rng.random(rows) < rates.ROW_DAMAGED)
