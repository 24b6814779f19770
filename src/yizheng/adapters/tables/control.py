"""Control totals (控制总数): what a sender says of a file's rows and amount, beside it or in a row behind its table.

A file beside it (`deaths.csv.total`, `deaths.ok`, a manifest that the agency names) is believed where it names a figure:
`rows=31`, `记录数：31`, `{"rows": 31, "amount": 3120.50}`, or a line `deaths.csv,31`. In the table only a total that says
what it counts is a figure (合计 31 人, 共31条, an amount under the column of amounts): a number alone may be anything.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from yizheng.adapters.tables.head import BLANKS
from yizheng.rooms.evidence.ports import Declared

BESIDE = ("{file}.total", "{file}.ok", "{file}.ctl", "{stem}.total", "{stem}.ok", "{stem}.ctl")
"""The names of such files everywhere; a source may name others (`control_files`)."""
_LONGEST = 1 << 20
_WHOLE = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?!\d)"
_NUMBER = rf"(-?{_WHOLE}(?:\.\d{{1,2}}(?!\d))?)"
_ROWS = re.compile(
    r"(?:行数|记录数|条数|人数|笔数|总数|\b(?:row|record|line)s?\b|\bcount\b)"
    rf"[^\d\n]{{0,6}}?({_WHOLE})(?!\.)",
    re.IGNORECASE,
)
_AMOUNT = re.compile(rf"(?:金额|总额|\bamount\b|\bsum\b)[^\d\n-]{{0,8}}?{_NUMBER}", re.IGNORECASE)
_COUNTED = re.compile(rf"(?<![\d.,])({_WHOLE})\s*[人行条笔]")
_OTHER_FILE = re.compile(r"[\w\-]+\.(?:csv|txt|tsv|xlsx?|ods|parquet|dat)\b", re.IGNORECASE)
_PART = re.compile(r"小\s*计|本页|(?i:subtotal)")


def names_beside(path: Path, patterns: Sequence[str] = ()) -> list[Path]:
    """Where a file's control totals may lie, beside it. A pattern that leads elsewhere names nothing."""
    told = [pattern.format(file=path.name, stem=path.stem) for pattern in (*patterns, *BESIDE)]
    return [path.with_name(name) for name in told if name and Path(name).name == name and name != path.name]


def declared_beside(path: Path, patterns: Sequence[str] = ()) -> Declared:
    """What a file beside it declares; nothing where there is none, or it gives no figure."""
    for place in names_beside(path, patterns):
        if place.is_file() and not place.is_symlink() and place.stat().st_size <= _LONGEST:
            data = place.read_bytes()
            try:
                text = data.decode("utf-8-sig")
            except UnicodeDecodeError:
                text = data.decode("gb18030", errors="replace")
            found = _in_text(text, path.name)
            if found.rows is not None or found.fen is not None:
                return Declared(rows=found.rows, fen=found.fen, where=place.name)
    return Declared()


def declared_behind(rows: Sequence[Mapping[str, str]], amounts: str, where: str) -> Declared:
    """What the total row behind a table declares. Sums of pages are parts, and of two totals nobody says which counts."""
    totals = [row for row in rows if not _PART.search(" ".join(row.values()))]
    if len(totals) != 1:
        return Declared()
    row = totals[0]
    text = " ".join(cell for header, cell in row.items() if header != amounts)
    count = _ROWS.search(text) or _COUNTED.search(text)
    amount = row.get(amounts, "").strip(BLANKS)
    fen = _fen(amount) if re.fullmatch(_NUMBER, amount) else None
    return Declared(rows=_whole(count[1]) if count else None, fen=fen, where=where)


def _in_text(text: str, name: str) -> Declared:
    said = text.replace(name, " ")
    if _OTHER_FILE.search(said):  # a list of several files: the lines of this one alone
        said = "\n".join(
            line.replace(name, " ").replace(",", " ") for line in text.splitlines() if name in line
        )
    rows, amount = _ROWS.search(said), _AMOUNT.search(said)
    if rows or amount:
        return Declared(rows=_whole(rows[1]) if rows else None, fen=_fen(amount[1]) if amount else None)
    bare = re.findall(rf"(?<![\w.\-:]){_NUMBER}(?![\w.\-:])", said)
    whole = [number for number in bare if "." not in number]
    cents = [number for number in bare if "." in number]
    if len(whole) == 1 and len(cents) <= 1:
        return Declared(rows=_whole(whole[0]), fen=_fen(cents[0]) if cents else None)
    return Declared()


def _whole(text: str) -> int:
    return int(text.replace(",", ""))


def _fen(text: str) -> int:
    yuan, _, cents = text.replace(",", "").partition(".")
    return (-1 if yuan.startswith("-") else 1) * (abs(int(yuan)) * 100 + int(f"{cents:0<2}"))
