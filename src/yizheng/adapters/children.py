"""A child process that is given one piece of work at a time, and is killed when it takes too long or too much.

For work on bytes that strangers sent: whatever they do to the code that reads them happens in a process that has no
database, no keys, no environment of ours and little memory. Questions and answers are length and bytes on two pipes; an
answer is data and is never executed. A child that died is reported, and the owner starts another.
"""

import contextlib
import os
import resource
import select
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

_LENGTH = struct.Struct(">I")
MOST_ANSWER = 64 << 20
_KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "PYTHONPATH", "LD_LIBRARY_PATH")
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class ChildLost(Exception):
    """The child ended, or said something that is no answer."""


class ChildSlow(ChildLost):
    """The child did not answer in time; it was killed."""


class Child:
    """A child that runs a module of ours. Not safe for two threads at once: whoever asks, owns it."""

    def __init__(self, module: str, arguments: Sequence[str] = (), *, megabytes: int) -> None:
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        environment |= dict.fromkeys(_THREADS, "1")
        self._process = subprocess.Popen(  # noqa: S603 (our own module, by this interpreter)
            [sys.executable, "-m", module, str(megabytes), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            close_fds=True,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        """The child's number in the system."""
        return self._process.pid

    def ask(self, question: bytes, *, seconds: float) -> bytes:
        """Give work and wait for the answer. Raises ChildSlow or ChildLost; the child is then dead."""
        until = time.monotonic() + seconds
        try:
            self._write(_LENGTH.pack(len(question)) + question, until)
            return self._read(_checked(self._read(_LENGTH.size, until)), until)
        except (OSError, ChildLost) as error:
            self.kill()
            if isinstance(error, ChildLost):
                raise
            raise ChildLost("the child ended") from error

    def is_alive(self) -> bool:
        """Whether the child still runs."""
        return self._process.poll() is None

    def close(self, *, seconds: float = 2.0) -> None:
        """Let the child end by itself: it does when nothing more can come. One that does not is killed."""
        with contextlib.suppress(OSError):
            self._stdin.close()
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
        else:
            self._close_pipes()

    def kill(self) -> None:
        """End the child now."""
        self._process.kill()
        self._process.wait()
        self._close_pipes()

    @property
    def _stdin(self) -> BinaryIO:
        return _pipe(self._process.stdin)

    @property
    def _stdout(self) -> BinaryIO:
        return _pipe(self._process.stdout)

    def _close_pipes(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _write(self, data: bytes, until: float) -> None:
        handle, view = self._stdin.fileno(), memoryview(data)
        os.set_blocking(handle, False)
        while view:
            if not _ready(handle, select.POLLOUT, until):
                raise ChildSlow("the child did not take the work in time")
            view = view[os.write(handle, view) :]

    def _read(self, length: int, until: float) -> bytes:
        handle, parts, left = self._stdout.fileno(), [], length
        while left:
            if not _ready(handle, select.POLLIN, until):
                raise ChildSlow("the child did not answer in time")
            part = os.read(handle, min(left, 1 << 20))
            if not part:
                raise ChildLost("the child ended")
            parts.append(part)
            left -= len(part)
        return b"".join(parts)


def _ready(handle: int, event: int, until: float) -> bool:
    poll = select.poll()
    poll.register(handle, event)
    return bool(poll.poll(max(0.0, until - time.monotonic()) * 1000))


def _checked(head: bytes) -> int:
    length: int = _LENGTH.unpack(head)[0]
    if length > MOST_ANSWER:
        raise ChildLost("an answer of reasonable length was expected")
    return length


def _pipe(pipe: object) -> BinaryIO:
    if pipe is None:
        raise ChildLost("the child has no pipe")
    return pipe  # type: ignore[return-value]


def serve_parent(work: Callable[[bytes], bytes], *, megabytes: int) -> None:
    """What a child does: answer questions until nobody asks any more. `work` must not raise for bad input.

    Limits the memory first. What libraries print goes nowhere: the answers' pipe is taken away from them.
    """
    limit = megabytes << 20
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(
        OSError
    ):  # where memory runs out, the system ends this process and no other of ours
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    questions = sys.stdin.buffer
    while len(head := questions.read(_LENGTH.size)) == _LENGTH.size:
        question = questions.read(_LENGTH.unpack(head)[0])
        answer = work(question)
        answers.write(_LENGTH.pack(len(answer)) + answer)
        answers.flush()
