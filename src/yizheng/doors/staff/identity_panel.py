"""Two people beside each other (身份核对): taken for two, perhaps, or one under the other's number.

Phone and account are told as the same or not; whoever needs the digits reveals them on the person's own file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from yizheng import wiring
from yizheng.doors.staff.file_told import pay_told
from yizheng.doors.tags import day as day_text
from yizheng.doors.tags import yuan
from yizheng.kernel.ids import Pno
from yizheng.rooms import entitlements, insight, people
from yizheng.rooms.casework.data import CaseView, Known
from yizheng.rooms.people.data import Answer, Contact, Identity, Question, QuestionKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A line of the comparison: what it is, on either side, and whether they differ."""

    label: str
    here: str
    there: str
    differs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One question: the two sides by name, and what is compared. `other`: whose file stands beside it, if anybody's."""

    here: str
    there: str
    rows: Sequence[Compared]
    other: int | None
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """What is asked in a case, each with its two sides."""

    pairs: Sequence[Pair]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """What one side says; None where it says nothing of it."""

    identity: Identity
    contact: Contact
    birth_day: str | None = None
    since: str | None = None
    amount: str | None = None
    pay: str | None = None


def asked_in(case: CaseView) -> list[Question]:
    """The questions that a case is about, in the order of asking: open ones, or those that it has answered."""
    if case.kind == Known.SAME_PERSON:
        return [one for one in _of(case, QuestionKind.SAME_PERSON) if one.pno == case.pno]
    if case.kind == Known.NUMBER_MOVED:
        return _of(case, QuestionKind.NUMBER_MOVED)
    return [one for one in people.queries.questions_of(case.pno) if one.answer is Answer.SAME]


def others_in(case: CaseView) -> frozenset[int]:
    """Everybody else whose data the panel shows: a look at each is recorded."""
    shown = {pno for one in asked_in(case) for pno in (one.pno, one.other) if pno is not None}
    return frozenset(shown - {case.pno})


def pairs_of(case: CaseView) -> Pairs | None:
    """The panel of a case; None where nothing is asked."""
    found = asked_in(case)
    today = wiring.clock().now().date()
    return Pairs(pairs=[_pair(one, today) for one in found]) if found else None


def _of(case: CaseView, kind: QuestionKind) -> list[Question]:
    found = [one for one in people.queries.questions_of(case.pno) if one.kind is kind]
    return [
        one for one in found if (one.answered_in == case.case_id if case.is_closed else one.answer is None)
    ]


def _pair(asked: Question, today: date) -> Pair:
    row = people.queries.row_that_waits(asked.question_id)
    if row is not None:
        here, there = _side(asked.pno, today), _Side(identity=row[0], contact=row[1])
        names, says = (_("档案上"), _("名册这一行")), _("名册这一行不采用，等结论；养老金照发。")
    elif asked.other is not None:
        here, there = _side(asked.pno, today), _side(asked.other, today)
        names = (_("新增的人"), _("原来的人"))
        says = _("新增的人暂不发放，等结论；原来的人照发。哪个月的钱都不会少。")
    else:
        raise LookupError("a question has another person, or a row that waits")
    return Pair(
        here=names[0],
        there=names[1],
        rows=_compared(here, there),
        other=asked.other,
        says="" if asked.answer else says,
    )


def _side(pno: Pno, today: date) -> _Side:
    file = insight.queries.person_file(pno, today=today)
    benefit = insight.queries.pay_now(pno, today=today).benefit
    missing = {one.pno: one.since for one in entitlements.queries.disagreements(missing=True)}
    return _Side(
        identity=people.queries.identity(pno),
        contact=people.queries.contact(pno),
        birth_day=day_text(file.birth_day),
        since=day_text(missing[pno]) if pno in missing else _("名册里有"),
        amount=yuan(benefit.monthly_fen) if benefit else None,
        pay=pay_told(pno, today=today).text,
    )


def _compared(here: _Side, there: _Side) -> list[Compared]:
    lines: list[tuple[str, str | None, str | None]] = [
        (_("姓名"), here.identity.name, there.identity.name),
        (_("身份证号码"), here.identity.number, there.identity.number),
        (_("出生日期"), here.birth_day, there.birth_day),
        (_("月待遇"), here.amount, there.amount),
        (_("发放"), here.pay, there.pay),
        (_("从哪天起名册里没有"), here.since, there.since),
    ]
    rows = [
        Compared(
            label=label, here=one or "—", there=other or "—", differs=bool(one and other and one != other)
        )
        for label, one, other in lines
    ]
    for label, one, other in (
        (_("银行账号"), here.contact.account, there.contact.account),
        (_("手机号码"), here.contact.phone, there.contact.phone),
    ):
        if one and other:
            same = _("同一个") if one == other else _("不同")
            rows.append(Compared(label=label, here=same, there=same, differs=one != other))
    return rows
