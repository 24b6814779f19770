"""The inner loops of the comparison, compiled: over two columns of integers, one person after another, newest row first.

A person's rows lie together and in the order of their packed keys, so a person is judged in one pass without any hash
table: this is what keeps an evaluation near the price of reading the rows. What the pass must answer is defined in
`sql/person_state.sql`; a property test holds the two together.
"""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from yizheng.rooms.comparison.data import DAY_SHIFT, EVIDENCE_MASK, KIND_MASK, KIND_SHIFT

Ints = NDArray[np.int64]
Numbers = NDArray[np.int32]
Rules = NDArray[Any]
Bits = NDArray[np.bool_]

_P = ParamSpec("_P")
_R = TypeVar("_R")

UNKNOWN, ALIVE, DEATH, CUSTODY, MISSING, DUPLICATE, ABROAD, NOTHING = range(8)
"""What a kind of evidence speaks for, as the loops count it. Rows of a kind that the rules do not know do not exist."""

PROOF, LATEST, DEATH_KEY, CUSTODY_KEY, MISSING_KEY, DUPLICATE_KEY, ABROAD_KEY, SEEN = range(8)
"""The rows of a matrix of states. From DEATH_KEY on they have the number of what they speak for."""

FOREVER = 2**31 - 1
"""The last day of what no passing of time will change."""

RULE = np.dtype(
    [
        ("polarity", np.int64),
        ("points", np.int64),
        ("weak", np.int64),
        ("owner", np.int64),
        ("source_bit", np.int64),
        ("valid_days", np.int64),
    ]
)
"""What the loops know of a kind of evidence; an array of it is indexed by kind number."""


HINT_MASK = (1 << 14) - 1
"""The last bits of an evidence number by which it is first asked whether it exists: the table fits the nearest cache."""

_TOGETHER = 512


