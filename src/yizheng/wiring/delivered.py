"""Delivered files, opened: a part of its own, since readers of tables cost a command that needs only the policies."""

from pathlib import Path

from yizheng.adapters.tables.reading import read_table as _read_table
from yizheng.rooms.evidence.ports import DeliveredTable


def read_table(path: Path) -> DeliveredTable:
    """A delivered file, opened, whatever format it has. Raises Refused where it is no table."""
    return _read_table(path)
