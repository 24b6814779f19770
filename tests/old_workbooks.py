"""The smallest workbooks of the older kinds, made by hand: XLS (BIFF8 in a compound file) and ODS.

No kept library writes them.
"""

import struct
import zipfile
from collections.abc import Collection, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

_SECTOR = 512


def _record(kind: int, inside: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(inside)) + inside


def _wide(text: str, length: str) -> bytes:
    return struct.pack(f"<{length}B", len(text), 1) + text.encode("utf-16-le")


def _sheet(
    rows: Sequence[Sequence[str]], hidden: Collection[int], struck: Collection[int], columns: Collection[int]
) -> bytes:
    made = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    for column in columns:
        made += _record(0x7D, struct.pack("<6H", column - 1, column - 1, 2048, 0, 1, 0))
    made += _record(0x200, struct.pack("<IIHHH", 0, len(rows), 0, len(rows[0]), 0))
    for number, row in enumerate(rows, 1):
        flags = 0x20 if number in hidden else 0
        made += _record(0x208, struct.pack("<8H", number - 1, 0, len(row), 255, 0, 0, flags | 0x100, 0))
    for number, row in enumerate(rows, 1):
        style = 1 if number in struck else 0
        for place, text in enumerate(row):
            made += _record(0x204, struct.pack("<3H", number - 1, place, style) + _wide(text, "H"))
    return made + _record(0x0A)


def write_xls(
    path: Path,
    sheets: dict[str, Sequence[Sequence[str]]],
    *,
    hidden: Collection[int] = (),
    struck: Collection[int] = (),
    columns: Collection[int] = (),
    stream: str = "Workbook",
) -> None:
    """A workbook whose first sheet hides and strikes through these rows and hides these columns (from 1)."""
    plain, line = struct.pack("<6H4B", 200, 0, 8, 400, 0, 0, 0, 0, 0, 0), 0x08
    struck_font = plain[:2] + bytes([line]) + plain[3:]
    fonts = b"".join(_record(0x31, font + _wide("A", "B")) for font in (plain, struck_font))
    styles = b"".join(_record(0xE0, struct.pack("<10H", font, 0, 0, 0, 0, 0, 0, 0, 0, 0)) for font in (0, 1))
    begin = _record(0x809, struct.pack("<HHHHII", 0x600, 0x05, 0, 0, 0, 0)) + _record(0x42, b"\xb0\x04")
    bodies = [
        _sheet(rows, *((hidden, struck, columns) if not place else ((), (), ())))
        for place, rows in enumerate(sheets.values())
    ]
    names = [_wide(name, "B") for name in sheets]
    at = len(begin + fonts + styles) + sum(len(name) + 10 for name in names) + 4
    listed = b""
    for name, body in zip(names, bodies, strict=True):
        listed += _record(0x85, struct.pack("<IH", at, 0) + name)
        at += len(body)
    path.write_bytes(_compound(begin + fonts + styles + listed + _record(0x0A) + b"".join(bodies), stream))


def _compound(stream: bytes, name: str) -> bytes:
    """The stream by its name in a compound file: header, table, directory, then its sectors."""
    stream = stream.ljust(4096, b"\0")
    count = -(-len(stream) // _SECTOR)
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, count + 2), 0xFFFFFFFE]
    assert len(table) <= _SECTOR // 4
    table += [0xFFFFFFFF] * (_SECTOR // 4 - len(table))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6)
    head += b"\0" * 10 + struct.pack("<8I", 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)

    def entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
        text = (name + "\0").encode("utf-16-le") if name else b""
        return (
            text.ljust(64, b"\0")
            + struct.pack("<HBB3I", len(text), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
            + b"\0" * 36
            + struct.pack("<IQ", first, size)
        )

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(name, 2, 0xFFFFFFFF, 2, len(stream))
    directory += entry("", 0, 0xFFFFFFFF, 0, 0) * 2
    return head + struct.pack("<128I", *table) + directory + stream.ljust(count * _SECTOR, b"\0")


def write_ods(
    path: Path,
    sheets: dict[str, Sequence[Sequence[str]]],
    *,
    hidden: Collection[int] = (),
    struck: Collection[int] = (),
    columns: Collection[int] = (),
) -> None:
    """The same as OpenDocument."""
    body = ""
    for place, (name, rows) in enumerate(sheets.items()):
        first = not place
        body += f'<table:table table:name="{escape(name)}">'
        for column in range(1, len(rows[0]) + 1):
            away = ' table:visibility="collapse"' if first and column in columns else ""
            body += f"<table:table-column{away}/>"
        for number, row in enumerate(rows, 1):
            away = ' table:visibility="filter"' if first and number in hidden else ""
            style = ' table:style-name="ce2"' if first and number in struck else ""
            cells = "".join(
                f'<table:table-cell{style} office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'
                for text in row
            )
            body += f"<table:table-row{away}>{cells}</table:table-row>"
        body += "</table:table>"
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:automatic-styles>'
        '<style:style style:name="ce2" style:family="table-cell"><style:text-properties'
        ' style:text-line-through-style="solid"/></style:style></office:automatic-styles>'
        f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/x"/></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        parts.writestr("content.xml", content)
        parts.writestr("META-INF/manifest.xml", manifest)
