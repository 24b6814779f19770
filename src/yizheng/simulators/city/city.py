"""A city is lived through: found it, tell the product each month's files, let people and staff react, close the books."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yizheng.kernel.errors import Misused, Refused
from yizheng.kernel.progress import Progress, quiet
from yizheng.kernel.time import Month
from yizheng.simulators.city import driver as files
from yizheng.simulators.city.actors import Decision, Office, Public, Visit, day_text, month_days
from yizheng.simulators.city.books import PAYDAY, Books
from yizheng.simulators.city.driver import Driver, Session
from yizheng.simulators.city.lives import CityFates, CityPlan, city_habits, draw_lives, draw_people
from yizheng.simulators.city.sources import Departments
from yizheng.simulators.city.strength import Witness
from yizheng.simulators.city.worldfile import CityWorld
from yizheng.simulators.why import Why
from yizheng.simulators.world.feeds.base import World
from yizheng.simulators.world.files import file_bytes
from yizheng.simulators.world.plan import FEWEST_MONTHS, MOST_MONTHS, SMALLEST, Place
from yizheng.simulators.world.roster import draw_roster

LAST_MONTH = Month(2026, 10)
"""Every run ends here, so that all of it lies in the past of the machines that run it."""
CERTIFIER, RECHECKER, SUPERVISOR = "certifier", "rechecker", "supervisor"


@dataclass(slots=True, kw_only=True)
class City:
    """One world with its people, its departments, its staff and its books."""

    world: CityWorld
    plan: CityPlan
    scene: World
    fates: CityFates
    departments: Departments
    public: Public
    office: Office
    books: Books
    witness: Witness

    @property
    def numbers(self) -> list[str]:
        """Identity numbers by place on the roster."""
        return [number.decode() for number in self.scene.people.ids[: self.scene.people.roster].tolist()]

    @property
    def names(self) -> list[str]:
        """Names by place on the roster."""
        return [str(name) for name in self.scene.people.names.slice(0, self.scene.people.roster).to_pylist()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """What came of a world: its measures, and what its departments' evidence was worth."""

    measures: dict[str, Any]
    witness: Witness


def found(world: CityWorld, *, people: int, months: int, places: tuple[Place, ...]) -> City:
    """Found a city. Raises Misused for a size that cannot be."""
    if not (people >= SMALLEST and FEWEST_MONTHS <= months <= MOST_MONTHS):
        raise Misused(
            Why.CITY_SIZE_WRONG,
            least=SMALLEST,
            fewest=FEWEST_MONTHS,
            most=MOST_MONTHS,
            people=people,
            months=months,
        )
    plan = CityPlan(
        people=people, seed=world.seed, months=months, last_month=LAST_MONTH, history=world.history_months
    )
    population = draw_people(world, plan, places)
    fates = draw_lives(world, plan, population)
    scene = World(
        plan=plan,
        places=places,
        people=population,
        fates=fates,
        habits=city_habits(world, plan, population, fates),
    )
    rng = plan.rng("public")
    public = Public(world=world, fates=fates, rng=rng, never=rng.random(people) < world.people.never)
    office = Office(world=world, fates=fates, public=public, people=people, rng=plan.rng("office"))
    return City(
        world=world,
        plan=plan,
        scene=scene,
        fates=fates,
        departments=Departments(world=world, city=scene, fates=fates),
        public=public,
        office=office,
        books=Books(plan=plan, fates=fates, office=office, people=people),
        witness=Witness(fates=fates, people=people, first=plan.lived[0], last=plan.lived[1]),
    )


def live(
    world: CityWorld,
    driver: Driver,
    *,
    people: int,
    months: int,
    places: tuple[Place, ...],
    folder: Path,
    keep: bool = False,
    told: Progress = quiet,
) -> Lived:
    """Live through a world with a product in `folder`, which is made and, unless `keep`, removed. Raises Refused."""
    if folder.exists() and any(folder.iterdir()):
        raise Refused(Why.FOLDER_NOT_NEW, folder=folder)
    city = found(world, people=people, months=months, places=places)
    try:
        with driver.working_in(folder) as product:
            _begin(city, product, folder)
            for number in range(months):
                _month(city, product, folder, city.plan.first_month.plus(number))
                told(world.name, number + 1, months)
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
    return Lived(measures={"name": world.name} | city.books.measures(), witness=city.witness)


def _begin(city: City, product: Session, folder: Path) -> None:
    table, _ = draw_roster(city.scene)
    amounts = table.column("月待遇金额").to_pylist()
    for who, yuan in enumerate(amounts):
        city.books.monthly[who] = int(yuan.replace(".", ""))
    start = {
        "format": files.FORMAT,
        "world": city.world.name,
        "people": city.plan.people,
        "first_month": str(city.plan.first_month),
        "months": city.plan.months,
        "roster": f"in/roster_{city.plan.roster_day}.csv",
    }
    (folder / "in").mkdir(parents=True)
    (folder / "city.json").write_text(
        json.dumps(start, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    (folder / str(start["roster"])).write_bytes(file_bytes(table, "csv-utf8"))
    product.start()


def _month(city: City, product: Session, folder: Path, month: Month) -> None:
    first, last = month_days(month)
    here = folder / "in" / str(month)
    (here / "feeds").mkdir(parents=True)
    for delivery in city.departments.deliveries(month):
        (here / "feeds" / delivery.name).write_bytes(delivery.data)
        city.witness.hear(delivery)
    visits = city.public.visits(first, last)
    city.office.served(visits)
    _write_answers(city, here, visits)
    _write_decisions(here, city.office.decisions(last))
    files.write_table(
        here / "releases.csv", files.RELEASES, [(name, SUPERVISOR) for name in city.office.releases()]
    )
    product.month(month)
    answered = files.read_answered(
        folder / "out" / str(month), {text: who for who, text in enumerate(city.numbers)}
    )
    city.books.close_month(month, answered, visits)
    city.public.asked(answered.asks)
    city.public.paid(answered, last + PAYDAY, month.plus(1))
    city.office.see(answered, last)


def _write_answers(city: City, here: Path, visits: list[Visit]) -> None:
    numbers, names = city.numbers, city.names
    files.write_table(
        here / "answers.csv",
        files.ANSWERS,
        [(numbers[one.who], names[one.who], day_text(one.day), one.channel) for one in visits],
    )


def _write_decisions(here: Path, decisions: list[Decision]) -> None:
    files.write_table(
        here / "decisions.csv",
        files.DECISIONS,
        [
            (
                one.case_id,
                one.outcome,
                one.loss,
                day_text(one.day) if one.outcome in ("eligible", "lost_confirmed") else "",
                "上门、电话核实",
                "yes" if one.agree else "no",
                CERTIFIER,
                RECHECKER,
            )
            for one in decisions
        ],
    )
