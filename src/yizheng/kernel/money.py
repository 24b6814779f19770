"""Money is whole fen (分). There is no float anywhere near a pension."""


def yuan_text(fen: int) -> str:
    """An amount for a reader: `1,234.56`."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"
