"""The life of a case (疑点核查): every step, who takes it, and what each outcome does."""

from datetime import date, datetime

import pytest

from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import CHINA
from yizheng.rooms.casework import rules
from yizheng.rooms.casework.data import (
    LIFE,
    CaseState,
    CaseStep,
    CaseView,
    Loss,
    Outcome,
)
from yizheng.rooms.decisions.data import (
    CountsAsPass,
    MovesPay,
    RecordsLifeEvent,
    ResumesPay,
    RulesOnLeads,
    find_effect,
)

TODAY = date(2026, 11, 2)
OPEN, CHECKING, PROPOSED, CLOSED = CaseState.OPEN, CaseState.CHECKING, CaseState.PROPOSED, CaseState.CLOSED


def case(state: CaseState = OPEN, outcome: Outcome | None = None, **changes: object) -> CaseView:
    """A case in a state, proposed by the certifier where that has happened."""
    facts: dict[str, object] = {
        "case_id": 1,
        "pno": Pno(7),
        "state": state,
        "reasons": ("death_reported",),
        "leads": (41,),
        "run_id": "2026-10-31-abc",
        "opened_on": date(2026, 10, 31),
        "deadline": date(2026, 11, 27),
        "version": 2,
        "outcome": outcome,
        "loss": None,
        "outcome_reason": "",
        "outcome_day": None,
        "proposed_by": "wang" if state is PROPOSED else "",
        "proposed_at": datetime(2026, 11, 1, tzinfo=CHINA) if state is PROPOSED else None,
        "confirmed_by": "",
        "confirmed_at": None,
        "owner": LIFE.owner(state),
        **changes,
    }
    return CaseView(**facts)  # type: ignore[arg-type]


STEPS = [
    (OPEN, CaseStep.PROPOSE, PROPOSED),
    (OPEN, CaseStep.AGREE, None),
    (CHECKING, CaseStep.PROPOSE, PROPOSED),
    (PROPOSED, CaseStep.PROPOSE, None),
    (PROPOSED, CaseStep.AGREE, CLOSED),
    (PROPOSED, CaseStep.AGREE_TO_CHECK_ON, CHECKING),
    (PROPOSED, CaseStep.DISAGREE, OPEN),
    (CLOSED, CaseStep.PROPOSE, None),
    (CLOSED, CaseStep.DISAGREE, None),
]


@pytest.mark.parametrize(("state", "step", "to"), STEPS)
def test_step(state: CaseState, step: CaseStep, to: CaseState | None) -> None:
    if to is None:
        with pytest.raises(Refused, match="kernel:step_not_allowed"):
            LIFE.check(state, step)
    else:
        assert LIFE.check(state, step).to is to


def test_every_state_has_an_owner_and_every_step_a_role_of_that_owner() -> None:
    assert {state.code for state in LIFE.states} == set(CaseState)
    assert all(LIFE.taker(move) == LIFE.owner(move.state) for move in LIFE.moves if move.state)


def test_every_state_but_the_last_can_be_left() -> None:
    assert {move.state for move in LIFE.moves} == set(CaseState) - {CLOSED}


PROPOSALS = [
    # outcome, loss, reason, day, what is wrong
    (Outcome.ELIGIBLE, None, "见到本人", date(2026, 11, 1), None),
    (Outcome.ELIGIBLE, None, "见到本人", None, "needs a day"),
    (Outcome.ELIGIBLE, None, "", date(2026, 11, 1), "needs a reason"),
    (Outcome.ELIGIBLE, None, "见到本人", date(2026, 11, 3), "future"),
    (Outcome.ELIGIBLE, Loss.DEATH, "见到本人", date(2026, 11, 1), "kind of loss"),
    (Outcome.LOST_CONFIRMED, Loss.DEATH, "火化证明", date(2026, 8, 3), None),
    (Outcome.LOST_CONFIRMED, None, "火化证明", date(2026, 8, 3), "names its kind"),
    (Outcome.LOST_CONFIRMED, Loss.CUSTODY, "判决书", None, "needs a day"),
    (Outcome.CANNOT_CONFIRM, None, "电话无人接听", None, None),
    (Outcome.RETURNED_TO_SOURCE, None, "同名", None, None),
    (Outcome.STILL_SUSPECTED, None, "待外省回函", None, None),
]


@pytest.mark.parametrize(("outcome", "loss", "reason", "day", "wrong"), PROPOSALS)
def test_proposal(
    outcome: Outcome, loss: Loss | None, reason: str, day: date | None, wrong: str | None
) -> None:
    def call() -> None:
        rules.check_propose(case(), outcome=outcome, loss=loss, reason=reason, outcome_day=day, today=TODAY)

    if wrong is None:
        call()
        return
    with pytest.raises(Refused, match=wrong):
        call()


