"""Rosters in known situations: rows of a roster, a file of them, and its arrival by the product's own flow."""

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from hands import hands_of
from worlds import demo_agency
from yizheng import wiring
from yizheng.adapters.store.local import LocalStore
from yizheng.adapters.tables.reading import read_table
from yizheng.flows.arrivals import roster_arrives
from yizheng.flows.arrivals.roster_terms import RosterTerms
from yizheng.kernel.time import FixedClock
from yizheng.rooms.evidence.data import ImportReport
from yizheng.rooms.people import rules

TERMS = wiring.roster_terms(demo_agency())
DAY = date(2026, 9, 1)
HEADERS = [
    *(
        "公民身份号码",
        "姓名",
        "性别",
        "出生日期",
        "行政区划代码",
        "险种",
        "待遇类别",
        "待遇起始年月",
        "月待遇金额",
    ),
    *(
        "发放状态",
        "状态变更年月",
        "状态变更原因",
        "最近认证日期",
        "特殊群体",
        "手机号码",
        "银行账号",
        "联系地址",
        "发放至年月",
    ),
]
GOOD = {
    "公民身份号码": "11010519491231002X",
    "姓名": "王芳",
    "性别": "女",
    "出生日期": "1949-12-31",
    "行政区划代码": "440802",
    "险种": "110",
    "待遇类别": "retirement",
    "待遇起始年月": "2010-01",
    "月待遇金额": "3120.50",
    "发放状态": "1",
    "最近认证日期": "2026-03-05",
    "特殊群体": "高龄、独居",
    "手机号码": "13800138000",
    "银行账号": "6222020000000000000",
    "联系地址": "赤坎区某路1号",
    "发放至年月": "2026-09",
}


def number(serial: int, born: str = "19491231") -> str:
    """The identity number of the person with this serial number."""
    first = f"440802{born}{serial:03d}"
    return first + rules.check_digit(first)


def person(serial: int, **changes: str) -> dict[str, str]:
    """The row of the person with this serial number."""
    return GOOD | {"公民身份号码": number(serial), "姓名": f"人{chr(0x4E00 + serial)}", "性别": ""} | changes


def write(path: Path, rows: Sequence[Mapping[str, str]], headers: Sequence[str] = HEADERS) -> Path:
    """A roster of these rows as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, headers, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def take(
    path: Path, store: LocalStore, day: date = DAY, *, today: date | None = None, terms: RosterTerms = TERMS
) -> ImportReport:
    """Let a roster arrive, delivered on a day; `today` where it is taken in on another."""
    return roster_arrives.import_roster(
        hands_of("test", clock=FixedClock.on(today or day), store=store),
        file=path,
        delivered_on=day,
        terms=terms,
        read_table=read_table,
    )
