"""The one answer that a citizen gets: am I certified, until when, how, and what can I do. Plain words, never a blame.

Pure: it is given what is known and the day, and gives words. An answer always says what comes next.
"""

from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from yizheng.doors.tags import day as day_text
from yizheng.doors.words import word
from yizheng.rooms import certification
from yizheng.rooms.certification.data import Reason, Result

IN_PAYMENT, PAUSED, ENDED = 1, 2, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line under the answer."""

    label: str
    value: str
    small: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer as the page shows it. `tone` is good, care or calm; `ways_first` when the person has to act."""

    title: str
    tone: str
    icon: str
    next: str
    until: str = ""
    comfort: str = ""
    facts: tuple[Fact, ...] = field(default=())
    ways_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of the person when the answer is given. `how` names the evidence, `by` who delivered it; `as_of` is
    the day of the newest run."""

    standing: certification.queries.StandingRecord | None
    as_of: date
    pay_state: int
    pay_reason: str = ""
    how: str = ""
    by: str = ""
    case_deadline: date | None = None
    today: date


def answer_for(known: Known) -> Answer:
    """The answer for what is known."""
    standing = known.standing
    if standing is None:
        return _no_result(known)
    words = {
        Result.PASSED: _passed,
        Result.NOT_DUE: _not_due,
        Result.DUE: _due,
        Result.DOUBTFUL: _doubtful,
        Result.EXEMPT: _exempt,
        Result.FAILED: _failed,
    }
    return words[standing.result](known, standing)


def _passed(known: Known, standing: certification.queries.StandingRecord) -> Answer:
    resumes = known.pay_state == PAUSED
    return Answer(
        title=_("您已通过认证"),
        tone="good",
        icon="check",
        until=_until(_("有效到 %(day)s"), standing.due_day),
        next=_("现在不用您做什么。到期前我们会再核对，需要您办的时候会提醒您。"),
        comfort=_("养老金会恢复发放，停发的月份一起补给您。") if resumes else "",
        facts=_facts(known, standing),
    )


def _not_due(known: Known, standing: certification.queries.StandingRecord) -> Answer:
    return Answer(
        title=_("您现在不用认证"),
        tone="good",
        icon="check",
        until=_until(_("有效到 %(day)s"), standing.due_day),
        next=_("不用您做什么。到期前我们先查各单位的记录，查得到就不麻烦您。"),
        facts=_facts(known, standing),
    )


def _due(known: Known, standing: certification.queries.StandingRecord) -> Answer:
    late = standing.due_day is not None and standing.due_day < known.today
    return Answer(
        title=_("请您认证一次"),
        tone="care",
        icon="clock",
        until=_until(_("期限是 %(day)s") if late else _("%(day)s 前都可以"), standing.due_day),
        next=_("选一种方便的办法，几分钟就好，不收钱。"),
        comfort=_("过了期限也没关系，随时可以认证。认证以后养老金照发，停过的月份全部补给您。")
        if late
        else _("这不是您的问题：这段时间没有单位送来能证明您健在的记录，所以要请您办一次。"),
        facts=_facts(known, standing),
        ways_first=True,
    )


def _doubtful(known: Known, standing: certification.queries.StandingRecord) -> Answer:
    paid = known.pay_state == IN_PAYMENT
    deadline = known.case_deadline
    still_holds = (
        deadline is not None and deadline >= known.today
    )  # a day that is past is no promise any more
    return Answer(
        title=_("我们正在核对"),
        tone="calm",
        icon="search",
        until=_until(_("最晚 %(day)s 核对完"), deadline if still_holds else None),
        next=_("不用您做什么。核对期间养老金照常发。")
        if paid
        else _("不用您做什么。核对清楚后，该发的都会发给您。"),
        comfort=_(
            "有单位报来的一条信息和您的情况对不上，这不是您的错。您愿意的话，可以带身份证到窗口，当场就能说清楚。"
        ),
        facts=_facts(known, standing),
    )


def _exempt(known: Known, standing: certification.queries.StandingRecord) -> Answer:
    if Reason.BENEFIT_ENDED in standing.reasons:
        return Answer(
            title=_("这份待遇已经终止"),
            tone="calm",
            icon="info",
            next=_("不用再认证。觉得不对的，请打下面的电话，我们重新核对。"),
            facts=_facts(known, standing),
        )
    return Answer(
        title=_("您不用认证"),
        tone="good",
        icon="check",
        next=_("按现在的规定，您领的待遇不需要认证。"),
        facts=_facts(known, standing),
    )


def _failed(known: Known, standing: certification.queries.StandingRecord) -> Answer:
    return Answer(
        title=_("还没算出结果"),
        tone="calm",
        icon="info",
        next=_("不用您做什么。名册里的资料不全，我们会补上再算，养老金不受影响。"),
        facts=_facts(known, standing),
    )


def _no_result(known: Known) -> Answer:
    return Answer(
        title=_("还没有结果"),
        tone="calm",
        icon="info",
        next=_("不用您做什么。下一次核对就会有结果，养老金不受影响。"),
        facts=(_pay_fact(known),),
    )


def _facts(known: Known, standing: certification.queries.StandingRecord) -> tuple[Fact, ...]:
    facts = []
    if standing.result in (Result.PASSED, Result.NOT_DUE) and standing.event_day:
        facts.append(
            Fact(
                label=_("怎么认证的"),
                value=known.how or _("您本人办过认证"),
                small=_("%(who)s送来的记录") % {"who": known.by} if known.by else "",
            )
        )
        facts.append(Fact(label=_("记录日期"), value=day_text(standing.event_day)))
    facts.append(_pay_fact(known))
    facts.append(Fact(label=_("核对日期"), value=day_text(known.as_of)))
    return tuple(facts)


def _pay_fact(known: Known) -> Fact:
    reason = word("pay_reason", known.pay_reason) if known.pay_reason else ""
    why = _("原因：%(reason)s") % {"reason": reason} if reason and known.pay_state != IN_PAYMENT else ""
    return Fact(label=_("养老金"), value=word("pay_state", known.pay_state), small=why)


def _until(text: str, when: date | None) -> str:
    return text % {"day": day_text(when)} if when else ""
