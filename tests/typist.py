"""Commands typed at one process that has started before: each runs in a fork of it, a process that knows only the disk.

A command costs a test what it does, and not two seconds of libraries. Its output, its end and what it leaves behind are
those of `python -m yizheng`; where the process itself is under test (killed, two at once, a terminal), start that.

Run as a program, this file is that process: a line of JSON comes in for each command, and one says how it ended.
"""

import atexit
import gc
import importlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping
from contextlib import redirect_stderr
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

AGENCY = Path(__file__).parents[1] / "agencies" / "demo"


def typed(
    *words: str, environment: Mapping[str, str], folder: Path, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Type one command with this environment in this folder, and wait for its end."""
    with tempfile.TemporaryDirectory(prefix="typed-") as place:
        files = {name: str(Path(place) / name) for name in ("stdin", "stdout", "stderr")}
        Path(files["stdin"]).write_text(stdin, encoding="utf-8")
        told = {"words": words, "environment": dict(environment), "folder": str(folder), **files}
        code = _typist().ask(told)
        out, err = (Path(files[name]).read_text(encoding="utf-8") for name in ("stdout", "stderr"))
    return subprocess.CompletedProcess(words, code, out, err)


class _Typist:
    """The process that waits; one for each process of tests, gone with it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        atexit.register(self._process.communicate)

    def ask(self, told: Mapping[str, object]) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, f"the typist ended with {self._process.wait(60)}"
        return int(answer)


_typist = cache(_Typist)


def main() -> None:
    """Wake up, then type what comes."""
    home = tempfile.mkdtemp(prefix="typist-")
    os.environ.update(
        YIZHENG_HOME=home, YIZHENG_AGENCY=str(AGENCY), DJANGO_SETTINGS_MODULE="yizheng.settings"
    )
    try:
        wake()
        for line in sys.stdin:
            told = json.loads(line)
            child = os.fork()
            if not child:
                type_(told)
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            sys.stdout.write(f"{code}\n")
            sys.stdout.flush()
    finally:
        shutil.rmtree(home, ignore_errors=True)
        gc.unfreeze()  # or libraries complain of what was never freed


def wake() -> None:
    """Load every story, and compile what a comparison runs. Nothing is opened: children share no file and no thread."""
    import django  # noqa: PLC0415 (the tests that ask only need the file's first half)
    import numpy as np  # noqa: PLC0415

    django.setup()
    for name in ("certify", "compare", "demo", "imports", "pay", "links", "sources", "notices", "cases"):
        importlib.import_module(f"yizheng.doors.cli.{name}")
    engine = importlib.import_module("yizheng.rooms.comparison.engine").Engine
    layout = importlib.import_module("yizheng.rooms.comparison.layout")
    nobody = (np.zeros(1, np.int32), np.zeros(1, np.int64))
    engine(weights=[], threshold=1, weak_cap=0, set_aside=[1]).states(layout.in_order(nobody), as_of=0)
    gc.freeze()  # a child that collects what it has from here would first copy all of it


def type_(told: Mapping[str, Any]) -> NoReturn:
    """Become the command: its files, its folder, its settings. Where those refuse to be read, become a real process."""
    os.chdir(told["folder"])
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        file = os.open(told[name], os.O_RDWR | os.O_CREAT)
        os.dup2(file, number)
        os.close(file)
    words, environment = told["words"], told["environment"]
    try:
        with redirect_stderr(io.StringIO()):
            live_in(environment)
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


def live_in(environment: Mapping[str, str]) -> None:
    """Read the settings again, and forget the database that was known."""
    from django.conf import settings  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    os.environ.clear()
    os.environ.update(environment)
    fresh = importlib.reload(sys.modules["yizheng.settings"])
    for name in filter(str.isupper, dir(fresh)):
        setattr(settings, name, getattr(fresh, name))
    connections.__dict__.pop("settings", None)
    connections._settings = None
    del connections["default"]


if __name__ == "__main__":
    main()
