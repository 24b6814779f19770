"""What the page of a case shows of its kind: how it may end, its terms, the steps of work, and its history in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from yizheng import wiring
from yizheng.doors import forms
from yizheng.doors.case_words import (
    clock_word,
    loss_word,
    note_words,
    outcome_hint,
    outcome_word,
    state_word,
    step_word,
)
from yizheng.doors.forms import Wrong
from yizheng.doors.staff.gate import staff
from yizheng.rooms import access, casework
from yizheng.rooms.access.data import Permission
from yizheng.rooms.casework.data import CaseView, Kind

VERSION = forms.Whole("version", hidden=True, fresh=True)
WORK_NOTE = forms.Text(
    "work_note",
    gettext_lazy("办理情况"),
    hint=gettext_lazy("做了什么，联系了谁。"),
    most=500,
    rows=2,
    own={Wrong.MISSING: gettext_lazy("请写明做了什么。")},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockShown:
    """A term on the page: its end, and whether that may still move or has passed."""

    name: str
    due: date
    provisional: bool
    overdue: bool
    stopped_on: date | None
    lapsed_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepShown:
    """A step in the history, in words."""

    before: str
    after: str
    taken_at: datetime
    taken_by: str
    note: str


def kind_of(case: CaseView) -> Kind:
    """The kind of a case. Raises Refused where the agency took it out of its files while a case is open."""
    return wiring.agency().case_rules.kind(case.kind)


def outcome_field(kind: Kind) -> forms.Choice[str]:
    """How a case of this kind may end."""
    return forms.Choice(
        "outcome",
        gettext_lazy("核查结论"),
        tuple(kind.outcomes),
        words=lambda one: outcome_word(kind.code, str(one)),
        hints=lambda one: outcome_hint(kind.code, str(one)),
        own={Wrong.NOT_CHOSEN: gettext_lazy("请选一个核查结论。")},
    )


def loss_field(kind: Kind) -> forms.Field[str | None]:
    """Which loss was confirmed, for the outcomes that ask it."""
    return forms.optional(
        forms.Choice(
            "loss",
            gettext_lazy("丧失的类别"),
            kind.losses,
            hint=gettext_lazy("结论是“确认丧失”时选。"),
            words=lambda one: loss_word(kind.code, str(one)),
            listed=True,
        )
    )


def step_field(kind: Kind, steps: Sequence[str]) -> forms.Choice[str]:
    """The steps of work that may be taken now."""
    return forms.Choice(
        "step",
        gettext_lazy("这一步"),
        tuple(steps),
        words=lambda one: step_word(kind.code, str(one)),
        own={Wrong.NOT_CHOSEN: gettext_lazy("请选这一步做什么。")},
    )


def work_form(request: HttpRequest, case: CaseView) -> forms.Form | None:
    """The form of the steps of work that this member of staff may take now; None where there are none."""
    who, kind = staff(request), kind_of(case)
    steps = [
        step
        for step in kind.work_steps(case.state)
        if access.queries.can(who, Permission(kind.life.check(case.state, step).permission))
    ]
    return forms.Form("case-work", step_field(kind, steps), WORK_NOTE, VERSION) if steps else None


def clocks_shown(case: CaseView, today: date) -> list[ClockShown]:
    """The terms of a case."""
    return [
        ClockShown(
            name=clock_word(case.kind, clock.code),
            due=clock.due,
            provisional=clock.provisional and clock.is_running,
            overdue=clock.is_running and today > clock.due,
            stopped_on=clock.stopped_on,
            lapsed_on=clock.lapsed_on,
        )
        for clock in casework.queries.clocks(case.case_id)
    ]


def work_shown(request: HttpRequest, case: CaseView) -> forms.Filled | None:
    """The form of the steps of work as the page draws it."""
    form = work_form(request, case)
    return forms.shown(request, form, {"version": case.version}) if form is not None else None


def steps_shown(case: CaseView) -> Sequence[StepShown]:
    """The history of a case; a note says no change of state."""
    return [
        StepShown(
            before=state_word(case.kind, step.from_state) if step.from_state != step.to_state else "",
            after=state_word(case.kind, step.to_state),
            taken_at=step.taken_at,
            taken_by=step.taken_by,
            note=note_words(case.kind, step.note),
        )
        for step in casework.queries.steps(case.case_id)
    ]


def may_propose(request: HttpRequest, found: CaseView) -> bool:
    """Whether this member of staff may propose how the case ends."""
    may = access.queries.can(staff(request), Permission.PROPOSE_OUTCOME)
    return may and casework.queries.can_propose(found, kind_of(found))


def may_confirm(request: HttpRequest, found: CaseView) -> bool:
    """Whether this member of staff may be the second pair of eyes."""
    who = staff(request)
    may = access.queries.can(who, Permission.CONFIRM_OUTCOME)
    return may and casework.queries.can_confirm(found, kind_of(found), actor=who.username)
