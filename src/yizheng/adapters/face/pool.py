"""Engine processes for everybody's captures (人脸引擎进程池): one bounded queue, and the truth about waiting.

Rules that always hold: the engine works in processes of its own, which reach neither the database nor the keys; a
sending is looked at once, however often it is asked for; a process that dies or hangs is replaced and its sending tried
once more, never twice; nobody is let into a queue that could not be served in `longest_wait` seconds, and whoever waits
is told how long by what the last sendings really took.

A sending that is not done within `patience` seconds is answered `Waiting`; the same key asks again and finds it done, or
where it stands. What nobody fetches is forgotten after `kept` seconds.
"""

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import ceil

import msgspec

from yizheng.adapters.children import Child, ChildLost
from yizheng.adapters.face.passive_files import PassiveNet
from yizheng.rooms.biometrics.data import FaceSeen
from yizheng.rooms.biometrics.frames import unpack_seen
from yizheng.rooms.passes.ports import EngineAway, Waiting
from yizheng.rooms.passes.why import Why

ENGINE = "yizheng.adapters.face.engine:SFaceEngine"
MEGABYTES = 3072
"""Address space of an engine process; it really uses some 250 MB."""

START_SECONDS = 60.0
"""So long an engine may take to load its weights."""

FIRST_GUESS = 0.05
"""Seconds a picture, before any was looked at."""

_WEIGHT = 0.2
"""How much the newest sending counts in the average of seconds a picture."""

_LATE_WEIGHT = 0.3
"""How much the newest promise that was kept late counts in the lateness. Whoever waits comes back when it was promised,
never sooner, so the lateness also shrinks by itself with each promise that is kept."""

_TRIES = 2


