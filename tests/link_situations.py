"""Rows that reach nobody on arrival, and a finder of which a test says what it finds."""

import csv
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa

from case_situations import CASE_RULES
from hands import hands_of
from standing import begin_with
from worlds import demo_agency
from yizheng import wiring
from yizheng.adapters.store.local import LocalStore
from yizheng.adapters.tables.reading import read_table
from yizheng.flows.arrivals import feed_arrives, roster_arrives
from yizheng.flows.house import ledger_is_verified
from yizheng.flows.runs import certification_run
from yizheng.flows.sources import links_are_sought
from yizheng.flows.sources.links_are_sought import FindsPeople, SearchReport
from yizheng.kernel.time import FixedClock
from yizheng.rooms import certification, entitlements, notices, people
from yizheng.rooms.certification.data import Policy, Rulebook, RunReport
from yizheng.rooms.comparison.tail.data import FIELDS, LINKS, Block, Comparison, Level, Model
from yizheng.rooms.evidence.data import ImportReport
from yizheng.rooms.people import rules

AGENCY_DATA = demo_agency()
ROSTER_DAY, DAY, AS_OF = date(2026, 9, 1), date(2026, 10, 5), date(2026, 10, 31)
NAMES = ("王芳", "买买提·艾力", "李娜", "张伟")
ROSTER = (
    "公民身份号码",
    "姓名",
    "行政区划代码",
    "险种",
    "待遇类别",
    "待遇起始年月",
    "月待遇金额",
    "发放状态",
    "发放至年月",
)
DEATHS = ("证件号码", "死者姓名", "性别", "死亡日期", "死亡地点", "签发单位", "签发日期")
TRAINS = ("证件号码", "旅客姓名", "车次", "乘车站", "乘车日期", "进站标志")
SOURCES = tuple(
    replace(source, expectation=replace(source.expectation, per_thousand=(0, 1_000_000)))
    for source in AGENCY_DATA.sources
)
"""The demo's sources, none of them ill for want of rows: this city is small."""
MODEL = Model(
    trained_on="nothing",
    seed=1,
    people=1_000,
    prior=0.001,
    comparisons=tuple(
        Comparison(
            name=field,
            words=words,
            levels=(
                Level(key="missing", words="没有", sql="null"),
                Level(key="same", words="一致", sql="true", m=0.9, u=0.001),
                Level(key="other", words="不一致", sql="ELSE", m=0.1, u=0.999),
            ),
        )
        for field, words in zip(FIELDS, ("号码", "姓名", "出生日期", "性别", "地区"), strict=True)
    ),
    blocking=(Block(sql="true", explode=()),),
)
"""A model that nobody trained: just words for what a test's finder finds."""


def number(serial: int) -> str:
    """The identity number of the person with this serial number."""
    first = f"44080219491231{serial:03d}"
    return first + rules.check_digit(first)


def write(path: Path, headers: tuple[str, ...], rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headers, *rows])
    return path


