"""An installation with narrow buckets that is killed again and again: a process of its own for test_kill_points.

It builds a small city with one certification in force, prints the survey of an uninterrupted run (which instants it has,
what it comes to), and then, for every line of JSON that comes in, puts the city back as built, kills the run there,
resumes it to the end, and prints what came.

The width of buckets is set before anything else is imported, so a small city fills many of them. Commands run in forks
of this process, each a process that knows nothing of the others but what is on the disk; that makes a point cost about
a second.
"""

import json
import os
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any

from yizheng.rooms.comparison import data

BUCKET_BITS = 6
data.BUCKET_BITS = BUCKET_BITS

import click  # noqa: E402 (after the width is set, as all that follows)
import django  # noqa: E402
import numpy as np  # noqa: E402
from django.db.transaction import Atomic  # noqa: E402

import yizheng.doors.cli.main  # noqa: E402
from yizheng.adapters.store.local import LocalStore  # noqa: E402
from yizheng.rooms.comparison import layout  # noqa: E402
from yizheng.rooms.comparison.engine import Engine  # noqa: E402

HOME = Path(os.environ["YIZHENG_HOME"])
BUILT = HOME.parent / "built"
AS_OF = "2026-10-31"
PEOPLE = 450

Row = dict[str, Any]


def type_(*words: str) -> None:
    """Type a command at the city."""
    yizheng.doors.cli.main.cli(args=list(words), standalone_mode=False)


def build() -> None:
    """Everything before the run that will be killed, and the run of the month before."""
    world = HOME.parent / "world"
    words = ("--people", str(PEOPLE), "--months", "3", "--seed", "7", "--out", str(world))
    fork(lambda: type_("world", "make", *words))
    manifest = json.loads((world / "manifest.json").read_text(encoding="utf-8"))
    roster = manifest["roster"]
    fork(lambda: type_("init"))
    fork(
        lambda: type_(
            "roster", "import", str(world / roster["path"]), "--delivered-on", roster["delivered_on"]
        )
    )
    feeds: dict[str, list[str]] = {}
    for feed in manifest["feeds"]:
        feeds.setdefault(feed["source"], []).append(str(world / feed["path"]))

    def take_in() -> None:
        for source, files in feeds.items():
            type_("feed", "import", "--source", source, *files)
        type_("certify", "--as-of", "2026-09-30")

    fork(take_in)
    HOME.rename(BUILT)


def fork(work: Callable[[], object]) -> int:
    """Do the work in a child of this process, quietly, and wait. Gives the signal that ended it, 0 for none.

    Raises RuntimeError when the work itself failed.
    """
    status = os.waitstatus_to_exitcode(os.waitpid(started(work), 0)[1])
    if status > 0:
        raise RuntimeError(f"the work in a child ended with {status}")
    return -status


def started(work: Callable[[], object]) -> int:
    """Start the work in a child of this process. Returns its number."""
    child = os.fork()
    if child:
        return child
    try:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        work()
    except BaseException as error:  # noqa: BLE001 (the end of a process: it is said and counted)
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        os._exit(3)
    os._exit(0)


# -- where to be killed -------------------------------------------------------------------------------------------------


@contextmanager
def instants(meet: Callable[[str], None]) -> Iterator[None]:
    """Tell `meet` of every instant that matters: around each write of a file, and around each transaction."""
    write, fsync = LocalStore.write, os.fsync

    def writing(store: LocalStore, relative: str, content: bytes) -> Path:
        name = relative.rsplit("/", 1)[-1]
        meet(f"before {name}")
        place = write(store, relative, content)
        meet(f"after {name}")
        return place

    def flushing(handle: int) -> None:
        meet("before a flush")
        fsync(handle)
        meet("after a flush")

    enter, leave = Atomic.__enter__, Atomic.__exit__

    def entering(atomic: Atomic) -> None:
        meet("before a transaction")
        enter(atomic)
        meet("inside a transaction")

    def leaving(atomic: Atomic, *error: Any) -> None:
        meet("before the end of a transaction")
        leave(atomic, *error)
        meet("after a transaction")

    LocalStore.write, os.fsync, Atomic.__enter__, Atomic.__exit__ = writing, flushing, entering, leaving
    try:
        yield
    finally:
        LocalStore.write, os.fsync, Atomic.__enter__, Atomic.__exit__ = write, fsync, enter, leave


