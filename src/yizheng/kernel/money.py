"""Money is whole fen (分). There is no float anywhere near a pension."""

import re
from typing import NewType

Fen = NewType("Fen", int)

_YUAN = re.compile(r"(-?)(\d{1,12})(?:\.(\d{1,2}))?")


def parse_yuan(text: str) -> Fen:
    """Read an amount in yuan, such as `3120.50` or `3,120.5`, exactly. Raises ValueError with what was expected."""
    found = _YUAN.fullmatch(text.strip().replace(",", "").replace("，", ""))
    if not found:
        raise ValueError(f"an amount in yuan with at most two decimals was expected, but {text!r} came")
    sign, yuan, decimals = found.groups()
    fen = int(yuan) * 100 + int((decimals or "").ljust(2, "0") or "0")
    return Fen(-fen if sign else fen)


def yuan_text(fen: int) -> str:
    """An amount for a reader: `1,234.56`."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"
