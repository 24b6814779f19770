"""Work for the processor alone (计算分担): done here, or by as many processes as there are processors.

What is given away is a function of a module and what it is to work on, both sent as copies; it opens no database. A
process that helps makes its own keys and connections, and ends with the one that it helps, however that ends.
"""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import connection, get_context, parent_process
from typing import ParamSpec, TypeVar

import django

P = ParamSpec("P")
R = TypeVar("R")


@contextmanager
def processors(*, worth: bool) -> Iterator[Executor]:
    """Who does the work: others, where it is `worth` starting them (some two processor seconds each), else this process.

    Leaving it early gives up what has not begun.
    """
    workers = os.cpu_count() or 1
    if not worth or workers < 2:
        yield _AtOnce()
        return
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_begin)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


class _AtOnce(Executor):
    """This process: what is given is done when it is given."""

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> "Future[R]":
        done: Future[R] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


def _begin() -> None:
    """The start of a process that helps."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    django.setup()


def _end_with_parent() -> None:
    """Wait for the end of the process that is helped: one that was killed tells nobody to stop."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
