"""One process measured from outside: processor seconds and memory of it and of everything it starts, and wall seconds.

Processor seconds are those of the kernel (user and system, all descendants, collected as they end); memory is the
resident size summed over the tree of processes, looked at every few milliseconds, and never less than the highest mark
of any single one. Pages that processes share count for each. Linux only.
"""

import ctypes
import os
import resource
import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")
_LOOK = 0.02
_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True, kw_only=True)
class Used:
    """What a process used, and how it ended (0: well; less than 0: by that signal)."""

    cpu_s: float
    wall_s: float
    peak_mib: int
    code: int
    said: str


def run(command: list[str], *, folder: Path, patience: float, limit_mib: int, said: Path) -> Used:
    """Run a command to its end. What it says goes to a file, its last lines are given back.

    It is ended after `patience` seconds, or when it takes more than `limit_mib`: the machine has other work. Descendants
    that outlive it (a Java machine closing down) are waited for and counted.
    """
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before = _children()
    began = time.monotonic()
    with said.open("wb") as sink:
        process = subprocess.Popen(  # noqa: S603 (our own engines)
            command, cwd=folder, stdout=sink, stderr=subprocess.STDOUT, start_new_session=True
        )
        looker = _Looker(process.pid, limit_mib * 2**20)
        looker.start()
        try:
            code = process.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            code = process.wait()
        wall = time.monotonic() - began
        _collect()
        looker.stop()
    return Used(
        cpu_s=round(_children() - before, 2),
        wall_s=round(wall, 2),
        peak_mib=round(looker.peak / 2**20),
        code=code,
        said="\n".join(said.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-12:]),
    )


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _collect(patience: float = 20) -> None:
    """Wait for descendants whose parents are gone; they are ours now."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(_LOOK)
        except ChildProcessError:
            return


class _Looker(threading.Thread):
    """Looks at the memory of all descendants of this process until it is stopped."""

    def __init__(self, process: int, limit: int) -> None:
        super().__init__(daemon=True)
        self.peak = 0
        self._process, self._limit = process, limit
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(_LOOK):
            sizes = [_sizes(process) for process in _descendants(os.getpid())]
            self.peak = max(self.peak, sum(now for now, _ in sizes), *(highest for _, highest in sizes), 0)
            if sum(now for now, _ in sizes) > self._limit:
                os.killpg(self._process, signal.SIGKILL)
                return

    def stop(self) -> None:
        self._ended.set()
        self.join()


def _descendants(process: int) -> list[int]:
    found: list[int] = []
    try:
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += [int(child), *_descendants(int(child))]
    except OSError:
        pass
    return found


def _sizes(process: int) -> tuple[int, int]:
    """Bytes resident now, and at most so far."""
    try:
        now = int(Path(f"/proc/{process}/statm").read_text().split()[1]) * _PAGE
        status = Path(f"/proc/{process}/status").read_text()
        highest = next((line for line in status.splitlines() if line.startswith("VmHWM:")), "VmHWM: 0 kB")
        return now, int(highest.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        return 0, 0
