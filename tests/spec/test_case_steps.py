"""The life of a case (疑点核查) of each kind of the demo agency: every step, who takes it, and what each outcome does."""

from datetime import date, datetime

import pytest

from case_situations import CASE_RULES
from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.kernel.life import Turn
from yizheng.kernel.time import CHINA
from yizheng.kernel.why import Why as KernelWhy
from yizheng.rooms.casework import rules
from yizheng.rooms.casework.data import LIVES, CaseMove, CaseState, CaseView, Kind, Known, Loss, Outcome
from yizheng.rooms.casework.why import Why
from yizheng.rooms.decisions.data import (
    CountsAsPass,
    KeepsOpen,
    MovesPay,
    RecordsLifeEvent,
    ResumesPay,
    RulesOnLeads,
    SendsLetter,
    find_effect,
)
from yizheng.rooms.entitlements.data import PayState
from yizheng.rooms.payments.data import PauseEnds

TODAY = date(2026, 11, 2)
OPEN, CHECKING, PROPOSED, CLOSED = CaseState.OPEN, CaseState.CHECKING, CaseState.PROPOSED, CaseState.CLOSED
DEATH = CASE_RULES.kind(Known.DEATH)
LIFE = LIVES["two_people"]


def case(state: CaseState = OPEN, outcome: str = "", **changes: object) -> CaseView:
    """A case in a state, proposed by the certifier where that has happened."""
    facts: dict[str, object] = {
        "case_id": 1,
        "pno": Pno(7),
        "kind": Known.DEATH.value,
        "state": state.value,
        "reasons": ("death_reported",),
        "leads": (41,),
        "run_id": "2026-10-31-abc",
        "opened_on": date(2026, 10, 31),
        "deadline": date(2026, 11, 27),
        "version": 2,
        "outcome": outcome,
        "loss": "",
        "outcome_reason": "",
        "outcome_day": None,
        "proposed_by": "wang" if state is PROPOSED else "",
        "proposed_at": datetime(2026, 11, 1, tzinfo=CHINA) if state is PROPOSED else None,
        "confirmed_by": "",
        "confirmed_at": None,
        **changes,
    }
    return CaseView(**facts)  # type: ignore[arg-type]


STEPS = [
    (OPEN, CaseMove.PROPOSE, PROPOSED),
    (OPEN, CaseMove.AGREE, None),
    (CHECKING, CaseMove.PROPOSE, PROPOSED),
    (PROPOSED, CaseMove.PROPOSE, None),
    (PROPOSED, CaseMove.AGREE, CLOSED),
    (PROPOSED, CaseMove.AGREE_TO_CHECK_ON, CHECKING),
    (PROPOSED, CaseMove.DISAGREE, OPEN),
    (CLOSED, CaseMove.PROPOSE, None),
    (CLOSED, CaseMove.DISAGREE, None),
]


@pytest.mark.parametrize(("state", "step", "to"), STEPS)
def test_step(state: CaseState, step: CaseMove, to: CaseState | None) -> None:
    if to is None:
        with pytest.raises(Refused) as refused:
            LIFE.check(state, step)
        assert refused.value.why is KernelWhy.STEP_NOT_ALLOWED
    else:
        assert LIFE.check(state, step).to == to


def test_every_state_has_an_owner_and_every_step_a_role_of_that_owner() -> None:
    assert {state.code for state in LIFE.states} == set(CaseState)
    by_people = [move for move in LIFE.moves if move.step != CaseMove.WITHDRAW]
    assert all(LIFE.taker(move) == LIFE.owner(move.state) for move in by_people if move.state)
    by_machine = [move for move in LIFE.moves if move.step == CaseMove.WITHDRAW]
    assert {(LIFE.taker(move), move.to, move.permission) for move in by_machine} == {
        (Turn.MACHINE, CaseState.CLOSED, "")
    }, "the machine closes a case whose leads were taken back, and decides nothing"


PROPOSALS = [
    # outcome, loss, reason, day, what is wrong
    (Outcome.ELIGIBLE, "", "见到本人", date(2026, 11, 1), None),
    (Outcome.ELIGIBLE, "", "见到本人", None, Why.DAY_MISSING),
    (Outcome.ELIGIBLE, "", "", date(2026, 11, 1), Why.REASON_MISSING),
    (Outcome.ELIGIBLE, "", "见到本人", date(2026, 11, 3), Why.DAY_IN_FUTURE),
    (Outcome.ELIGIBLE, Loss.DEATH, "见到本人", date(2026, 11, 1), Why.LOSS_NOT_FITTING),
    (Outcome.LOST_CONFIRMED, Loss.DEATH, "火化证明", date(2026, 8, 3), None),
    (Outcome.LOST_CONFIRMED, "", "火化证明", date(2026, 8, 3), Why.LOSS_NOT_FITTING),
    (Outcome.LOST_CONFIRMED, "moved_away", "火化证明", date(2026, 8, 3), Why.LOSS_NOT_FITTING),
    (Outcome.LOST_CONFIRMED, Loss.CUSTODY, "判决书", None, Why.DAY_MISSING),
    (Outcome.CANNOT_CONFIRM, "", "电话无人接听", None, None),
    (Outcome.RETURNED_TO_SOURCE, "", "同名", None, None),
    (Outcome.STILL_SUSPECTED, "", "待外省回函", None, None),
    ("guessed", "", "见到本人", None, Why.OUTCOME_UNKNOWN),
]


