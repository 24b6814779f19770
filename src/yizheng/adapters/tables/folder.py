"""A folder of delivered files: which of them are deliveries, and what else lies there.

Links are not followed: a file that a link names is not one that a department put there. What systems leave behind is
passed over by name. A file that still grows is left for later. A name that no database keeps is refused alone.
"""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from yizheng.adapters.tables.control import names_beside
from yizheng.adapters.tables.why import Finding, Why
from yizheng.kernel.errors import Refused
from yizheng.kernel.text import escaped_name, is_plain_name
from yizheng.kernel.told import Told, told

_JUNK = re.compile(
    r"\..*|~\$.*|~.*\.tmp|thumbs\.db|desktop\.ini|.*\.(?:tmp|part|partial|filepart|crdownload|download|swp|bak~?)|.*~",
    re.IGNORECASE,
)
_JUNK_FOLDERS = {"__MACOSX", "$RECYCLE.BIN", "System Volume Information"}
_FRESH = 10.0
"""Seconds: a file changed less than this ago may still be written."""
_PAUSE = 1.0


@dataclass(frozen=True, slots=True)
class Folder:
    """The files to import, in the order of delivery; what is refused; what was passed over; and why."""

    files: tuple[Path, ...]
    refused: tuple[Refused, ...]
    passed_over: tuple[Told, ...]


def look_through(folder: Path, *, beside: Sequence[str] = ()) -> Folder:
    """Every file in a folder and below it. Waits a moment where one was changed just now, to see whether it grows.

    Files with the control totals of another one are read with it; `beside` names further ones (`control.names_beside`).
    """
    found = sorted(folder.rglob("*"), key=lambda path: (path.stem[-10:], path.name))
    files, refused, passed = [], [], []
    for path in found:
        inside = path.relative_to(folder)
        name = escaped_name(str(inside))
        if path.is_symlink() or any((folder / above).is_symlink() for above in inside.parents):
            refused.append(Refused(Why.IS_A_LINK, file=name))
        elif not path.is_file():
            continue
        elif _JUNK.fullmatch(path.name) or _JUNK_FOLDERS.intersection(inside.parts):
            passed.append(told(Finding.JUNK, file=name))
        elif not is_plain_name(str(inside)):
            refused.append(Refused(Why.NAME_NOT_TEXT, file=name))
        else:
            files.append(path)
    totals = {place for path in files for place in names_beside(path, beside)}
    files = [path for path in files if path not in totals]
    growing = _growing(files)
    passed += [told(Finding.STILL_GROWING, file=path.name) for path in growing]
    return Folder(tuple(path for path in files if path not in growing), tuple(refused), tuple(passed))


def _growing(files: list[Path]) -> list[Path]:
    now = time.time()
    fresh = {path: _state(path) for path in files}
    fresh = {path: state for path, state in fresh.items() if now - state[1] < _FRESH}
    if fresh:
        time.sleep(_PAUSE)
    return [path for path, state in fresh.items() if _state(path) != state]


def _state(path: Path) -> tuple[int, float]:
    found = path.stat()
    return found.st_size, found.st_mtime
