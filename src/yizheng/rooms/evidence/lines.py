"""Where the physical lines of a delivered file went (逐行对账): each is a row, or known to be none. Pure.

A stray quotation mark that puts five people into the cell of a sixth loses them without a word, unless somebody counts.
So whoever reads a file counts its lines apart from its rows, and an import whose sum does not hold is refused.
"""

from collections.abc import Mapping

from yizheng.kernel.errors import Refused
from yizheng.rooms.evidence.why import Why

BLANK = "blank_lines"
INSIDE_CELLS = "lines_inside_cells"
HIDDEN = ("hidden_rows", "struck_rows")
TITLES = ("title_rows", "repeated_headers", "total_rows", "remark_rows")
NO_ROWS = (BLANK, INSIDE_CELLS, *HIDDEN, *TITLES)
"""The notes of lines that are no rows of an import: their numbers are lines."""
HEADER = 1
"""The column names take one line; further ones of theirs lie inside cells."""


def lines_of(*, accepted: int, repaired: int, refused: int, notes: Mapping[str, int]) -> dict[str, int]:
    """What became of every line: `all` is the sum of the others.

    `accepted` is given with the repaired rows, as a report counts them; in the result they stand apart.
    """
    parts = {
        "accepted": accepted - repaired,
        "repaired": repaired,
        "refused": refused,
        "hidden": sum(notes.get(note, 0) for note in HIDDEN),
        "blank": notes.get(BLANK, 0),
        "title": sum(notes.get(note, 0) for note in TITLES),
        "header": HEADER,
        "inside_cells": notes.get(INSIDE_CELLS, 0),
    }
    return {"all": sum(parts.values())} | parts


def check_lines(*, file: str, in_file: int, rows: int, notes: Mapping[str, int]) -> None:
    """Hold the lines that a file has against those that the import knows of. Raises Refused where they differ."""
    known = rows + HEADER + sum(notes.get(note, 0) for note in NO_ROWS)
    if known != in_file:
        raise Refused(Why.LINES_UNACCOUNTED, file=file, lines=in_file, known=known)
