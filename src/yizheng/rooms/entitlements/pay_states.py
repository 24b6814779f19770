"""The pay state (发放状态, aae116): its words and its one table of steps. Pure.

Rules that always hold: a pause and a resumption are steps of their own, never an overwritten status; a later step
supersedes what was to come, and the superseded steps stay on record; an ended benefit comes back only by a case that
two people decide; only the flows of a released pause list and of a case decided by two people pause or end.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol, TypeVar

from yizheng.kernel.errors import Refused
from yizheng.kernel.time import Month


class PayState(IntEnum):
    """Where a benefit's pay stands. The number is the national code (aae116)."""

    IN_PAYMENT = 1
    PAUSED = 2
    ENDED = 3

    @property
    def chinese(self) -> str:
        """The word of the code list."""
        return {1: "正常发放", 2: "暂停", 3: "终止"}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class PayTransition:
    """One allowed step and who takes it."""

    state: PayState
    step: str
    to: PayState
    owner: str


PAY_TRANSITIONS: tuple[PayTransition, ...] = (
    PayTransition(
        state=PayState.IN_PAYMENT,
        step="pause",
        to=PayState.PAUSED,
        owner="supervisor (released list) or two people (case)",
    ),
    PayTransition(
        state=PayState.PAUSED, step="resume", to=PayState.IN_PAYMENT, owner="a pass, or two people (case)"
    ),
    PayTransition(
        state=PayState.PAUSED, step="pause_for_another_reason", to=PayState.PAUSED, owner="two people (case)"
    ),
    PayTransition(state=PayState.IN_PAYMENT, step="end", to=PayState.ENDED, owner="two people (case)"),
    PayTransition(state=PayState.PAUSED, step="end", to=PayState.ENDED, owner="two people (case)"),
    PayTransition(state=PayState.ENDED, step="reinstate", to=PayState.IN_PAYMENT, owner="two people (case)"),
)
"""Every allowed step of the pay state."""

PAY_OWNERS: dict[PayState, str] = {
    PayState.IN_PAYMENT: "payroll",
    PayState.PAUSED: "certifier",
    PayState.ENDED: "nobody",
}
"""Whose turn it is: a paused pension is the certifier's, who is to find out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayChange:
    """A step to take, from a payroll month on. `reason_code` is AAE160; `decision` names what it rests on.

    `arrears_due`: the paused months right before are owed, and are paid when pay resumes or ends.
    """

    pno: int
    to_state: PayState
    reason_code: str
    effective_month: Month
    arrears_due: bool = False
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PayStanding:
    """A person's pay state in a month, with the reason and month of the step that led to it ('' and None: no step)."""

    state: PayState
    reason_code: str
    since: Month | None


def check_pay_step(before: PayState, to: PayState) -> PayTransition:
    """The allowed step between two states. Raises Refused when the table has none."""
    for row in PAY_TRANSITIONS:
        if (row.state, row.to) == (before, to):
            return row
    raise Refused(
        f"the pay state is {before.chinese} ({before:d}), from which {to.chinese} ({to:d}) is not possible. "
        "Look at the person's file again."
    )


class Dated(Protocol):
    """A step with the month that it takes effect in."""

    @property
    def effective_month(self) -> int:
        """A `Month.index`."""
        ...


S = TypeVar("S", bound=Dated)


def in_force(steps: Iterable[S]) -> list[S]:
    """The steps that hold, given all of them in the order of becoming known.

    A later step supersedes every earlier one that takes effect in its month or after: a death in August that becomes
    known in November takes the pause planned for December with it. What holds is in order of taking effect, too.
    """
    holding: list[S] = []
    for step in steps:
        while holding and holding[-1].effective_month >= step.effective_month:
            holding.pop()
        holding.append(step)
    return holding
