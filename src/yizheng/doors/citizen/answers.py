"""The one answer that a citizen gets: what is true of pay, am I certified, until when, and what can I do.

Pure: it is given the state of the home page (`insight.home`) and what is known besides, and gives words. It never blames,
and an answer always says what comes next.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from yizheng.doors.tags import day as day_text
from yizheng.doors.tags import month as month_text
from yizheng.doors.tags import receipt_number
from yizheng.doors.words import word
from yizheng.rooms.entitlements.data import PayState
from yizheng.rooms.insight.data import Head, HomeState

RESUMED_AS_CERTIFIED = "1301"
"""The reason (AAE160) of a resumption after a certification: every month that was held back is paid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line under the answer."""

    label: str
    value: str
    small: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer as the page shows it. `tone` is good, care or calm; `ways_first` when the person has to act;
    `may_say_alive` when pay ends for a death and nobody was asked yet to look again."""

    title: str
    tone: str
    icon: str
    next: str
    until: str = ""
    comfort: str = ""
    facts: tuple[Fact, ...] = field(default=())
    ways_first: bool = False
    may_say_alive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known besides the state. `how` names the evidence, `by` who delivered it, `event_day` the day that it is
    about; `as_of` is the day of the newest run, `phone` the agency's."""

    state: HomeState
    as_of: date
    pay_state: PayState
    pay_reason: str = ""
    event_day: date | None = None
    how: str = ""
    by: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """The words of one head: the answer without its facts."""

    title: str
    next: str
    tone: str = "calm"
    icon: str = "info"
    until: str = ""
    comfort: str = ""


def answer_for(known: Known) -> Answer:
    """The answer for what is known."""
    state = known.state
    said = _WORDS[state.head](known)
    return Answer(
        title=said.title,
        tone=said.tone,
        icon=said.icon,
        next=said.next,
        until=said.until,
        comfort=said.comfort,
        facts=_facts(known),
        ways_first=state.must_act,
        may_say_alive=state.is_death and not state.asked_again,
    )


# --- pay has changed, or is going to ---


def _ended(known: Known) -> _Said:
    if known.state.is_death:
        return _ended_for_death(known, _("养老金已经停发"))
    return _Said(
        title=_("这份待遇已经终止"),
        until=_since(known),
        next=_("不用再认证。觉得不对的，请打下面的电话，我们重新核对。"),
    )


def _ending(known: Known) -> _Said:
    if known.state.is_death:
        return _ended_for_death(known, _("养老金将要停发"))
    return _Said(
        title=_("养老金将要终止发放"),
        tone="care",
        until=_since(known),
        next=_("%(why)s觉得不对的，请马上打下面的电话，我们重新核对。") % {"why": _why(known)},
    )


def _ended_for_death(known: Known, title: str) -> _Said:
    """Who reads this page is perhaps alive: an apology, and the shortest way to put it right."""
    if known.state.asked_again:
        return _Said(
            title=_("我们正在重新核对"),
            icon="search",
            until=_by(known.state.review_by),
            next=_("您说您还健在，我们已经收到，马上核对。核实后当即更正，停发的全部补给您。"),
            comfort=_("给您添了麻烦，非常抱歉。急的话，请打 %(phone)s，或带身份证到窗口。")
            % {"phone": known.phone},
        )
    return _Said(
        title=title,
        tone="care",
        icon="warn",
        until=_since(known),
        next=_(
            "系统里登记的停发原因是“去世”。如果您本人正在看这一页，说明登记有误，我们非常抱歉："
            "请马上打%(phone)s，或带身份证到窗口，核实后当即更正、全部补发。"
        )
        % {"phone": known.phone},
    )


def _stopped(known: Known) -> _Said:
    return _Said(
        title=_("养老金已暂停发放"),
        tone="care",
        until=_since(known),
        next=_("%(why)s情况有变化，或者觉得不对，请打下面的电话，或带身份证到窗口。") % {"why": _why(known)},
    )


def _stopping(known: Known) -> _Said:
    return _Said(
        title=_("养老金将要暂停发放"),
        tone="care",
        until=_since(known),
        next=_("%(why)s觉得不对的，请马上打下面的电话，我们重新核对。") % {"why": _why(known)},
    )


def _paused(known: Known) -> _Said:
    month = {"month": month_text(known.state.month)}
    paused = _("您的养老金从%(month)s起暂停了。") % month
    if known.state.sent is not None:
        after = _("核对好以后，下个月恢复，停发的月份全部补发。")
        return _with_staff(known, f"{paused}{after}")
    after = _("认证后下个月恢复，停发的月份全部补发。")
    return _asks(_("请尽快认证"), next_=f"{paused}{after}")


