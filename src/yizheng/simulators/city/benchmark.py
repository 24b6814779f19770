"""All worlds, one by one or several at once: lived through with the product, and with the products to compare."""

import json
import multiprocessing
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yizheng.kernel.progress import Progress, quiet
from yizheng.simulators.city.city import Lived, live
from yizheng.simulators.city.driver import Driver
from yizheng.simulators.city.report import page
from yizheng.simulators.city.strength import fitted
from yizheng.simulators.city.trials import rules_tried
from yizheng.simulators.city.worldfile import CityWorld
from yizheng.simulators.world.plan import Place

FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be measured: worlds, size, the product, the products to compare with, and where to work."""

    worlds: tuple[CityWorld, ...]
    people: int
    months: int
    places: tuple[Place, ...]
    product: Driver
    others: tuple[Driver, ...]
    work: Path
    keep: bool = False
    jobs: int = 1


Job = tuple[Order, Driver, CityWorld, Path]


def run(order: Order, *, progress: Progress = quiet) -> dict[str, Any]:
    """Measure everything that was ordered: the object that `--json` prints. Equal orders give equal objects."""
    jobs: list[Job] = [
        (order, driver, world, order.work / f"{number}-{driver.name}" / world.name)
        for number, driver in enumerate((order.product, *order.others))
        for world in order.worlds
    ]
    lived: list[Lived] = []
    if order.jobs == 1:
        for job in jobs:
            lived.append(_live(job))
            progress("worlds", len(lived), len(jobs))
    else:
        with multiprocessing.get_context("spawn").Pool(order.jobs) as pool:
            for one in pool.imap(_live, jobs):
                lived.append(one)
                progress("worlds", len(lived), len(jobs))
    count = len(order.worlds)
    by_driver = [lived[at : at + count] for at in range(0, len(lived), count)]
    witnesses = {world.name: one.witness for world, one in zip(order.worlds, by_driver[0], strict=True)}
    return {
        "format": FORMAT,
        "driver": order.product.name,
        "people": order.people,
        "months": order.months,
        "worlds": [one.measures for one in by_driver[0]],
        "baselines": [
            {"driver": driver.name, "worlds": [one.measures for one in mine]}
            for driver, mine in zip(order.others, by_driver[1:], strict=True)
        ],
        "evidence": fitted(witnesses),
        "rules": rules_tried(witnesses),
        "about": [
            {"name": world.name, "about": world.about, "about_zh": world.about_zh, "seed": world.seed}
            for world in order.worlds
        ],
    }


def write_report(result: dict[str, Any], out: Path) -> Sequence[Path]:
    """Write the page and the JSON into a folder, which is made; gives both paths."""
    out.mkdir(parents=True, exist_ok=True)
    paths = (out / "decisions.json", out / "decisions.html")
    paths[0].write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    paths[1].write_text(page(result), encoding="utf-8")
    return paths


def _live(job: Job) -> Lived:
    order, driver, world, folder = job
    return live(
        world,
        driver,
        people=order.people,
        months=order.months,
        places=order.places,
        folder=folder,
        keep=order.keep,
    )
