"""A file leaves the house: the place it goes to is looked at first, and what the system says is said in one sentence."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from yizheng.flows.house.why import Why
from yizheng.kernel.errors import Refused

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


def check_place(out: Path) -> None:
    """Raises Refused where `out` lies in no folder, or is one: called before an export is put into the ledger."""
    if not out.parent.is_dir():
        raise Refused(Why.NO_FOLDER, out=out, folder=out.parent)
    if out.is_dir():
        raise Refused(Why.IS_FOLDER, out=out)


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
            raise Refused(Why.FULL_WHILE_WRITING, out=out) from error
        if error.errno in _FORBIDDEN:
            raise Refused(Why.FORBIDDEN, out=out) from error
        raise Refused(Why.SYSTEM_REFUSES, out=out, said=error.strerror) from error
