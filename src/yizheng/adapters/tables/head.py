"""The head of a delivered table: where its column names stand, and what stands above them. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

LOOKED_AT = 40
"""So many rows from the top are looked at: nobody writes more lines above the column names."""

MOST_COLUMNS = 500
"""No department's table is wider, and one of 100,000 columns takes minutes to read."""

BLANKS = " \t\r\n\v\f\u00a0\u3000\ufeff"

_A_DAY = r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|(?:19|20)\d{6}"
_DATA = re.compile(rf"(?:{_A_DAY}|1[3-9]\d{{9}})(?:\s.*)?|.*\d{{14}}.*", re.DOTALL)
"""A cell that no column is named by: a day, a telephone number, a long number."""


def head_of(rows: Sequence[Sequence[str]]) -> int | None:
    """The place of the row with the column names, counted from 0; None where no row has any.

    Rows above it that fill less than half of the columns are titles. Names are never numbers or days: a first row of
    data is not taken for them.
    """
    filled = [sum(bool(cell.strip(BLANKS)) for cell in row) for row in rows[:LOOKED_AT]]
    widths = Counter(width for width in filled if width)
    if not widths:
        return None
    usual, times = widths.most_common(1)[0]
    # Rows that a lost line break has joined are wider than the table: its usual width counts, where it has one.
    most = usual if usual > 1 and times * 2 >= widths.total() else max(widths)
    place = next(place for place, width in enumerate(filled) if width * 2 > most)
    return place if _names(rows[place]) else None


def _names(row: Sequence[str]) -> bool:
    cells = [cell for cell in (cell.strip(BLANKS) for cell in row) if cell]
    return not any(_DATA.fullmatch(cell) for cell in cells) and any(
        not re.fullmatch(r"[\d.,\-]*", cell) for cell in cells
    )


def ranges_of(numbers: Iterable[int], most: int = 12) -> str:
    """Row numbers as a reader looks for them: `3-8, 12`; after so many parts, `...`."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    shown = [str(first) if first == last else f"{first}-{last}" for first, last in parts[:most]]
    return ", ".join(shown + ["..."] * (len(parts) > most))
