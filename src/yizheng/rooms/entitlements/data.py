"""What may be known about entitlements (待遇): schemes, kinds of benefit, special groups, a benefit's facts."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntFlag, StrEnum

from yizheng.kernel.ids import Pno
from yizheng.rooms.entitlements.held import DISTRICT as DISTRICT
from yizheng.rooms.entitlements.held import EVERYWHERE as EVERYWHERE
from yizheng.rooms.entitlements.held import HOLD_LIFE as HOLD_LIFE
from yizheng.rooms.entitlements.held import NOT_NAMED as NOT_NAMED
from yizheng.rooms.entitlements.held import Disagreement as Disagreement
from yizheng.rooms.entitlements.held import HeldState as HeldState
from yizheng.rooms.entitlements.held import HeldStep as HeldStep
from yizheng.rooms.entitlements.held import MassLimit as MassLimit
from yizheng.rooms.entitlements.held import NewHold as NewHold
from yizheng.rooms.entitlements.held import RosterHold as RosterHold
from yizheng.rooms.entitlements.held import RosterLimits as RosterLimits
from yizheng.rooms.entitlements.held import Said as Said
from yizheng.rooms.entitlements.held import StepLimits as StepLimits
from yizheng.rooms.entitlements.pay_states import PAY_LIFE as PAY_LIFE
from yizheng.rooms.entitlements.pay_states import ROSTER as ROSTER
from yizheng.rooms.entitlements.pay_states import PayChange as PayChange
from yizheng.rooms.entitlements.pay_states import PayStanding as PayStanding
from yizheng.rooms.entitlements.pay_states import PayState as PayState
from yizheng.rooms.entitlements.pay_states import PayStepRow as PayStepRow


class Scheme(StrEnum):
    """The insurance (险种, aae140)."""

    EMPLOYEE = "110"
    PUBLIC_INSTITUTION = "120"
    RESIDENT = "170"
    WORK_INJURY = "410"


class BenefitType(StrEnum):
    """The kind of benefit (待遇类别)."""

    RETIREMENT = "retirement"
    RESIDENT = "resident"
    SURVIVOR = "survivor"
    INJURY = "injury"


class Group(IntFlag):
    """People who need care before anything happens to their pay (特殊群体)."""

    VERY_OLD = 1
    DISABLED = 2
    SERIOUSLY_ILL = 4
    ALONE = 8
    AWAY = 16
    ABROAD = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitFacts:
    """A benefit as the roster told it from `true_from` on. Months count from year 0; the amount is in fen a month."""

    pno: Pno
    scheme: str
    benefit_type: str
    region: str
    groups: Group
    start_month: int
    monthly_fen: int
    last_certified_on: date | None
    paid_through: int
    true_from: date
    known_since: datetime
    roster: int