class City:
    """A small agency: a roster, deliveries and runs, each by the product's own flow."""

    def __init__(self, folder: Path, *, files: int = 0) -> None:
        """`files` is how many the folder has already."""
        folder.mkdir(exist_ok=True)
        self.folder, self.store, self._files = folder, LocalStore(folder / "store"), files

    def roster(self, *names: str, first: int = 0, day: date = ROSTER_DAY) -> None:
        rows = [
            [number(first + at), name, "440802", "110", "retirement", "2010-01", "3000", "1", "2026-09"]
            for at, name in enumerate(names)
        ]
        self._files += 1
        roster_arrives.import_roster(
            hands_of("test", clock=FixedClock.on(day), store=self.store),
            file=write(self.folder / f"roster-{self._files}.csv", ROSTER, rows),
            delivered_on=day,
            terms=wiring.roster_terms(AGENCY_DATA),
            read_table=read_table,
        )

    def deliver(
        self, source: str, headers: tuple[str, ...], *rows: list[str], day: date = DAY
    ) -> ImportReport:
        self._files += 1
        path = self.folder / f"{source}_2026-{self._files:02d}_{day}.csv"
        with feed_arrives.roster_opened(self.store) as linker:
            return feed_arrives.import_feed(
                hands_of("test", clock=FixedClock.on(day), store=self.store),
                file=write(path, headers, list(rows)),
                source=AGENCY_DATA.source(source),
                rules=AGENCY_DATA.evidence_rules,
                delivered_on=day,
                read_table=read_table,
                linker=linker,
            )

    def deaths(self, *rows: tuple[str, str], day: date = DAY) -> ImportReport:
        """A delivery of death certificates: number and name of each."""
        told = [[one, name, "", "2026-09-20", "家中", "某医院", "2026-09-21"] for one, name in rows]
        return self.deliver("death_certificate", DEATHS, *told, day=day)

    def trains(self, *rows: tuple[str, str], day: date = DAY) -> ImportReport:
        """A delivery of journeys by train: number and name of each."""
        told = [[one, name, "G1", "湛江西", "2026-09-25", "是"] for one, name in rows]
        return self.deliver("railway", TRAINS, *told, day=day)

    def seek(self, found: "Found | None" = None, *, day: date = AS_OF) -> SearchReport:
        return links_are_sought.seek(
            hands_of("test", clock=FixedClock.on(day), store=self.store),
            model=MODEL,
            finder=(found or Found()).open,
        )

    def certify(
        self,
        as_of: date = AS_OF,
        *,
        today: date | None = None,
        policies: tuple[Policy, ...] = AGENCY_DATA.policies,
    ) -> RunReport:
        return certification_run.certify(
            hands_of("test", clock=FixedClock.on(today or as_of), store=self.store),
            as_of=as_of,
            rulebook=Rulebook(policies=policies, rules=AGENCY_DATA.evidence_rules, sources=SOURCES),
            case_rules=CASE_RULES,
        )

    def verify(self) -> None:
        """Every row that the ledger witnesses is as it was witnessed."""
        trees = (
            *people.queries.witnessed_trees(),
            *entitlements.queries.witnessed_trees(),
            *certification.queries.witnessed_trees(self.store),
            *notices.queries.witnessed_trees(),
        )
        found = ledger_is_verified.verify(witnessed=wiring.witnessed(), trees=trees, store=self.store)
        assert [fault.told for fault in found.faults] == []


def four_people(folder: Path) -> City:
    """A city with four people on its roster: numbers 0 to 3 in the order of NAMES."""
    begin_with("four people", folder, lambda new: City(new).roster(*NAMES))
    return City(folder, files=1)


class Found:
    """A finder that finds what a test tells it: by the name in the record, person numbers with their probabilities."""

    def __init__(self, told: Mapping[str, Mapping[int, float]] | None = None) -> None:
        self.told, self.asked = dict(told or {}), list[str]()

    def open(self, people: pa.Table, model: Model) -> FindsPeople:
        self.people, self.model = people, model
        return self

    def find(self, records: pa.Table) -> pa.Table:
        rows = []
        for record in records.to_pylist():
            self.asked.append(record["name"])
            for pno, probability in sorted(
                self.told.get(record["name"], {}).items(), key=lambda one: -one[1]
            ):
                odds = probability / (1 - probability)
                row = {"record": record["record"], "pno": pno, "method": "model", "probability": probability}
                row |= {"weight": _bits(odds), "model_id": self.model.id}
                row |= {f"mw_{field}": None for field in FIELDS} | {f"level_{field}": -1 for field in FIELDS}
                row |= {"mw_name": _bits(odds), "level_name": 1}
                rows.append(row)
        return pa.Table.from_pylist(rows, schema=LINKS)

    def close(self) -> None:
        """Nothing is held."""


def _bits(odds: float) -> float:
    bits = 0.0
    while odds >= 2:
        odds, bits = odds / 2, bits + 1
    return bits
