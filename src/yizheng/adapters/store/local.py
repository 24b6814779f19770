"""The store on a local disk: evidence, runs, proofs and sealed deliveries, each file written whole or not at all.

A file is written beside its place, flushed to the disk and then given its name, so that a reader, also one after a power
cut, sees the old file or the new one and never half of one.
"""

import errno
import os
import tempfile
from pathlib import Path

from yizheng.adapters.store.why import Why
from yizheng.kernel.errors import Refused


class LocalStore:
    """Files of one installation under one folder. Names inside it are relative and use `/`."""

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()

    @property
    def root(self) -> Path:
        """The folder itself."""
        return self._root

    def path(self, *parts: str) -> Path:
        """The place of a file, whether it exists or not. Raises ValueError for a name that leads out of the store."""
        place = Path(os.path.normpath(self._root.joinpath(*parts)))
        if not place.is_relative_to(self._root):
            raise ValueError(f"a name inside the store was expected, but {'/'.join(parts)!r} came")
        return place

    def folder(self, relative: str) -> Path:
        """The place of a folder, made if it is not there."""
        place = self.path(relative)
        with _disk(relative):
            place.mkdir(parents=True, exist_ok=True)
        return place

    def exists(self, relative: str) -> bool:
        """Whether there is such a file."""
        return self.path(relative).is_file()

    def read(self, relative: str) -> bytes:
        """The whole file. Raises Refused where it is missing."""
        with _disk(relative):
            return self.path(relative).read_bytes()

    def discard(self, relative: str) -> None:
        """Delete a file that can be made again from others. What is not there is no error."""
        with _disk(relative):
            self.path(relative).unlink(missing_ok=True)

    def write(self, relative: str, data: bytes) -> Path:
        """Write the whole file, durably, in place of what was there; gives its place. Raises Refused on a full disk."""
        place = self.path(relative)
        with _disk(relative):
            place.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=".writing-", dir=place.parent)
            waiting = Path(name)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                waiting.replace(place)
            finally:
                waiting.unlink(missing_ok=True)
            _flush_folder(place.parent)
        return place


class _disk:  # noqa: N801 (reads as a word: with _disk(name))
    """Turns the disk's errors into one sentence that says what to do."""

    def __init__(self, relative: str) -> None:
        self._relative = relative

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if not isinstance(error, OSError):
            return
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Refused(Why.DISK_FULL, file=self._relative) from error
        if error.errno == errno.ENOENT:
            raise Refused(Why.FILE_GONE, file=self._relative) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise Refused(Why.FORBIDDEN, file=self._relative) from error


def _flush_folder(folder: Path) -> None:
    """Make the new name itself durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
