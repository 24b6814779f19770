"""Sums that wait for a person (待核发放): nobody pays them unseen, takes them back, or loses them. Pure.

Two sorts: owed months that are more than an agency lets a run pay without a look, and months that were paid at a higher
amount than a roster told afterwards. Rules that always hold: a machine holds, people decide; what is held stays on record
with who, why and how much, whatever is decided.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from yizheng.kernel.ids import Pno
from yizheng.kernel.life import held_until_decided
from yizheng.kernel.time import Month
from yizheng.rooms.access.data import Permission


class WaitsFor(StrEnum):
    """Why a sum waits: many months are owed at once, or an amount was lowered for months that were paid."""

    MANY_MONTHS = "many_months"
    LOWERED = "lowered"


class WaitState(StrEnum):
    """Where a held sum is. Released: it goes out with the next run, or, of a lowered amount, was found paid too much."""

    WAITING = "waiting"
    RELEASED = "released"
    REJECTED = "rejected"


WAIT_LIFE = held_until_decided(
    "held_pay",
    waiting=WaitState.WAITING,
    released=WaitState.RELEASED,
    rejected=WaitState.REJECTED,
    permission=Permission.DECIDE_HELD_PAY,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PayLimits:
    """What a run may pay by itself (`pay_limits.yaml`): owed months of one person, beyond which somebody looks first.

    A year, left out: the national ceiling of a cycle of certification. Whoever is owed more has missed a whole cycle, or
    the roster has not said for a year that anything was paid.
    """

    owed_months: int = 12

    def __post_init__(self) -> None:
        if self.owed_months < 0:
            raise ValueError("owed_months of 0 or more was expected")


NO_LIMITS = PayLimits(owed_months=10**6)
"""Everything goes out by itself: more months than anybody draws."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A month that a run paid at `was_fen` and that is due at `is_fen`, as told since."""

    pno: int
    for_month: int
    was_fen: int
    is_fen: int

    @property
    def fen(self) -> int:
        """What is missing; negative where too much was paid."""
        return self.is_fen - self.was_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHeldPay:
    """A sum to hold: the months (indexes) that it is for, how many they are, and the sum in fen."""

    pno: int
    why: WaitsFor
    first: int
    last: int
    months: int
    fen: int


def lowered(differences: Sequence[Difference]) -> list[NewHeldPay]:
    """The questions that amounts lowered afterwards are, one a person. `differences` come by person and month."""
    found: dict[int, list[Difference]] = {}
    for one in differences:
        found.setdefault(one.pno, []).append(one)
    return [
        NewHeldPay(
            pno=pno,
            why=WaitsFor.LOWERED,
            first=some[0].for_month,
            last=some[-1].for_month,
            months=len(some),
            fen=-sum(one.fen for one in some),
        )
        for pno, some in found.items()
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPay:
    """A held sum: of which run, whose, why, for which months; what was decided, and the run that paid it, if one did."""

    held_id: int
    month: Month
    pno: Pno
    why: WaitsFor
    first: Month
    last: Month
    months: int
    fen: int
    state: WaitState
    decided_at: datetime | None
    decided_by: str
    reason: str
    paid_in: Month | None
