"""A file leaves the house: the place it goes to is looked at first, and what the system says is said in one sentence."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from yizheng.kernel.errors import Refused

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


def check_place(out: Path) -> None:
    """Raises Refused where `out` lies in no folder, or is one: called before an export is put into the ledger."""
    if not out.parent.is_dir():
        raise Refused(
            f"{out} cannot be written: the folder {out.parent} was expected, but it does not exist."
            " Make it, or name another place."
        )
    if out.is_dir():
        raise Refused(
            f"{out} cannot be written: a file's name was expected, but it is a folder. Name a file."
        )


def make_private(out: Path) -> None:
    """Make the file, readable by its owner alone, before anything personal is written into it."""
    out.touch(mode=0o600)
    out.chmod(0o600)


@contextmanager
def written_out(out: Path) -> Iterator[None]:
    """Turn what the system says while `out` is written into Refused, with what to do about it."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            what = "the disk is full. Free some room and run the same command again."
        elif error.errno in _FORBIDDEN:
            what = "the system forbids it. Name another place, or ask for the right to write there."
        else:
            what = f"the system says: {error.strerror}. Name another place."
        raise Refused(f"{out} cannot be written: {what}") from error
