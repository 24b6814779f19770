"""A naive product to compare with: ask everybody once a year, and stop whoever does not answer in time.

It reads no department's data and opens no case. It is the smallest driver of the benchmark's interface
(docs/reference/decisions-benchmark.md): nothing but the standard library and the files.

    python bench/drivers/ask_everybody.py start FOLDER
    python bench/drivers/ask_everybody.py month FOLDER YYYY-MM
"""

import calendar
import csv
import json
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

CYCLE, WAIT = 365, 60
"""Days from a certification to the next request, and from the request to the stop."""
State = dict[str, dict[str, object]]


def main() -> None:
    """Do what the words say."""
    word, folder = sys.argv[1], Path(sys.argv[2])
    if word == "start":
        start(folder)
    else:
        month(folder, sys.argv[3])


def start(folder: Path) -> None:
    """Take the roster over: who draws how much, and who certified last when."""
    begins = json.loads((folder / "city.json").read_text("utf-8"))
    people: State = {}
    for row in read(folder / begins["roster"]):
        people[row["公民身份号码"].upper()] = {
            "fen": int(row["月待遇金额"].replace(".", "")),
            "ended": row["发放状态"] == "3",
            "certified": row["最近认证日期"] or "2000-01-01",
            "asked": "",
            "held": 0,
        }
    save(folder, people)


def month(folder: Path, name: str) -> None:
    """A month's end: count answers, ask who is due, pay, and stop who was asked and stayed silent."""
    people: State = json.loads((folder / "asks-everybody.json").read_text("utf-8"))
    year, number = map(int, name.split("-"))
    today = date(year, number, calendar.monthrange(year, number)[1])
    for row in read(folder / "in" / name / "answers.csv"):
        people[row["id_number"].upper()] |= {"certified": row["day"], "asked": ""}
    asks, pay, standings = [], [], []
    for number_, one in people.items():
        due = (today - date.fromisoformat(str(one["certified"]))).days >= CYCLE
        if due and not one["asked"] and not one["ended"]:
            one["asked"] = today.isoformat()
            asks.append((number_, today))
        late = one["asked"] and today - date.fromisoformat(str(one["asked"])) > timedelta(days=WAIT)
        pay.append((number_, *paid(one, stop=bool(late))))
        standings.append((number_, "due" if due else "not_due", "", ""))
    out = folder / "out" / name
    out.mkdir(parents=True)
    write(out / "standings.csv", ("id_number", "result", "source", "event_date"), standings)
    write(out / "pay.csv", ("id_number", "state", "monthly_fen", "arrears_fen", "because"), pay)
    write(out / "cases.csv", ("case_id", "id_number", "reasons"), [])
    write(out / "asks.csv", ("id_number", "day"), asks)
    write(out / "lists.csv", ("list", "people"), [])
    save(folder, people)


def paid(one: dict[str, object], *, stop: bool) -> tuple[str, int, int, str]:
    """What somebody gets for the month to come: state, amount, arrears, and by whom stopped."""
    fen, held = int(str(one["fen"])), int(str(one["held"]))
    if one["ended"]:
        return "ended", 0, 0, "before"
    if stop:
        one["held"] = held + fen
        return "paused", 0, 0, "machine"
    one["held"] = 0
    return "paid", fen, held, ""


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV table."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def write(path: Path, columns: tuple[str, ...], rows: Sequence[Sequence[object]]) -> None:
    """A CSV table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])


def save(folder: Path, people: State) -> None:
    """Keep what is known of everybody until the next month."""
    (folder / "asks-everybody.json").write_text(json.dumps(people), encoding="utf-8")


if __name__ == "__main__":
    main()
