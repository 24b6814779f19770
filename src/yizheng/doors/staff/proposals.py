"""The form by which a clerk proposes how a case ends, and what only several of its fields together can show.

A day may be taken from a lead on file; one that no register has is asked about, since pay ends by it.
"""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_lazy

from yizheng.doors import forms
from yizheng.doors.forms import Wrong
from yizheng.doors.staff.case_parts import VERSION, loss_field, outcome_field
from yizheng.doors.staff.panels import leads_of
from yizheng.flows.runs.explanation import EvidenceLine, Explanation
from yizheng.rooms.casework.data import Kind

DAY = forms.optional(
    forms.Day(
        "outcome_day",
        gettext_lazy("日期"),
        hint=gettext_lazy("见到本人的那天，或事情发生的那天。取自线索的不用填。"),
        own={Wrong.MISSING: gettext_lazy("请填日期，或选一条线索取它的日期。")},
    )
)
DIFFERS = forms.Tick(
    "differs", gettext_lazy("日期和报来的线索都不一样，我已核实，依据写在理由里"), required=False
)
REASON = forms.Text(
    "reason",
    gettext_lazy("理由"),
    hint=gettext_lazy("怎么核查的，看到了什么。复核的人和以后的审计都看这一段。"),
    most=500,
    rows=4,
    own={Wrong.MISSING: gettext_lazy("请写明理由：怎么核查的，看到了什么。")},
)


def propose_form(kind: Kind, explained: Explanation | None) -> forms.Form:
    """The form of a proposal: how cases of the kind may end, and the leads on file that its day may be taken from."""
    return forms.Form(
        "case-propose",
        outcome_field(kind),
        *([loss_field(kind)] if kind.losses else []),
        _lead_field(leads_of(explained)),
        DAY,
        DIFFERS,
        REASON,
        VERSION,
    )


def _lead_field(leads: Sequence[EvidenceLine]) -> forms.Field[int | None]:
    by_number = {line.evidence_no: line for line in leads}
    return forms.optional(
        forms.Choice(
            "lead",
            gettext_lazy("日期取自线索"),
            tuple(by_number),
            hint=gettext_lazy("按登记的日期认定时选；以别的日期为准，在右边另填。"),
            words=lambda number: _lead_words(by_number[int(str(number))]),
            listed=True,
        )
    )


def _lead_words(line: EvidenceLine) -> str:
    return f"{line.day.isoformat()} · {' · '.join(line.names)}"


def day_of(filled: forms.Filled, leads: Sequence[EvidenceLine]) -> date | None:
    """The day that was typed; where none was, that of the chosen lead."""
    typed: date | None = filled.get(DAY, None)
    if typed is not None:
        return typed
    chosen: int | None = filled.get(_lead_field(leads), None)
    return next((line.day for line in leads if line.evidence_no == chosen), None)


def checked(filled: forms.Filled, kind: Kind, leads: Sequence[EvidenceLine]) -> forms.Filled:
    """What only several fields together can show: a loss without its kind, a day that no register has."""
    chosen: str | None = filled.get(outcome_field(kind), None)
    loss: str | None = filled.get(loss_field(kind), None)
    terms, day = kind.outcomes.get(chosen or ""), day_of(filled, leads)
    if terms is not None and terms.losses and loss is None:
        filled = filled.wrong(gettext_lazy("结论是“确认丧失”，请选丧失的类别。"), loss_field(kind))
    if terms is not None and not terms.losses and loss is not None:
        filled = filled.wrong(
            gettext_lazy("丧失的类别只在结论是“确认丧失”时选，请改选“—”。"), loss_field(kind)
        )
    if terms is not None and terms.needs_day and day is None and "outcome_day" not in filled.faults:
        filled = filled.faulty(DAY, Wrong.MISSING)
    registered = sorted({line.day for line in leads if not line.set_aside})
    is_loss = terms is not None and bool(terms.losses)
    against_all = is_loss and day is not None and registered and day not in registered
    if against_all and not filled.get(DIFFERS, False):
        days = "、".join(one.isoformat() for one in registered)
        told = forms.told(
            gettext_lazy("您填的日期是 %(day)s，报来的线索是 %(days)s。请再核对；核实无误就勾选下面这一项。"),
            {"day": day.isoformat() if day else "", "days": days},
        )
        filled = filled.wrong(told, DIFFERS)
    return filled