@pytest.mark.parametrize(("outcome", "loss", "reason", "day", "wrong"), PROPOSALS)
def test_proposal(outcome: str, loss: str, reason: str, day: date | None, wrong: Why | None) -> None:
    def call() -> None:
        rules.check_propose(
            case(), DEATH, outcome=outcome, loss=loss, reason=reason, outcome_day=day, today=TODAY
        )

    if wrong is None:
        call()
        return
    with pytest.raises(Refused) as refused:
        call()
    assert refused.value.why is wrong


CONFIRMATIONS = [
    # state, outcome, who, agrees, note, the step or what is wrong
    (PROPOSED, Outcome.ELIGIBLE, "li", True, "", CaseMove.AGREE),
    (PROPOSED, Outcome.STILL_SUSPECTED, "li", True, "", CaseMove.AGREE_TO_CHECK_ON),
    (PROPOSED, Outcome.ELIGIBLE, "li", False, "缺少照片", CaseMove.DISAGREE),
    (PROPOSED, Outcome.ELIGIBLE, "li", False, "", Why.NOTE_MISSING),
    (PROPOSED, Outcome.ELIGIBLE, "wang", True, "", Why.SECOND_PERSON_NEEDED),
    (PROPOSED, Outcome.ELIGIBLE, "wang", False, "再查", Why.SECOND_PERSON_NEEDED),
    (OPEN, "", "li", True, "", KernelWhy.STEP_NOT_ALLOWED),
    (CLOSED, Outcome.ELIGIBLE, "li", True, "", KernelWhy.STEP_NOT_ALLOWED),
]


@pytest.mark.parametrize(("state", "outcome", "who", "agree", "note", "found"), CONFIRMATIONS)
def test_confirmation(
    state: CaseState, outcome: str, who: str, agree: bool, note: str, found: CaseMove | Why | KernelWhy
) -> None:
    waiting = case(state, outcome)
    if isinstance(found, CaseMove):
        assert rules.check_confirm(waiting, DEATH, actor=who, agree=agree, note=note).step == found
        return
    with pytest.raises(Refused) as refused:
        rules.check_confirm(waiting, DEATH, actor=who, agree=agree, note=note)
    assert refused.value.why is found


def test_button_and_rule_agree() -> None:
    assert [state for state in CaseState if rules.can_propose(case(state), DEATH)] == [OPEN, CHECKING]
    assert rules.can_confirm(case(PROPOSED), DEATH, actor="li")
    assert not rules.can_confirm(case(PROPOSED), DEATH, actor="wang")
    assert not rules.can_confirm(case(OPEN), DEATH, actor="li")


def test_stale_version_is_refused() -> None:
    rules.check_version(case(), 2)
    with pytest.raises(Refused) as refused:
        rules.check_version(case(), 1)
    assert (refused.value.why, refused.value.facts) == (Why.CHANGED_SINCE, {"expected": 1, "came": 2})


EFFECTS = [
    # outcome, loss, passes, fact, leads, pay state, code, what that does to a pause, resumes, letter
    (Outcome.ELIGIBLE, "", True, None, "set_aside", None, "", None, True, "case_closed_eligible"),
    (Outcome.RETURNED_TO_SOURCE, "", False, None, "set_aside", None, "", None, False, None),
    (Outcome.CANNOT_CONFIRM, "", False, None, None, None, "", None, False, "case_must_act"),
    (Outcome.STILL_SUSPECTED, "", False, None, None, None, "", None, False, None),
    (
        Outcome.LOST_CONFIRMED,
        Loss.DEATH,
        False,
        "death",
        "confirmed",
        3,
        "1401",
        PauseEnds.DIED,
        False,
        "ended_death",
    ),
    (
        Outcome.LOST_CONFIRMED,
        Loss.DECLARED_DEAD,
        False,
        "death",
        "confirmed",
        3,
        "1401",
        PauseEnds.DECLARED_DEAD,
        False,
        "ended_death",
    ),
    (
        Outcome.LOST_CONFIRMED,
        Loss.CUSTODY,
        False,
        "custody",
        "confirmed",
        2,
        "1202",
        PauseEnds.OTHER_LOSS,
        False,
        "paused_custody",
    ),
    (
        Outcome.LOST_CONFIRMED,
        Loss.MISSING,
        False,
        "missing",
        "confirmed",
        2,
        "1203",
        PauseEnds.OTHER_LOSS,
        False,
        "paused_missing",
    ),
    (
        Outcome.LOST_CONFIRMED,
        Loss.DUPLICATE,
        False,
        None,
        "confirmed",
        3,
        "1407",
        PauseEnds.OTHER_LOSS,
        False,
        "ended_duplicate",
    ),
]


