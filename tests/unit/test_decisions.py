"""A decision that stops pay without its people cannot even be built."""

from datetime import date

import pytest

from yizheng.kernel.ids import Pno
from yizheng.rooms.decisions.data import (
    CountsAsPass,
    Decision,
    Effects,
    MovesPay,
    Origin,
    ResumesPay,
    SendsLetter,
)
from yizheng.rooms.entitlements.data import PayState
from yizheng.rooms.payments.data import PauseEnds

ENDS: Effects = (MovesPay(to=PayState.ENDED, reason="1401", ends=PauseEnds.DIED), SendsLetter("ended_death"))
PAYS: Effects = (CountsAsPass(), ResumesPay())


def decision(origin: Origin, effects: Effects, *by: str) -> Decision:
    return Decision(origin=origin, number="12", pno=Pno(1), on=date(2026, 10, 1), by=by, effects=effects)


@pytest.mark.parametrize(
    ("origin", "by", "says"),
    [
        (Origin.RUN, (), "stops nobody's pay"),
        (Origin.RUN, ("wang", "li"), "stops nobody's pay"),
        (Origin.CASE, (), "2 different people"),
        (Origin.CASE, ("wang",), "2 different people"),
        (Origin.CASE, ("wang", "wang"), "2 different people"),
        (Origin.CASE, ("wang", ""), "2 different people"),
        (Origin.PAUSE_LIST, (), "1 different people"),
    ],
)
def test_stopping_pay_takes_people(origin: Origin, by: tuple[str, ...], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        decision(origin, ENDS, *by)


@pytest.mark.parametrize(
    ("origin", "by"), [(Origin.CASE, ("wang", "li")), (Origin.PAUSE_LIST, ("zhao",))], ids=str
)
def test_people_may_stop_pay(origin: Origin, by: tuple[str, ...]) -> None:
    assert decision(origin, ENDS, *by).code == f"{origin}:12"


def test_case_takes_two_people_for_all_but_a_letter() -> None:
    with pytest.raises(ValueError, match="2 different people"):
        decision(Origin.CASE, PAYS, "wang")
    assert decision(Origin.CASE, (SendsLetter("case_must_act"),), "wang").by == ("wang",)


def test_machine_may_resume() -> None:
    assert decision(Origin.RUN, PAYS).case_id is None
    assert decision(Origin.CASE, PAYS, "wang", "li").case_id == 12
