"""Are the decisions right? Cities lived through month by month with the product, the truth hidden from it.

    ./run bench decisions --people 5000 --months 24 --out report
    ./run bench decisions --people 300 --months 3 --json
    ./run bench decisions --with agencies/variants/after-deliveries --no-baseline
    ./run bench decisions --world my-world.yaml --driver "python my-driver.py"

Measures both errors (a dead person certified, a living person stopped), lateness, money, requests and work, in every
world that ships with the product or in those that are named. What the figures mean, and how another product is
measured: docs/reference/decisions-benchmark.md.
"""

import argparse
import csv
import json
import os
import shlex
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from yizheng.doors.cli.base import terminal_language
from yizheng.doors.words import refusal_in
from yizheng.kernel.errors import Refused
from yizheng.simulators.city.benchmark import Order, run, write_report
from yizheng.simulators.city.driver import Driver
from yizheng.simulators.city.report import COLUMNS
from yizheng.simulators.city.worldfile import load_world, shipped_worlds
from yizheng.simulators.world.plan import Place

ROOT = Path(__file__).parents[1]
DRIVERS = ROOT / "bench" / "drivers"
OURS = Driver("yizheng", (sys.executable, str(DRIVERS / "product.py")), serves=True)
NAIVE = Driver("ask-everybody", (sys.executable, str(DRIVERS / "ask_everybody.py")))


def words() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(
        prog="./run bench decisions",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--people", type=int, default=5000, help="people on each roster, at least 200")
    parser.add_argument("--months", type=int, default=24, help="months lived through, 3 to 36")
    parser.add_argument(
        "--world", type=Path, action="append", help="a world file; may be repeated [all that ship]"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object alone on stdout")
    parser.add_argument("--out", type=Path, help="a folder for decisions.html and decisions.json")
    parser.add_argument("--driver", help="the command of another product's driver, in place of Yizheng's")
    parser.add_argument("--serves", action="store_true", help="the other driver can be kept running (serve)")
    parser.add_argument("--agency", type=Path, help="rules to measure with [agencies/demo]")
    parser.add_argument(
        "--with",
        dest="variants",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="files laid over the rules, such as agencies/variants/after-deliveries; may be repeated",
    )
    parser.add_argument("--no-baseline", action="store_true", help="leave the naive product out")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="worlds at once [processors]")
    parser.add_argument("--keep", type=Path, help="keep each world's folder with all files here")
    return parser.parse_args()


def places() -> tuple[Place, ...]:
    """The counties of the demo agency: where the people of every world live."""
    with (ROOT / "agencies" / "demo" / "regions.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return tuple(Place(row["code"], row["name"]) for row in rows if row["level"] == "county")


def rules_of(agency: Path, variants: Sequence[Path], work: Path) -> Path:
    """The agency's folder, or a copy of it with the files of the variants laid over it, the last on top."""
    if not variants:
        return agency
    made = Path(shutil.copytree(agency, work / "agency"))
    for variant in variants:
        shutil.copytree(variant, made, dirs_exist_ok=True)
    return made


def main() -> None:
    """Parse, measure, report, tidy up."""
    asked = words()
    work = asked.keep or Path(tempfile.mkdtemp(prefix="yizheng-decisions-"))
    if asked.agency or asked.variants:
        rules = rules_of(asked.agency or ROOT / "agencies" / "demo", asked.variants, work)
        os.environ["YIZHENG_AGENCY"] = str(rules.absolute())
    began = time.monotonic()

    def progress(step: str, done: int, total: int) -> None:
        print(f"{step} {done}/{total}, {time.monotonic() - began:.0f} s", file=sys.stderr)  # noqa: T201

    try:
        product = Driver("other", tuple(shlex.split(asked.driver)), asked.serves) if asked.driver else OURS
        order = Order(
            worlds=tuple(load_world(path) for path in asked.world)
            if asked.world
            else tuple(shipped_worlds()),
            people=asked.people,
            months=asked.months,
            places=places(),
            product=product,
            others=() if asked.no_baseline else (NAIVE,),
            work=work,
            keep=asked.keep is not None,
            jobs=asked.jobs,
        )
        result = run(order, progress=progress)
        if asked.out:
            for path in write_report(result, asked.out):
                print(f"written: {path}", file=sys.stderr)  # noqa: T201
    except Refused as error:
        sys.exit(f"decisions: {refusal_in(error, terminal_language())}")
    finally:
        if not asked.keep:
            shutil.rmtree(work, ignore_errors=True)
    print(json.dumps(result, ensure_ascii=False) if asked.json else table(result))  # noqa: T201


def table(result: dict[str, Any]) -> str:
    """The measures in words, a block for each product and a line for each world."""
    blocks = [(result["driver"], result["worlds"])]
    blocks += [(one["driver"], one["worlds"]) for one in result["baselines"]]
    lines = []
    for driver, worlds in blocks:
        lines.append(f"{driver}, {result['people']:,} people, {result['months']} months")
        for row in worlds:
            cells = "; ".join(f"{name} {show(row)}" for name, _, show in COLUMNS)
            lines.append(f"  {row['name']}: {cells}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
