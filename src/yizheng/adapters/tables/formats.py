"""Files that people send for tables and that are none: known by how they begin, so that the refusal can name them."""

import codecs
import re
from pathlib import Path

from yizheng.adapters.tables.why import Why
from yizheng.kernel.errors import Refused

_MAGIC = {
    b"%PDF": "PDF",
    b"{\\rtf": "RTF",
    b"\x1f\x8b": "GZIP",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7Z",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"BZh": "BZIP2",
    b"\xfd7zXZ": "XZ",
    b"SQLite format 3": "SQLite",
}
_TEXTS = (
    (re.compile(r"<\?xml.*<(?:\w+:)?workbook\b|<\?mso-application", re.DOTALL), "XML (SpreadsheetML)"),
    (
        re.compile(
            r"(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype|html|head|body|table|meta|style|script|div)\b",
            re.DOTALL,
        ),
        "HTML",
    ),
    (re.compile(r"mime-version:", re.DOTALL), "MHTML"),
    (re.compile(r"<\?xml|<[a-z][\w:]*[^<>]*>", re.DOTALL), "XML"),
    (re.compile(r"\{\s*\"|\[\s*[\[{]"), "JSON"),
)


def check_is_table(path: Path, head: bytes) -> None:
    """Refuse a file by its first bytes. `head`: as many as there are, up to a few thousand. Raises Refused."""
    found = next((name for magic, name in _MAGIC.items() if head.startswith(magic)), "") or _text_format(head)
    if found:
        raise Refused(Why.NO_TABLE, file=path.name, format=found)


def _text_format(head: bytes) -> str:
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = head.decode("utf-16" if wide else "utf-8", errors="ignore").lstrip("\ufeff \t\r\n").lower()
    return next((name for pattern, name in _TEXTS if pattern.match(text)), "")
