"""`yizheng demo`: a demo agency from nothing to a served web, in one command.

It walks the same flows that the other commands call, with a clock that stands on the day each step belongs to: two
month ends are certified, so that reminders have been sent, arrears fall due and a pause list waits for a supervisor.
"""

import json
import os
import shutil
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import click
from django import db
from django.conf import settings
from django.core import management
from rich import table as rich_table

from yizheng import wiring
from yizheng.doors.cli import agency as agency_command
from yizheng.doors.cli.base import Bars, command, console
from yizheng.doors.cli.figures import Stopwatch, peak_mib, run_figures
from yizheng.doors.cli.serve import serve_web
from yizheng.doors.why import Why
from yizheng.doors.words import code_in
from yizheng.flows.arrivals import feed_arrives, roster_arrives
from yizheng.flows.house import ledger_is_verified
from yizheng.flows.pay import pause_list, pay_run
from yizheng.flows.runs import certification_run
from yizheng.flows.sources import links_are_sought, source_quality
from yizheng.flows.telling import notices_go_out
from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import NamedActor
from yizheng.kernel.money import yuan_text
from yizheng.kernel.time import FixedClock, Month, SystemClock
from yizheng.rooms import evidence, ledger, payments
from yizheng.rooms.certification.data import Result, RunReport
from yizheng.rooms.comparison.tail import models

ACTOR = NamedActor("demo", role="operator")
SEED = 1
MONTHS = 12
LAST_MONTH = Month(2026, 10)
FIRST_DAY = date(2026, 11, 9)
"""The day on which a demo is built, in its own time: the Monday after the last month end and the days of its tutorial."""
DELIVERED_AT_ONCE = 6_000
"""So many notices go out through the simulated gateway before the web opens; the rest wait in the outbox."""


