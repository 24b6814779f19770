"""The simulated gateway. What it does with a text follows from the seed, the text's key and the count of tries alone.

It behaves like the real thing where that matters: a key is sent once, whatever happens; sometimes it is busy; sometimes
it accepts and the answer is lost, so that its client cannot know; it takes so many texts a second, and so many for one
phone an hour, and is `throttled` beyond. What it accepted may still not arrive: `reports` says later what became of it
(a number that is nobody's, a phone that is off), some reports come twice, and rarely a text arrives twice.
Its inboxes are lines of a file, so that another process (the demo's phone page) can read them, and a killed client finds
it as it was: half a line at its end was never answered, so the next writer cuts it, and a line `cut` says so. While the
file named like it with `.down` behind exists, it is out of reach.
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

from yizheng.simulators.fates import fate, lot

TAIL = 1 << 18
"""So many bytes at the end of the file are read for the newest texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """How often things go wrong, in parts per thousand of the tries, and how long a slow answer takes.

    `nobodys` (空号) and `phone_off` (关机) are parts per thousand of the phones, `twice` and `reported_twice` of the
    texts: what was accepted and did not arrive, arrived twice, or is reported twice, after `report_seconds`.
    `a_second` and `a_phone_an_hour` are limits; 0 is none.
    """

    busy: int = 20
    lost_answer: int = 10
    out_of_reach: int = 5
    slow: int = 5
    slow_seconds: float = 0.01
    nobodys: int = 0
    phone_off: int = 0
    twice: int = 0
    reported_twice: int = 0
    report_seconds: float = 3.0
    a_second: int = 0
    a_phone_an_hour: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """`accepted` with a receipt, `busy`, `throttled` with the seconds to wait, or `rejected` for no number."""

    code: str
    receipt: str = ""
    again_in: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A text as the phone shows it."""

    key: str
    phone: str
    text: str
    receipt: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What became of an accepted text (状态报告): `delivered`, `nobodys` or `phone_off`, for the receipt, and when."""

    receipt: str
    state: str
    at: datetime


