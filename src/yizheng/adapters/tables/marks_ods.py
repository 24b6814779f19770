"""What an OpenDocument sheet (ODS) hides beside its values: hidden, filtered and struck-through rows, hidden columns."""

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import IO

from yizheng.adapters.tables.head import MOST_COLUMNS

_TAGS = re.compile(
    rb"<(/?)(style:style|style:text-properties|table:table|table:table-row|table:table-column"
    rb"|table:(?:covered-)?table-cell|text:p)(?=[\s/>])([^>]*)>"
)
_STRUCK = re.compile(rb'\bstyle:text-line-through-(?:style|type)="(?!none)')
_MOST_ROWS = 1 << 20
"""A sheet's rows: what is hidden to the end of the sheet says that it repeats as often."""


def _attribute(name: bytes) -> Callable[[bytes], bytes]:
    pattern = re.compile(rb"\b" + name + rb'="([^"]*)"')

    def of(inside: bytes) -> bytes:
        found = pattern.search(inside)
        return found[1] if found else b""

    return of


_visibility = _attribute(b"table:visibility")
_rows_repeated = _attribute(b"table:number-rows-repeated")
_columns_repeated = _attribute(b"table:number-columns-repeated")
_name = _attribute(b"table:name")
_cell_style = _attribute(b"table:style-name")
_style_name = _attribute(b"style:name")


@dataclass(slots=True)
class _Scan:
    """Where the reading of one sheet stands."""

    sheet: str
    struck_styles: set[bytes] = field(default_factory=set)
    style: bytes = b""
    depth: int = 0
    found: bool = False
    row: int = 0
    repeated: int = 1
    column: int = 0
    cell_is_struck: bool = False
    hidden: set[int] = field(default_factory=set)
    struck: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)

    def take(self, closes: bool, kind: bytes, inside: bytes) -> None:
        """One tag of the part."""
        if kind == b"table:table":
            self._table(closes, inside)
        elif closes:
            return
        elif kind == b"style:style":
            self.style = _style_name(inside)
        elif kind == b"style:text-properties":
            if _STRUCK.search(inside):
                self.struck_styles.add(self.style)
        elif self.depth == 1 and self.found:
            self._inside(kind, inside)

    def _table(self, closes: bool, inside: bytes) -> None:
        if closes:
            self.depth -= 1
            if not self.depth and self.found:
                self.sheet = "\0"  # no later sheet has this name; what is found stays
                self.depth = _MOST_ROWS
        elif not inside.endswith(b"/"):
            self.depth += 1
            if self.depth == 1:
                self.found = unescape(_name(inside).decode()) == self.sheet

    def _inside(self, kind: bytes, inside: bytes) -> None:
        if kind == b"table:table-row":
            self.row += self.repeated
            self.repeated = min(int(_rows_repeated(inside) or 1), _MOST_ROWS)
            if _visibility(inside) in (b"collapse", b"filter"):
                self.hidden.update(range(self.row, min(self.row + self.repeated, _MOST_ROWS + 1)))
        elif kind == b"table:table-column":
            more = int(_columns_repeated(inside) or 1)
            if _visibility(inside) in (b"collapse", b"filter"):
                self.columns.update(range(self.column + 1, min(self.column + more, MOST_COLUMNS) + 1))
            self.column += more
        elif kind == b"text:p":
            if self.cell_is_struck:  # text in it: an empty cell says nothing
                self.struck.update(range(self.row, min(self.row + self.repeated, _MOST_ROWS + 1)))
        else:
            self.cell_is_struck = _cell_style(inside) in self.struck_styles and not inside.endswith(b"/")


def marks_of_ods(
    parts: zipfile.ZipFile, sheet: str, chunks: Callable[[IO[bytes]], Iterator[bytes]]
) -> tuple[frozenset[int], frozenset[int], frozenset[int]] | None:
    """Hidden rows, struck rows, hidden columns, counted from 1; None where the sheet is not found."""
    scan = _Scan(sheet)
    with parts.open("content.xml") as text:
        for chunk in chunks(text):
            for tag in _TAGS.finditer(chunk):
                scan.take(bool(tag[1]), tag[2], tag[3])
    if not scan.found:
        return None
    return frozenset(scan.hidden), frozenset(scan.struck), frozenset(scan.columns)