@click.command()
@click.option("--people", type=click.IntRange(100, 5_000_000), default=100_000, show_default=True)
@click.option("--seed", type=int, default=SEED, show_default=True, help="The same seed makes the same world.")
@click.option("--no-serve", is_flag=True, help="Stop after the table.")
@click.option("--json", "as_json", is_flag=True, help="Print the table as one JSON object.")
@click.option("--fresh", is_flag=True, help="Throw the demo that exists away and start over.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=int, default=8000, show_default=True)
def demo(people: int, seed: int, no_serve: bool, as_json: bool, fresh: bool, host: str, port: int) -> None:
    """Build a demo agency, certify it, compute the pay run and serve the web.

    Doing it again is safe: it says what exists and serves it. --fresh starts over.

    Example: yizheng demo --people 10000 --no-serve --json
    """
    os.environ["YIZHENG_DEMO"] = "1"
    _demo(people=people, seed=seed, as_json=as_json, fresh=fresh)
    if not no_serve:
        serve_web(host=host, port=port)


@command
def _demo(*, people: int, seed: int, as_json: bool, fresh: bool) -> None:
    home: Path = settings.YIZHENG.home
    mark = home / "demo.json"
    if fresh:
        _throw_away(home, mark)
    figures = _existing(mark, people=people, seed=seed)
    if figures is None:
        _refuse_foreign(home, mark)
        figures = _build(home, mark, people=people, seed=seed)
    else:
        agency_command.say_what_was_done(agency_command.prepare())
    if as_json:
        click.echo(json.dumps(figures, ensure_ascii=False))
    else:
        _show(figures)


def _throw_away(home: Path, mark: Path) -> None:
    """Remove a demo with its rows, which nobody could open without its keys; never anything that is not one."""
    _refuse_foreign(home, mark)
    if settings.YIZHENG.database:
        management.call_command("flush", verbosity=0, interactive=False)
    shutil.rmtree(home, ignore_errors=True)
    wiring.keys().forget()


def _refuse_foreign(home: Path, mark: Path) -> None:
    if (home / "db.sqlite3").exists() and not mark.exists():
        raise Refused(Why.DEMO_HOME_TAKEN, home=home)
    if settings.YIZHENG.database and _database_of(mark) != _database() and _holds_an_installation():
        raise Refused(Why.DEMO_DATABASE_TAKEN)


def _database() -> str:
    """Which server and database hold this installation's rows, without the password; nothing for SQLite at home."""
    if not settings.YIZHENG.database:
        return ""
    known = db.connection.settings_dict
    return f"{known['HOST'] or None}:{known['PORT'] or 5432}/{known['NAME']}"


def _database_of(mark: Path) -> str | None:
    """Which database the demo in this home was built in; None where there is no demo."""
    if not mark.exists():
        return None
    return str(json.loads(mark.read_text(encoding="utf-8")).get("database", ""))


def _holds_an_installation() -> bool:
    """Whether the database has seen any work: everything that was ever done has left an entry in the ledger."""
    return "ledger_entry" in db.connection.introspection.table_names() and ledger.queries.size() > 0


def _existing(mark: Path, *, people: int, seed: int) -> dict[str, Any] | None:
    """The figures of the demo that exists, finished with this size; None where it has to be built or built on."""
    if not mark.exists():
        return None
    kept: dict[str, Any] = json.loads(mark.read_text(encoding="utf-8"))
    if (kept["people"], kept["seed"]) != (people, seed):
        raise Refused(
            Why.DEMO_OF_OTHER_SIZE,
            kept_people=kept["people"],
            kept_seed=str(kept["seed"]),
            people=people,
            seed=str(seed),
        )
    if kept.get("database", "") != _database():
        raise Refused(Why.DEMO_IN_OTHER_DATABASE)
    figures = kept.get("figures")
    if not isinstance(figures, dict):
        click.echo("A demo was begun here and not finished: going on with it.", err=True)
        return None
    click.echo("The demo exists; these are its figures. --fresh starts over.", err=True)
    return figures


@dataclass(slots=True)
class _Building:
    """One demo being built: what every step needs."""

    home: Path
    people: int
    seed: int
    bars: Bars
    watch: Stopwatch = field(default_factory=Stopwatch)

    @property
    def world(self) -> Path:
        return self.home / "world"


def _build(home: Path, mark: Path, *, people: int, seed: int) -> dict[str, Any]:
    home.mkdir(parents=True, exist_ok=True)
    _mark_own_time(home)
    begun = {"people": people, "seed": seed, "database": _database()}
    mark.write_text(json.dumps(begun), encoding="utf-8")
    with Bars() as bars:
        building = _Building(home=home, people=people, seed=seed, bars=bars)
        with building.watch.step("init"):
            agency_command.prepare()
        _make_world(building)
        _import(building)
        _certify_month(building, LAST_MONTH.plus(-1).last())
        run = _certify_month(building, LAST_MONTH.last())
        _measure_quality(building)
        _draw_pause_list(building, LAST_MONTH.plus(2))
        with building.watch.step("verify"):
            verified = ledger_is_verified.verify(
                witnessed=wiring.witnessed(),
                trees=wiring.witnessed_trees(),
                files=wiring.witnessed_files(),
                store=wiring.store(),
                progress=bars,
            )
    figures = run_figures(run) | {
        "pay": _pay_figures(LAST_MONTH.plus(1)),
        "links": _link_figures(),
        "ledger": {"size": verified.size, "root": verified.root, "verified": verified.verified},
        "seconds": building.watch.seconds,
        "peak_mib": peak_mib(),
    }
    mark.write_text(json.dumps(begun | {"figures": figures}), encoding="utf-8")
    return figures


def _mark_own_time(home: Path) -> None:
    """Let a new demo live from its own first day on: with the machine's date, its cases would all be overdue.

    A demo that was begun before keeps its time; so does one whose day is set by YIZHENG_TODAY.
    """
    config = settings.YIZHENG
    if config.today is None and not config.simulated_mark.exists() and not (home / "demo.json").exists():
        shift = (FIRST_DAY - SystemClock().now().date()).days
        config.simulated_mark.write_text(json.dumps({wiring.SHIFT: shift}), encoding="utf-8")


def _make_world(building: _Building) -> None:
    if (building.world / "manifest.json").exists():
        return
    shutil.rmtree(building.world, ignore_errors=True)
    with building.watch.step("world"):
        wiring.make_world(
            people=building.people,
            seed=building.seed,
            months=MONTHS,
            last_month=LAST_MONTH,
            out=building.world,
            progress=building.bars,
        )


def _import(building: _Building) -> None:
    """The roster, then every delivery in the order it came; what is known already changes nothing."""
    agency = wiring.agency()
    manifest = json.loads((building.world / "manifest.json").read_text(encoding="utf-8"))
    roster = manifest["roster"]
    with building.watch.step("roster"):
        delivered = date.fromisoformat(roster["delivered_on"])
        roster_arrives.import_roster(
            wiring.hands(ACTOR, at=FixedClock.on(delivered), progress=building.bars),
            file=building.world / roster["path"],
            delivered_on=delivered,
            terms=wiring.roster_terms(),
            read_table=wiring.read_table,
        )
    feeds = sorted(manifest["feeds"], key=lambda feed: (feed["delivered_on"], feed["path"]))
    with building.watch.step("feeds"), feed_arrives.roster_opened(wiring.store()) as linker:
        for number, feed in enumerate(feeds, start=1):
            delivered = date.fromisoformat(feed["delivered_on"])
            feed_arrives.import_feed(
                wiring.hands(ACTOR, at=FixedClock.on(delivered)),
                file=building.world / feed["path"],
                source=agency.source(feed["source"]),
                rules=agency.evidence_rules,
                delivered_on=delivered,
                read_table=wiring.read_table,
                linker=linker,
            )
            building.bars("feeds", number, len(feeds))
    last = max(date.fromisoformat(feed["delivered_on"]) for feed in feeds)
    with building.watch.step("links"):
        links_are_sought.seek(
            wiring.hands(ACTOR, at=FixedClock.on(last), progress=building.bars),
            model=models.default_model(),
        )


def _certify_month(building: _Building, as_of: date) -> RunReport:
    """A month end as an agency lives it: certify, send notices, compute the next month's pay, draw the pause list up."""
    agency = wiring.agency()
    hands = wiring.hands(ACTOR, at=FixedClock.on(as_of), progress=building.bars)
    with building.watch.step("certify"):
        report = certification_run.certify(
            hands,
            as_of=as_of,
            rulebook=agency.rulebook,
            case_rules=agency.case_rules,
        )
    with building.watch.step("pay"):
        pay_run.run(hands, month=Month.of(as_of).plus(1), limits=agency.pay_limits)
    with building.watch.step("notices"):
        notices_go_out.deliver(
            channels=wiring.message_channels(),
            letters=agency.letters,
            agency=wiring.letter_facts(),
            clock=hands.clock,
            worker=ACTOR.username,
            limit=DELIVERED_AT_ONCE,
        )
    return report


def _measure_quality(building: _Building) -> None:
    """How good each department's data is: what the staff web shows of the sources."""
    agency = wiring.agency()
    with building.watch.step("quality"):
        source_quality.measure(
            wiring.hands(ACTOR, at=FixedClock.on(LAST_MONTH.last())),
            as_of=LAST_MONTH.last(),
            rulebook=agency.rulebook,
            rules=agency.quality_rules,
        )


def _draw_pause_list(building: _Building, month: Month) -> None:
    """The list that waits for a supervisor in the staff web. It pauses nobody."""
    with building.watch.step("pause list"):
        pause_list.draw_up(
            wiring.hands(ACTOR, at=FixedClock.on(LAST_MONTH.last())),
            as_of=LAST_MONTH.last(),
            month=month,
            policies=wiring.agency().policies,
            case_rules=wiring.agency().case_rules,
        )


def _link_figures() -> dict[str, int]:
    """Uncertain links by what became of them."""
    return evidence.queries.link_queue(page_size=1).counts


def _pay_figures(month: Month) -> dict[str, Any]:
    report = payments.queries.find_run(month)
    return report.as_json() if report else {}


def _show(figures: dict[str, Any]) -> None:
    """The result table: what the run found, what is paid, what waits, how long it took."""
    table = rich_table.Table(
        "结果", "result", "人数 people", title=f"示范经办机构 demo agency · {figures['as_of']}"
    )
    for result in Result:
        table.add_row(code_in("result", result, "zh-hans"), result.word, f"{figures[result.word]:,}")
    table.add_row("合计", "roster", f"{figures['roster']:,}", style="bold")
    console().print(table)
    pay, kept, seconds = figures["pay"], figures["ledger"], figures["seconds"]
    click.echo(
        f"发放 pay {pay['month']}: same {pay['same']:,}, new {pay['new']:,}, stopped {pay['stopped']:,},"
        f" resumed {pay['resumed']:,}, arrears {yuan_text(pay['arrears_fen'])} yuan,"
        f" total {yuan_text(pay['total_fen'])} yuan, reconciles: {'yes' if pay['reconciles'] else 'NO'}"
    )
    click.echo(
        f"通知 notices queued: {figures['notices_queued']:,}   疑点 cases opened: {figures['cases_opened']:,}"
    )
    click.echo(
        f"存证 ledger: {kept['size']:,} entries, root {str(kept['root'])[:16]},"
        f" {'verified' if kept['verified'] else 'NOT VERIFIED'}"
    )
    steps = ", ".join(f"{name} {value:.1f}" for name, value in seconds.items())
    click.echo(f"用时 seconds: {steps}   peak {figures['peak_mib']} MiB")