def _resuming(known: Known) -> _Said:
    month, paid = known.state.month, _("停发的月份一起补给您。")
    if month is None:
        return _Said(
            title=_("您已通过认证"),
            tone="good",
            icon="check",
            until=_until(_("有效到 %(day)s"), known.state.until),
            next=_("养老金会恢复发放，停发的月份一起补给您。不用您再做什么。"),
        )
    resumed = _("从%(month)s起恢复发放。") % {"month": month_text(month)}
    return _Said(
        title=_("养老金恢复发放"),
        tone="good",
        icon="check",
        next=f"{resumed}{paid if known.state.reason == RESUMED_AS_CERTIFIED else ''}{_('不用您再做什么。')}",
    )


def _pause_coming(known: Known) -> _Said:
    month = {"month": month_text(known.state.month)}
    if known.state.sent is not None:
        return _with_staff(known, _("核对好了，您的养老金就不会从%(month)s起暂停。") % month)
    coming = _("您的养老金将从%(month)s起暂停发放。现在认证，就不会停。") % month
    return _asks(_("请尽快认证"), next_=coming)


def _pause_planned(known: Known) -> _Said:
    month = {"month": month_text(known.state.month)}
    if known.state.sent is not None:
        return _with_staff(known, _("核对好了，您的养老金就不会停。"))
    planned = _("一直不认证，您的养老金可能从%(month)s起暂停发放。现在认证，就不会停。") % month
    return _asks(_("请尽快认证"), next_=planned)


def _asks(title: str, *, next_: str) -> _Said:
    return _Said(
        title=title,
        tone="care",
        icon="clock",
        next=next_,
        comfort=_("刷脸、到窗口、请我们上门都可以，不收钱。有困难请打下面的电话。"),
    )


# --- something lies with staff ---


def _with_staff(known: Known, after: str) -> _Said:
    """What was sent is received, and by when the person hears. `after`: what follows for pay."""
    sent = known.state.sent
    return _Said(
        title=_("已收到，工作人员正在核对"),
        icon="search",
        until=_until(_("最晚 %(day)s 告诉您"), sent.by if sent else None),
        next=after,
        comfort=_("不用再认证一次。结果会发短信告诉您；有事找我们，报受理号就行。")
        if sent and sent.receipt
        else _("不用再认证一次。结果会发短信告诉您。"),
    )


def _sent(known: Known) -> _Said:
    return _with_staff(known, _("不用您再做什么。这期间养老金照常发。"))


def _asked_again(known: Known) -> _Said:
    return _Said(
        title=_("我们正在重新核对"),
        icon="search",
        until=_by(known.state.review_by),
        next=_("您要求的重新核对，我们正在办，不用您再做什么。核对清楚后，该发的都会发给您。"),
    )


def _under_review(known: Known) -> _Said:
    paid = known.pay_state == PayState.IN_PAYMENT
    return _Said(
        title=_("我们正在核对"),
        icon="search",
        until=_by(known.state.review_by),
        next=_("不用您做什么。核对期间养老金照常发。")
        if paid
        else _("不用您做什么。核对清楚后，该发的都会发给您。"),
        comfort=_(
            "有单位报来的一条信息和您的情况对不上，这不是您的错。您愿意的话，可以带身份证到窗口，当场就能说清楚。"
        ),
    )


def _cleared(known: Known) -> _Said:
    del known
    return _Said(
        title=_("核对完了，没有问题"),
        tone="good",
        icon="check",
        next=_("不用您做什么，养老金照常发。给您添麻烦了。"),
    )


# --- the newest result ---


def _passed(known: Known) -> _Said:
    return _Said(
        title=_("您已通过认证"),
        tone="good",
        icon="check",
        until=_until(_("有效到 %(day)s"), known.state.until),
        next=_("现在不用您做什么。到期前我们会再核对，需要您办的时候会提醒您。"),
    )


def _not_due(known: Known) -> _Said:
    return _Said(
        title=_("您现在不用认证"),
        tone="good",
        icon="check",
        until=_until(_("有效到 %(day)s"), known.state.until),
        next=_("不用您做什么。到期前我们先查各单位的记录，查得到就不麻烦您。"),
    )


def _due(known: Known) -> _Said:
    return _Said(
        title=_("请您认证一次"),
        tone="care",
        icon="clock",
        until=_until(_("%(day)s 前都可以"), known.state.until),
        next=_("选一种方便的办法，几分钟就好，不收钱。"),
        comfort=_no_fault(),
    )


