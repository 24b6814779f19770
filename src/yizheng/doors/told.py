"""What happened to a person, in words: the events of a timeline as staff and as the person themselves read them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from yizheng.doors.case_words import outcome_word
from yizheng.doors.tags import day as day_text
from yizheng.doors.tags import month as month_text
from yizheng.doors.words import word
from yizheng.flows.runs.explanation import EvidenceLine
from yizheng.kernel.money import yuan_text
from yizheng.kernel.time import Month
from yizheng.rooms.insight.data import TimelineEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An event as a page shows it. `url` leads on, for staff."""

    kind: str
    day: date
    title: str
    text: str = ""
    at: datetime | None = None
    who: str = ""
    url: str = ""


def for_staff(event: TimelineEvent, *, url: str = "") -> Told:
    """The event with everything that a member of staff may know of it."""
    title, text = _words(event)
    return Told(kind=event.kind, day=event.day, at=event.at, who=event.who, title=title, text=text, url=url)


def for_citizen(event: TimelineEvent) -> Told | None:
    """The event as the person reads it; None for what is staff's own paperwork."""
    if event.kind == "case":
        title = _("我们核对完了") if event.code == "closed" else _("我们开始核对一条信息")
        return Told(kind=event.kind, day=event.day, title=title)
    if event.kind in ("life", "benefit"):
        return None
    if event.kind == "notice" and event.code == "login_code":
        return None
    title, text = _words(event)
    return Told(kind=event.kind, day=event.day, title=title, text=text)


def for_evidence(line: EvidenceLine) -> Told:
    """A row of evidence as an event of the timeline, for staff."""
    says = word("strength", line.strength) if line.points else word("says", line.says)
    text = f"{line.source} · {says}"
    if line.set_aside:
        text = f"{text} · {_('已不采用')}"
    return Told(kind="evidence" if line.points else "lead", day=line.day, title=line.kind, text=text)


def looked_at(what: str) -> str:
    """What a look was at, in words: a page's name, or a case."""
    kind, _colon, number = what.partition(":")
    if kind == "case":
        return _("第 %(number)s 号疑点") % {"number": number}
    return word("looked_at", kind)


def _words(event: TimelineEvent) -> tuple[str, str]:
    """Title and text."""
    return _TELL[event.kind](event)


def _result(event: TimelineEvent) -> tuple[str, str]:
    reasons = [word("reason", reason) for reason in event.facts.get("reasons", "").split(",") if reason]
    return _("核对结果：%(result)s") % {"result": word("result", event.code)}, "；".join(reasons)


def _pass(event: TimelineEvent) -> tuple[str, str]:
    return _("认证通过（%(channel)s）") % {"channel": word("channel", event.code)}, ""


def _pay(event: TimelineEvent) -> tuple[str, str]:
    since = _("从 %(month)s 起") % {"month": month_text(event.number)}
    reason = event.facts.get("reason", "")
    return word("pay_state", event.code), f"{since} · {word('pay_reason', reason)}" if reason else since


def _arrears(event: TimelineEvent) -> tuple[str, str]:
    title = _("补发 %(amount)s 元") % {"amount": yuan_text(event.number)}
    text = word("pay_why", event.code)
    months = [month_text(Month.parse(one)) for one in event.facts["differences"].split(",") if one]
    if months:
        text = f"{text} · {_('补发差额')} {'、'.join(months)}"
    return title, text


def _held_pay(event: TimelineEvent) -> tuple[str, str]:
    title = _("待核发放 %(amount)s 元：%(state)s") % {
        "amount": yuan_text(event.number),
        "state": word("held_pay_state", event.code),
    }
    first, last = (month_text(Month.parse(event.facts[one])) for one in ("first", "last"))
    return title, f"{word('held_pay_why', event.facts['why'])} · {first} – {last}"


def _case(event: TimelineEvent) -> tuple[str, str]:
    named = {"number": event.number, "state": word("case_state", event.code)}
    outcome = event.facts.get("outcome", "")
    return _("第 %(number)s 号疑点：%(state)s") % named, outcome_word(
        event.facts["kind"], outcome
    ) if outcome else ""


def _notice(event: TimelineEvent) -> tuple[str, str]:
    title = _("通知：%(what)s") % {"what": word("template", event.code)}
    return title, word("message_state", event.facts.get("state", ""))


def _life(event: TimelineEvent) -> tuple[str, str]:
    return _("已核实：%(what)s") % {"what": word("life_event", event.code)}, day_text(event.day)


def _benefit(event: TimelineEvent) -> tuple[str, str]:
    title = _("名册记载：%(what)s") % {"what": word("benefit_type", event.code)}
    return title, _("每月 %(amount)s 元") % {"amount": yuan_text(event.number)}


_TELL: dict[str, Callable[[TimelineEvent], tuple[str, str]]] = {
    "result": _result,
    "pass": _pass,
    "pay": _pay,
    "arrears": _arrears,
    "held_pay": _held_pay,
    "case": _case,
    "notice": _notice,
    "life": _life,
    "benefit": _benefit,
}
