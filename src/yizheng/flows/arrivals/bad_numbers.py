"""Numbers that are none: fillers, one number of many names, and numbers that a spreadsheet has cut to fifteen digits.

A spreadsheet keeps fifteen digits of a number and writes 000 for the rest; one in eleven of those keeps a right check
digit and would be taken for somebody else. Of true numbers one in eleven hundred ends so: many more stop the file.
"""

from collections.abc import Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from yizheng.flows.arrivals.why import Why
from yizheng.kernel.errors import Refused
from yizheng.rooms import people
from yizheng.rooms.evidence.data import ErrorLine, Expected

MOST_CUT_PERCENT = 1
"""Of a roster; a source has its own (`Expectation.cut_percent`)."""
FEWEST_CUT = 5
"""Below so many rows a share says nothing."""
_CUT = r"^(?:\d{15}000|\d(?:\.\d+)?[eE]\+?1[4-7])$"


class CutNumbers:
    """Counts them over the portions of a file."""

    def __init__(self, file_name: str, header: str, *, most_percent: int = MOST_CUT_PERCENT) -> None:
        """`header` is the column of numbers; empty where the file has none. `most_percent`: what may be cut."""
        self._file_name, self._header, self._most_percent = file_name, header, most_percent
        self._rows = self._cut = 0

    def check(self, portion: pa.Table) -> None:
        """Count a portion's. Raises Refused where they are too many."""
        if not self._header:
            return
        self._rows += portion.num_rows
        self._cut += pc.sum(pc.match_substring_regex(portion[self._header], _CUT)).as_py() or 0
        if self._cut >= FEWEST_CUT and self._cut * 100 > self._rows * self._most_percent:
            raise Refused(Why.NUMBERS_CUT, file=self._file_name, cut=self._cut, rows=self._rows)


def number_expected(came: str) -> Expected:
    """What should stand in place of a number that was refused."""
    plain = people.queries.plain_number(came)
    if people.queries.is_filler(plain):
        return Expected.NO_FILLER
    is_number = people.queries.normalise_number(plain, today=date.max) is not None
    return Expected.ONE_PERSON if is_number else Expected.ID_NUMBER


def note_numbers(notes: dict[str, int], lines: Sequence[ErrorLine]) -> None:
    """Count what was refused for these reasons."""
    for note, expected in (("number_filler", Expected.NO_FILLER), ("number_shared", Expected.ONE_PERSON)):
        found = sum(line.expected is expected for line in lines)
        notes |= {note: found} if found else {}
