"""What the state of a person's home page rests on, gathered from the rooms that know it. Reads only."""

from collections.abc import Sequence
from datetime import date

from yizheng.kernel.ids import Pno
from yizheng.kernel.time import CHINA, Month
from yizheng.rooms import casework, entitlements, passes, payments
from yizheng.rooms.casework.data import CaseRules, CaseView, CitizenSees
from yizheng.rooms.certification.data import Reason
from yizheng.rooms.certification.queries import StandingRecord
from yizheng.rooms.entitlements.data import PayStanding, PayState
from yizheng.rooms.insight.home import Closed, HomeFacts, Sent
from yizheng.rooms.passes.data import CaptureState


def facts_of(pno: Pno, *, standing: StandingRecord | None, today: date, case_rules: CaseRules) -> HomeFacts:
    """Everything that the home page of a person rests on. `standing` is where the person stands today."""
    now, coming = pay_now_and_to_come(pno, today=today)
    cases = casework.queries.cases_of_person(pno)
    waiting = [case for case in cases if not case.is_closed]
    doubts = [case for case in waiting if _sees(case, case_rules) is CitizenSees.UNDER_REVIEW]
    pause = now if now.state is PayState.PAUSED else coming
    return HomeFacts(
        result=standing.result if standing else None,
        due_day=standing.due_day if standing else None,
        pay=now,
        coming=coming,
        planned=_planned(pno, today=today),
        missing_proof=pause is not None and payments.queries.is_pause_for_missing_proof(pause.reason_code),
        sent=_sent(pno, waiting, case_rules, today=today),
        doubt_open=bool(doubts),
        doubt_by=min((case.deadline for case in doubts), default=None),
        asked_again=any(_sees(case, case_rules) is CitizenSees.ASKED_AGAIN for case in waiting),
        closed=_closed(cases, standing),
        benefit_ended=standing is not None and Reason.BENEFIT_ENDED in standing.reasons,
        today=today,
    )


def pay_now_and_to_come(pno: Pno, *, today: date) -> tuple[PayStanding, PayStanding | None]:
    """How a person is paid now, in this month or the newest one that was run, and the next step that is decided."""
    last = payments.queries.find_last_run()
    month = max(Month.of(today), last.month) if last else Month.of(today)
    now = entitlements.queries.pay_standing_of(pno, month)
    later = [step for step in entitlements.queries.pay_timeline_of(pno) if step.effective_month > month.index]
    if not later:
        return now, None
    step = later[0]
    return now, PayStanding(
        state=PayState(step.to_state),
        reason_code=step.reason_code,
        since=Month.from_index(step.effective_month),
    )


def _planned(pno: Pno, *, today: date) -> Month | None:
    """The month of a list that names the person and waits for its release; a list that was left lying is none."""
    month = payments.queries.planned_pause_of(pno)
    return month if month is not None and month >= Month.of(today) else None


def _sent(pno: Pno, waiting: Sequence[CaseView], case_rules: CaseRules, *, today: date) -> Sent | None:
    """The newest face, photo or voice of the person that staff have not decided on."""
    by_case = {case.case_id: case for case in waiting}
    for capture in passes.queries.captures_of(pno):
        case = by_case.get(capture.case_id or 0)
        if capture.state is CaptureState.REVIEWING and case is not None:
            receipt = passes.queries.receipt_of_capture(capture.capture_id)
            sent_at = capture.ended_at or capture.begun_at
            return Sent(
                on=sent_at.astimezone(CHINA).date(),
                receipt=receipt.number if receipt else "",
                by=_still(case.deadline, today),
            )
    for case in waiting:
        if _sees(case, case_rules) is CitizenSees.SENT:
            return Sent(on=case.opened_on, by=_still(case.deadline, today))
    return None


def _closed(cases: Sequence[CaseView], standing: StandingRecord | None) -> Closed | None:
    """The newest case that was closed after the run that the person's standing comes from."""
    for case in cases:
        if not case.is_closed or case.confirmed_at is None:
            continue
        day = case.confirmed_at.astimezone(CHINA).date()
        if standing is None or day >= standing.as_of:
            return Closed(on=day, outcome=case.outcome)
    return None


def _sees(case: CaseView, case_rules: CaseRules) -> CitizenSees:
    """What the person's page says of an open case; nothing where the agency took the kind out of its files."""
    kind = case_rules.kinds.get(case.kind)
    return kind.citizen if kind is not None else CitizenSees.NOTHING


def _still(day: date, today: date) -> date | None:
    """A day by which something is promised, while it is not past."""
    return day if day >= today else None