IDENTITY = (Known.SAME_PERSON, Known.NUMBER_MOVED)
"""Kinds that ask whose a number is: their outcomes are of another sort."""


@pytest.mark.parametrize(
    "kind",
    [kind for kind in CASE_RULES.kinds.values() if kind.code in set(Known) - set(IDENTITY)],
    ids=lambda kind: kind.code,
)
@pytest.mark.parametrize(
    ("outcome", "loss", "passes", "fact", "leads", "state", "code", "ends", "resumes", "letter"), EFFECTS
)
def test_effects(
    kind: Kind,
    outcome: str,
    loss: str,
    passes: bool,
    fact: str | None,
    leads: str | None,
    state: int | None,
    code: str,
    ends: PauseEnds | None,
    resumes: bool,
    letter: str | None,
) -> None:
    found = kind.terms(outcome).effects_of(loss)
    event, ruling, moves = (find_effect(found, kind) for kind in (RecordsLifeEvent, RulesOnLeads, MovesPay))
    sends = find_effect(found, SendsLetter)
    assert (event.kind if event else None, ruling.ruling if ruling else None) == (fact, leads)
    assert (moves.to if moves else None) == (PayState(state) if state else None)
    assert (moves.reason if moves else "", moves.ends if moves else None) == (code, ends)
    assert (CountsAsPass() in found, ResumesPay() in found) == (passes, resumes)
    assert (sends.template if sends else None) == letter
    assert (KeepsOpen() in found) == (outcome == Outcome.STILL_SUSPECTED)


TERMS = [
    # kind, reasons that make it, working days, does it join, what the citizen sees
    ("death", "death_reported", 20, False, "under_review"),
    ("contradiction", "death_contradicted", 20, False, "under_review"),
    ("custody", "custody_reported", 20, False, "under_review"),
    ("missing", "missing_reported", 20, False, "under_review"),
    ("double_benefit", "duplicate_reported", 20, False, "under_review"),
    ("person_asks", "person_asks", 20, True, "asked_again"),
    ("person_asks_online", "person_asks", 3, True, "asked_again"),
    ("face_review", "face_review", 3, True, "sent"),
    ("voice_call", "voice_call", 3, True, "sent"),
    ("same_face", "same_face", 20, True, "nothing"),
    ("visit", "visit_needed", 20, True, "nothing"),
    ("roster_stop", "roster_stopped", 20, False, "nothing"),
    ("same_person", "same_person_asked", 10, False, "nothing"),
    ("number_moved", "number_moved", 10, False, "nothing"),
    ("joined_wrongly", "joined_wrongly", 10, False, "nothing"),
]


@pytest.mark.parametrize(("code", "reason", "days", "joins", "sees"), TERMS)
def test_kind(code: str, reason: str, days: int, joins: bool, sees: str) -> None:
    kind = CASE_RULES.kind(code)
    (clock,) = kind.clocks
    assert (kind.reasons, clock.days, clock.of, kind.joins, kind.citizen) == (
        (reason,),
        days,
        "working",
        joins,
        sees,
    )
    assert (clock.extended_by, clock.extended_days or clock.days) == (
        (CaseMove.AGREE_TO_CHECK_ON,),
        10 if days == 10 else 20,
    )
    assert kind.life.state("open").clocks == (clock.code,)


def test_a_run_opens_the_weightiest_kind_of_what_it_finds() -> None:
    assert CASE_RULES.kind_of(["custody_reported", "death_reported"]).code == Known.DEATH
    assert CASE_RULES.kind_of(["missing_reported", "duplicate_reported"]).code == Known.MISSING
    with pytest.raises(Refused) as refused:
        CASE_RULES.kind_of(["abroad_reported"])
    assert refused.value.why is Why.REASONS_UNKNOWN
    assert {kind.code for kind in CASE_RULES.kinds.values()} == {*Known, "sentence_over", "joined_wrongly"}
