"""People as columns: what a run over everybody reads of them. Nothing sealed is opened here."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db import connection
from numpy.typing import NDArray

COUNTS = "roster NOT IN (SELECT roster FROM people_incomingpeople)"
"""Of people and of what is known of them: that their roster is there whole. Whatever asks past the ORM says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonColumns:
    """One array element a person, by person number. `birth_day` counts days since 1970 and may be negative."""

    pno: NDArray[np.int64]
    birth_day: NDArray[np.int64]


def people_known(*, as_of: date) -> int:
    """How many people the rosters delivered up to a day put on the roster."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM people_person WHERE roster IN"
            " (SELECT position FROM people_rosterdelivery WHERE delivered_on <= %s)",
            [as_of.isoformat()],
        )
        return int(cursor.fetchone()[0])


def person_columns(*, first: int, last: int) -> PersonColumns:
    """The people numbered `first` to `last`."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT pno, birth_day FROM people_person WHERE pno BETWEEN %s AND %s AND {COUNTS} ORDER BY pno",  # noqa: S608
            [first, last],
        )
        columns = list(zip(*cursor.fetchall(), strict=True)) or [(), ()]
    return PersonColumns(pno=np.array(columns[0], np.int64), birth_day=np.array(columns[1], np.int64))


def region_columns() -> tuple[list[int], list[str]]:
    """Everybody's newest region of residence: person numbers, and codes beside them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pno, region FROM people_personversion WHERE {COUNTS} ORDER BY true_from, id")  # noqa: S608
        newest = dict(cursor.fetchall())
    return list(newest), list(newest.values())
