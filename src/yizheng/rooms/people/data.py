"""What may be known about people (人员): the fields of a roster and the facts of a person, as values."""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from yizheng.kernel.ids import Pno
from yizheng.rooms.people.identity_data import ANSWERED_BY as ANSWERED_BY
from yizheng.rooms.people.identity_data import Answer as Answer
from yizheng.rooms.people.identity_data import NewQuestion as NewQuestion
from yizheng.rooms.people.identity_data import NumberHeld as NumberHeld
from yizheng.rooms.people.identity_data import OtherNumber as OtherNumber
from yizheng.rooms.people.identity_data import Question as Question
from yizheng.rooms.people.identity_data import QuestionKind as QuestionKind
from yizheng.rooms.people.identity_data import Sign as Sign

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""What each of the first 17 digits of a number weighs (GB 11643-1999, MOD 11-2)."""
CHECK_DIGITS = "10X98765432"
"""The 18th character of a number, by the weighed sum modulo 11."""

FILLER_REGIONS = (
    "000000",
    "111111",
    "123456",
    "333333",
    "444444",
    "555555",
    "666666",
    "777777",
    "888888",
    "999999",
)
"""Beginnings of numbers that no office ever issued and that clerks type where they know none (占位号码)."""
FILLER_BIRTHS = ("19000101",)
"""Birth days of such numbers: the first day that systems take."""

BLANKS = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
"""What counts as a blank."""
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
"""Characters that nobody sees and that copying from web pages and Excel leaves behind: dropped."""
DOTS = ".\u2022\u30fb\u2027\u2219\u22c5\u25cf\u3002\uff65\u318d\u2024\u25cb\u25e6"
"""What people type for the middle dot (间隔号 U+00B7) of a name, beside the dot itself."""
GBK_PRIVATE = (
    "\u2e81\U00020087\U00020089\U000200cc\u2e84\u3473\u3447\u2e88\u2e8b\u9fb4\u359e\u361a\u360e\u2e8c"
    "\u2e97\u396e\u3918\u9fb5\u39cf\u39df\u3a73\u39d0\u9fb6\u9fb7\u3b4e\u3c6e\u3ce0\u2ea7"
    "\U000215d7\u9fb8\u2eaa\u4056\u415f\u2eae\u4337\u2eb3\u2eb6\u2eb7\U0002298f\u43b1\u43ac\u2ebb"
    "\u43dd\u44d6\u4661\u464c\u9fb9\u4723\u4729\u477c\u478d\u2eca\u4947\u497a\u497d\u4982"
    "\u4983\u4985\u4986\u499f\u499b\u49b7\u49b6\u9fba\U000241fe\u4ca3\u4c9f\u4ca0\u4ca1\u4c77"
    "\u4ca2\u4d13\u4d14\u4d15\u4d16\u4d17\u4d18\u4d19\u4dae\u9fbb"
)
"""What the private-use characters U+E815 to U+E864 stand for, in their order (GBK's FE50 to FEA0 by GB 18030-2022).

Older systems write names such as 䶮 with them.
"""
VARIANTS = "".join(map(chr, range(0xE815, 0xE865))) + "".join(map(chr, range(0x2F00, 0x2FD6)))
"""Characters that look like another and are none of a name: private-use ones, and the radicals U+2F00 to U+2FD5."""
SETTLED = GBK_PRIVATE + "".join(unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6))
"""What each of them stands for."""
MONEY_MARKS = ",¥￥元"
"""What people write into an amount beside its digits."""
CROSSES = "x\u00d7\u0425\u0445\u03a7\u03c7"
"""What people type for the X of a number: small x, the multiplication sign, Cyrillic and Greek letters."""

SUMMER_YEARS = "194[0-9]|198[6-9]|199[01]"
"""Years in which China's clocks went an hour before UTC+8 in summer (IANA time zone data, Asia/Shanghai).

A birthday in such a summer, written by a system as an instant of UTC, is 15:00 of the day before. So these years are read
an hour later all year: midnight stays within its day either way.
"""
NEARLY_MIDNIGHT = "99861"
"""Decimals of a workbook's day from which it is two minutes short of the next: arithmetic, and no time of day."""

ROSTER_FIELDS = (
    "id_number",
    "name",
    "sex",
    "birth_day",
    "region",
    "scheme",
    "benefit_type",
    "start_month",
    "monthly",
    "pay_state",
    "pay_month",
    "pay_reason",
    "last_certified",
    "groups",
    "phone",
    "account",
    "address",
    "paid_through",
)
"""The fields of a roster row (花名册), in the order of the file that agencies deliver."""

LONGEST_NAME = 50
"""Characters of the longest name that is taken for one."""


class LifeEventKind(StrEnum):
    """What can be confirmed of a life: 死亡, 失踪, 收监, 释放, 找到."""

    DEATH = "death"
    MISSING = "missing"
    CUSTODY = "custody"
    RELEASE = "release"
    FOUND = "found"


ENDED_BY = {
    LifeEventKind.DEATH: LifeEventKind.FOUND,
    LifeEventKind.MISSING: LifeEventKind.FOUND,
    LifeEventKind.CUSTODY: LifeEventKind.RELEASE,
}
"""Which fact ends which loss: who was in custody is released, who was missing or taken for dead is found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who a person is by name and number: personal data in clear."""

    number: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """How a person is reached and paid: personal data in clear; empty text where nothing is known."""

    phone: str
    account: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lately:
    """What weighing asks of a person: `phone` in clear (empty where none is known), and when phone and account last
    changed from one number to another, as far as was asked."""

    birth_day: date
    phone: str
    phone_changed: datetime | None
    account_changed: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """What is known of a person without opening anything sealed. `sex` is 1 male, 2 female."""

    pno: Pno
    sex: int
    birth_day: date
    region: str
    true_from: date
    known_since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeFact:
    """A confirmed fact about a life, with both its dates."""

    pno: Pno
    kind: str
    true_from: date
    known_since: datetime
    known_by: str
    case_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterRecord:
    """A delivered roster and what became of its rows."""

    batch_id: str
    position: int
    file_name: str
    delivered_on: date
    rows: int
    accepted: int
    repaired: int
    refused: int
    notes: dict[str, int]
    errors_file: str
    imported_at: datetime
    imported_by: str


SEX_WRITTEN = {1: "男", 2: "女"}
"""How files write the sex, theirs and ours."""
