"""A desk carries out what it has understood on whatever lies on it now, and keeps nothing of what it was given."""

from datetime import date

import pyarrow as pa

from yizheng.rooms.comparison import database, normalise
from yizheng.rooms.desk import Desk

LATE = "SELECT word FROM {0} WHERE day > CAST($latest AS DATE) ORDER BY word"


def rows(*days: date) -> pa.Table:
    return pa.table({"day": pa.array(days, pa.date32()), "word": [day.isoformat() for day in days]})


FIRST, SECOND, THIRD = (date(2026, 9, day) for day in (1, 2, 3))


def test_same_statement_reads_what_was_handed_in_last() -> None:
    here = Desk(normalise.install)
    name = here.hand_in(rows(FIRST, SECOND))
    assert here.run(LATE.format(name), latest=FIRST) == [("2026-09-02",)]
    assert here.hand_in(rows(THIRD)) == name
    assert here.run(LATE.format(name), latest=FIRST) == [("2026-09-03",)]
    assert here.run(LATE.format(name), latest=THIRD) == []


def test_table_holds_one_filling_alone() -> None:
    here = Desk(normalise.install)
    name = here.hand_in(rows(FIRST, SECOND))
    late = here.fill("late", LATE.format(name), latest=FIRST)
    assert here.fill("late", LATE.format(name), latest=SECOND) == late
    assert here.run(f"SELECT count(*) FROM {late}") == [(0,)]  # noqa: S608 (a name of the desk)
    assert here.table(f"FROM {late}").num_rows == 0


def test_other_columns_have_another_name() -> None:
    here = Desk(normalise.install)
    one, other = here.hand_in(rows(FIRST)), here.hand_in(pa.table({"day": ["today"]}))
    assert one != other
    assert here.run(f"SELECT word FROM {one}") == [("2026-09-01",)]  # noqa: S608 (a name of the desk)


def test_desk_that_was_given_back_holds_no_rows_and_is_taken_again() -> None:
    here = database.take_desk()
    name = here.hand_in(rows(FIRST, SECOND))
    late = here.fill("late", LATE.format(name), latest=FIRST)
    here.give_back()
    again = database.take_desk()
    assert again is here
    for kept in (name, late):
        assert again.run(f"SELECT count(*) FROM {kept}") == [(0,)]  # noqa: S608 (a name of the desk)
    assert database.take_desk() is not again
