"""The rules of mandates (亲情代办), pure: each as `check_` (raises Refused, in the citizens' language) or as a fact.

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

WRONG_NAMES = 3
"""So many wrong names of the beneficiary end a request: the text went to a stranger."""


def check_scopes(scopes: Collection[Scope]) -> None:
    """Raises Misused where nothing is asked for."""
    if not scopes:
        raise Misused("请至少选一件要帮您办的事。")


def check_days(*, from_day: date, until_day: date, today: date, rules: MandateRules) -> None:
    """Raises Misused for days that no mandate can have."""
    if until_day <= max(from_day, today):
        raise Misused("结束的日子要在开始的日子之后，并且在今天之后。请重新选。")
    if until_day - from_day > timedelta(days=rules.longest_days):
        raise Misused("结束的日子太远了，到期可以再办。请选早一点的日子。")


def check_can_take_on(*, already: int, limit: Limit) -> None:
    """Raises Refused where a helper acts for as many as one may; it says the other way, and stops nobody's pension."""
    if already >= limit.most:
        raise Refused(
            "这位代办人替的人已经满了，不能再加。请换一位家人，或者到窗口由工作人员帮您办，也可以请我们上门。"
        )


def is_many(*, now: int, limit: Limit) -> bool:
    """Whether staff should be told for how many people a helper acts."""
    return now >= limit.warn_from


def check_can_ask(*, asked_today: int, days_since_decline: int | None, rules: MandateRules) -> None:
    """Raises Refused where a helper asks too often, or asks somebody who said no a short while ago."""
    if days_since_decline is not None and days_since_decline < rules.again_after_decline_days:
        raise Refused(
            "这位老人前不久没有同意。请先当面说好，由老人本人在自己的页面上选您，或者一起到窗口办。"
        )
    if asked_today >= rules.asks_a_day:
        raise Refused("今天申请的次数已经够多了。请明天再试，或者和老人一起到窗口办。")


def check_can_name(*, named_today: int, rules: MandateRules) -> None:
    """Raises Refused where a beneficiary's session names ever more helpers: every one of them gets a text."""
    if named_today >= rules.names_a_day:
        raise Refused("今天请人的次数已经够多了。请明天再试，或者到窗口由工作人员帮您办。")


def scopes_text(scopes: Collection[Scope]) -> str:
    """Scopes as the table keeps them: codes in order, joined by commas."""
    return ",".join(scope.value for scope in Scope if scope in scopes)


def scopes_of(text: str) -> frozenset[Scope]:
    """Scopes from the table's text."""
    return frozenset(Scope(code) for code in text.split(",") if code)
