"""Yizheng's own driver of the benchmark: the same commands that an agency types, a fresh process each month.

    python bench/drivers/product.py start FOLDER
    python bench/drivers/product.py month FOLDER YYYY-MM
    python bench/drivers/product.py serve FOLDER        the same, a line each on stdin: start, month YYYY-MM

The installation lies in FOLDER/home and lives in a simulated day, the last of the month. YIZHENG_AGENCY names the
agency's rules, agencies/demo by default.
"""

import calendar
import contextlib
import csv
import importlib
import io
import json
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
ASKING = ("reminder_first", "reminder_second", "reminder_overdue", "reminder_final", "case_must_act")
"""Letters that ask a person to act."""
BECAUSE = {"pause_list": "list", "case": "case", "roster": "before"}


WARM = (
    "click",
    "django.core.management",
    "django.db",
    "django.urls",
    "duckdb",
    "msgspec",
    "numba",
    "pandas",
    "pyarrow.compute",
    "pyarrow.csv",
    "pyarrow.parquet",
    "rich.console",
    "rich.progress",
    "rich.table",
    "yaml",
)
"""What every month's process imports of others' code; nothing of the product, whose settings are read on import."""


def main() -> None:
    """Do what the words say."""
    word, folder = sys.argv[1], Path(sys.argv[2]).absolute()
    if word == "serve":
        serve(folder)
    else:
        do(folder, word, *sys.argv[3:])


def serve(folder: Path) -> None:
    """Do a line of stdin after the other, each in a process of its own, and answer `done` or `failed: why`."""
    for module in WARM:
        importlib.import_module(module)
    for line in sys.stdin:
        print(apart(folder, *line.split()), flush=True)  # noqa: T201 (its answer)


def apart(folder: Path, *words: str) -> str:
    """Do the words in a process that begins with what is imported here, and ends with them."""
    said = folder / "driver.log"
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        return "done" if status == 0 else f"failed: {' / '.join(said.read_text('utf-8').splitlines()[-12:])}"
    code = 1
    try:
        with said.open("w", encoding="utf-8") as log:
            os.dup2(log.fileno(), 2)
            try:
                do(folder, *words)
                code = 0
            except SystemExit as ended:
                log.write(str(ended))
            except BaseException:  # noqa: BLE001 (the child's last word; the parent says it)
                traceback.print_exc(file=log)
    finally:
        os._exit(code)


def do(folder: Path, word: str, *more: str) -> None:
    """`start`, or `month YYYY-MM`."""
    begins = json.loads((folder / "city.json").read_text("utf-8"))
    name = begins["first_month"] if word == "start" else more[0]
    year, number = map(int, name.split("-"))
    wake(folder, f"{year}-{number:02d}-{'01' if word == 'start' else last_day(year, number)}")
    if word == "start":
        say("init")
        say("roster", "import", str(folder / begins["roster"]))
    else:
        month(folder, name)


def wake(folder: Path, today: str) -> None:
    """Name the installation and its day, before anything of the product is imported."""
    os.environ |= {
        "YIZHENG_HOME": str(folder / "home"),
        "YIZHENG_DEMO": "1",
        "YIZHENG_TODAY": today,
        "DJANGO_SETTINGS_MODULE": "yizheng.settings",
    }
    os.environ.setdefault("YIZHENG_AGENCY", str(ROOT / "agencies" / "demo"))


def month(folder: Path, name: str) -> None:
    """A month's end: what came in, what staff decided, the run, what goes out, and the pay of the month to come."""
    given, out = folder / "in" / name, folder / "out" / name
    out.mkdir(parents=True)
    say("passes", "import", str(given / "answers.csv"))
    say("feed", "import-folder", str(given / "feeds"), may_fail=True)
    decide(given / "decisions.csv", out)
    today = os.environ["YIZHENG_TODAY"]
    say("certify", "--as-of", today, "--json")
    say("notices", "deliver")
    for row in read(given / "releases.csv"):
        as_staff(row["released_by"], "pause-list", "release", "--month", row["list"])
    pay_month = after(name)
    say("pay-run", "--month", pay_month, "--json")
    drawn = json.loads(say("pause-list", "draw", "--month", after(pay_month), "--as-of", today, "--json"))
    write(out / "lists.csv", ("list", "people"), [(drawn["month"], drawn["to_pause"])])
    tell(out, today=today, since=f"{name}-01", pay_month=pay_month)


