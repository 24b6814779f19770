"""Rows of a table that are none (表外行): column names again, totals, remarks behind the table. And how they are told.

A row is put aside only where it says so itself: it is the column names, or one of its first cells begins with the word
for a total or a remark, while it leaves most cells empty. Anything else is read, and refused where it cannot be.
"""

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yizheng.adapters.tables.why import Finding
from yizheng.kernel.told import Told, told

_TOTAL = "^(?:[合总小共][ \u3000]*计|本页小计|本页合计|总人数|(?i:(?:grand |sub)?total)\\b)"
_REMARK = (
    r"^(?:制表|填表|填报|审核|复核|经办|报送|报表|联系|备注|说明|注|打印|负责人|单位负责人|共)[^:：]{0,12}[:：]"
    r"|^共[0-9 ]+[人行条]"
)
_FIRST_CELLS = 3
_SAID = 100


class Asides:
    """Finds them batch by batch, and remembers their numbers."""

    def __init__(self, headers: Sequence[str]) -> None:
        self._headers = headers
        self.rows: dict[str, list[int]] = {"repeated_headers": [], "total_rows": [], "remark_rows": []}
        self.said: list[dict[str, str]] = []
        """The cells of totals and remarks, as far as anybody looks: control totals may stand in them."""

    def without(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch without them. Its last column has the rows' numbers."""
        aside = np.zeros(batch.num_rows, dtype=bool)
        for note, found in self._found(batch):
            fresh = found & ~aside
            self.rows[note] += batch.column(batch.num_columns - 1).filter(pa.array(fresh)).to_pylist()
            if note in ("total_rows", "remark_rows") and len(self.said) < _SAID:
                self.said += self._counts(batch.filter(pa.array(fresh)).to_pylist())
            aside |= fresh
        return batch.filter(pa.array(~aside)) if aside.any() else batch

    def _counts(self, rows: list[dict[str, str]]) -> list[dict[str, str]]:
        """Totals, and the remarks that count something (共31条)."""
        told = [{header: row[header] for header in self._headers} for row in rows]
        return [row for row in told if re.search(_TOTAL + r"|共\s*\d", next(filter(None, row.values()), ""))]

    def _found(self, batch: pa.RecordBatch) -> list[tuple[str, np.ndarray]]:
        found = []
        again = _mask(pc.equal(batch.column(0), self._headers[0]))
        if again.any():
            for place, header in enumerate(self._headers[1:], 1):
                again &= _mask(pc.equal(batch.column(place), header))
            found.append(("repeated_headers", again))
        for note, pattern in (("total_rows", _TOTAL), ("remark_rows", _REMARK)):
            said = np.zeros(batch.num_rows, dtype=bool)
            for place in range(min(_FIRST_CELLS, len(self._headers))):
                said |= _mask(pc.match_substring_regex(batch.column(place), pattern))
            if said.any():
                found.append((note, said & self._mostly_empty(batch, said)))
        return found

    def _mostly_empty(self, batch: pa.RecordBatch, said: np.ndarray) -> np.ndarray:
        """Which of the rows leave at least half of their cells empty (a table of one or two columns: always)."""
        rows = batch.filter(pa.array(said))
        filled = sum(
            (
                _mask(pc.not_equal(rows.column(place), "")).astype(np.int64)
                for place in range(len(self._headers))
            ),
            np.zeros(rows.num_rows, dtype=np.int64),
        )
        mostly = np.zeros(batch.num_rows, dtype=bool)
        mostly[said] = filled * 2 <= max(len(self._headers), 2) + 1
        return mostly


def _mask(found: pa.Array) -> np.ndarray:
    mask: np.ndarray = found.to_numpy(zero_copy_only=False).astype(bool)
    return mask


def told_of(notes: Mapping[str, int], places: Mapping[str, str]) -> list[Told]:
    """What is told of a table that was read: how many, and where they stand."""

    def rows(note: str) -> str:
        return places.get(note, "")

    say = {
        "title_rows": told(Finding.TITLE_ROWS, count=notes.get("title_rows", 0)),
        "repeated_headers": told(Finding.REPEATED_HEADERS, rows=rows("repeated_headers")),
        "total_rows": told(Finding.TOTAL_ROWS, rows=rows("total_rows")),
        "remark_rows": told(Finding.REMARK_ROWS, rows=rows("remark_rows")),
        "hidden_rows": told(Finding.HIDDEN_ROWS, count=notes.get("hidden_rows", 0), rows=rows("hidden_rows")),
        "struck_rows": told(Finding.STRUCK_ROWS, count=notes.get("struck_rows", 0), rows=rows("struck_rows")),
        "hidden_columns": told(Finding.HIDDEN_COLUMNS, count=notes.get("hidden_columns", 0)),
        "hidden_unknown": told(Finding.HIDDEN_UNKNOWN),
        "merged_cells": told(Finding.MERGED_CELLS, rows=rows("merged_cells")),
        "other_sheets": told(Finding.OTHER_SHEETS, count=notes.get("other_sheets", 0)),
        "lines_inside_cells": told(Finding.LINES_INSIDE_CELLS, count=notes.get("lines_inside_cells", 0)),
    }
    return [said for note, said in say.items() if notes.get(note)]
