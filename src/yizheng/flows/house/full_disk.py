"""A full disk said in one sentence, whoever met it: the store, the database, or the system itself."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError

from yizheng.flows.house.why import Why
from yizheng.kernel.errors import Refused

_SAID_BY_DATABASES = ("disk is full", "disk i/o error", "no space left", "not extend file")


@contextmanager
def full_disk_is_refused(what: str) -> Iterator[None]:
    """Turn a full disk, wherever it shows while `what` is worked on, into Refused. The transaction was rolled back."""
    try:
        yield
    except (OSError, OperationalError) as error:
        full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        if not full and not any(said in str(error).lower() for said in _SAID_BY_DATABASES):
            raise
        raise Refused(Why.DISK_FULL, what=what) from error