def _overdue(known: Known) -> _Said:
    return _Said(
        title=_("请尽快认证"),
        tone="care",
        icon="clock",
        until=_until(_("期限是 %(day)s"), known.state.until),
        next=_("期限已过，请尽快认证。现在养老金还照常发。选一种方便的办法，几分钟就好，不收钱。"),
        comfort=_no_fault(),
    )


def _no_fault() -> str:
    return _("这不是您的问题：这段时间没有单位送来能证明您健在的记录，所以要请您办一次。")


def _exempt(known: Known) -> _Said:
    del known
    return _Said(
        title=_("您不用认证"), tone="good", icon="check", next=_("按现在的规定，您领的待遇不需要认证。")
    )


def _failed(known: Known) -> _Said:
    del known
    return _Said(
        title=_("还没算出结果"),
        next=_("不用您做什么。名册里的资料不全，我们会补上再算，养老金不受影响。"),
    )


def _no_result(known: Known) -> _Said:
    del known
    return _Said(title=_("还没有结果"), next=_("不用您做什么。下一次核对就会有结果，养老金不受影响。"))


_WORDS: dict[Head, Callable[[Known], _Said]] = {
    Head.ENDED: _ended,
    Head.ENDING: _ending,
    Head.STOPPED: _stopped,
    Head.STOPPING: _stopping,
    Head.PAUSED: _paused,
    Head.RESUMING: _resuming,
    Head.PAUSE_COMING: _pause_coming,
    Head.PAUSE_PLANNED: _pause_planned,
    Head.WITH_STAFF: _sent,
    Head.ASKED_AGAIN: _asked_again,
    Head.UNDER_REVIEW: _under_review,
    Head.CLEARED: _cleared,
    Head.PASSED: _passed,
    Head.NOT_DUE: _not_due,
    Head.DUE: _due,
    Head.OVERDUE: _overdue,
    Head.EXEMPT: _exempt,
    Head.FAILED: _failed,
    Head.NO_RESULT: _no_result,
}
"""The words of each head. A test holds it against the list of heads."""


# --- the lines under the answer ---


def _facts(known: Known) -> tuple[Fact, ...]:
    state, facts = known.state, list[Fact]()
    if state.sent is not None:
        if state.sent.receipt:
            facts.append(Fact(label=_("受理号"), value=receipt_number(state.sent.receipt)))
        facts.append(Fact(label=_("办理日期"), value=day_text(state.sent.on)))
    if state.head in (Head.PASSED, Head.NOT_DUE) and known.event_day:
        facts.append(
            Fact(
                label=_("认证方式"),
                value=known.how or _("您本人办过认证"),
                small=_("%(who)s送来的记录") % {"who": known.by} if known.by else "",
            )
        )
        facts.append(Fact(label=_("记录日期"), value=day_text(known.event_day)))
    facts.append(_pay_fact(known))
    if state.head is not Head.NO_RESULT:
        facts.append(Fact(label=_("数据更新到"), value=day_text(known.as_of)))
    return tuple(facts)


def _pay_fact(known: Known) -> Fact:
    """How the person is paid, and what comes or why: the words of the head say the rest."""
    reason = word("pay_reason", known.pay_reason) if known.pay_reason else ""
    small = (
        _("原因：%(reason)s") % {"reason": reason}
        if reason and known.pay_state != PayState.IN_PAYMENT
        else ""
    )
    coming = _COMING.get(known.state.head)
    if coming and known.state.month is not None:
        small = coming() % {"month": month_text(known.state.month)}
    return Fact(label=_("养老金"), value=word("pay_state", known.pay_state), small=small)


_COMING: dict[Head, Callable[[], str]] = {
    Head.PAUSE_COMING: lambda: _("%(month)s起暂停"),
    Head.STOPPING: lambda: _("%(month)s起暂停"),
    Head.ENDING: lambda: _("%(month)s起停发"),
    Head.RESUMING: lambda: _("%(month)s起恢复"),
}


def _why(known: Known) -> str:
    """Why pay stops, as a sentence; nothing where no reason is known."""
    reason = word("pay_reason", known.state.reason) if known.state.reason else ""
    return _("原因：%(reason)s。") % {"reason": reason} if reason else ""


def _since(known: Known) -> str:
    month = known.state.month
    return _("从%(month)s起") % {"month": month_text(month)} if month else ""


def _by(when: date | None) -> str:
    return _until(_("最晚 %(day)s 核对完"), when)


def _until(text: str, when: date | None) -> str:
    return text % {"day": day_text(when)} if when else ""