def compiled(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Compile a function when it is first called, keep the machine code for the next process, and let threads run."""
    return cast("Callable[_P, _R]", njit(cache=True, nogil=True)(function))


@compiled
def is_ordered(pno: Numbers, key: Ints) -> bool:
    """Whether the rows lie by person, and by key within a person."""
    for row in range(1, len(pno)):
        if pno[row] < pno[row - 1] or (pno[row] == pno[row - 1] and key[row] < key[row - 1]):
            return False
    return True


@compiled
def ordered(pno: Numbers, key: Ints, first: int, width: int) -> tuple[Numbers, Ints]:
    """The rows of people `first` to `first + width - 1`, by person and key: each counted into its place."""
    ends = np.zeros(width + 1, np.int64)
    for row in range(len(pno)):
        ends[pno[row] - first + 1] += 1
    for person in range(width):
        ends[person + 1] += ends[person]
    people = np.empty(len(pno), np.int32)
    keys = np.empty(len(key), np.int64)
    filled = ends[:-1].copy()
    for row in range(len(pno)):
        person = pno[row] - first
        place = filled[person]
        people[place] = pno[row]
        while place > ends[person] and keys[place - 1] > key[row]:
            keys[place] = keys[place - 1]
            place -= 1
        keys[place] = key[row]
        filled[person] += 1
    return people, keys


@compiled
def person_states(
    pno: Numbers,
    key: Ints,
    rules: Rules,
    gone: Ints,
    hint: Bits,
    as_of: int,
    threshold: int,
    weak_cap: int,
    future: bool,
) -> tuple[Numbers, Numbers, Numbers, Ints]:
    """One state a person of whom something is known. The rows are ordered.

    `gone` are the evidence numbers that do not exist: ranges, first and last in turn, in order and apart. `hint` says of
    the last bits of a number whether any such number ends in them: most rows need no further look.

    Returns person numbers, points, the last day on which the state still stands if nothing new comes, and the keys: a
    column a person, a row each for proof, latest, death, custody, missing, duplicate, abroad, and the bits of the
    sources that spoke. With `future`, people of whom only something later than `as_of` is known are there too, with
    nothing seen.
    """
    people = 0
    for row in range(len(pno)):
        people += row == 0 or pno[row] != pno[row - 1]
    who = np.empty(people, np.int32)
    points = np.empty(people, np.int32)
    stands = np.empty(people, np.int32)
    states = np.zeros((8, people), np.int64)
    best = np.zeros(rules["owner"].max() + 1, np.int64)
    written = start = 0
    while start < len(pno):
        stop = start + 1
        while stop < len(pno) and pno[stop] == pno[start]:
            stop += 1
        points[written], stands[written] = _judged(
            key, start, stop, rules, gone, hint, as_of, threshold, weak_cap, best, states, written
        )
        if states[SEEN, written] or (future and stands[written] != FOREVER):
            who[written] = pno[start]
            written += 1
        start = stop
    return who[:written], points[:written], stands[:written], states[:, :written]


@compiled
def _judged(
    keys: Ints,
    start: int,
    stop: int,
    rules: Rules,
    gone: Ints,
    hint: Bits,
    as_of: int,
    threshold: int,
    weak_cap: int,
    best: Ints,
    states: Ints,
    person: int,
) -> tuple[int, int]:
    """Read one person's rows from the newest to the oldest into their state. Returns points, and how long it stands."""
    firm = soft = 0
    stands = FOREVER
    best[:] = 0
    for place in range(stop - 1, start - 1, -1):
        key = keys[place]
        rule = rules[key >> KIND_SHIFT & KIND_MASK]
        says = rule["polarity"]
        if says == UNKNOWN or (hint[key & HINT_MASK] and _is_gone(key & EVIDENCE_MASK, gone)):
            continue
        day = key >> DAY_SHIFT
        if day > as_of:
            stands = day - 1  # it will be there from its day on
            continue
        states[SEEN, person] |= rule["source_bit"]
        if says == ALIVE and states[LATEST, person] == 0:
            states[LATEST, person] = key
        last = day + rule["valid_days"]
        if last < as_of or says == NOTHING or (says == ALIVE and states[PROOF, person]):
            continue
        stands = min(stands, last)
        if says == ALIVE:
            owner = rule["owner"]
            gain = max(0, rule["points"] - best[owner])
            best[owner] += gain
            if rule["weak"]:
                soft += gain
            else:
                firm += gain
            if firm and firm + min(soft, weak_cap) >= threshold:
                states[PROOF, person] = key
        elif says == DEATH or states[says, person] == 0:
            states[says, person] = key  # of deaths the first that was told, of everything else the newest
    return firm + min(soft, weak_cap), stands


@compiled
def _is_gone(number: int, gone: Ints) -> bool:
    """Whether a number lies in one of the ranges: an odd number of their ends lies before it, or it is a last one."""
    place = np.searchsorted(gone, number)
    return bool(place % 2 or (place < len(gone) and gone[place] == number))


@compiled
def rows_of(pno: Numbers, wanted: Numbers) -> Ints:
    """Where the rows of some people lie among ordered rows: both in order, walked side by side."""
    places = np.empty(len(pno), np.int64)
    count = mine = 0
    for row in range(len(pno)):
        while mine < len(wanted) and wanted[mine] < pno[row]:
            mine += 1
        if mine == len(wanted):
            break
        if wanted[mine] == pno[row]:
            places[count] = row
            count += 1
    return places[:count]


@compiled
def filed(number: Ints, pno: Numbers, slots: int) -> Ints:
    """Identity numbers (their 17 digits) filed to be looked up: number and person in turn, `slots` a power of two."""
    cabinet = np.zeros(2 * slots, np.int64)
    for row in range(len(number)):
        place = _slot(number[row], slots)
        while cabinet[2 * place] != 0:
            place = (place + 1) & (slots - 1)
        cabinet[2 * place] = number[row]
        cabinet[2 * place + 1] = pno[row]
    return cabinet


@compiled
def looked_up(wanted: Ints, cabinet: Ints) -> Numbers:
    """The person of each number; -1 where it belongs to nobody who was filed.

    The first place of many numbers is fetched before any is judged: memory answers them together, not one by one.
    """
    slots = len(cabinet) // 2
    found = np.empty(len(wanted), np.int32)
    places = np.empty(_TOGETHER, np.int64)
    there = np.empty(_TOGETHER, np.int64)
    for start in range(0, len(wanted), _TOGETHER):
        some = wanted[start : start + _TOGETHER]
        for row in range(len(some)):
            places[row] = _slot(some[row], slots)
            there[row] = cabinet[2 * places[row]]
        for row in range(len(some)):
            number, place = there[row], places[row]
            while number != 0 and number != some[row]:
                place = (place + 1) & (slots - 1)
                number = cabinet[2 * place]
            found[start + row] = cabinet[2 * place + 1] if number else -1
    return found


@compiled
def _slot(number: int, slots: int) -> int:
    """Where to begin: numbers of one region and year are neighbours, a multiplication throws them apart."""
    mixed = (number ^ (number >> 29)) * 0x5851F42D4C957F2D
    return (mixed >> 24) & (slots - 1)
