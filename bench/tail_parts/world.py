"""A made world with truth: people, and records of whom a share are theirs, spoilt on purpose.

Each of number, name, birth and region of a record is spoilt with the same probability, independently. Nothing here
knows the features of the product; the sounds are pypinyin's and the lunar days are lunar_python's own.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from four_corner_method import FourCornerMethod
from lunar_python import Solar
from opencc import OpenCC
from pypinyin import Style, pinyin

from tail_parts import names as parts
from yizheng.rooms.comparison.tail.data import PEOPLE, RECORDS
from yizheng.rooms.people.data import CHECK_DIGITS, WEIGHTS

FIRST_DAY, LAST_DAY = np.datetime64("1935-01-01"), np.datetime64("1971-12-31")
CITIES, COUNTIES = 40, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """People, records, and for each record whose it is (-1 nobody's on the roster) and what is wrong with it."""

    people: pa.Table
    records: pa.Table
    truth: np.ndarray
    faults: list[str]


def make(*, people: int, records: int, seed: int, spoilt: float = 0.3, strangers: float = 0.4) -> World:
    """The world of a seed. Strangers come from the same families: a twin of somebody on the roster may be one."""
    rng = np.random.default_rng(seed)
    absent = int(records * strangers)
    pool = _pool(rng, people + absent)
    order = rng.permutation(people + absent)
    roster, others = order[:people], order[people:]
    theirs = rng.permutation(people)[: records - absent]
    whose = np.concatenate([theirs, np.full(absent, -1)])
    source = np.concatenate([roster[theirs], others])
    mixed = rng.permutation(records)
    whose, source = whose[mixed], source[mixed]
    table = pool.take(pa.array(roster))
    table = (
        table.append_column("pno", pa.array(np.arange(people, dtype=np.int32)))
        .select(PEOPLE.names)
        .cast(PEOPLE)
    )
    spoiler = Spoiler(rng, spoilt, table["number"])
    rows = [spoiler.spoil(row) for row in pool.take(pa.array(source)).to_pylist()]
    faults = [row.pop("faults") for row in rows]
    told = pa.Table.from_pylist([{"record": at, **row} for at, row in enumerate(rows)], schema=RECORDS)
    return World(people=table, records=told, truth=whose, faults=faults)


def _pool(rng: np.random.Generator, count: int) -> pa.Table:
    """People with numbers, 1 % of them twins, 2 % with a brother or sister some years younger in the same place."""
    sex = rng.integers(1, 3, count)
    surname = _surnames(rng, count)
    first, second = _given(rng, sex), _given(rng, sex)
    single = rng.random(count) < 0.18
    span = int((LAST_DAY - FIRST_DAY).astype(int))
    birth = (rng.random(count) * span).astype(np.int64)
    region = _regions(rng, count)
    issued = np.where(rng.random(count) < 0.75, region, _regions(rng, count))
    serial = rng.integers(0, 500, count) * 2
    before = np.arange(count) - 1
    twin, sibling = rng.random(count) < 0.005, rng.random(count) < 0.02
    twin[0] = sibling[0] = False
    twin &= ~np.roll(twin, 1)
    sibling &= ~twin & ~np.roll(twin | sibling, 1)
    kin = twin | sibling
    for column in (surname, region, issued, single):
        column[kin] = column[before[kin]]
    second_shared = kin & (rng.random(count) < 0.25)
    first[kin & ~second_shared] = first[before[kin & ~second_shared]]
    second[second_shared] = second[before[second_shared]]
    single[kin] = False
    single[before[kin]] = False
    birth[twin] = birth[before[twin]]
    serial[twin] = serial[before[twin]] + 2
    birth[sibling] += rng.integers(300, 2400, int(sibling.sum()))
    days = FIRST_DAY + birth
    number = _unique_numbers(issued, days, serial % 1000 // 2 * 2 + sex % 2)
    written = pc.binary_join_element_wise(
        pa.array(surname), pa.array(first), pc.if_else(pa.array(single), "", pa.array(second)), ""
    )
    minority = pc.binary_join_element_wise(
        pa.array(rng.choice(parts.FIRST, count)), pa.array(rng.choice(parts.SECOND, count)), "·"
    )
    written = pc.if_else(pa.array((rng.random(count) < 0.03) & ~kin & ~np.roll(kin, -1)), minority, written)
    return pa.table(
        {
            "number": number,
            "name": written,
            "sex": pa.array(sex, pa.int8()),
            "birth": pa.array(days.astype("datetime64[D]")),
            "region": pa.array(region.astype("U6")),
        }
    )


def _surnames(rng: np.random.Generator, count: int) -> np.ndarray:
    all_of_them = [*dict.fromkeys(parts.SURNAMES), *parts.COMPOUND]
    shares = 1 / (np.arange(len(all_of_them)) + 6.0)
    shares[-len(parts.COMPOUND) :] *= 0.3
    return rng.choice(np.array(all_of_them, "U2"), count, p=shares / shares.sum())


def _given(rng: np.random.Generator, sex: np.ndarray) -> np.ndarray:
    drawn = []
    for common in (parts.MEN, parts.WOMEN):
        listed = np.array([*dict.fromkeys(common)], "U1")
        shares = 1 / (np.arange(len(listed)) + 12.0)
        drawn.append(rng.choice(listed, len(sex), p=shares / shares.sum()))
    given = np.where(sex == 1, *drawn)
    rare = rng.random(len(sex)) < 0.004
    given[rare] = rng.choice(np.array([*parts.RARE], "U1"), int(rare.sum()))
    return given


def _regions(rng: np.random.Generator, count: int) -> np.ndarray:
    """Six digits: four provinces, forty cities, eight counties each, of unequal size."""
    city = (rng.random(count) ** 1.5 * CITIES).astype(int)
    return (
        (43 + city % 4) * 10000
        + (city // 4 + 1) * 100
        + (rng.random(count) ** 1.5 * COUNTIES).astype(int)
        + 2
    )


def _unique_numbers(issued: np.ndarray, days: np.ndarray, serial: np.ndarray) -> pa.Array:
    ymd = pc.cast(pc.strftime(pa.array(days.astype("datetime64[D]")), "%Y%m%d"), pa.int64()).to_numpy()
    key = (issued.astype(np.int64) * 10**8 + ymd) * 1000 + serial
    while True:
        _, firsts = np.unique(key, return_index=True)
        again = np.ones(len(key), bool)
        again[firsts] = False
        if not again.any():
            break
        key[again] = key[again] // 1000 * 1000 + (key[again] % 1000 + 2) % 1000
    total = sum((key // 10 ** (16 - at) % 10) * weight for at, weight in enumerate(WEIGHTS))
    checks = np.array([*CHECK_DIGITS])[total % 11]
    return pc.binary_join_element_wise(pa.array(key.astype("U17")), pa.array(checks), "")


class Spoiler:
    """Spoils rows: the fault of each field is drawn evenly from those that it can have."""

    def __init__(self, rng: np.random.Generator, spoilt: float, numbers: pa.ChunkedArray) -> None:
        self._rng, self._spoilt, self._numbers = rng, spoilt, numbers
        common = [
            bytes((high, low)).decode("gb2312", "ignore")
            for high in range(0xB0, 0xD8)
            for low in range(0xA1, 0xFF)
        ]
        self._common = [character for character in common if len(character) == 1]
        self._by_sound: dict[str, list[str]] = defaultdict(list)
        for character in self._common:
            self._by_sound[_sound(character)].append(character)
        self._alike: dict[str, list[str]] = defaultdict(list)
        for pair in parts.LOOK_ALIKE.split():
            self._alike[pair[0]].append(pair[1])
        corners = FourCornerMethod()
        self._corners = {character: corners.query(character) or "" for character in self._common}
        self._traditional = OpenCC("s2t")

    def spoil(self, row: dict[str, object]) -> dict[str, object]:
        """The row as it is delivered; `faults` names what was done."""
        number, name, birth, region = (str(row[key]) for key in ("number", "name", "birth", "region"))
        told: dict[str, str | None] = {"number": number, "name": name, "birth": birth, "region": region}
        done = []
        kinds: dict[str, Sequence[Callable[[str], str | None]]] = {
            "number": NUMBER_FAULTS,
            "name": NAME_FAULTS,
            "birth": BIRTH_FAULTS,
            "region": REGION_FAULTS,
        }
        for field, faults in kinds.items():
            if self._rng.random() < self._spoilt:
                while True:
                    fault = faults[int(self._rng.integers(len(faults)))]
                    came = fault(self, str(told[field]))
                    if came != told[field]:
                        break
                told[field] = came
                done.append(f"{field}:{fault.__name__.lstrip('_')}")
        return {**told, "sex": row["sex"], "faults": " ".join(done)}

    def _draw(self, options: Sequence[str]) -> str:
        return options[int(self._rng.integers(len(options)))]

    # Numbers

    def missing(self, _: str) -> None:
        return None

    def fifteen(self, number: str) -> str:
        return number[:6] + number[8:17]

    def one_digit(self, number: str) -> str:
        at = int(self._rng.integers(17))
        return (
            number[:at]
            + self._draw([digit for digit in "0123456789" if digit != number[at]])
            + number[at + 1 :]
        )

    def two_digits(self, number: str) -> str:
        return self.one_digit(self.one_digit(number))

    def neighbours(self, number: str) -> str:
        at = int(self._rng.integers(17))
        return number[:at] + number[at + 1] + number[at] + number[at + 2 :]

    def dropped(self, number: str) -> str:
        at = int(self._rng.integers(18))
        return number[:at] + number[at + 1 :]

    def full_width(self, number: str) -> str:
        return "".join(chr(ord(character) + 0xFEE0) for character in number)

    def somebody_elses(self, _: str) -> str:
        return str(self._numbers[int(self._rng.integers(len(self._numbers)))])

    # Names

    def _put(self, name: str, at: int, character: str) -> str:
        return name[:at] + character + name[at + 1 :]

    def homophone(self, name: str) -> str:
        at = int(self._rng.integers(len(name)))
        return self._put(name, at, self._draw(self._by_sound.get(_sound(name[at])) or [name[at]]))

    def traditional(self, name: str) -> str:
        return str(self._traditional.convert(name))

    def lost_character(self, name: str) -> str:
        if len(name) < 3:
            return name
        at = int(self._rng.integers(1, len(name)))
        return name[:at] + name[at + 1 :]

    def swapped(self, name: str) -> str:
        at = len(name) - 2
        return self._put(self._put(name, at, name[at + 1]), at + 1, name[at])

    def other_character(self, name: str) -> str:
        at = int(self._rng.integers(1, len(name)))
        return self._put(name, at, self._draw(parts.MEN + parts.WOMEN))

    def middle_dot(self, name: str) -> str:
        return name.replace("·", self._draw(["•", "・", ".", "", " ", "‧"]))

    def question_mark(self, name: str) -> str:
        return self._put(name, int(self._rng.integers(1, len(name))), self._draw(["?", "？", "□", "*"]))

    def somebody(self, name: str) -> str:
        return name[0] + "某" * (len(name) - 1)

    def look_alike(self, name: str) -> str:
        at = int(self._rng.integers(len(name)))
        return self._put(name, at, self._draw(self._alike.get(name[at]) or self._shaped_like(name[at])))

    @cache  # noqa: B019 (one spoiler a world)
    def _shaped_like(self, character: str) -> tuple[str, ...]:
        """The common characters that share at least three corners and the fifth."""
        corners = self._corners.get(character, "")
        near = [
            other
            for other, shape in self._corners.items()
            if other != character and sum(a == b for a, b in zip(shape, corners, strict=False)) >= 4
        ]
        return tuple(near) or (character,)

    # Births

    def lunar(self, birth: str) -> str:
        return _lunar(birth)

    def day_and_month(self, birth: str) -> str:
        year, month, day = birth.split("-")
        return f"{year}-{day}-{month}" if int(day) <= 12 else birth

    def first_of_january(self, birth: str) -> str:
        return birth[:4] + "-01-01"

    def one_birth_digit(self, birth: str) -> str:
        at = int(self._draw(["2", "3", "5", "6", "8", "9"]))
        came = birth[:at] + self._draw("0123456789") + birth[at + 1 :]
        year, month, day = (int(part) for part in came.split("-"))
        return came if 1900 < year < 2000 and 1 <= month <= 12 and 1 <= day <= 28 else birth

    def year_before_or_after(self, birth: str) -> str:
        return f"{int(birth[:4]) + (1 if self._rng.random() < 0.5 else -1)}{birth[4:]}"

    # Regions

    def county(self, region: str) -> str:
        return region[:4] + f"{int(self._rng.integers(2, 2 + COUNTIES)):02d}"

    def city(self, region: str) -> str:
        return f"{region[:2]}{int(self._rng.integers(1, 1 + CITIES // 4)):02d}{int(self._rng.integers(2, 10)):02d}"

    def province(self, _: str) -> str:
        return str(_regions(self._rng, 1)[0])

    def no_region(self, _: str) -> None:
        return None


NUMBER_FAULTS = (
    Spoiler.missing,
    Spoiler.fifteen,
    Spoiler.one_digit,
    Spoiler.neighbours,
    Spoiler.dropped,
    Spoiler.full_width,
    Spoiler.somebody_elses,
    Spoiler.two_digits,
)
NAME_FAULTS = (
    Spoiler.homophone,
    Spoiler.traditional,
    Spoiler.lost_character,
    Spoiler.swapped,
    Spoiler.other_character,
    Spoiler.middle_dot,
    Spoiler.question_mark,
    Spoiler.somebody,
    Spoiler.look_alike,
)
BIRTH_FAULTS = (
    Spoiler.lunar,
    Spoiler.day_and_month,
    Spoiler.first_of_january,
    Spoiler.one_birth_digit,
    Spoiler.year_before_or_after,
)
REGION_FAULTS = (Spoiler.county, Spoiler.city, Spoiler.province, Spoiler.no_region)


@cache
def _sound(character: str) -> str:
    return str(pinyin(character, style=Style.NORMAL)[0][0])


@cache
def _lunar(birth: str) -> str:
    year, month, day = (int(part) for part in birth.split("-"))
    lunar = Solar.fromYmd(year, month, day).getLunar()
    return f"{lunar.getYear():04d}-{abs(lunar.getMonth()):02d}-{lunar.getDay():02d}"
