"""What people are told of amounts that changed for months already paid (补发、多发告知). Part of both stories.

A difference that a run pays is told with the month that brings it: money that comes without a word is asked about at
every window. An amount that was lowered is told once a supervisor has found that too much was paid, and not before.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from yizheng.kernel.time import Month
from yizheng.rooms import entitlements, notices
from yizheng.rooms.entitlements.data import PayState
from yizheng.rooms.notices.data import NewMessage
from yizheng.rooms.payments.data import Difference, HeldPay


def tell_made_up(
    month: Month, raised: Sequence[Difference], *, ended: Collection[int], actor: str, at: datetime
) -> int:
    """Tell everybody whose differences this month's run pays, once; gives how many.

    `ended`: people out of payment for good, or their heirs, read a text that greets nobody.

    Must be called inside the transaction that writes the run.
    """
    sums = Counter[int]()
    for one in raised:
        sums[one.pno] += one.fen
    messages = (
        NewMessage(
            key=f"made_up:{pno}:{month}",
            pno=pno,
            template="pay_made_up_ended" if pno in ended else "pay_made_up",
            facts={"more_fen": str(fen), "pay_month": str(month)},
        )
        for pno, fen in sums.items()
    )
    return notices.actions.queue_many(messages, at=at, actor=actor) if sums else 0


def tell_lowered(held: HeldPay, *, actor: str, at: datetime) -> None:
    """Tell somebody that too much was paid, of which months and how much. Inside the transaction that decides it.

    Nobody is written to whose benefit has ended: recovering from heirs begins with a decision, not with a text.
    """
    if entitlements.queries.pay_standing_of(held.pno).state is PayState.ENDED:
        return
    facts = {"over_fen": str(held.fen), "first_month": str(held.first), "last_month": str(held.last)}
    message = NewMessage(key=f"lowered:{held.held_id}", pno=held.pno, template="pay_lowered", facts=facts)
    notices.actions.queue_many([message], at=at, actor=actor)
