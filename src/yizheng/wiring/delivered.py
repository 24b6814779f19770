"""Delivered files, opened: a part of its own, since readers of tables cost a command that needs only the policies."""

from collections.abc import Sequence
from pathlib import Path

from yizheng.adapters.department_files.corrections import CorrectionFile
from yizheng.adapters.tables.folder import Folder
from yizheng.adapters.tables.folder import look_through as _look_through
from yizheng.adapters.tables.reading import read_table as _read_table
from yizheng.rooms.corrections.ports import CorrectionFiles
from yizheng.rooms.evidence.ports import DeliveredTable


def read_table(path: Path, *, with_hidden: bool = False) -> DeliveredTable:
    """A delivered file, opened, whatever format it has. Raises Refused where it is no table.

    `with_hidden`: rows that a workbook hides or strikes through count too.
    """
    return _read_table(path, with_hidden=with_hidden)


def look_through(folder: Path, *, beside: Sequence[str] = ()) -> Folder:
    """The delivered files of a folder, and what else lies there. `beside`: names of files with control totals."""
    return _look_through(folder, beside=beside)


def correction_files() -> CorrectionFiles:
    """Writes and reads the files of rows to correct."""
    return CorrectionFile()
