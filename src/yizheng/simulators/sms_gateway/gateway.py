"""The simulated gateway. What it does with a text follows from the seed, the text's key and the count of tries alone.

It behaves like the real thing where that matters: a key is sent once, whatever happens; sometimes it is busy; sometimes
it accepts and the answer is lost, so that its client cannot know. Its inboxes are lines of a file, so that another
process (the demo's phone page) can read them, and a killed client finds it as it was.
"""

import fcntl
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BufferedRandom
from pathlib import Path

TAIL = 1 << 18
"""So many bytes at the end of the file are read for the newest texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """How often things go wrong, in parts per thousand of the tries, and how long a slow answer takes."""

    busy: int = 20
    lost_answer: int = 10
    out_of_reach: int = 5
    slow: int = 5
    slow_seconds: float = 0.01


@dataclass(frozen=True, slots=True)
class Answer:
    """`accepted` with a receipt, `busy`, or `rejected` for a number that is none."""

    code: str
    receipt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A text as the phone shows it."""

    key: str
    phone: str
    text: str
    receipt: str
    at: datetime


def _received(lines: Iterable[bytes]) -> list[Received]:
    """The accepted texts among the lines of the file."""
    return [
        Received(
            key=line["key"],
            phone=line["phone"],
            text=line["text"],
            receipt=line["receipt"],
            at=datetime.fromtimestamp(line["at"], UTC),
        )
        for line in map(json.loads, lines)
        if line["event"] == "accepted"
    ]


class SmsGateway:
    """One gateway with its file. Processes that share the file share the gateway."""

    def __init__(
        self,
        file: Path,
        *,
        seed: int = 1,
        faults: Faults | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._file, self._seed, self._faults = file, seed, faults or Faults()
        self._sleep, self._clock = sleep, clock
        self._receipts: dict[str, str] = {}
        self._tries: dict[str, int] = {}
        self._read_to = 0

    def submit(self, *, key: str, phone: str, text: str) -> Answer:
        """Take a text. Raises ConnectionError (nothing happened) or TimeoutError (it may have been sent)."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self._catch_up(file)
            if key in self._receipts:
                return Answer("accepted", self._receipts[key])
            number = phone.removeprefix("+86")
            if not (number.isdecimal() and len(number) == 11):
                return Answer("rejected")
            fate = self._fate(key)
            if fate in ("busy", "out_of_reach"):
                self._append(file, {"key": key, "event": fate})
            else:
                receipt = f"sim-{hashlib.sha256(f'{self._seed}:{key}'.encode()).hexdigest()[:16]}"
                line = {"key": key, "event": "accepted", "phone": number, "text": text}
                self._append(file, {**line, "receipt": receipt, "at": self._clock()})
        return self._answer(fate, key)

    def inbox(self, phone: str) -> list[Received]:
        """The texts that a phone has received, newest first."""
        if not self._file.exists():
            return []
        number = phone.removeprefix("+86")
        found = _received(self._file.read_bytes().splitlines())
        return [text for text in found if text.phone == number][::-1]

    def newest(self, limit: int) -> list[Received]:
        """The newest texts of all phones, newest first; the end of the file is enough for that."""
        if not self._file.exists():
            return []
        with self._file.open("rb") as file:
            start = max(0, file.seek(0, os.SEEK_END) - TAIL)
            file.seek(start)
            lines = file.read().splitlines()[1 if start else 0 :]
        return _received(lines)[: -limit - 1 : -1]

    def _answer(self, fate: str, key: str) -> Answer:
        if fate == "busy":
            return Answer("busy")
        if fate == "out_of_reach":
            raise ConnectionError("the simulated gateway is out of reach")
        if fate == "slow":
            self._sleep(self._faults.slow_seconds)
        if fate == "lost_answer":
            raise TimeoutError("the simulated gateway did not answer")
        return Answer("accepted", self._receipts[key])

    def _fate(self, key: str) -> str:
        """What happens to this try, out of a thousand."""
        tries = self._tries.get(key, 0)
        digest = hashlib.sha256(f"{self._seed}:{tries}:{key}".encode()).digest()
        lot = int.from_bytes(digest[:4]) % 1000
        for fate in ("busy", "lost_answer", "out_of_reach", "slow"):
            share: int = getattr(self._faults, fate)
            if lot < share:
                return fate
            lot -= share
        return "accepted"

    def _append(self, file: BufferedRandom, line: dict[str, object]) -> None:
        file.seek(0, os.SEEK_END)
        file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        file.flush()
        self._learn(line)
        self._read_to = file.tell()

    def _catch_up(self, file: BufferedRandom) -> None:
        """Learn what other processes wrote."""
        if file.seek(0, os.SEEK_END) > self._read_to:
            file.seek(self._read_to)
            for line in file.read().splitlines():
                self._learn(json.loads(line))
            self._read_to = file.tell()

    def _learn(self, line: dict[str, object]) -> None:
        key = str(line["key"])
        if line["event"] == "accepted":
            self._receipts[key] = str(line["receipt"])
        else:
            self._tries[key] = self._tries.get(key, 0) + 1
