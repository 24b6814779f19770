"""Effects of a decision: values that cannot contradict each other."""

import pytest

from yizheng.rooms.decisions.data import (
    CountsAsPass,
    Effects,
    KeepsOpen,
    MovesPay,
    ResumesPay,
    SendsLetter,
    check_effects,
    find_effect,
)
from yizheng.rooms.entitlements.pay_states import PayState
from yizheng.rooms.payments.data import PauseEnds

ENDS = MovesPay(PayState.ENDED, "1401", PauseEnds.DIED)


def test_an_effect_is_found_by_its_kind() -> None:
    effects: Effects = (CountsAsPass(), SendsLetter("resumed"))
    assert find_effect(effects, SendsLetter) == SendsLetter("resumed")
    assert find_effect(effects, MovesPay) is None


@pytest.mark.parametrize(
    "effects",
    [(ENDS, ResumesPay()), (ENDS, CountsAsPass()), (KeepsOpen(), CountsAsPass()), (ENDS, ENDS)],
)
def test_effects_that_contradict_each_other_are_no_decision(effects: Effects) -> None:
    with pytest.raises(ValueError, match=r"expected once|stands alone|neither"):
        check_effects(effects)


def test_effects_that_agree_are_a_decision() -> None:
    check_effects((ENDS, SendsLetter("ended_death")))
    check_effects((CountsAsPass(), ResumesPay(), SendsLetter("resumed")))
    check_effects((KeepsOpen(),))


def test_pay_moves_to_a_stop_only() -> None:
    with pytest.raises(ValueError, match="ResumesPay"):
        MovesPay(PayState.IN_PAYMENT, "1301", PauseEnds.CERTIFIED)
