"""Made worlds for tests, and a plain reader of their files that shares no code with the product."""

import csv
import io
import json
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from python_calamine import load_workbook

from yizheng.adapters.agency_files.agency import Agency, load_agency
from yizheng.kernel.time import Month
from yizheng.simulators.world.make import Manifest, make_world
from yizheng.simulators.world.plan import Place, Plan

AGENCY = Path(__file__).parents[1] / "agencies" / "demo"
Rows = list[list[Any]]


def places() -> tuple[Place, ...]:
    """The counties of the demo agency."""
    with (AGENCY / "regions.csv").open(encoding="utf-8") as lines:
        return tuple(
            Place(row["code"], row["name"]) for row in csv.DictReader(lines) if row["level"] == "county"
        )


@cache
def demo_agency() -> Agency:
    """The demo agency, read once for all tests of a process."""
    return load_agency(AGENCY)


def with_variant(name: str, folder: Path) -> Path:
    """The demo agency with the files of one of the variants that ship laid over it."""
    made = Path(shutil.copytree(AGENCY, folder / name))
    shutil.copytree(AGENCY.parent / "variants" / name, made, dirs_exist_ok=True)
    return made


def small_world(out: Path, *, people: int = 2_000, seed: int = 1, months: int = 12) -> Manifest:
    """A world of the demo agency, quickly made."""
    plan = Plan(people=people, seed=seed, months=months, last_month=Month(2026, 10))
    return make_world(plan=plan, places=places(), out=out)


def read_manifest(world: Path) -> Manifest:
    """The manifest of a made world."""
    manifest: Manifest = json.loads((world / "manifest.json").read_text("utf-8"))
    return manifest


def read_rows(path: Path) -> tuple[list[str], Rows]:
    """Headers and rows of any of a world's files."""
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        columns = [column.to_pylist() for column in table.columns]
        return table.column_names, [list(row) for row in zip(*columns, strict=True)]
    if path.suffix == ".xlsx":
        rows = load_workbook(str(path)).get_sheet_by_index(0).to_python()
        return [str(header) for header in rows[0]], rows[1:]
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030")
    lines = list(csv.reader(io.StringIO(text, newline="")))
    return lines[0], list(lines[1:])


def read_truth(world: Path, name: str) -> list[dict[str, str]]:
    """One of the tables in truth/."""
    with (world / "truth" / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
