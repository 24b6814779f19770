"""Commands typed at one process that has started before: each runs in a fork of it, a process that knows only the disk.

A command costs a test what it does, and not two seconds of libraries. Its output, its end and what it leaves behind are
those of `python -m yizheng`, and it is killed like it. Where the start is under test (a terminal, a limit), start that.

    python typist.py ADDRESS               wait at this socket for commands
    python typist.py ADDRESS WORD ...      type one, as `python -m yizheng WORD ...` (needs no library, starts at once)
"""

import atexit
import json
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path


def typed(
    *words: str, environment: Mapping[str, str], folder: Path, stdin: str = ""
) -> "subprocess.CompletedProcess[str]":
    """Type one command with this environment in this folder, and wait for its end."""
    with ExitStack() as stack:
        given, out, err = (
            stack.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8")) for _ in range(3)
        )
        given.write(stdin)
        given.seek(0)
        code = ask(typist(), words, environment, folder, [file.fileno() for file in (given, out, err)])
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(words, code, out.read(), err.read())


class Started:
    """A command that runs: a process of its own, to be killed or to meet another."""

    def __init__(self, words: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        self._said = Path(tempfile.mkdtemp(prefix="typed-"))
        self._told: tuple[str, ...] = ()
        self._line = socket.socket(socket.AF_UNIX)
        self.returncode: int | None = None
        with ExitStack() as stack:
            paths = [self._said / name for name in ("in", "out", "err")]
            files = [stack.enter_context(path.open("w+", encoding="utf-8")).fileno() for path in paths]
            self.pid = _send(self._line, typist(), words, environment, folder, files)

    def poll(self) -> int | None:
        """The exit code, or minus the signal that ended it; None while it runs."""
        if self.returncode is None and select.select([self._line], [], [], 0)[0]:
            self.wait()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end. Raises TimeoutError."""
        if self.returncode is None:
            self._line.settimeout(timeout)
            self.returncode = _number(self._line)
            self._line.close()
            self._told = tuple((self._said / name).read_text("utf-8") for name in ("out", "err"))
            shutil.rmtree(self._said)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send the process a signal, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def communicate(self, timeout: float | None = None) -> tuple[str, ...]:
        """Wait for the end; gives what it wrote to stdout and to stderr."""
        self.wait(timeout)
        return self._told


@cache
def typist() -> str:
    """The address of this process's typist, which starts when first asked for and goes with this process."""
    folder = tempfile.mkdtemp(prefix="typist-")
    address = str(Path(folder) / "socket")
    process = subprocess.Popen([sys.executable, __file__, address])
    atexit.register(process.wait)
    atexit.register(process.terminate)  # first: what is registered last runs first
    while not Path(address).exists():
        assert process.poll() is None, "the typist ended before it began"
        time.sleep(0.05)
    return address


def ask(
    address: str, words: Sequence[str], environment: Mapping[str, str], folder: Path, files: Sequence[int]
) -> int:
    """Send one command with its stdin, stdout and stderr. Returns its exit code, or minus the signal that ended it."""
    with socket.socket(socket.AF_UNIX) as line:
        _send(line, address, words, environment, folder, files)
        return _number(line)


def _send(
    line: socket.socket,
    address: str,
    words: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
    files: Sequence[int],
) -> int:
    """Send a command; gives the number of its process."""
    told = {"words": list(words), "environment": dict(environment), "folder": str(folder)}
    line.connect(address)
    socket.send_fds(line, [b"f"], list(files))
    line.sendall(json.dumps(told).encode())
    line.shutdown(socket.SHUT_WR)
    return _number(line)


def _number(line: socket.socket) -> int:
    """The next line that the typist writes."""
    told = b"".join(iter(lambda: line.recv(1).strip(), b""))
    assert told, "the typist hung up"
    return int(told)


if __name__ == "__main__":
    place, *typed_words = sys.argv[1:]
    if typed_words:
        sys.exit(ask(place, typed_words, os.environ, Path.cwd(), [0, 1, 2]))
    from typing_hand import serve

    serve(place)
