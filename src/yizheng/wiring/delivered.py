"""Delivered files, opened: a part of its own, since readers of tables cost a command that needs only the policies."""

from pathlib import Path

from yizheng.adapters.department_files.corrections import CorrectionFile
from yizheng.adapters.tables.reading import read_table as _read_table
from yizheng.rooms.corrections.ports import CorrectionFiles
from yizheng.rooms.evidence.ports import DeliveredTable


def read_table(path: Path) -> DeliveredTable:
    """A delivered file, opened, whatever format it has. Raises Refused where it is no table."""
    return _read_table(path)


def correction_files() -> CorrectionFiles:
    """Writes and reads the files of rows to correct."""
    return CorrectionFile()
