"""Make a world: the roster, every source's deliveries month by month, the manifest, and the truth beside them.

The rule that always holds: the same plan and places make the same bytes. One delivery is in memory at a time.
"""

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TypedDict

import numpy as np

from yizheng.kernel.digest import sha256_hex
from yizheng.kernel.errors import Misused, Refused
from yizheng.kernel.progress import Progress, quiet
from yizheng.kernel.time import day_number
from yizheng.simulators.why import Why
from yizheng.simulators.world import rates, truth
from yizheng.simulators.world.faults import FaultLog, damaged_rows, spoil
from yizheng.simulators.world.feeds import counters, health, registers, travel
from yizheng.simulators.world.feeds.base import Feed, World
from yizheng.simulators.world.files import EXTENSION, file_bytes
from yizheng.simulators.world.habits import draw_habits
from yizheng.simulators.world.life import draw_fates
from yizheng.simulators.world.people import draw_population
from yizheng.simulators.world.plan import Period, Place, Plan
from yizheng.simulators.world.roster import draw_roster

FEEDS: tuple[Feed, ...] = (*travel.FEEDS, *health.FEEDS, *counters.FEEDS, *registers.FEEDS)


class RosterEntry(TypedDict):
    """The roster in the manifest."""

    path: str
    delivered_on: str
    rows: int
    sha256: str


class FeedEntry(TypedDict):
    """One delivery in the manifest."""

    source: str
    period: str
    delivered_on: str
    path: str
    rows: int
    sha256: str


class Manifest(TypedDict):
    """`manifest.json`: everything that was delivered, in the order of delivery."""

    format: int
    people: int
    seed: int
    months: int
    first_month: str
    last_month: str
    as_of: str
    roster: RosterEntry
    feeds: list[FeedEntry]


def make_world(*, plan: Plan, places: tuple[Place, ...], out: Path, progress: Progress = quiet) -> Manifest:
    """Write the world into `out`, which must be new or empty. Returns the manifest. Raises Misused, Refused."""
    if not places:
        raise Misused(Why.NO_COUNTY)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Refused(Why.FOLDER_NOT_NEW, folder=out)
    try:
        return _write_world(_draw(plan, places), out, progress)
    except OSError as error:
        shutil.rmtree(out, ignore_errors=True)
        raise Refused(Why.WORLD_NOT_WRITTEN, folder=out, said=error.strerror) from None


def _draw(plan: Plan, places: tuple[Place, ...]) -> World:
    people = draw_population(plan, places)
    fates = draw_fates(plan, people)
    return World(
        plan=plan, places=places, people=people, fates=fates, habits=draw_habits(plan, people, fates)
    )


def _write_world(world: World, out: Path, progress: Progress) -> Manifest:
    plan = world.plan
    jobs = list(deliveries(plan))
    total = len(jobs) + 1
    faults: list[tuple[str, FaultLog]] = []
    table, log = draw_roster(world)
    path = f"roster/roster_{plan.roster_day}.csv"
    data = file_bytes(table, "csv-utf8")
    _write(out / path, data)
    faults.append((path, log))
    roster: RosterEntry = {
        "path": path,
        "delivered_on": str(plan.roster_day),
        "rows": table.num_rows,
        "sha256": sha256_hex(data),
    }
    del table, data
    progress("world", 1, total)
    feeds: list[FeedEntry] = []
    for done, (feed, period, delivered) in enumerate(jobs, 2):
        entry, log = _deliver(world, feed, period, delivered, out)
        feeds.append(entry)
        faults.append((entry["path"], log))
        progress("world", done, total)
    _write(out / "truth" / "people.csv", truth.people_csv(world))
    _write(out / "truth" / "faults.csv", truth.faults_csv(faults))
    _write(out / "truth" / "deliveries.csv", truth.deliveries_csv(world))
    _write(out / "truth" / "README.md", truth.README.encode())
    manifest: Manifest = {
        "format": 1,
        "people": plan.people,
        "seed": plan.seed,
        "months": plan.months,
        "first_month": str(plan.first_month),
        "last_month": str(plan.last_month),
        "as_of": str(plan.as_of),
        "roster": roster,
        "feeds": feeds,
    }
    _write(out / "manifest.json", (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode())
    return manifest


def deliveries(plan: Plan) -> Iterator[tuple[Feed, Period, date]]:
    """Everything that is delivered and when, in the order of delivery: without what fell silent, late what was late."""
    jobs = []
    for feed in FEEDS:
        periods = plan.quarterly if feed.quarterly else plan.monthly
        for period in periods:
            if feed.key == rates.SILENT_SOURCE and period in plan.monthly[-rates.SILENT_DELIVERIES :]:
                continue
            delivered = period.arrives.first().replace(day=feed.arrives_on)
            if feed.key == rates.LATE_SOURCE and period == plan.monthly[-2]:
                delivered = plan.last_month.first().replace(day=rates.LATE_DAY)
            jobs.append((delivered, feed.key, feed, period))
    for delivered, _, feed, period in sorted(jobs, key=lambda job: job[:2]):
        yield feed, period, delivered


def _deliver(
    world: World, feed: Feed, period: Period, delivered: date, out: Path
) -> tuple[FeedEntry, FaultLog]:
    rng = world.plan.rng(feed.key, period.index)
    sheet = feed.draw(world, period, rng).in_order()
    table, log = spoil(sheet, feed, world.people, rng)
    is_csv = EXTENSION[feed.file_format] == "csv"
    damaged = damaged_rows(table.num_rows if is_csv else 0, rng)
    log.note("row_damaged", damaged)
    if sheet.leads is not None:
        told = sheet.who[sheet.leads & log.readable(len(sheet))]
        world.fates.told_on[told] = np.minimum(world.fates.told_on[told], day_number(delivered))
    path = f"feeds/{feed.key}/{feed.key}_{period.label}_{delivered}.{EXTENSION[feed.file_format]}"
    data = file_bytes(table, feed.file_format, damaged.tolist())
    _write(out / path, data)
    return {
        "source": feed.key,
        "period": period.label,
        "delivered_on": str(delivered),
        "path": path,
        "rows": table.num_rows,
        "sha256": sha256_hex(data),
    }, log


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
