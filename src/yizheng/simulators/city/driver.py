"""The driver: how a city talks with the product that is measured, through files and one executable.

`DRIVER start FOLDER` once, then `DRIVER month FOLDER YYYY-MM` for each month, as of its last day. A driver that is slow
to start may be kept running: `DRIVER serve FOLDER`, a line for each step on stdin and for each answer on stdout. The
folder holds what the product is told (`in/`) and what it answers (`out/`); the truth is not in it. The format, which
changes only by a new number, is described in docs/reference/decisions-benchmark.md.
"""

import csv
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from yizheng.kernel.errors import Refused
from yizheng.kernel.time import Month, day_number
from yizheng.simulators.why import Why

FORMAT = 1
ANSWERS = ("id_number", "name", "day", "channel")
DECISIONS = (
    "case_id",
    "outcome",
    "loss",
    "outcome_day",
    "reason",
    "agree",
    "proposed_by",
    "confirmed_by",
)
RELEASES = ("list", "released_by")
STANDINGS = ("id_number", "result", "source", "event_date")
PAY = ("id_number", "state", "monthly_fen", "arrears_fen", "because")
CASES = ("case_id", "id_number", "reasons")
ASKS = ("id_number", "day")
LISTS = ("list", "people")
RESULTS = ("passed", "not_due", "due", "doubtful", "exempt", "failed")
STATES = ("paid", "paused", "ended")


@dataclass(frozen=True, slots=True)
class Driver:
    """A product to measure: its name in reports, and the command that drives it."""

    name: str
    command: tuple[str, ...]
    serves: bool = False

    @contextmanager
    def working_in(self, folder: Path) -> Iterator["Session"]:
        """The product at work in a folder; what was started for it ends with the block."""
        session = Session(self, folder)
        try:
            yield session
        finally:
            session.close()


class Session:
    """One product at work in one folder: `start`, then a month after the other. Each raises Refused where it fails."""

    def __init__(self, driver: Driver, folder: Path) -> None:
        self._driver, self._folder = driver, folder
        self._served: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Let the product begin with the roster in the folder."""
        self._do("start")

    def month(self, month: Month) -> None:
        """Let the product live through a month."""
        self._do("month", str(month))

    def close(self) -> None:
        """End what was kept running."""
        if self._served is not None:
            self._served.communicate()

    def _do(self, *words: str) -> None:
        if self._driver.serves:
            self._ask(words)
        else:
            self._run(words)

    def _ask(self, words: Sequence[str]) -> None:
        if self._served is None:
            self._served = subprocess.Popen(  # noqa: S603 (the command is the user's own)
                [*self._driver.command, "serve", str(self._folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        if self._served.stdin is None or self._served.stdout is None:
            raise Refused(Why.DRIVER_SILENT, driver=self._driver.name)
        try:
            self._served.stdin.write(" ".join(words) + "\n")
            self._served.stdin.flush()
        except BrokenPipeError:
            pass
        answer = self._served.stdout.readline().strip()
        if answer != "done":
            raise Refused(
                Why.DRIVER_SAID_OTHER, driver=self._driver.name, asked=" ".join(words), said=answer or "-"
            )

    def _run(self, more: Sequence[str]) -> None:
        words = [more[0], str(self._folder), *more[1:]]
        done = subprocess.run(  # noqa: S603 (the command is the user's own)
            [*self._driver.command, *words], capture_output=True, text=True, check=False
        )
        if done.returncode:
            lines = [*done.stdout.splitlines()[-3:], *done.stderr.splitlines()[-12:]]
            raise Refused(
                Why.DRIVER_FAILED,
                driver=self._driver.name,
                asked=" ".join(words),
                code=done.returncode,
                said=" / ".join(lines) or "-",
            )


@dataclass(frozen=True, slots=True)
class StandingRow:
    """Where somebody stands: the result, and for a pass the source and day of the event behind it (0: none)."""

    result: str
    source: str
    event_day: int


@dataclass(frozen=True, slots=True)
class PayRow:
    """What somebody gets for the month to come, in fen, and on whose act a stop rests (`case:ID`, `list:ID` ...)."""

    state: str
    monthly_fen: int
    arrears_fen: int
    recovered_fen: int
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What the product answered in a month, by the person's place on the roster."""

    standings: Mapping[int, StandingRow]
    pay: Mapping[int, PayRow]
    cases: Sequence[tuple[str, int, str]]
    asks: Sequence[tuple[int, int]]
    lists: Sequence[str]
    due_days: Sequence[int] = ()
    """By which day each of the asks wants an answer; empty, or 0, where the product does not say."""


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A CSV table of the format: UTF-8, a first row of names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(columns)
        writer.writerows(rows)


def read_table(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """The rows of a CSV table, all as text. Raises Refused where it is missing or lacks a column."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            missing = [name for name in columns if name not in (reader.fieldnames or ())]
            if missing:
                raise Refused(Why.DRIVER_COLUMNS_MISSING, file=path, missing=tuple(missing))
            return list(reader)
    except OSError as error:
        raise Refused(Why.DRIVER_NO_TABLE, file=path, columns=tuple(columns)) from error


def read_answered(out: Path, people: Mapping[str, int]) -> Answered:
    """What a driver wrote for a month; `people` gives the place of each identity number. Raises Refused."""
    standings, pay = {}, {}
    for row in read_table(out / "standings.csv", STANDINGS):
        result = _one_of(row["result"], RESULTS, out / "standings.csv")
        standings[_who(row, people, out)] = StandingRow(result, row["source"], _day(row["event_date"], out))
    for row in read_table(out / "pay.csv", PAY):
        pay[_who(row, people, out)] = PayRow(
            _one_of(row["state"], STATES, out / "pay.csv"),
            _fen(row["monthly_fen"], out),
            _fen(row["arrears_fen"], out),
            _fen(row.get("recovered_fen") or "0", out),
            row["because"],
        )
    for what, found in (("standings.csv", standings), ("pay.csv", pay)):
        if len(found) != len(people):
            raise Refused(Why.DRIVER_ROWS_MISSING, file=out / what, people=len(people), came=len(found))
    asks = read_table(out / "asks.csv", ASKS)
    return Answered(
        standings=standings,
        pay=pay,
        cases=[
            (row["case_id"], _who(row, people, out), row["reasons"])
            for row in read_table(out / "cases.csv", CASES)
        ],
        asks=[(_who(row, people, out), _day(row["day"], out)) for row in asks],
        due_days=[_day(row.get("due_date") or "", out) for row in asks],
        lists=[row["list"] for row in read_table(out / "lists.csv", LISTS) if row["people"] != "0"],
    )


def _who(row: Mapping[str, str], people: Mapping[str, int], out: Path) -> int:
    found = people.get(row["id_number"].upper())
    if found is None:
        raise Refused(Why.DRIVER_OTHER_PERSON, file=out)
    return found


def _one_of(value: str, words: Sequence[str], path: Path) -> str:
    if value not in words:
        raise Refused(Why.DRIVER_OTHER_WORD, file=path, known=tuple(words), came=repr(value))
    return value


def _day(text: str, out: Path) -> int:
    try:
        return day_number(date.fromisoformat(text)) if text else 0
    except ValueError:
        raise Refused(Why.DRIVER_NO_DAY, file=out, came=repr(text)) from None


def _fen(text: str, out: Path) -> int:
    if not text.removeprefix("-").isdecimal():
        raise Refused(Why.DRIVER_NO_FEN, file=out, came=repr(text))
    return int(text)
