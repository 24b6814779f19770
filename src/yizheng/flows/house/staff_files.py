"""Small tables that staff bring (经办清单): read whole, each row with its number, and exports that are written privately.

What is read here are lists that people made, of hundreds of rows; departments' deliveries go through `feed_arrives`.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from yizheng.flows.house.why import Why
from yizheng.flows.house.writing_out import check_place, written_out
from yizheng.kernel.cells import SafeWriter, read_cell
from yizheng.kernel.errors import Refused
from yizheng.kernel.text import is_plain
from yizheng.rooms.evidence.ports import ROW, TableReader


class Cells(dict[str, str]):
    """The cells of a row by column name. One that is no text is refused when it is asked for: its row is, by itself."""

    def __getitem__(self, column: str) -> str:
        text = super().__getitem__(column)
        if not is_plain(text):
            raise Refused(Why.CELL_NOT_TEXT, column=column)
        return text


def read_rows(
    file: Path, read_table: TableReader, columns: Sequence[str], *, optional: Sequence[str] = ()
) -> Iterator[tuple[int, Cells]]:
    """Each row's number, as Excel shows it, and its cells by column name. Raises Refused where a column is missing."""
    table = read_table(file)
    missing = [name for name in columns if name not in table.headers]
    if missing:
        raise Refused(Why.COLUMNS_MISSING, file=file.name, columns=tuple(columns), missing=tuple(missing))
    wanted = [*columns, *(name for name in optional if name in table.headers)]
    for batch in table.batches():
        numbers = batch.column(batch.schema.get_field_index(ROW)).to_pylist()
        cells = [batch.column(batch.schema.get_field_index(name)).to_pylist() for name in wanted]
        for place, number in enumerate(numbers):
            found = {
                name: read_cell(str(column[place] or "")) for name, column in zip(wanted, cells, strict=True)
            }
            yield int(number), Cells(dict.fromkeys(optional, "") | found)


def write_private(
    out: Path, header: Sequence[str], rows: Iterable[Sequence[object]], *, for_people: bool = True
) -> int:
    """Write a CSV file that its owner alone can read, and give the number of rows. Raises Refused.

    `for_people`: it is opened by a double click (`kernel.cells.SafeWriter`); else a program reads it.
    """
    check_place(out)
    with (
        written_out(out),
        os.fdopen(
            os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8-sig", newline=""
        ) as file,
    ):
        writer = SafeWriter(file, for_people=for_people)
        writer.row(header)
        return writer.rows(rows)
