"""A small made world in which numbers of people change: nobody is paid twice, and nobody is asked about for nothing."""

import random
from collections import Counter
from datetime import date
from itertools import count
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from hands import hands_of
from pay_situations import clock_on
from roster_situations import number, person, take, write
from yizheng.adapters.store.local import LocalStore
from yizheng.flows.pay import pay_run
from yizheng.kernel.time import Month
from yizheng.rooms import people
from yizheng.rooms.evidence.data import ImportReport
from yizheng.rooms.people.data import QuestionKind

pytestmark = pytest.mark.django_db
SEPTEMBER = Month(2026, 9)
WHO = ("姓名", "出生日期", "手机号码", "银行账号")
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "秀英桂兰玉芳建国志明华平海生春福荣珍金凤"
"""Few names for many people: namesakes are as common as among millions."""


class World:
    """People as they are; what the core system calls them changes from month to month."""

    def __init__(self, folder: Path, *, size: int, seed: int) -> None:
        self.folder, self.store = folder, LocalStore(folder / "store")
        self.random, self.serials = random.Random(seed), count(1)
        self.rows = [self.somebody() for _ in range(size)]
        for one, other in zip(self.rows[0:60:2], self.rows[1:60:2], strict=True):
            other |= {key: one[key] for key in ("银行账号", "手机号码")}  # couples with one account
        for one, other in zip(self.rows[60:70:2], self.rows[61:70:2], strict=True):
            other |= {key: one[key] for key in ("出生日期", "手机号码")}  # twins, with a child's phone
        for one, other in zip(self.rows[70:80:2], self.rows[71:80:2], strict=True):
            other |= {key: one[key] for key in ("姓名", "出生日期")}  # namesakes born on one day
        for one in self.rows[80:90]:
            one["银行账号"] = "6222111111111111111"  # a home for the old

    def number(self) -> str:
        """A number that nobody has had."""
        block, serial = divmod(next(self.serials), 999)
        return number(serial, born=f"{1930 + block // 252}{block // 28 % 9 + 1:02d}{block % 28 + 1:02d}")

    def somebody(self) -> dict[str, str]:
        """A person with a number, a name, a birthday, an account and a phone."""
        draw = self.random
        name = draw.choice(SURNAMES) + draw.choice(GIVEN) + draw.choice(GIVEN)
        born = f"{draw.randint(1930, 1966)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"
        return person(1) | {
            "公民身份号码": self.number(),
            "姓名": name,
            "出生日期": born,
            "手机号码": f"13{draw.randint(10**8, 10**9 - 1)}",
            "银行账号": f"6222{draw.randint(10**14, 10**15 - 1)}",
        }

    def deliver(self, month: Month, rows: list[dict[str, str]]) -> ImportReport:
        """The month's roster."""
        told = [row | {"发放至年月": str(month)} for row in rows]
        path = write(self.folder / f"roster-{month}.csv", told)
        return take(path, self.store, date(month.year, month.month, 25))

    def paid(self, month: Month) -> Counter[str]:
        """The month's pay run: how many instructions each account got."""
        hands = hands_of("zhao", clock=clock_on(month.plus(-1).last()), store=self.store)
        pnos = pq.read_table(self.store.path(pay_run.run(hands, month=month).file))["pno"].to_pylist()
        return Counter(one.account for one in people.queries.contacts(pnos).values())


def swapped(rows: list[dict[str, str]], one: int, other: int) -> None:
    """The core system mixes two people's numbers up."""
    first, second = ({key: rows[place][key] for key in WHO} for place in (one, other))
    rows[one], rows[other] = rows[one] | second, rows[other] | first


def test_numbers_that_change_pay_nobody_twice_and_raise_no_other_question(tmp_path: Path) -> None:
    world = World(tmp_path, size=300, seed=3)
    world.deliver(SEPTEMBER, world.rows)
    owed = Counter(row["银行账号"] for row in world.rows)
    assert world.paid(Month(2026, 10)) == owed
    rows = [row | {} for row in world.rows]
    for place in (5, 62, 70, 85, 150):  # of a couple, a twin, a namesake, of the home, of anybody
        rows[place]["公民身份号码"] = world.number()
    swapped(rows, 200, 201)
    swapped(rows, 10, 210)
    gone, come = rows.pop(250), [world.somebody() for _ in range(3)]
    told = world.deliver(Month(2026, 10), rows + come)
    assert (told.notes["asked_as_new"], told.notes["number_moved"]) == (5, 4)
    owed += Counter(row["银行账号"] for row in come)
    assert world.paid(Month(2026, 11)) == owed, "nobody twice, nobody less"
    rows.append(gone)
    again = world.deliver(Month(2026, 11), rows + come)
    assert ("asked_as_new" in again.notes, again.notes["number_moved"]) == (False, 4)
    assert world.paid(Month(2026, 12)) == owed
    kinds = Counter(one.kind for one in people.queries.open_questions())
    assert kinds == {QuestionKind.SAME_PERSON: 5, QuestionKind.NUMBER_MOVED: 4}


@pytest.mark.long  # a share of one in ten thousand is told of tens of thousands only
def test_ordinary_changes_of_a_month_raise_next_to_no_question(tmp_path: Path) -> None:
    size = 50_000
    world = World(tmp_path, size=size, seed=4)
    draw = world.random
    for place in range(100, size, 3):
        world.rows[place]["银行账号"] = world.rows[place - 1]["银行账号"]  # every third shares an account
    world.deliver(SEPTEMBER, world.rows)
    rows = [row for row in world.rows if draw.random() > 0.003]
    for row in draw.sample(rows, size // 500):
        row["银行账号"] = f"6217{draw.randint(10**14, 10**15 - 1)}"
    for row in draw.sample(rows, size // 2000):
        row["姓名"] = row["姓名"][0] + draw.choice(GIVEN)
    come = [world.somebody() for _ in range(size * 3 // 1000)]
    for row in come[:20]:
        row["银行账号"] = draw.choice(rows)["银行账号"]  # to a husband's or a wife's account
    world.deliver(Month(2026, 10), rows + come)
    assert len(people.queries.open_questions()) <= size // 10_000
