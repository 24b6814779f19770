"""Which months of a person are owed (应补发) besides the month of a run. Pure.

Two sorts: months of a pause that is over, where the step that ended it says so (`StateStep.arrears_due`); and months in
payment that nobody has paid, of somebody whom no run has dealt with since: the roster says through which month pay went.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType

from yizheng.rooms.entitlements.data import PayState
from yizheng.rooms.payments.data import StateStep


def state_in(steps: Sequence[StateStep], month: int) -> int:
    """The pay state in a month, given a person's steps in order; in payment without any."""
    state: int = PayState.IN_PAYMENT
    for step in steps:
        if step.effective_month > month:
            break
        state = step.to_state
    return state


def owed_pauses(steps: Sequence[StateStep], month: int) -> list[tuple[int, int]]:
    """The paused months that are owed by `month` and that no run has paid: (first, before) month indexes.

    A run pays them in the first month in which the person is in payment again; two steps of one month leave none.
    """
    past = [step for step in steps if step.effective_month <= month]
    owed: list[tuple[int, int]] = []
    for earlier, later in pairwise(past):
        if earlier.effective_month == later.effective_month:
            continue
        if earlier.to_state == PayState.IN_PAYMENT:
            owed.clear()
        elif later.arrears_due:
            owed.append((earlier.effective_month, later.effective_month))
    return owed


@dataclass(frozen=True, slots=True, kw_only=True)
class Dealt:
    """What earlier runs have done, by person: the month (index) of the newest run that did.

    `heirs`: it paid owed months to the heirs. `stopped`: it stopped pay, or paid owed months to somebody out of payment;
    whatever was to be paid of the months before it has been. `broke_off`: it stopped the pay of somebody paid the month
    before, so that no month before it is owed for a pause, whatever month the pause is said to begin in.
    """

    heirs: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))
    stopped: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))
    broke_off: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))

    def owed_to(
        self, pno: int, steps: Sequence[StateStep], month: int, *, start: int, through: int
    ) -> list[int]:
        """The months before `month` that a person is owed, or the heirs are. `through` is 0 where no roster says it.

        A pause that is not over owes nothing yet; the months before it are owed all the same.
        """
        months = set()
        if state_in(steps, month) != PayState.PAUSED:
            months = self._of_pauses(pno, steps, month)
        if through:
            first = max(start, through + 1, self.stopped.get(pno, 0))
            months |= {m for m in range(first, month) if state_in(steps, m) == PayState.IN_PAYMENT}
        return sorted(months)

    def _of_pauses(self, pno: int, steps: Sequence[StateStep], month: int) -> set[int]:
        """The owed months of pauses, without those that went to the heirs: all before the ending that was settled.

        Whoever comes back from such an ending is owed what followed it. A pause can be dated back into months that runs
        have paid; those are paid once.
        """
        settled = self.heirs.get(pno, 0)
        ended = max(
            (
                s.effective_month
                for s in steps
                if s.to_state == PayState.ENDED and s.effective_month <= settled
            ),
            default=0,
        )
        unpaid = max(ended, self.broke_off.get(pno, 0))
        return {m for first, end in owed_pauses(steps, month) for m in range(first, end) if m >= unpaid}


NOTHING_DEALT = Dealt()