CONFIRMATIONS = [
    # state, outcome, who, agrees, note, the step or what is wrong
    (PROPOSED, Outcome.ELIGIBLE, "li", True, "", CaseStep.AGREE),
    (PROPOSED, Outcome.STILL_SUSPECTED, "li", True, "", CaseStep.AGREE_TO_CHECK_ON),
    (PROPOSED, Outcome.ELIGIBLE, "li", False, "缺少照片", CaseStep.DISAGREE),
    (PROPOSED, Outcome.ELIGIBLE, "li", False, "", "needs a reason"),
    (PROPOSED, Outcome.ELIGIBLE, "wang", True, "", "second person"),
    (PROPOSED, Outcome.ELIGIBLE, "wang", False, "再查", "second person"),
    (OPEN, None, "li", True, "", "kernel:step_not_allowed"),
    (CLOSED, Outcome.ELIGIBLE, "li", True, "", "kernel:step_not_allowed"),
]


@pytest.mark.parametrize(("state", "outcome", "who", "agree", "note", "found"), CONFIRMATIONS)
def test_confirmation(
    state: CaseState, outcome: Outcome | None, who: str, agree: bool, note: str, found: CaseStep | str
) -> None:
    waiting = case(state, outcome)
    if isinstance(found, CaseStep):
        assert rules.check_confirm(waiting, actor=who, agree=agree, note=note).step is found
        return
    with pytest.raises(Refused, match=found):
        rules.check_confirm(waiting, actor=who, agree=agree, note=note)


def test_button_and_rule_agree() -> None:
    assert [state for state in CaseState if rules.can_propose(case(state))] == [OPEN, CHECKING]
    assert rules.can_confirm(case(PROPOSED), actor="li")
    assert not rules.can_confirm(case(PROPOSED), actor="wang")
    assert not rules.can_confirm(case(OPEN), actor="li")


def test_stale_version_is_refused() -> None:
    rules.check_version(case(), 2)
    with pytest.raises(Refused, match="somebody else"):
        rules.check_version(case(), 1)


EFFECTS = [
    # outcome, loss, passes, fact, leads, pay state, code, a pause ends
    (Outcome.ELIGIBLE, None, True, None, "set_aside", None, "", True),
    (Outcome.RETURNED_TO_SOURCE, None, False, None, "set_aside", None, "", False),
    (Outcome.CANNOT_CONFIRM, None, False, None, None, None, "", False),
    (Outcome.STILL_SUSPECTED, None, False, None, None, None, "", False),
    (Outcome.LOST_CONFIRMED, Loss.DEATH, False, "death", "confirmed", 3, "1401", False),
    (Outcome.LOST_CONFIRMED, Loss.DECLARED_DEAD, False, "death", "confirmed", 3, "1401", False),
    (Outcome.LOST_CONFIRMED, Loss.CUSTODY, False, "custody", "confirmed", 2, "1202", False),
    (Outcome.LOST_CONFIRMED, Loss.MISSING, False, "missing", "confirmed", 2, "1203", False),
    (Outcome.LOST_CONFIRMED, Loss.DUPLICATE, False, None, "confirmed", 3, "1407", False),
]


@pytest.mark.parametrize(("outcome", "loss", "passes", "fact", "leads", "state", "code", "resumes"), EFFECTS)
def test_effects(
    outcome: Outcome,
    loss: Loss | None,
    passes: bool,
    fact: str | None,
    leads: str | None,
    state: int | None,
    code: str,
    resumes: bool,
) -> None:
    found = rules.effects_of(outcome, loss)
    event, ruling, moves = (find_effect(found, kind) for kind in (RecordsLifeEvent, RulesOnLeads, MovesPay))
    assert (event.kind if event else None, ruling.ruling if ruling else None) == (fact, leads)
    assert (moves.to if moves else None, moves.reason if moves else "") == (state, code)
    assert (CountsAsPass() in found, ResumesPay() in found) == (passes, resumes)


def test_every_outcome_and_every_loss_has_effects() -> None:
    assert set(rules.OUTCOME_EFFECTS) == set(Outcome) - {Outcome.LOST_CONFIRMED}
    assert set(rules.LOSS_EFFECTS) == set(Loss)
    with pytest.raises(Refused, match="without its kind"):
        rules.effects_of(Outcome.LOST_CONFIRMED, None)


DEADLINES = [
    # from, working days, holidays, working weekends, the last day
    (date(2026, 10, 30), 1, set(), set(), date(2026, 11, 2)),  # a Friday
    (date(2026, 10, 31), 20, set(), set(), date(2026, 11, 27)),
    (date(2026, 9, 30), 5, {date(2026, 10, day) for day in range(1, 8)}, set(), date(2026, 10, 14)),
    (
        date(2026, 9, 30),
        5,
        {date(2026, 10, day) for day in range(1, 8)},
        {date(2026, 10, 10)},
        date(2026, 10, 13),
    ),
    (date(2026, 12, 31), 20, set(), set(), date(2027, 1, 28)),  # next year's holidays are not known yet
]


@pytest.mark.parametrize(("start", "days", "holidays", "workdays", "last"), DEADLINES)
def test_working_days(start: date, days: int, holidays: set[date], workdays: set[date], last: date) -> None:
    assert rules.working_deadline(start, days, holidays=holidays, workdays=workdays) == last
