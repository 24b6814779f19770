"""Commands typed at one process that has started before: each runs in a fork of it, a process that knows only the disk.

A command costs a test what it does, and not two seconds of libraries. Its output, its end and what it leaves behind are
those of `python -m yizheng`; where the process itself is under test (killed, two at once, a terminal), start that.

    python typist.py ADDRESS               wait at this socket for commands
    python typist.py ADDRESS WORD ...      type one, as `python -m yizheng WORD ...` (needs no library, starts at once)
"""

import atexit
import json
import os
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
    told = {"words": list(words), "environment": dict(environment), "folder": str(folder)}
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(address)
        socket.send_fds(line, [b"f"], list(files))
        line.sendall(json.dumps(told).encode())
        line.shutdown(socket.SHUT_WR)
        answer = line.recv(16)
    assert answer, "the typist hung up"
    return int(answer)


if __name__ == "__main__":
    place, *typed_words = sys.argv[1:]
    if typed_words:
        sys.exit(ask(place, typed_words, os.environ, Path.cwd(), [0, 1, 2]))
    from typing_hand import serve

    serve(place)
