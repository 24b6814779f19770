"""The waiting half of `typist.py`: a process that has read every library, and forks for each command that comes."""

import atexit
import gc
import importlib
import io
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
import traceback
from collections.abc import Mapping
from contextlib import redirect_stderr, suppress
from pathlib import Path
from typing import Any, NoReturn

import django
import numpy as np

AGENCY = Path(__file__).parents[1] / "agencies" / "demo"
AT_ONCE = 16


def serve(address: str) -> None:
    """Wake up, then fork for every command that comes, until told to end."""
    home = tempfile.mkdtemp(prefix="typist-home-")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        wake(home)
        with socket.socket(socket.AF_UNIX) as door:
            door.bind(f"{address}.making")
            door.listen(AT_ONCE)
            Path(f"{address}.making").rename(address)  # who waits for the name can come at once
            signal.signal(signal.SIGCHLD, _bury)
            while True:
                line, _ = door.accept()
                if not os.fork():
                    _answer(line)
                line.close()
    finally:
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(Path(address).parent, ignore_errors=True)
        gc.unfreeze()  # or libraries complain of what was never freed


def _bury(*_: object) -> None:
    """Wait for the children that have ended."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def wake(home: str) -> None:
    """Load every story, and compile what a comparison runs. Nothing is opened: children share no file and no thread."""
    os.environ.update(
        YIZHENG_HOME=home, YIZHENG_AGENCY=str(AGENCY), DJANGO_SETTINGS_MODULE="yizheng.settings"
    )
    django.setup()
    for name in ("certify", "compare", "demo", "imports", "pay", "links", "sources", "notices", "cases"):
        importlib.import_module(f"yizheng.doors.cli.{name}")
    engine = importlib.import_module("yizheng.rooms.comparison.engine").Engine
    layout = importlib.import_module("yizheng.rooms.comparison.layout")
    nobody = (np.zeros(1, np.int32), np.zeros(1, np.int64))
    engine(weights=[], threshold=1, weak_cap=0, set_aside=[1]).states(layout.in_order(nobody), as_of=0)
    gc.freeze()  # a child that collects what it has from here would first copy all of it


def _answer(line: socket.socket) -> NoReturn:
    """Let a child be the command; tell its number, and its end, to who asked."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _, files, _, _ = socket.recv_fds(line, 1, 3)
    told = b"".join(iter(lambda: line.recv(1 << 16), b""))
    child = os.fork()
    if not child:
        _type(json.loads(told), files)
    line.sendall(f"{child}\n".encode())
    with suppress(BrokenPipeError):  # who asked may have gone
        line.sendall(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n".encode())
    os._exit(0)


def _type(told: Mapping[str, Any], files: list[int]) -> NoReturn:
    """Become the command: its files, its folder, its settings. Where those refuse to be read, become a real process."""
    os.chdir(told["folder"])
    for number, file in enumerate(files):
        os.dup2(file, number)
    words, environment = told["words"], told["environment"]
    try:
        with redirect_stderr(io.StringIO()):
            _live_in(environment)
    except BaseException:  # noqa: BLE001 (what is wrong is told by the command itself)
        os.execve(sys.executable, [sys.executable, "-m", "yizheng", *words], environment)  # noqa: S606
    sys.argv = ["yizheng", *words]
    code = 0
    try:
        importlib.import_module("yizheng.doors.cli.main").main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 (as Python ends a process of its own)
        traceback.print_exc()
        code = 1
    atexit._run_exitfuncs()
    sys.stdout.flush()
    os._exit(code)


def _live_in(environment: Mapping[str, str]) -> None:
    """Read the settings again; forget the database and the suppliers that were known; take this home's keys."""
    from django.conf import settings  # noqa: PLC0415 (set up by now)
    from django.db import connections  # noqa: PLC0415

    os.environ.clear()
    os.environ.update(environment)
    fresh = importlib.reload(sys.modules["yizheng.settings"])
    for name in filter(str.isupper, dir(fresh)):
        setattr(settings, name, getattr(fresh, name))
    connections.__dict__.pop("settings", None)
    connections._settings = None
    del connections["default"]
    for part in [module for name, module in sys.modules.items() if name.startswith("yizheng.wiring.")]:
        for found in vars(part).values():
            if hasattr(found, "cache_clear"):
                found.cache_clear()
    importlib.import_module("yizheng.wiring.key_ring").hand_in_keys()
