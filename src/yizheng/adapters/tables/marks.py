"""What a workbook (XLSX; ODS and XLS by their own modules) shows or hides beside its values: hidden and struck-through
rows, hidden columns, its calendar. And whether it is too large to be opened at all.

A row that somebody filtered away or struck through is not what the sender sees. The library for values does not know.
"""

import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.etree import ElementTree as ET

from yizheng.adapters.tables.head import MOST_COLUMNS
from yizheng.adapters.tables.marks_ods import marks_of_ods
from yizheng.adapters.tables.marks_xls import marks_of_xls
from yizheng.adapters.tables.why import Why
from yizheng.kernel.errors import Refused

MOST_UNPACKED = 2 << 30
"""Bytes that a workbook's parts may unpack to: a million rows of twenty columns are half of it."""
_SMALL_PART = 64 << 20
_CHUNK = 4 << 20
_LONGEST_TAG = 4096

_TAGS = re.compile(rb"<(?:\w+:)?(row|c|col)\b([^>]*)>")
_FAR_OUT = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="[A-Z]{3,}\d')
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"|\bht="0"')
_NUMBER = re.compile(rb'\br="(\d+)"')
_STYLE = re.compile(rb'\bs="(\d+)"')
_FROM_TO = re.compile(rb'\bmin="(\d+)"[^>]*?\bmax="(\d+)"')


@dataclass(frozen=True, slots=True)
class Marks:
    """Row numbers as Excel shows them, column places counted from 1."""

    hidden: frozenset[int] = frozenset()
    struck: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    calendar_1904: bool = False
    unknown: bool = False
    """Nobody can tell what the workbook hides: its kind or its parts are not understood."""


def check_size(path: Path) -> None:
    """Refuse a workbook by the size that its parts say they unpack to."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as parts:
        if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
            raise Refused(Why.TABLE_TOO_LARGE, file=path.name)


def marks_of(path: Path, sheet: str) -> Marks:
    """The marks of a sheet by its name; `unknown` where they cannot be told. Raises Refused for a cell far out."""
    if not zipfile.is_zipfile(path):
        return _of_xls(path, sheet)
    with zipfile.ZipFile(path) as parts:
        names = parts.namelist()
        if "content.xml" in names:
            found = marks_of_ods(parts, sheet, _chunks)
            return Marks(*found) if found else Marks(unknown=True)
        if "xl/workbook.xml" not in names:
            return Marks(unknown=True)
        return _of_xlsx(path, parts, sheet)


def _of_xls(path: Path, sheet: str) -> Marks:
    try:
        old = marks_of_xls(path, sheet)
    except (struct.error, ValueError, LookupError):
        old = None
    return Marks(*old) if old else Marks(unknown=True)


def _of_xlsx(path: Path, parts: zipfile.ZipFile, sheet: str) -> Marks:
    book = _xml(parts, "xl/workbook.xml")
    part = _part_of(parts, book, sheet)
    if part not in parts.namelist():
        return Marks(unknown=True)
    with parts.open(part) as text:
        found = _scan(path, text, _struck_styles(parts))
    calendar = any(
        node.get("date1904") in ("1", "true") for node in book.iter() if node.tag.endswith("}workbookPr")
    )
    return Marks(*found, calendar_1904=calendar)


def _scan(
    path: Path, text: IO[bytes], struck_styles: frozenset[bytes]
) -> tuple[frozenset[int], frozenset[int], frozenset[int]]:
    hidden: set[int] = set()
    struck: set[int] = set()
    columns: set[int] = set()
    number = 0
    tags = _TAGS if struck_styles else re.compile(_TAGS.pattern.replace(b"row|c|col", b"row|col"))
    for chunk in _chunks(text):
        if _FAR_OUT.search(chunk):
            raise Refused(Why.CELL_FAR_OUT, file=path.name, most=MOST_COLUMNS)
        for tag in tags.finditer(chunk):
            kind, inside = tag[1], tag[2]
            if kind == b"row":
                told = _NUMBER.search(inside)
                number = int(told[1]) if told else number + 1
                if _HIDDEN.search(inside):
                    hidden.add(number)
            elif kind == b"c":
                style = _STYLE.search(inside)
                if style and style[1] in struck_styles and not inside.endswith(b"/"):
                    struck.add(number)
            elif _HIDDEN.search(inside) and (span := _FROM_TO.search(inside)):
                columns.update(range(int(span[1]), min(int(span[2]), MOST_COLUMNS) + 1))
    return frozenset(hidden), frozenset(struck), frozenset(columns)


def _chunks(text: IO[bytes]) -> Iterator[bytes]:
    """The part in pieces that end behind a tag."""
    rest = b""
    while piece := text.read(_CHUNK):
        piece = rest + piece
        end = piece.rfind(b">", max(len(piece) - _LONGEST_TAG, 0)) + 1 or len(piece)
        yield piece[:end]
        rest = piece[end:]
    if rest:
        yield rest


def _part_of(parts: zipfile.ZipFile, book: ET.Element, sheet: str) -> str:
    """The name of the part that holds a sheet."""
    link = next(
        (
            value
            for node in book.iter()
            if node.tag.endswith("}sheet") and node.get("name") == sheet
            for name, value in node.attrib.items()
            if name.endswith("}id")
        ),
        "",
    )
    if "xl/_rels/workbook.xml.rels" not in parts.namelist():
        return ""
    for node in _xml(parts, "xl/_rels/workbook.xml.rels"):
        if node.get("Id") == link:
            target = node.get("Target", "")
            return target[1:] if target.startswith("/") else f"xl/{target}"
    return ""


def _struck_styles(parts: zipfile.ZipFile) -> frozenset[bytes]:
    """The numbers of cell styles whose font is struck through."""
    if "xl/styles.xml" not in parts.namelist():
        return frozenset()
    styles = _xml(parts, "xl/styles.xml")
    fonts = next((node for node in styles if node.tag.endswith("}fonts")), ())
    struck = {
        str(place)
        for place, font in enumerate(fonts)
        if any(node.tag.endswith("}strike") and node.get("val", "1") not in ("0", "false") for node in font)
    }
    cells = next((node for node in styles if node.tag.endswith("}cellXfs")), ())
    return frozenset(str(place).encode() for place, cell in enumerate(cells) if cell.get("fontId") in struck)


def _xml(parts: zipfile.ZipFile, name: str) -> ET.Element:
    if parts.getinfo(name).file_size > _SMALL_PART:
        raise Refused(Why.TABLE_TOO_LARGE, file=Path(parts.filename or name).name)
    return ET.fromstring(parts.read(name))  # noqa: S314 (in the child, which has little memory and nothing to take)
