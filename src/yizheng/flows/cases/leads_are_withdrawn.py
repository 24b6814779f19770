"""A department takes back what it reported (撤销线索): cases that rested on it close, or show what remains.

A decision that two people confirmed is not undone by a file: the machine changes no pay and no fact. It becomes a
question for two people again, in a new case of the same kind. Both must be called inside the transaction that takes the
answer.
"""

from collections.abc import Iterable
from datetime import datetime

from yizheng.kernel.ids import Pno
from yizheng.kernel.time import CHINA
from yizheng.rooms import casework, evidence
from yizheng.rooms.casework.data import CaseRules, NewCase, Noted, Outcome

DECISION_LOST_ITS_LEAD = "decision_lost_its_lead"


def close_cases(rows: Iterable[tuple[int, int]], *, case_rules: CaseRules, actor: str, at: datetime) -> int:
    """Close the open cases that rest on these rows (evidence number, person) alone, and tell the others.

    Gives how many closed.
    """
    withdrawn = dict(rows)
    gone = evidence.queries.set_aside(known_before=at) | withdrawn.keys()
    closed = 0
    for pno in sorted(set(withdrawn.values())):
        for case in casework.queries.open_cases_of(pno):
            if not withdrawn.keys().isdisjoint(case.leads):
                closed += casework.actions.withdraw_leads(
                    case.case_id, gone, case_rules=case_rules, actor=actor, at=at
                )
    return closed


def ask_again(rows: Iterable[tuple[int, int]], *, case_rules: CaseRules, actor: str, at: datetime) -> int:
    """Open a case for each confirmed loss that rests on one of these rows; gives how many. Pay stays as it is."""
    asked = 0
    for evidence_no, pno in sorted(rows):
        for case in casework.queries.cases_of_person(pno):
            rests = case.is_closed and case.outcome == Outcome.LOST_CONFIRMED and evidence_no in case.leads
            if not rests:
                continue
            question, is_new = casework.actions.open_case(
                NewCase(pno=Pno(pno), leads=(), kind=case.kind),
                case_rules=case_rules,
                as_of=at.astimezone(CHINA).date(),
                at=at,
                actor=actor,
            )
            noted = Noted(DECISION_LOST_ITS_LEAD, {"case": case.case_id})
            casework.actions.note_on(question.case_id, noted, actor=actor, at=at)
            asked += is_new
    return asked
