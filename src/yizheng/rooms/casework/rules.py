"""The rules of casework (疑点核查), pure: which step is allowed, who may take it, by when, and what an outcome does.

Rules that always hold: who proposed an outcome may not confirm it; a reason is always written; unknown
(`cannot_confirm`, `still_suspected`) never touches a person's pay.
"""

from collections.abc import Set as AbstractSet
from datetime import date, timedelta

from yizheng.kernel.errors import Refused
from yizheng.kernel.life import Move
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
    Effects,
    KeepsOpen,
    MovesPay,
    RecordsLifeEvent,
    ResumesPay,
    RulesOnLeads,
    SendsLetter,
)
from yizheng.rooms.entitlements.data import PayState
from yizheng.rooms.payments.data import PauseEnds

LOSS_EFFECTS: dict[Loss, Effects] = {
    Loss.DEATH: (
        RecordsLifeEvent("death"),
        RulesOnLeads("confirmed"),
        MovesPay(PayState.ENDED, "1401", PauseEnds.DIED),
        SendsLetter("ended_death"),
    ),
    Loss.DECLARED_DEAD: (
        RecordsLifeEvent("death"),
        RulesOnLeads("confirmed"),
        MovesPay(PayState.ENDED, "1401", PauseEnds.DECLARED_DEAD),
        SendsLetter("ended_death"),
    ),
    Loss.CUSTODY: (
        RecordsLifeEvent("custody"),
        RulesOnLeads("confirmed"),
        MovesPay(PayState.PAUSED, "1202", PauseEnds.OTHER_LOSS),
        SendsLetter("paused_custody"),
    ),
    Loss.MISSING: (
        RecordsLifeEvent("missing"),
        RulesOnLeads("confirmed"),
        MovesPay(PayState.PAUSED, "1203", PauseEnds.OTHER_LOSS),
        SendsLetter("paused_missing"),
    ),
    Loss.DUPLICATE: (
        RulesOnLeads("confirmed"),
        MovesPay(PayState.ENDED, "1407", PauseEnds.OTHER_LOSS),
        SendsLetter("ended_duplicate"),
    ),
}
"""What each confirmed loss does (reference 1.7 and 1.8): the reason codes are those of the pensioners' list."""

OUTCOME_EFFECTS: dict[Outcome, Effects] = {
    Outcome.ELIGIBLE: (
        CountsAsPass(),
        RulesOnLeads("set_aside"),
        ResumesPay(),
        SendsLetter("case_closed_eligible"),
    ),
    Outcome.CANNOT_CONFIRM: (SendsLetter("case_must_act"),),
    Outcome.RETURNED_TO_SOURCE: (RulesOnLeads("set_aside"),),
    Outcome.STILL_SUSPECTED: (KeepsOpen(),),
}


def check_version(case: CaseView, expected: int) -> None:
    """Refuse when somebody changed the case since it was read."""
    if case.version != expected:
        raise Refused(
            f"the case was at version {expected} when you read it and is at {case.version} now: somebody else worked "
            "on it. Read it again and decide then."
        )


def check_propose(
    case: CaseView, *, outcome: Outcome, loss: Loss | None, reason: str, outcome_day: date | None, today: date
) -> Move[CaseState]:
    """Whether this outcome may be proposed now. Raises Refused with what is missing."""
    step = LIFE.check(case.state, CaseStep.PROPOSE)
    if len(reason.strip()) < 2:
        raise Refused("an outcome needs a reason in words, and none came. Write what you found and how.")
    if (outcome is Outcome.LOST_CONFIRMED) != (loss is not None):
        raise Refused(
            "a confirmed loss (确认丧失) names its kind (death, declared_dead, custody, missing or duplicate), "
            "and no other outcome does. Choose the kind of loss, or another outcome."
        )
    if outcome in (Outcome.ELIGIBLE, Outcome.LOST_CONFIRMED):
        if outcome_day is None:
            raise Refused(
                "this outcome needs a day (when the person was seen alive, or when the loss happened), and none came. "
                "Give the day."
            )
        if outcome_day > today:
            raise Refused(
                f"the day of the outcome lies in the future ({outcome_day}; today is {today}). Correct it."
            )
    return step


def check_confirm(case: CaseView, *, actor: str, agree: bool, note: str) -> Move[CaseState]:
    """Whether this person may confirm or send back now. Raises Refused: four eyes, and a no needs words."""
    if not agree:
        step = CaseStep.DISAGREE
    elif case.outcome is Outcome.STILL_SUSPECTED:
        step = CaseStep.AGREE_TO_CHECK_ON
    else:
        step = CaseStep.AGREE
    row = LIFE.check(case.state, step)
    if actor == case.proposed_by:
        raise Refused(
            "the outcome was proposed by the same account, and a second person must confirm it. Leave it to a colleague."
        )
    if not agree and len(note.strip()) < 2:
        raise Refused("sending a case back needs a reason in words, and none came. Write what is missing.")
    return row


def can_propose(case: CaseView) -> bool:
    """Whether the case waits for a proposal."""
    return LIFE.may(case.state, CaseStep.PROPOSE)


def can_confirm(case: CaseView, *, actor: str) -> bool:
    """Whether the case waits for a second person and this one is a second person."""
    return LIFE.may(case.state, CaseStep.AGREE) and actor != case.proposed_by


def effects_of(outcome: Outcome, loss: Loss | None) -> Effects:
    """What the confirmed outcome brings about. Raises Refused when a loss has no kind."""
    if outcome is not Outcome.LOST_CONFIRMED:
        return OUTCOME_EFFECTS[outcome]
    if loss is None:
        raise Refused("a confirmed loss without its kind came. Propose it again with the kind of loss.")
    return LOSS_EFFECTS[loss]


def working_deadline(
    start: date,
    days: int,
    *,
    holidays: AbstractSet[date] = frozenset(),
    workdays: AbstractSet[date] = frozenset(),
) -> date:
    """The last of `days` working days after `start`: Monday to Friday without `holidays`, plus `workdays` (调休)."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        if day in workdays or (day.weekday() < 5 and day not in holidays):
            days -= 1
    return day