@dataclass(slots=True)
class _Job:
    """One sending: queued, being looked at since `started`, or done."""

    key: str
    pictures: tuple[bytes, ...]
    asked_at: float
    started: float = 0.0
    promised: float = 0.0
    done: threading.Event = field(default_factory=threading.Event)
    seen: tuple[FaceSeen, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolState:
    """How the pool is doing: for the bench and for whoever watches over the installation."""

    workers: int
    queued: int
    looking: int
    seconds_a_picture: float
    restarts: int
    done: int


class FacePool:
    """The pool of one server process. Starts its processes when the first pictures come."""

    def __init__(
        self,
        *,
        workers: int = 0,
        engine: str = ENGINE,
        passive: Sequence[PassiveNet] = (),
        patience: float = 0.8,
        longest_wait: float = 120.0,
        seconds_a_picture: float = 5.0,
        kept: float = 180.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._size = workers or default_size()
        self._engine, self._patience, self._longest = engine, patience, longest_wait
        self._passive = [f"{net.sha256}:{net.margin}:{net.file.resolve()}" for net in passive]
        self._most_seconds, self._kept, self._clock = seconds_a_picture, kept, clock
        self._lock = threading.Lock()
        self._wanted = threading.Condition(self._lock)
        self._jobs: OrderedDict[str, _Job] = OrderedDict()
        self._queue: OrderedDict[str, _Job] = OrderedDict()
        self._looking: dict[str, _Job] = {}
        self._threads: list[threading.Thread] = []
        self._children: dict[int, Child] = {}
        self._pace = FIRST_GUESS
        self._late = 0.0
        self._restarts = self._done = 0
        self._closed = False
        self._starting = threading.Lock()
        self._code = ""

    def look(self, key: str, pictures: Sequence[bytes]) -> tuple[FaceSeen, ...] | Waiting:
        """See `certification.ports.Looker`."""
        with self._lock:
            if self._closed:
                raise EngineAway(Why.ENGINE_STOPPING)
            self._forget()
            job = self._jobs.get(key)
            if job is None:
                waiting = self._waiting(self._ahead(None), len(pictures))
                if waiting.seconds > self._longest:
                    return waiting
                job = _Job(key=key, pictures=tuple(pictures), asked_at=self._clock())
                self._jobs[key] = self._queue[key] = job
                self._start()
                self._wanted.notify()
        if not job.done.wait(self._patience):
            with self._lock:
                waiting = self._waiting(self._ahead(job), len(job.pictures))
                job.promised = job.promised or self._clock() + waiting.seconds
                return waiting
        if job.seen is None:
            with self._lock:
                self._jobs.pop(key, None)
            raise EngineAway(Why.ENGINE_FAILED_TWICE)
        with self._lock:
            if job.promised:
                self._late += _LATE_WEIGHT * (self._clock() - job.promised - self._late)
                job.promised = 0.0
        return job.seen

    def engine_code(self) -> str:
        """The code of the engine that works here, asked of it once. Raises EngineAway."""
        with self._starting:
            if not self._code:
                try:
                    self._code = self._new_child(0)
                except (ChildLost, OSError, UnicodeDecodeError):
                    raise EngineAway(Why.ENGINE_DOES_NOT_START) from None
            return self._code

    def state(self) -> PoolState:
        """How the pool is doing."""
        with self._lock:
            return PoolState(
                workers=self._size,
                queued=len(self._queue),
                looking=len(self._looking),
                seconds_a_picture=self._pace,
                restarts=self._restarts,
                done=self._done,
            )

    def children(self) -> list[int]:
        """The process numbers of the engines that run."""
        with self._lock:
            return [child.pid for child in self._children.values() if child.is_alive()]

    def close(self) -> None:
        """Take nothing more, let what is being looked at end, and stop the processes."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._wanted.notify_all()
        for thread in self._threads:
            thread.join(self._most_seconds)
        with self._lock:
            left = list(self._children.values())
            self._children.clear()
        for child in left:
            child.close()

    # --- waiting ---

    def _ahead(self, job: _Job | None) -> list[_Job]:
        """The sendings that stand before this one; before a new one: all."""
        before = list(self._looking.values())
        for queued in self._queue.values():
            if queued is job:
                return before
            before.append(queued)
        return [other for other in before if other is not job]

    def _waiting(self, ahead: Sequence[_Job], own: int) -> Waiting:
        """How long: what stands before, less what the running ones have done already, shared by the engines; and by how
        much the last promises were late, since people also wait where no queue of ours is (the line, the web's threads).
        """
        now = self._clock()
        work = own * self._pace
        for job in ahead:
            cost = len(job.pictures) * self._pace
            work += max(cost - (now - job.started), 0.1 * cost) if job.started else cost
        seconds = work / self._size + max(0.0, self._late)
        return Waiting(seconds=max(1, ceil(seconds)), ahead=len(ahead))

    def _forget(self) -> None:
        """Drop what nobody fetched. The oldest stand first."""
        now = self._clock()
        for key, job in list(self._jobs.items()):
            if now - job.asked_at < self._kept:
                return
            if job.done.is_set():
                del self._jobs[key]

    # --- working ---

    def _start(self) -> None:
        while len(self._threads) < self._size:
            number = len(self._threads)
            thread = threading.Thread(target=self._work, args=(number,), name=f"face-{number}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _work(self, number: int) -> None:
        while (job := self._take()) is not None:
            started = self._clock()
            seen = self._looked_at(number, job)
            with self._lock:
                job.seen = seen
                self._looking.pop(job.key, None)
                self._done += 1
                if seen is not None and job.pictures:
                    newest = (self._clock() - started) / len(job.pictures)
                    self._pace += _WEIGHT * (newest - self._pace)
            job.pictures = ()
            job.done.set()

    def _take(self) -> _Job | None:
        """The next sending, waited for; None when the pool is closed. What is queued then is left unanswered."""
        with self._lock:
            while not self._queue and not self._closed:
                self._wanted.wait()
            if self._closed:
                for job in self._queue.values():
                    job.done.set()
                self._queue.clear()
                return None
            _, job = self._queue.popitem(last=False)
            job.started = self._clock()
            self._looking[job.key] = job
            return job

    def _looked_at(self, number: int, job: _Job) -> tuple[FaceSeen, ...] | None:
        """What the engine saw; None where it died on these pictures twice."""
        question = msgspec.msgpack.encode(list(job.pictures))
        for _ in range(_TRIES):
            try:
                answer = self._child(number).ask(
                    question, seconds=self._most_seconds * max(1, len(job.pictures))
                )
                seen = tuple(unpack_seen(one) for one in msgspec.msgpack.decode(answer))
                if len(seen) == len(job.pictures):
                    return seen
            except (ChildLost, OSError, ValueError, KeyError, TypeError, msgspec.MsgspecError):
                pass
            self._lose(number)
        return None

    def _child(self, number: int) -> Child:
        with self._lock:
            child = self._children.get(number)
        if child is not None and child.is_alive():
            return child
        self._new_child(number)
        with self._lock:
            return self._children[number]

    def _new_child(self, number: int) -> str:
        """Start an engine process and wait until it is ready; gives the code of its engine."""
        child = Child("yizheng.adapters.face.worker", [self._engine, *self._passive], megabytes=MEGABYTES)
        code = child.ask(b"", seconds=START_SECONDS).decode()
        with self._lock:
            self._children[number] = child
        return code

    def _lose(self, number: int) -> None:
        with self._lock:
            child = self._children.pop(number, None)
            self._restarts += 1
            self._code = ""
        if child is not None:
            child.kill()


def default_size() -> int:
    """How many engines: one a core, at most eight; each uses one thread."""
    return max(1, min(8, len(os.sched_getaffinity(0))))
