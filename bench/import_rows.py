"""How long a million rows take to come in: a roster of N people, and a feed of N rows about them, both CSV.

    ./run bench import_rows --rows 1000000

Works in a folder of its own that is removed again. Prints one JSON object: seconds of each import, processor seconds of
this process and its helpers, and the peak of memory. Run it on a quiet machine, and run it three times.
"""

import argparse
import csv
import json
import os
import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[1]
DAY = date(2026, 10, 5)


def measured(work: Callable[[], object]) -> dict[str, float]:
    """Wall and processor seconds of a piece of work, helpers included."""
    began, used = time.monotonic(), _processor()
    work()
    return {"wall_s": round(time.monotonic() - began, 1), "cpu_s": round(_processor() - used, 1)}


def _processor() -> float:
    mine, helpers = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return mine.ru_utime + mine.ru_stime + helpers.ru_utime + helpers.ru_stime


def write_feed(roster: Path, feed: Path) -> None:
    """A railway delivery with one journey of everybody on the roster."""
    with roster.open(encoding="utf-8-sig") as lines, feed.open("w", encoding="gb18030", newline="") as file:
        out = csv.writer(file)
        out.writerow(["证件号码", "旅客姓名", "车次", "乘车站", "乘车日期", "进站标志"])
        for place, row in enumerate(csv.DictReader(lines)):
            out.writerow(
                [row["公民身份号码"], row["姓名"], "G1", "湛江西", f"2026-09-{place % 28 + 1:02d}", "是"]
            )


def bench(rows: int, home: Path) -> dict[str, object]:
    """Import the roster and the feed once each."""
    import django  # noqa: PLC0415 (the settings read the home that main() has just made)
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    from yizheng import wiring  # noqa: PLC0415
    from yizheng.flows.arrivals import feed_arrives, roster_arrives  # noqa: PLC0415
    from yizheng.kernel.hands import NamedActor  # noqa: PLC0415
    from yizheng.kernel.time import FixedClock, Month  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    agency = wiring.agency()
    hands = wiring.hands(NamedActor("bench", role="operator"), at=FixedClock.on(DAY))
    wiring.make_world(people=rows, seed=1, months=3, last_month=Month(2026, 9), out=home / "world")
    (roster,) = (home / "world" / "roster").iterdir()
    feed = home / "railway_2026-09_2026-10-05.csv"
    write_feed(roster, feed)

    def take_roster() -> None:
        roster_arrives.import_roster(
            hands,
            file=roster,
            delivered_on=DAY,
            terms=wiring.roster_terms(agency),
            read_table=wiring.read_table,
        )

    def take_feed() -> None:
        with feed_arrives.roster_opened(hands.store) as linker:
            feed_arrives.import_feed(
                hands,
                file=feed,
                source=agency.source("railway"),
                rules=agency.evidence_rules,
                delivered_on=DAY,
                read_table=wiring.read_table,
                linker=linker,
            )

    return {
        "rows": rows,
        "roster": measured(take_roster),
        "feed": measured(take_feed),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main() -> None:
    """Parse, bench, print, tidy up."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rows", type=int, default=1_000_000)
    rows = words.parse_args().rows
    home = Path(tempfile.mkdtemp(prefix="yizheng-bench-"))
    os.environ |= {
        "YIZHENG_HOME": str(home),
        "YIZHENG_AGENCY": str(ROOT / "agencies" / "demo"),
        "DJANGO_SETTINGS_MODULE": "yizheng.settings",
    }
    try:
        print(json.dumps(bench(rows, home)))  # noqa: T201 (its output)
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
