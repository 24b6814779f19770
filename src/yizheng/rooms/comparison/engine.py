"""The engine: evidence files of one bucket of people in, one row a person out.

What always holds: the result depends on nothing but the arguments (no clock, no setting of the machine); evidence
after `as_of` is not seen; rows set aside by a ruling do not exist, and neither do rows that say again what people have
resolved; leads never cancel each other here, that is for the decision table of certification.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from yizheng.rooms.comparison import kernel, layout
from yizheng.rooms.comparison.data import (
    EVIDENCE_BITS,
    EVIDENCE_MASK,
    HOLDS_UNTIL,
    KIND_MASK,
    STATE_COLUMNS,
    Key,
    KindWeight,
)
from yizheng.rooms.comparison.layout import Rows

_POLARITY = {
    "alive": kernel.ALIVE,
    "death": kernel.DEATH,
    "custody": kernel.CUSTODY,
    "missing": kernel.MISSING,
    "duplicate": kernel.DUPLICATE,
    "abroad": kernel.ABROAD,
    "nothing": kernel.NOTHING,
}


class Engine:
    """A rule set, laid out for the kernel. It holds no files and no memory of earlier calls; threads may share it."""

    def __init__(
        self,
        *,
        weights: Sequence[KindWeight],
        threshold: int,
        weak_cap: int,
        set_aside: Sequence[int] = (),
        left_out: Sequence[tuple[int, int]] = (),
        resolved: Sequence[int] = (),
    ) -> None:
        """`set_aside` are evidence numbers that do not exist, `left_out` whole ranges of them: first and last.

        `resolved` are numbers that people set aside as facts: every row of the same person, kind and day goes with them,
        since a cumulative file delivers the same fact each month under a new number.
        """
        self._rules = np.zeros(KIND_MASK + 1, kernel.RULE)
        for one in weights:
            self._rules[one.no] = (
                _POLARITY[one.polarity],
                one.points,
                one.weak,
                one.owner,
                1 << one.source,
                one.valid_days,
            )
        self._resolved = np.array(sorted(resolved), np.int64)
        self._left_out = [(number, number) for number in {*set_aside, *resolved}] + list(left_out)
        self._gone = _ranges(self._left_out)
        self._hint = _hint(self._gone)
        self._threshold = threshold
        self._weak_cap = weak_cap

    def evaluate(self, *, files: Sequence[str], as_of: int, pno: int | None = None) -> pa.Table:
        """Evaluate the people of one bucket (or one person) from its evidence files. Returns `data.STATE_COLUMNS`.

        `files` are Parquet files (`layout.LEAN`), in any order; none at all is allowed and gives an empty table.
        `as_of` counts days since 1970. People of whom nothing is known do not appear.
        """
        rows = layout.read(files)
        if pno is not None:
            rows = only(rows, np.array([pno], np.int32))
        return self.states(rows, as_of=as_of, future=False).drop_columns([HOLDS_UNTIL])

    def states(self, rows: Rows, *, as_of: int, future: bool = True) -> pa.Table:
        """`evaluate` over rows in memory, in order; with `data.HOLDS_UNTIL`, how long each state stands by itself.

        With `future`, people of whom only something after `as_of` is known are there too, with nothing seen.
        """
        gone, hint = self._gone_among(rows)
        who, points, stands, keys = kernel.person_states(
            *rows, self._rules, gone, hint, as_of, self._threshold, self._weak_cap, future
        )
        columns = [who, keys[kernel.PROOF], points, *(keys[place] for place in _KEPT)]
        table = pa.table([layout.column(column) for column in columns], names=list(STATE_COLUMNS))
        return table.append_column(HOLDS_UNTIL, layout.column(stands))

    def _gone_among(self, rows: Rows) -> tuple[kernel.Ints, kernel.Bits]:
        """What does not exist among these rows: all that was set aside, and what says a resolved fact again."""
        again = said_again(rows, self._resolved)
        if not len(again):
            return self._gone, self._hint
        gone = _ranges(self._left_out + [(number, number) for number in again.tolist()])
        return gone, _hint(gone)

    def rows_of(self, *, files: Sequence[str], pno: int, as_of: int) -> list[tuple[int, int, int]]:
        """All evidence about one person up to a day, newest first, what was set aside too: (kind, day, number)."""
        _, keys = only(layout.read(files), np.array([pno], np.int32))
        found = [Key.unpack(key) for key in keys.tolist()]
        rows = {(key.kind, key.day, key.evidence_no) for key in found if key.day <= as_of}
        return sorted(rows, key=lambda row: (-row[1], row[0], row[2]))


_KEPT = (
    kernel.LATEST,
    kernel.DEATH_KEY,
    kernel.CUSTODY_KEY,
    kernel.MISSING_KEY,
    kernel.DUPLICATE_KEY,
    kernel.ABROAD_KEY,
    kernel.SEEN,
)
"""The kernel's keys after proof and points, in the order of `data.STATE_COLUMNS`."""


def only(rows: Rows, people: kernel.Numbers) -> Rows:
    """The rows of some people (in order) among ordered rows."""
    places = kernel.rows_of(rows[0], people)
    return rows[0][places], rows[1][places]


def said_again(rows: Rows, resolved: kernel.Ints) -> kernel.Ints:
    """The numbers of rows, among ordered rows, that say what one of the `resolved` rows says: person, kind and day.

    The kind names its source, so another department that reports the same day is another fact.
    """
    if not len(resolved):
        return resolved
    first = rows[1] & EVIDENCE_MASK
    people = np.unique(rows[0][np.isin(first, resolved)])
    who, keys = only(rows, people)
    facts, numbers = keys >> EVIDENCE_BITS, keys & EVIDENCE_MASK
    known = set(zip(*(column[np.isin(numbers, resolved)].tolist() for column in (who, facts)), strict=True))
    told = [
        number
        for person, fact, number in zip(who.tolist(), facts.tolist(), numbers.tolist(), strict=True)
        if (person, fact) in known
    ]
    return np.setdiff1d(np.array(told, np.int64), resolved)


def _ranges(found: Sequence[tuple[int, int]]) -> kernel.Ints:
    """Ranges of numbers as the kernel takes them: in order, apart from each other, first and last in turn."""
    apart: list[int] = []
    for first, last in sorted(found):
        if apart and first <= apart[-1] + 1:
            apart[-1] = max(apart[-1], last)
        else:
            apart += [first, last]
    return np.array(apart, np.int64)


def _hint(gone: kernel.Ints) -> kernel.Bits:
    """Of each ending of a number, whether a number in one of the ranges ends so."""
    endings = np.zeros(kernel.HINT_MASK + 1, np.bool_)
    for first, last in gone.reshape(-1, 2).tolist():
        some = np.arange(first, min(last, first + kernel.HINT_MASK) + 1)
        endings[some & kernel.HINT_MASK] = True
    return endings
