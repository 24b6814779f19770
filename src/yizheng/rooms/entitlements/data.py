"""What may be known about entitlements (待遇): schemes, kinds of benefit, special groups, a benefit's facts."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntFlag, StrEnum

from yizheng.kernel.ids import Pno


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

    @property
    def chinese(self) -> str:
        """The word of the roster."""
        return {
            "retirement": "退休养老金",
            "resident": "城乡居民养老金",
            "survivor": "遗属待遇",
            "injury": "工伤长期待遇",
        }[self.value]


class Group(IntFlag):
    """People who need care before anything happens to their pay (特殊群体)."""

    VERY_OLD = 1
    DISABLED = 2
    SERIOUSLY_ILL = 4
    ALONE = 8
    AWAY = 16
    ABROAD = 32


GROUP_WORDS = {
    "高龄": Group.VERY_OLD,
    "残疾": Group.DISABLED,
    "重病": Group.SERIOUSLY_ILL,
    "独居": Group.ALONE,
    "异地": Group.AWAY,
    "境外": Group.ABROAD,
}
"""The roster's words for the groups."""


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
