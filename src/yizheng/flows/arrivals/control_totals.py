"""Control totals (控制总数): what the sender says of a file's rows and amount, held against what came."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from yizheng.flows.arrivals.why import Why
from yizheng.kernel.errors import Refused
from yizheng.kernel.money import yuan_text
from yizheng.rooms.evidence.data import CellKind, Column
from yizheng.rooms.evidence.ports import DeliveredTable
from yizheng.rooms.people.data import MONEY_MARKS

_MARKS, _PLAIN = rf"[{MONEY_MARKS}\s]", r"^-?\d{1,15}(?:\.\d{1,10})?$"
_EXACT = pa.decimal128(38, 10)


class ControlTotals:
    """Adds up a file portion by portion, and refuses it where its sender says otherwise."""

    def __init__(self, file: str, columns: Mapping[str, Column], headers: Mapping[str, str]) -> None:
        """Amounts are added up where the file has one column of them."""
        amounts = [
            headers[name] for name, one in columns.items() if one.kind == CellKind.YUAN and headers.get(name)
        ]
        self._file, self._amounts, self._yuan = file, amounts[0] if len(amounts) == 1 else "", Decimal(0)

    @property
    def fen(self) -> int:
        """The sum of the amounts so far."""
        return round(self._yuan * 100)

    def add(self, portion: pa.Table) -> None:
        """Add the amounts of some rows, refused ones too: the sender has counted them."""
        if self._amounts:
            plain = pc.replace_substring_regex(portion[self._amounts], _MARKS, "")
            plain = plain.filter(pc.match_substring_regex(plain, _PLAIN))
            self._yuan += pc.sum(plain.cast(_EXACT)).as_py() or Decimal(0)

    def check(self, table: DeliveredTable, *, rows: int, control_files: Sequence[str] = ()) -> dict[str, int]:
        """What was declared and holds (`rows`, `fen`); empty: no control total. Raises Refused with both figures.

        Rows that a workbook hides may be counted or not: either is what the sender means.
        """
        said = table.declared(control_files, self._amounts)
        left_out = sum(table.notes.get(note, 0) for note in ("hidden_rows", "struck_rows"))
        if said.rows is not None and said.rows not in (rows, rows + left_out):
            raise Refused(
                Why.ROWS_NOT_AS_DECLARED, file=self._file, where=said.where, declared=said.rows, came=rows
            )
        if said.fen is not None and self._amounts and said.fen != self.fen and not left_out:
            raise Refused(
                Why.AMOUNT_NOT_AS_DECLARED,
                file=self._file,
                where=said.where,
                declared=yuan_text(said.fen),
                came=yuan_text(self.fen),
            )
        amount = said.fen if self._amounts else None
        told = {"rows": said.rows, "fen": amount}
        return {name: figure for name, figure in told.items() if figure is not None}