def decide(file: Path, out: Path) -> None:
    """The staff's findings: proposed by one account, confirmed or sent back by another."""
    found = read(file)
    if not found:
        return
    say("cases", "export", "--out", str(out / "worklist.csv"))
    versions = {row["case_id"]: int(row["version"]) for row in read(out / "worklist.csv")}
    rows = [row for row in found if row["case_id"] in versions]
    columns = ("case_id", "version", "outcome", "loss", "outcome_day", "reason")
    proposals = [
        (row["case_id"], versions[row["case_id"]], *(row[name] for name in columns[2:])) for row in rows
    ]
    write(out / "proposals.csv", columns, proposals)
    as_staff(found[0]["proposed_by"], "cases", "propose", str(out / "proposals.csv"))
    write(
        out / "confirmations.csv",
        ("case_id", "version", "agree", "note"),
        [
            (row["case_id"], versions[row["case_id"]] + 1, row["agree"], "请再核实" * (row["agree"] == "no"))
            for row in rows
        ],
    )
    as_staff(found[0]["confirmed_by"], "cases", "confirm", str(out / "confirmations.csv"))


def tell(out: Path, *, today: str, since: str, pay_month: str) -> None:
    """Answer in the benchmark's tables: where people stand, what they get, which cases wait, who was asked."""
    say("results", "export", "--as-of", today, "--out", str(out / "results.csv"))
    results = read(out / "results.csv")
    columns = ("id_number", "result", "source", "event_date")
    write(out / "standings.csv", columns, [tuple(row[name] for name in columns) for row in results])
    say("pay-run", "export", "--month", pay_month, "--out", str(out / "paid.csv"), "--with-numbers")
    say("pay-run", "stopped", "--month", pay_month, "--out", str(out / "stopped.csv"))
    paid = {row["id_number"]: row for row in read(out / "paid.csv")}
    stopped = {row["id_number"]: row for row in read(out / "stopped.csv")}
    pay = [(row["id_number"], *pay_of(row["id_number"], paid, stopped)) for row in results]
    write(out / "pay.csv", ("id_number", "state", "monthly_fen", "arrears_fen", "because"), pay)
    say("cases", "export", "--out", str(out / "waiting.csv"))
    waiting = [(row["case_id"], row["id_number"], row["reasons"]) for row in read(out / "waiting.csv")]
    write(out / "cases.csv", ("case_id", "id_number", "reasons"), waiting)
    say("notices", "export", "--since", since, "--out", str(out / "notices.csv"))
    asks = [
        (row["id_number"], row["sent_on"], row["due_date"])
        for row in read(out / "notices.csv")
        if row["template"] in ASKING and row["state"] == "sent"
    ]
    write(out / "asks.csv", ("id_number", "day", "due_date"), asks)


def pay_of(
    number: str, paid: dict[str, dict[str, str]], stopped: dict[str, dict[str, str]]
) -> tuple[str, str, str, str]:
    """State, amount, arrears, and the act that a stop rests on."""
    row, stop = paid.get(number), stopped.get(number)
    if stop is None:
        if row is None:
            return "paused", "0", "0", "machine:not_on_the_pay_run"
        return "paid", row["monthly_fen"], row["arrears_fen"], ""
    kind, _, which = stop["decision"].partition(":")
    because = f"{BECAUSE.get(kind, 'machine')}:{which}"
    return stop["pay_state"], "0", row["arrears_fen"] if row else "0", because


def say(*words: str, may_fail: bool = False, stdin: str = "") -> str:
    """Type a command and give what it printed. Ends the process where the command fails."""
    from yizheng.doors.cli.main import cli  # noqa: PLC0415 (the settings are read when it is imported)

    printed, complained = io.StringIO(), io.StringIO()
    sys.stdin = io.StringIO(stdin)
    code: object = 0
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(complained):
        try:
            cli(list(words), standalone_mode=False)
        except SystemExit as ended:
            code = ended.code
    if code and not may_fail:
        raise SystemExit(f"yizheng {' '.join(words)}: {complained.getvalue().strip()}")
    return printed.getvalue()


def as_staff(account: str, *words: str) -> None:
    """Type a command as a member of the demo's staff. Ends the process where a row is refused."""
    from yizheng import wiring  # noqa: PLC0415

    password = next(one["password"] for one in wiring.agency().demo_accounts if one["username"] == account)
    told = json.loads(say(*words, "--as", account, "--password-stdin", "--json", stdin=f"{password}\n"))
    if told.get("refused"):
        raise SystemExit(f"yizheng {' '.join(words)}: {told['refused'][:3]}")


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV table, without the tab by which lists for clerks keep long numbers whole in a spreadsheet."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return [{name: cell.strip() for name, cell in row.items()} for row in csv.DictReader(lines)]


def write(path: Path, columns: tuple[str, ...], rows: Sequence[Sequence[object]]) -> None:
    """A CSV table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])


def after(name: str) -> str:
    """The month after a month."""
    year, number = map(int, name.split("-"))
    return f"{year + number // 12}-{number % 12 + 1:02d}"


def last_day(year: int, number: int) -> int:
    """The last day of a month."""
    return calendar.monthrange(year, number)[1]


if __name__ == "__main__":
    main()
