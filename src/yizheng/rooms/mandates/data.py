"""What may be known about mandates (亲情代办): who may act for whom, in what, from when to when."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from yizheng.kernel.ids import Pno


class Scope(StrEnum):
    """What a helper may do (代办事项)."""

    VIEW = "view"
    CERTIFY = "certify"
    NOTICES = "notices"


class MandateState(StrEnum):
    """Where a mandate is (委托状态)."""

    ASKED = "asked"
    IN_FORCE = "in_force"
    DECLINED = "declined"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """A mandate: `helper_id` (an account) may act for `pno` within `scopes`, from a day until before another."""

    mandate_id: int
    pno: Pno
    helper_id: int
    scopes: frozenset[Scope]
    from_day: date
    until_day: date
    state: MandateState
