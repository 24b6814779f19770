"""The one place where needs meet suppliers: clock, store, agency files, channels. Doors get everything from here."""

from functools import cache

from django.conf import settings

from yizheng.adapters.agency_files.agency import Agency, load_agency
from yizheng.adapters.store.local import LocalStore
from yizheng.kernel.time import Clock, SystemClock


def clock() -> Clock:
    """The clock of this process."""
    return SystemClock()


def store() -> LocalStore:
    """The store of evidence, runs and proofs of this installation."""
    return LocalStore(settings.YIZHENG.store)


@cache
def agency() -> Agency:
    """The agency's world as data, read once a process. Raises Refused where a file is wrong."""
    return load_agency(settings.YIZHENG.agency)
