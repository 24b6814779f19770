"""Opening cases: one open case a person and kind."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db import connection

from yizheng.rooms import ledger
from yizheng.rooms.bulk import insert_rows
from yizheng.rooms.casework import rules
from yizheng.rooms.casework.data import CaseRules, CaseState, CaseView, Kind, NewCase
from yizheng.rooms.casework.models import Case, CaseClock
from yizheng.rooms.casework.queries import CASES, open_by_person, view_of
from yizheng.rooms.casework.rules import Turned
from yizheng.rooms.ledger.data import NewEntry

_COLUMNS = (
    "pno",
    "kind",
    "state",
    "reasons",
    "leads",
    "run_id",
    "opened_on",
    "opened_at",
    "deadline",
    "version",
    "outcome",
    "loss",
    "outcome_reason",
    "proposed_by",
    "confirmed_by",
)
_CLOCK_COLUMNS = ("case_id", "code", "started_on", "days", "due", "provisional")
Opened = dict[tuple[int, str], NewCase]


def open_cases(
    cases: Iterable[NewCase],
    *,
    case_rules: CaseRules,
    run_id: str,
    as_of: date,
    at: datetime,
    actor: str,
    ruled: Collection[int] = frozenset(),
) -> int:
    """Open cases in bulk, and give how many were opened. Doing it twice opens nothing twice.

    A person with an open case of a kind gets no second one of it; leads that an open case holds open no other. Leads
    that people have ruled on (`ruled`) count no more: a person whose every lead is ruled gets no case. The clocks
    count from `as_of`. Raises Refused for a kind, or for reasons, that the agency has not.
    """
    waiting = open_by_person()
    ruled_on = frozenset(ruled)
    fresh: Opened = {}
    for case in cases:
        leads = tuple(lead for lead in case.leads if lead not in ruled_on)
        kind = case_rules.kind(case.kind) if case.kind else case_rules.kind_of(case.reasons)
        key = (int(case.pno), kind.code)
        stands = _standing(kind, leads, waiting.get(case.pno, ()))
        if key in fresh or stands or (case.leads and not leads):
            continue
        fresh[key] = replace(case, leads=leads, kind=kind.code, reasons=case.reasons or kind.reasons)
    turned = {code: _begin(case_rules.kind(code), case_rules, as_of) for code in {code for _, code in fresh}}
    _insert(fresh, turned, run_id=run_id, as_of=as_of, at=at)
    insert_rows(CaseClock, _CLOCK_COLUMNS, _clock_rows(fresh, turned, as_of=as_of, at=at))
    _witness_opened(fresh, actor=actor, at=at)
    return len(fresh)


def open_case(
    case: NewCase, *, case_rules: CaseRules, as_of: date, at: datetime, actor: str
) -> tuple[CaseView, bool]:
    """Open one case, and say whether it is new: a person who has one of the kind open keeps that one, and a kind that
    joins joins the weightiest of those that are open.
    """
    kind = case_rules.kind(case.kind) if case.kind else case_rules.kind_of(case.reasons)
    found = Case.objects.select_for_update().filter(pno=case.pno).exclude(state=CaseState.CLOSED.value)
    waiting = [view_of(one) for one in found]
    waiting.sort(key=lambda one: (one.kind != kind.code, case_rules.kind(one.kind).precedence))
    if waiting and (waiting[0].kind == kind.code or kind.joins):
        return waiting[0], False
    fresh: Opened = {
        (int(case.pno), kind.code): replace(case, kind=kind.code, reasons=case.reasons or kind.reasons)
    }
    turned = {kind.code: _begin(kind, case_rules, as_of)}
    _insert(fresh, turned, run_id="", as_of=as_of, at=at)
    insert_rows(CaseClock, _CLOCK_COLUMNS, _clock_rows(fresh, turned, as_of=as_of, at=at))
    _witness_opened(fresh, actor=actor, at=at)
    return view_of(next(_just_opened(fresh, at))), True


def _standing(kind: Kind, leads: Sequence[int], waiting: Sequence[CaseView]) -> bool:
    """Whether what is open for a person already covers a new case of the kind."""
    held = {lead for one in waiting for lead in one.leads}
    same = any(one.kind == kind.code for one in waiting)
    return same or (kind.joins and bool(waiting)) or (bool(leads) and held.issuperset(leads))


def _begin(kind: Kind, case_rules: CaseRules, day: date) -> Turned:
    return rules.turn_clocks(kind, (), step="", to=CaseState.OPEN.value, day=day, notices=case_rules.calendar)


def _insert(fresh: Opened, turned: dict[str, Turned], *, run_id: str, as_of: date, at: datetime) -> None:
    moment, day = connection.ops.adapt_datetimefield_value, connection.ops.adapt_datefield_value
    insert_rows(
        Case,
        _COLUMNS,
        (
            (
                pno,
                code,
                CaseState.OPEN.value,
                json.dumps(case.reasons),
                json.dumps(case.leads),
                run_id,
                day(as_of),
                moment(at),
                day(min(due.day for _, _, due in turned[code].begins)),
                1,
                "",
                "",
                "",
                "",
                "",
            )
            for (pno, code), case in fresh.items()
        ),
    )


def _just_opened(fresh: Opened, at: datetime) -> Iterator[Case]:
    """The cases just opened: a second query, since the keys are the database's to give."""
    if not fresh:
        return
    opened = Case.objects.filter(state=CaseState.OPEN, opened_at=at).order_by("id").iterator(chunk_size=5000)
    yield from (case for case in opened if (case.pno, case.kind) in fresh)


def _clock_rows(
    fresh: Opened, turned: dict[str, Turned], *, as_of: date, at: datetime
) -> Iterator[tuple[object, ...]]:
    day = connection.ops.adapt_datefield_value
    for case in _just_opened(fresh, at):
        for clock, days, due in turned[case.kind].begins:
            yield case.pk, clock.code, day(as_of), days, day(due.day), due.provisional


def _witness_opened(fresh: Opened, *, actor: str, at: datetime) -> None:
    ledger.actions.append_many(
        NewEntry(
            kind="casework:case:opened",
            actor=actor,
            at=at,
            subject=CASES.subject(case.pk),
            row=CASES.row_of(case),
        )
        for case in _just_opened(fresh, at)
    )