def certify() -> None:
    """The run that is killed."""
    type_("certify", "--as-of", AS_OF)


def certify_and_verify() -> None:
    """The run to its end; the ledger must verify."""
    certify()
    type_("ledger", "verify")


def certify_until(number: int) -> None:
    """Certify, and be killed at the instant of that number."""
    left = number

    def meet(name: str) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    with instants(meet):
        certify()


def certify_until_call(number: int) -> None:
    """Certify, and be killed when Python has called so many functions."""
    left = number

    def called(frame: object, event: str, argument: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(called)
    certify()


def wake() -> None:
    """Load what a run needs, so that no child has to. Nothing is opened: children share no file and no thread."""
    put_back()
    django.setup()
    for name in ("certify", "ledger"):
        yizheng.doors.cli.main.cli.get_command(click.Context(yizheng.doors.cli.main.cli), name)
    import_module("yizheng.wiring").agency()
    nobody = (np.zeros(1, np.int32), np.zeros(1, np.int64))
    Engine(weights=[], threshold=1, weak_cap=0, set_aside=[1]).states(layout.in_order(nobody), as_of=0)


def survey() -> Row:
    """An uninterrupted run: its instants by name, and what it comes to."""
    put_back()
    notes = HOME.parent / "instants.json"

    def watched() -> None:
        met: list[str] = []
        with instants(met.append):
            certify()
        notes.write_text(json.dumps(met), encoding="utf-8")

    fork(watched)
    fork(certify_and_verify)
    return {"instants": json.loads(notes.read_text(encoding="utf-8")), "came": came()}


def length() -> Row:
    """How many calls an uninterrupted run makes, and how long it takes."""
    put_back()
    notes = HOME.parent / "calls.json"

    def counted() -> None:
        calls = 0

        def called(frame: object, event: str, argument: object) -> None:
            nonlocal calls
            calls += 1

        sys.setprofile(called)
        certify()
        sys.setprofile(None)
        notes.write_text(str(calls), encoding="utf-8")

    fork(counted)
    put_back()
    begun = time.monotonic()
    fork(certify)
    return {"calls": int(notes.read_text(encoding="utf-8")), "seconds": time.monotonic() - begun}


def kill(point: Row) -> Row:
    """The city as built, killed at a point (or at several, one after the other), resumed to the end, and looked at."""
    put_back()
    killed = []
    for how in point["kills"]:
        if "instant" in how:
            killed.append(fork(lambda how=how: certify_until(how["instant"])))
        elif "call" in how:
            killed.append(fork(lambda how=how: certify_until_call(how["call"])))
        else:
            child = started(certify)
            time.sleep(how["seconds"])
            os.kill(child, signal.SIGKILL)
            killed.append(-os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    files = len(list(HOME.glob(f"store/runs/{AS_OF}*/results/*.parquet")))
    fork(certify_and_verify)
    return {"killed": killed, "buckets_done": files, "came": came()}


def put_back() -> None:
    """The home as it was built."""
    shutil.rmtree(HOME, ignore_errors=True)
    shutil.copytree(BUILT, HOME)


def came() -> Row:
    """What a finished run brought into force, without its times."""
    with sqlite3.connect(HOME / "db.sqlite3") as database:
        told = {
            name: database.execute(query).fetchall()
            for name, query in {
                "runs": "select as_of, state, inputs_hash, results_hash from certification_run order by as_of",
                "standings": "select * from certification_standing order by pno",
                "cases": "select pno, state, reasons, leads from casework_case order by pno",
                "messages": "select key, template from notices_message order by key",
                "pay": "select pno, to_state, reason_code, effective_month from entitlements_paystatechange",
                "ledger": "select count(*) from ledger_entry",
            }.items()
        }
    run = told["runs"][-1]
    return {
        "as_of": run[0],
        "state": run[1],
        "results_hash": run[3],
        "runs": len(told["runs"]),
        "in_force": sha256(json.dumps(told).encode()).hexdigest(),
    }


def main() -> None:
    """Build, survey, and kill at the points that come in; a line without points asks how long the run is."""
    build()
    wake()
    print(json.dumps(survey()), flush=True)  # noqa: T201 (its output)
    for line in sys.stdin:
        point = json.loads(line)
        print(json.dumps(kill(point) if point["kills"] else length()), flush=True)  # noqa: T201 (its output)


if __name__ == "__main__":
    main()
