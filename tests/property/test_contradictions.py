"""Contradictions found in columns are those that a plain loop finds, in whatever order the rows lie."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from spec.test_source_quality import EVIDENCE, KINDS, OWNERS, SOURCES
from yizheng.rooms.evidence.data import Polarity, Strength
from yizheng.rooms.quality import contradictions
from yizheng.rooms.quality.contradictions import (
    CUSTODY_DAYS,
    DEATH_DAYS_APART,
    GRACE_DAYS,
    KindColumns,
    ResolvedRows,
)
from yizheng.rooms.quality.data import Problem

AS_OF = 20_500
Row = tuple[int, str, int, int]
"""Person, kind, day, delivery."""

rows_of_a_bucket = st.lists(
    st.tuples(
        st.integers(0, 3), st.sampled_from(sorted(KINDS)), st.integers(20_000, 20_600), st.integers(0, 2)
    ),
    max_size=30,
)


def table(rows: list[Row], numbers: list[int] | None = None) -> ResolvedRows:
    return ResolvedRows(
        np.array([pno for pno, *_ in rows], np.int32),
        np.array([day for _, _, day, _ in rows], np.int32),
        np.array([KINDS[kind][0] for _, kind, _, _ in rows], np.uint8),
        np.array(numbers or range(1, len(rows) + 1), np.int64),
        np.array([delivery for *_, delivery in rows], np.int32),
    )


def plainly(rows: list[Row]) -> set[tuple[int, Problem]]:
    """The same rules, written as one would say them."""
    known = [(place, *row) for place, row in enumerate(rows, 1) if row[2] <= AS_OF]
    found: set[tuple[int, Problem]] = set()
    windows = (
        (Polarity.DEATH, Problem.LIFE_AFTER_DEATH, 100_000),
        (Polarity.CUSTODY, Problem.LIFE_IN_CUSTODY, CUSTODY_DAYS),
        (Polarity.MISSING, Problem.LIFE_AFTER_MISSING, 100_000),
    )
    for polarity, problem, most in windows:
        pairs = [
            (lead, life)
            for lead, life in itertools.product(known, known)
            if lead[1] == life[1]
            and KINDS[lead[2]][2] is polarity
            and KINDS[life[2]][2] is Polarity.ALIVE
            and KINDS[life[2]][3] is not Strength.WEAK
            and KINDS[lead[2]][1] != KINDS[life[2]][1]
            and GRACE_DAYS < life[3] - lead[3] <= most
        ]
        for pno in {lead[1] for lead, _ in pairs}:
            mine = [(lead, life) for lead, life in pairs if lead[1] == pno]
            against = {OWNERS[KINDS[lead[2]][1]] for lead, _ in mine}
            living = {OWNERS[KINDS[life[2]][1]] for _, life in mine}
            if len(living) >= len(against):
                found |= {(lead[0], problem) for lead, _ in mine}
            if len(against) >= len(living):
                found |= {(life[0], problem) for _, life in mine}
    for pno in {row[1] for row in known}:
        deaths = [row for row in known if row[1] == pno and KINDS[row[2]][2] is Polarity.DEATH]
        days = [row[3] for row in deaths]
        if len({KINDS[row[2]][1] for row in deaths}) > 1 and max(days) - min(days) > DEATH_DAYS_APART:
            found |= {(row[0], Problem.DEATH_DAYS_DIFFER) for row in deaths}
    return found


def in_columns(rows: ResolvedRows) -> set[tuple[int, Problem]]:
    found = contradictions.contradictions_in(
        rows, KindColumns.of(EVIDENCE, SOURCES), as_of=AS_OF, register=0, register_days=90
    )
    return {(number, problem) for number, _, problem in found.rows}


@settings(max_examples=300, deadline=None)
@given(rows=rows_of_a_bucket)
def test_columns_and_a_plain_loop_agree(rows: list[Row]) -> None:
    assert in_columns(table(rows)) == plainly(rows)


@settings(max_examples=100, deadline=None)
@given(rows=rows_of_a_bucket, data=st.data())
def test_order_of_rows_changes_nothing(rows: list[Row], data: st.DataObject) -> None:
    numbered = data.draw(st.permutations(list(enumerate(rows, 1))))
    mixed = table([row for _, row in numbered], [number for number, _ in numbered])
    assert in_columns(mixed) == in_columns(table(rows))


@settings(max_examples=200, deadline=None)
@given(rows=rows_of_a_bucket)
def test_copies_are_the_rows_that_an_earlier_delivery_held(rows: list[Row]) -> None:
    first: dict[tuple[int, str, int], int] = {}
    for pno, kind, day, delivery in rows:
        first[pno, kind, day] = min(delivery, first.get((pno, kind, day), delivery))
    expected = sum(delivery != first[pno, kind, day] for pno, kind, day, delivery in rows)
    assert contradictions.copies_in(table(rows)) == expected
