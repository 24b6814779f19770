"""What a workbook of the old kind (XLS, BIFF8 in a compound file) hides: hidden and struck-through rows, hidden columns.

Only the records that say so are looked at ([MS-CFB] 2.2-2.6, [MS-XLS] 2.4). Errors of damaged files go through.
"""

import struct
from collections.abc import Iterator
from pathlib import Path

_END = 0xFFFFFFFA
"""From here on a sector's number means something else: end, free, table."""
_BOF, _EOF, _SHEET, _ROW, _COLUMN, _FONT, _FORMAT = 0x809, 0x0A, 0x85, 0x208, 0x7D, 0x31, 0xE0
_DATE_1904 = 0x22
_CELLS = {0xFD, 0x203, 0x204, 0x205, 0x27E, 0x06, 0xD6}
"""Cells with a content and one style each: text, number, label, truth value, short number, formula, rich text."""
_SHORT_NUMBERS = 0xBD
_BIFF8 = 0x600


def _sectors(data: bytes, first: int, table: list[int], size: int, start: int) -> bytes:
    """A stream from its chain of sectors. Raises ValueError where the chain runs in a circle."""
    found = []
    while first < _END:
        found.append(data[start + first * size : start + (first + 1) * size])
        if len(found) > len(table):
            raise ValueError
        first = table[first]
    return b"".join(found)


def _words(data: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))


def _workbook(data: bytes) -> bytes:
    """The stream `Workbook` of a compound file. Raises KeyError where there is none."""
    size, small = 1 << data[30], 1 << data[32]
    first_directory, _, smallest, first_small, _, more, count = struct.unpack_from("<7I", data, 48)
    places = _words(data[76:512])
    while count and more < _END:
        block = _words(data[(more + 1) * size : (more + 2) * size])
        places, more, count = [*places, *block[:-1]], block[-1], count - 1
    table = _words(
        b"".join(data[(place + 1) * size : (place + 2) * size] for place in places if place < _END)
    )
    directory = _sectors(data, first_directory, table, size, size)
    entries = {}
    for at in range(0, len(directory), 128):
        (length,) = struct.unpack_from("<H", directory, at + 64)
        name = directory[at : at + max(length - 2, 0)].decode("utf-16-le")
        entries[name] = struct.unpack_from("<II", directory, at + 116)
    first, length = entries["Workbook"]
    if length >= smallest:
        return _sectors(data, first, table, size, size)[:length]
    store = _sectors(data, entries["Root Entry"][0], table, size, size)
    small_table = _words(_sectors(data, first_small, table, size, size))
    return _sectors(store, first, small_table, small, 0)[:length]


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records of one part, without those of charts inside it."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        depth += (kind == _BOF) - (kind == _EOF)
        if not depth:
            return
        if depth == 1:
            yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def marks_of_xls(
    path: Path, sheet: str
) -> tuple[frozenset[int], frozenset[int], frozenset[int], bool] | None:
    """Hidden rows, struck rows, hidden columns, counted from 1, and whether days count from 1904.

    None where the sheet is not found, or the workbook is older than BIFF8.
    """
    stream = _workbook(path.read_bytes())
    fonts: list[bool] = []
    struck_styles: set[int] = set()
    place, styles, calendar = 0, 0, False
    for kind, inside in _records(stream, 0):
        if kind == _BOF and struct.unpack_from("<H", inside)[0] != _BIFF8:
            return None
        if kind == _FONT:
            fonts.append(bool(inside[2] & 0x08))
            if len(fonts) == 4:
                fonts.append(False)  # number 4 is never used
        elif kind == _FORMAT:
            (font,) = struct.unpack_from("<H", inside)
            if font < len(fonts) and fonts[font]:
                struck_styles.add(styles)
            styles += 1
        elif kind == _DATE_1904:
            calendar = inside[:1] == b"\1"
        elif kind == _SHEET and _name(inside) == sheet:
            (place,) = struct.unpack_from("<I", inside)
    return (*_of_sheet(stream, place, struck_styles), calendar) if place else None


def _name(inside: bytes) -> str:
    length, wide = inside[6], inside[7] & 1
    return inside[8 : 8 + length * 2].decode("utf-16-le") if wide else inside[8 : 8 + length].decode("latin1")


def _of_sheet(
    stream: bytes, place: int, struck_styles: set[int]
) -> tuple[frozenset[int], frozenset[int], frozenset[int]]:
    hidden: set[int] = set()
    struck: set[int] = set()
    columns: set[int] = set()
    for kind, inside in _records(stream, place):
        if kind == _ROW:
            if inside[12] & 0x20:
                hidden.add(struct.unpack_from("<H", inside)[0] + 1)
        elif kind == _COLUMN:
            first, last, _, _, flags = struct.unpack_from("<5H", inside)
            if flags & 1:
                columns.update(range(first + 1, last + 2))
        elif struck_styles and kind in _CELLS:
            row, _, style = struct.unpack_from("<3H", inside)
            if style in struck_styles:
                struck.add(row + 1)
        elif struck_styles and kind == _SHORT_NUMBERS:
            styles = {struct.unpack_from("<H", inside, at)[0] for at in range(4, len(inside) - 2, 6)}
            if styles & struck_styles:
                struck.add(struct.unpack_from("<H", inside)[0] + 1)
    return frozenset(hidden), frozenset(struck), frozenset(columns)
