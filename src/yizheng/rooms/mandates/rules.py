"""The rules of mandates (亲情代办), pure: each as `check_` (raises Refused) or as a fact.

Rules that always hold: what a helper may do is listed, everything else is the beneficiary's own; a limit refuses a
further mandate and never an act for somebody whom the helper already has; a name is compared, never shown.
"""

from collections.abc import Collection
from datetime import date, timedelta

from yizheng.kernel.errors import Misused, Refused
from yizheng.rooms.mandates.data import (
    Limit,
    MandateRules,
    Scope,
)
from yizheng.rooms.mandates.why import Why

WRONG_NAMES = 3
"""So many wrong names of the beneficiary end a request: the text went to a stranger."""


def check_scopes(scopes: Collection[Scope]) -> None:
    """Raises Misused where nothing is asked for."""
    if not scopes:
        raise Misused(Why.SCOPES_MISSING)


def check_days(*, from_day: date, until_day: date, today: date, rules: MandateRules) -> None:
    """Raises Misused for days that no mandate can have."""
    if until_day <= max(from_day, today):
        raise Misused(Why.END_NOT_LATER)
    if until_day - from_day > timedelta(days=rules.longest_days):
        raise Misused(Why.END_TOO_FAR)


def check_can_take_on(*, already: int, limit: Limit) -> None:
    """Raises Refused where a helper acts for as many as one may; it says the other way, and stops nobody's pension."""
    if already >= limit.most:
        raise Refused(Why.HELPER_IS_FULL)


def is_many(*, now: int, limit: Limit) -> bool:
    """Whether staff should be told for how many people a helper acts."""
    return now >= limit.warn_from


def check_can_ask(*, asked_today: int, days_since_decline: int | None, rules: MandateRules) -> None:
    """Raises Refused where a helper asks too often, or asks somebody who said no a short while ago."""
    if days_since_decline is not None and days_since_decline < rules.again_after_decline_days:
        raise Refused(Why.DECLINED_LATELY)
    if asked_today >= rules.asks_a_day:
        raise Refused(Why.ASKED_TOO_OFTEN)


def check_can_name(*, named_today: int, rules: MandateRules) -> None:
    """Raises Refused where a beneficiary's session names ever more helpers: every one of them gets a text."""
    if named_today >= rules.names_a_day:
        raise Refused(Why.NAMED_TOO_OFTEN)


def scopes_text(scopes: Collection[Scope]) -> str:
    """Scopes as the table keeps them: codes in order, joined by commas."""
    return ",".join(scope.value for scope in Scope if scope in scopes)


def scopes_of(text: str) -> frozenset[Scope]:
    """Scopes from the table's text."""
    return frozenset(Scope(code) for code in text.split(",") if code)
