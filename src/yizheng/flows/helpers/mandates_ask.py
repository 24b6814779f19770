"""A mandate is asked for (申请代办): by the beneficiary, by a clerk with the beneficiary at the window, or by the helper.

Nothing begins here but what both sides said before a clerk: the side that did not ask has to agree first. A helper
who asks learns nothing about the person, not even whether there is one; a wrong phone number tells a stranger one
masked name.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import transaction

from yizheng.flows.helpers import mandates_told
from yizheng.kernel.errors import Misused, Refused
from yizheng.kernel.hands import Hands
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import CHINA, Clock
from yizheng.kernel.told import told
from yizheng.rooms import access, mandates, people, risk
from yizheng.rooms.access.data import Account, Permission
from yizheng.rooms.mandates.data import Mandate, MandateRules, NewMandate, Scope, Side
from yizheng.rooms.risk.data import AlertKind, Signal

SELF = "self"
NAME_MOST = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for: `phone` and `name` are the helper's, `until_day` is the first day without the mandate."""

    phone: str = field(repr=False)
    name: str = field(repr=False)
    scopes: frozenset[Scope]
    from_day: date
    until_day: date


def by_beneficiary(*, pno: Pno, wish: Wish, rules: MandateRules, clock: Clock) -> Mandate:
    """The beneficiary names a helper, who has to agree. Raises Refused or Misused."""
    with transaction.atomic():
        named = mandates.queries.named_by_person_since(pno, clock.now() - timedelta(days=1))
        mandates.queries.check_can_name(named_today=named, rules=rules)
        return _asked_for_helper(pno, wish, actor=SELF, rules=rules, clock=clock)


def at_window(hands: Hands, *, pno: Pno, wish: Wish, both_present: bool, rules: MandateRules) -> Mandate:
    """A clerk writes down what the beneficiary said, whose card was checked; with both there, the mandate begins."""
    access.queries.check_can(hands.actor, Permission.RECORD_MANDATE)
    with transaction.atomic():
        mandate = _asked_for_helper(
            pno, wish, actor=hands.username, rules=rules, clock=hands.clock, tell=not both_present
        )
        if not both_present:
            return mandate
        mandate = mandates.actions.agree(mandate.mandate_id, actor=hands.username, at=hands.now())
        mandates_told.begun(mandate, actor=hands.username, at=hands.now())
        return mandate


def by_helper(
    *,
    account: Account,
    number: str,
    name: str,
    wish_scopes: frozenset[Scope],
    rules: MandateRules,
    clock: Clock,
) -> None:
    """A helper asks to act for somebody, who has to agree. Silent where number and name are not one person's.

    Raises Refused where the helper asks too often or has enough people already.
    """
    at = clock.now()
    today = at.astimezone(CHINA).date()
    mandates.queries.check_scopes(wish_scopes)
    with transaction.atomic():
        asked = mandates.queries.asked_by_helper_since(account.account_id, at - timedelta(days=1))
        mandates.queries.check_can_ask(asked_today=asked, days_since_decline=None, rules=rules)
        _check_limit(account.account_id, rules)
        pno = _person_of(number, name)
        if pno is None or mandates.queries.open_between(account.account_id, pno) is not None:
            return
        declined = mandates.queries.last_declined(account.account_id, pno)
        if declined is not None and (at - declined).days < rules.again_after_decline_days:
            return
        new = NewMandate(
            pno=pno,
            helper_id=account.account_id,
            scopes=wish_scopes,
            from_day=today,
            until_day=today + timedelta(days=rules.usual_days),
            asked_by=Side.HELPER,
        )
        mandate = mandates.actions.ask(new, actor=account.username, at=at)
        mandates_told.asked_by_helper(mandate, actor=account.username, at=at)
        warn_of_many(account.account_id, rules=rules, clock=clock)


def warn_of_many(account_id: int, *, rules: MandateRules, clock: Clock) -> None:
    """Tell staff when a helper acts for many. Call it inside the transaction that added one."""
    now = mandates.queries.people_of(account_id)
    if mandates.queries.is_many(now=now, limit=rules.limit_of(mandates.queries.kind_of(account_id))):
        risk.actions.raise_alert(
            kind=AlertKind.HELPER_FOR_MANY,
            actor=risk.queries.actor_key(pno=None, account_id=account_id),
            pno=None,
            facts=[told(risk.Finding.HELPER_HAS_MANDATES, count=now)],
            signals=[Signal.MANY_SERVED, Signal.HELPER_ACTS],
            weighing_id=None,
            at=clock.now(),
        )


def _asked_for_helper(
    pno: Pno, wish: Wish, *, actor: str, rules: MandateRules, clock: Clock, tell: bool = True
) -> Mandate:
    at = clock.now()
    today = at.astimezone(CHINA).date()
    mandates.queries.check_scopes(wish.scopes)
    mandates.queries.check_days(from_day=wish.from_day, until_day=wish.until_day, today=today, rules=rules)
    account = _helper(wish, actor=actor, clock=clock)
    if mandates.queries.open_between(account.account_id, pno) is not None:
        raise Refused(mandates.Why.OPEN_ALREADY)
    _check_limit(account.account_id, rules)
    new = NewMandate(
        pno=pno,
        helper_id=account.account_id,
        scopes=wish.scopes,
        from_day=wish.from_day,
        until_day=wish.until_day,
        asked_by=Side.BENEFICIARY,
    )
    mandate = mandates.actions.ask(new, actor=actor, at=at)
    if tell:
        mandates_told.asked_by_beneficiary(mandate, actor=actor, at=at)
    warn_of_many(account.account_id, rules=rules, clock=clock)
    return mandate


def _helper(wish: Wish, *, actor: str, clock: Clock) -> Account:
    """The helper's account, opened where the phone has none yet."""
    if not 1 <= len(wish.name.strip()) <= NAME_MOST:
        raise Misused(mandates.Why.HELPER_NAME_MISSING)
    try:
        found = access.queries.helper_by_phone(wish.phone)
        return found or access.actions.open_helper_account(
            phone=wish.phone, display_name=wish.name.strip(), actor=actor, at=clock.now()
        )
    except Misused:
        raise Misused(mandates.Why.HELPER_PHONE_WRONG) from None


def _check_limit(account_id: int, rules: MandateRules) -> None:
    limit = rules.limit_of(mandates.queries.kind_of(account_id))
    mandates.queries.check_can_take_on(already=mandates.queries.people_of(account_id), limit=limit)


def _person_of(number: str, name: str) -> Pno | None:
    """The living person with this number, if the name is theirs."""
    pno = people.queries.find_by_number(number)
    if pno is None or people.queries.deaths_known([pno]):
        return None
    known = people.queries.identity(pno).name
    return pno if people.queries.name_key(known) == people.queries.name_key(name) else None