def _whole(data: bytes) -> list[bytes]:
    """The lines that are there to their end: what a killed or still writing process left behind them is no line."""
    return data[: data.rfind(b"\n") + 1].splitlines()


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
        if line["event"] == "accepted" and line.get("state", "delivered") == "delivered"
        for _ in range(2 if line.get("twice") else 1)
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
        self._sent_at: list[float] = []
        self._sent_to: dict[str, list[float]] = {}
        self._read_to = 0

    def submit(self, *, key: str, phone: str, text: str) -> Answer:
        """Take a text. Raises ConnectionError (nothing happened) or TimeoutError (it may have been sent)."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self._catch_up(file)
            if self._down():
                raise ConnectionError("the simulated gateway is out of reach")
            if key in self._receipts:
                return Answer("accepted", self._receipts[key])
            number = phone.removeprefix("+86")
            if not (number.isdecimal() and len(number) == 11):
                return Answer("rejected")
            wait = self._throttled(number)
            if wait:
                return Answer("throttled", again_in=wait)
            fate_ = self._fate(key)
            if fate_ in ("busy", "out_of_reach"):
                self._append(file, {"key": key, "event": fate_})
            else:
                receipt = f"sim-{hashlib.sha256(f'{self._seed}:{key}'.encode()).hexdigest()[:16]}"
                line: dict[str, object] = {"key": key, "event": "accepted", "phone": number, "text": text}
                line |= self._later(key, number)
                self._append(file, {**line, "receipt": receipt, "at": self._clock()})
        return self._answer(fate_, key)

    def inbox(self, phone: str) -> list[Received]:
        """The texts that a phone has received, newest first."""
        if not self._file.exists():
            return []
        number = phone.removeprefix("+86")
        found = _received(_whole(self._file.read_bytes()))
        return [text for text in found if text.phone == number][::-1]

    def newest(self, limit: int) -> list[Received]:
        """The newest texts of all phones, newest first; the end of the file is enough for that."""
        if not self._file.exists():
            return []
        with self._file.open("rb") as file:
            start = max(0, file.seek(0, os.SEEK_END) - TAIL)
            file.seek(start)
            lines = _whole(file.read())[1 if start else 0 :]
        return _received(lines)[: -limit - 1 : -1]

    def reports(self) -> list[Report]:
        """What became of the accepted texts, as far as that is known by now, in the order of sending.

        Raises ConnectionError while it is out of reach.
        """
        if self._down():
            raise ConnectionError("the simulated gateway is out of reach")
        if not self._file.exists():
            return []
        due = self._clock() - self._faults.report_seconds
        found: list[Report] = []
        for line in map(json.loads, _whole(self._file.read_bytes())):
            if line["event"] != "accepted" or line["at"] > due:
                continue
            at = datetime.fromtimestamp(line["at"] + self._faults.report_seconds, UTC)
            report = Report(receipt=line["receipt"], state=line.get("state", "delivered"), at=at)
            found += [report] * (2 if line.get("reported_twice") else 1)
        return found

    def _down(self) -> bool:
        return self._file.with_name(f"{self._file.name}.down").exists()

    def _later(self, key: str, phone: str) -> dict[str, object]:
        """What will become of a text: the phone's own fate, and the text's."""
        shares = {"nobodys": self._faults.nobodys, "phone_off": self._faults.phone_off}
        state = fate(shares, lot(self._seed, f"phone:{phone}", 0), "delivered")
        later: dict[str, object] = {} if state == "delivered" else {"state": state}
        for what in ("twice", "reported_twice"):
            if lot(self._seed, f"{what}:{key}", 0) < getattr(self._faults, what):
                later[what] = True
        return later

    def _throttled(self, phone: str) -> float:
        """Seconds to wait where too many texts came this second, or to this phone within the hour; 0 where not."""
        now = self._clock()
        if (
            self._faults.a_second
            and sum(1 for at in self._sent_at[-500:] if at > now - 1) >= self._faults.a_second
        ):
            return 1.0
        to_phone = [at for at in self._sent_to.get(phone, ()) if at > now - 3600]
        if self._faults.a_phone_an_hour and len(to_phone) >= self._faults.a_phone_an_hour:
            return to_phone[-self._faults.a_phone_an_hour] + 3600 - now
        return 0.0

    def _answer(self, what: str, key: str) -> Answer:
        if what == "busy":
            return Answer("busy")
        if what == "out_of_reach":
            raise ConnectionError("the simulated gateway is out of reach")
        if what == "slow":
            self._sleep(self._faults.slow_seconds)
        if what == "lost_answer":
            raise TimeoutError("the simulated gateway did not answer")
        return Answer("accepted", self._receipts[key])

    def _fate(self, key: str) -> str:
        """What happens to this try, out of a thousand."""
        shares = {
            name: getattr(self._faults, name) for name in ("busy", "lost_answer", "out_of_reach", "slow")
        }
        return fate(shares, lot(self._seed, key, self._tries.get(key, 0)), "accepted")

    def _append(self, file: BufferedRandom, line: dict[str, object]) -> None:
        file.seek(0, os.SEEK_END)
        file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        file.flush()
        self._learn(line)
        self._read_to = file.tell()

    def _catch_up(self, file: BufferedRandom) -> None:
        """Learn what other processes wrote, and cut off half a line that a killed one left: nobody was answered."""
        if file.seek(0, os.SEEK_END) <= self._read_to:
            return
        file.seek(self._read_to)
        new = file.read()
        end = new.rfind(b"\n") + 1
        for line in new[:end].splitlines():
            self._learn(json.loads(line))
        self._read_to += end
        if end < len(new):
            file.truncate(self._read_to)
            self._append(file, {"event": "cut", "bytes": len(new) - end})

    def _learn(self, line: dict[str, object]) -> None:
        if line["event"] == "cut":
            return
        key = str(line["key"])
        if line["event"] == "accepted":
            self._receipts[key] = str(line["receipt"])
            at = float(str(line["at"]))
            self._sent_at.append(at)
            self._sent_to.setdefault(str(line["phone"]), []).append(at)
        else:
            self._tries[key] = self._tries.get(key, 0) + 1
