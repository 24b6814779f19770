"""A source refuses to be wrong when it is made."""

import pytest

from yizheng.kernel.errors import Refused
from yizheng.rooms.evidence.data import Column, Expectation, KindRule, Source


def source(no: int) -> Source:
    return Source(
        key="railway",
        no=no,
        name="铁路",
        owner="国铁",
        legal_basis="经办条例第八条",
        purpose="核实",
        expectation=Expectation(),
        columns={"id_number": Column(names=("证件号码",)), "day": Column(names=("乘车日期",), kind="date")},
        kinds=(KindRule(kind="railway_entered", day="day"),),
    )


@pytest.mark.parametrize("no", [1, 62])
def test_source_number_is_a_bit_of_a_64_bit_integer(no: int) -> None:
    assert source(no).no == no


@pytest.mark.parametrize("no", [-1, 0, 63, 64])
def test_source_number_that_is_no_such_bit_is_refused(no: int) -> None:
    with pytest.raises(Refused, match=f"evidence:source_no_out_of_range source=railway no={no}"):
        source(no)
