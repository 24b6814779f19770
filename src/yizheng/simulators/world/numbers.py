"""Numbers that people carry: identity numbers (GB 11643), phones, bank accounts. Whole columns at a time.

All of them are drawn at random; that one belongs to somebody living is chance. Phones use a prefix that no operator
has, accounts an issuer that does not exist.
"""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from yizheng.simulators.world import rates
from yizheng.simulators.world.plan import Place

Ints: TypeAlias = npt.NDArray[np.int32]
Texts: TypeAlias = npt.NDArray[np.bytes_]
Digits: TypeAlias = npt.NDArray[np.uint8]

_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], dtype=np.int32)
_CHECKS = np.frombuffer(b"10X98765432", dtype=np.uint8)

ABOLISHED_HERE = ("440801", "440821", "440822", "440824")
ELSEWHERE = (
    "110101", "110102", "110103", "110104", "110105", "110108", "120101", "120107", "130102", "130202",
    "140105", "210102", "220102", "230103", "310101", "310102", "310103", "310108", "310115", "320102",
    "320103", "320202", "330102", "330103", "340102", "350102", "360102", "370102", "370202", "410102",
    "420106", "420107", "430102", "430104", "430524", "440103", "440104", "440106", "440921", "440923",
    "450102", "450103", "460100", "500103", "500106", "510202", "510211", "511025", "520102", "530102",
    "540102", "610102", "620102", "630102", "650102", "810000", "820000", "830000",
)  # fmt: skip
"""Codes at issue, from all over the country; a number keeps its code for life, also an abolished one."""


def check_characters(digits: Digits) -> Digits:
    """The 18th character (ASCII) for rows of 17 digit values."""
    found: Digits = _CHECKS[(digits[:, :17].astype(np.int32) @ _WEIGHTS) % 11]
    return found


def identity_numbers(
    rng: np.random.Generator, births: Ints, sexes: npt.NDArray[np.int8], places: tuple[Place, ...]
) -> Texts:
    """One number a person, no two alike. `births` are day numbers, `sexes` 1 (male, odd serial) or 2."""
    count = len(births)
    here = [place.code for place in places] + [
        code for code in ABOLISHED_HERE if code[:4] == places[0].code[:4]
    ]
    codes = np.array([int(code) for code in (*here, *ELSEWHERE)], dtype=np.int64)
    local = rng.random(count) < rates.LOCAL_NUMBERS
    at = np.where(local, rng.integers(0, len(here), count), rng.integers(len(here), len(codes), count))
    births_text = _calendar_numbers(births)
    head = codes[at] * 10**8 + births_text
    serial = _serials(rng, sexes)
    todo = _repeated(head * 1000 + serial)
    while todo.size:
        serial[todo] = _serials(rng, sexes[todo])
        todo = _repeated(head * 1000 + serial)
    digits = _digits(head * 1000 + serial, 17)
    text = np.empty((count, 18), dtype=np.uint8)
    text[:, :17] = digits + ord("0")
    text[:, 17] = check_characters(digits)
    return text.view("S18").ravel()


def phones(rng: np.random.Generator, count: int) -> Texts:
    """Mobile numbers under 154, a prefix that is not in use."""
    return _as_text(_digits(154 * 10**8 + rng.integers(0, 10**8, count), 11))


def accounts(rng: np.random.Generator, count: int) -> Texts:
    """Bank accounts of 19 digits under an invented issuer, with a right Luhn digit."""
    digits = _digits(629990 * 10**12 + rng.integers(0, 10**12, count), 18)
    weighed = digits.astype(np.int32)
    weighed[:, 1::2] *= 2
    weighed -= 9 * (weighed > 9)
    check = (10 - weighed.sum(axis=1) % 10) % 10
    return _as_text(np.column_stack([digits, check.astype(np.uint8)]))


def _calendar_numbers(days: Ints) -> npt.NDArray[np.int64]:
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]").astype(np.int64)
    day = (dates - dates.astype("datetime64[M]")).astype(np.int64) + 1
    numbers: npt.NDArray[np.int64] = (1970 + months // 12) * 10_000 + (months % 12 + 1) * 100 + day
    return numbers


def _serials(rng: np.random.Generator, sexes: npt.NDArray[np.int8]) -> npt.NDArray[np.int64]:
    """001 to 995: what lies above was kept for centenarians in numbers of 15 digits."""
    return rng.integers(0, 497, len(sexes)) * 2 + np.where(sexes == 1, 1, 2)


def _repeated(keys: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Where a key stands that stood before."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    return np.sort(order[1:][ordered[1:] == ordered[:-1]])


def _digits(values: npt.NDArray[np.int64], width: int) -> Digits:
    made = np.empty((len(values), width), dtype=np.uint8)
    rest = values.copy()
    for column in range(width - 1, -1, -1):
        made[:, column] = rest % 10
        rest //= 10
    return made


def _as_text(digits: Digits) -> Texts:
    text: Digits = np.ascontiguousarray(digits + np.uint8(ord("0")))
    return text.view(f"S{text.shape[1]}").ravel()
