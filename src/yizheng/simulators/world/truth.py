"""What really happened (truth/): for scoring only. The product never reads it."""

import csv
import io
from collections.abc import Iterable

import numpy as np

from yizheng.kernel.time import from_day_number
from yizheng.simulators.world import rates
from yizheng.simulators.world.faults import FaultLog
from yizheng.simulators.world.feeds.base import World
from yizheng.simulators.world.life import ELSEWHERE, SENTENCES
from yizheng.simulators.world.numbers import Ints
from yizheng.simulators.world.plan import NEVER

PEOPLE_COLUMNS = (
    "id_number",
    "died_on",
    "death_hidden",
    "custody_from",
    "custody_until",
    "custody_kind",
    "duplicate_region",
    "missing_from",
    "abroad_since",
    "told_on",
)

README = """What really happened in this made world. Only the scorer (`yizheng world score`) reads it;
the product never does.

people.csv      everybody on the roster to whom something happened; who is not in it lives and draws rightly
faults.csv      every fault and trap in the files: path, row (counted from 0 below the header), fault
deliveries.csv  faults of whole deliveries: source, period, fault (silent: never delivered; late: delivered late)

The format is described in docs/reference/world-files.md of the project.
"""


def people_csv(world: World) -> bytes:
    """One row for everybody on the roster to whom something happened."""
    fates, size = world.fates, world.people.roster
    touched = np.flatnonzero(
        (fates.died[:size] != NEVER)
        | (fates.sentence[:size] > 0)
        | (fates.duplicate[:size] >= 0)
        | (fates.missing_from[:size] != NEVER)
        | (fates.abroad_since[:size] != NEVER)
    ).tolist()
    ids = world.people.ids
    return _csv(
        PEOPLE_COLUMNS,
        (
            (
                ids[who].decode(),
                _day(fates.died, who),
                "1" if fates.hidden[who] else ("" if fates.died[who] == NEVER else "0"),
                _day(fates.custody_from, who),
                _day(fates.custody_until, who),
                SENTENCES[fates.sentence[who]],
                ELSEWHERE[fates.duplicate[who]][0] if fates.duplicate[who] >= 0 else "",
                _day(fates.missing_from, who),
                _day(fates.abroad_since, who),
                _day(fates.told_on, who),
            )
            for who in touched
        ),
    )


def faults_csv(faults: Iterable[tuple[str, FaultLog]]) -> bytes:
    """Every fault of every file."""
    return _csv(
        ("path", "row", "fault"),
        (
            (path, row, name)
            for path, log in faults
            for name, rows in zip(log.names, log.rows, strict=True)
            for row in rows.tolist()
        ),
    )


def deliveries_csv(world: World) -> bytes:
    """Which deliveries failed to come, or came late."""
    plan = world.plan
    silent = [
        (rates.SILENT_SOURCE, period.label, "silent") for period in plan.monthly[-rates.SILENT_DELIVERIES :]
    ]
    return _csv(("source", "period", "fault"), [*silent, (rates.LATE_SOURCE, plan.monthly[-2].label, "late")])


def _day(days: Ints, who: int) -> str:
    return "" if days[who] == NEVER else from_day_number(int(days[who])).isoformat()


def _csv(header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()
