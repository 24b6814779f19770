"""The benefits as columns: what a run over everybody reads, a range of people at a time, so memory stays flat."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from django.db import connection
from numpy.typing import NDArray

from yizheng.kernel.time import Month
from yizheng.rooms.entitlements.newest import EVERYBODY, NEWEST
from yizheng.rooms.entitlements.pay_states import PayState

_SQL = f"""
    {EVERYBODY}
    SELECT b.pno, b.scheme, b.benefit_type, b.region, b.groups, b.start_month, b.monthly_fen,
           coalesce(b.last_certified_on, '1970-01-01')
    FROM everybody JOIN entitlements_benefit AS b ON b.id = {NEWEST}
    ORDER BY b.pno
"""  # noqa: S608 (statements of our own)
_ENDED = """
    SELECT pno, to_state FROM entitlements_paystatechange
    WHERE pno BETWEEN %s AND %s AND effective_month <= %s
    ORDER BY pno, id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitColumns:
    """One array element a person, by person number. `last_certified` counts days since 1970, 0 for never."""

    pno: NDArray[np.int64]
    scheme: pa.DictionaryArray
    benefit_type: pa.DictionaryArray
    region: pa.DictionaryArray
    groups: NDArray[np.int64]
    start_month: NDArray[np.int64]
    monthly_fen: NDArray[np.int64]
    last_certified: NDArray[np.int64]
    pay_state: NDArray[np.int64]


def benefit_columns(*, first: int, last: int, as_of: date) -> BenefitColumns:
    """The benefits of the people numbered `first` to `last`, as they are known to be on a day."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [first, last, last, as_of.isoformat()])
        columns = list(zip(*cursor.fetchall(), strict=True)) or [()] * 8
    pno = np.array(columns[0], np.int64)
    texts = [pa.array(column, pa.string()).dictionary_encode() for column in columns[1:4]]
    numbers = [np.array(column, np.int64) for column in columns[4:7]]
    return BenefitColumns(
        pno=pno,
        scheme=texts[0],
        benefit_type=texts[1],
        region=texts[2],
        groups=numbers[0],
        start_month=numbers[1],
        monthly_fen=numbers[2],
        last_certified=np.array(columns[7], "M8[D]").astype(np.int64),
        pay_state=pay_states(pno, month=Month.of(as_of)),
    )


def pay_states(pno: NDArray[np.int64], *, month: Month) -> NDArray[np.int64]:
    """The pay state (1 in payment, 2 paused, 3 ended) in a month, for sorted person numbers."""
    states = np.ones(len(pno), np.int64)
    if len(pno):
        with connection.cursor() as cursor:
            cursor.execute(_ENDED, [int(pno[0]), int(pno[-1]), month.index])
            for changed, state in cursor.fetchall():
                place = np.searchsorted(pno, changed)
                if place < len(pno) and pno[place] == changed:
                    states[place] = state
    return states


def ended_by(month: Month) -> list[int]:
    """The people whose benefit has ended by a month, by what is known now: sorted person numbers."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pno, to_state FROM entitlements_paystatechange WHERE effective_month <= %s ORDER BY pno, id",
            [month.index],
        )
        newest = dict(cursor.fetchall())
    return [pno for pno, state in newest.items() if state == PayState.ENDED]
