"""A month's instructions leave the house as CSV. With numbers and names it is an access to personal data: recorded."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from django.db import transaction

from yizheng.flows.house.staff_files import write_private
from yizheng.flows.house.writing_out import check_place
from yizheng.kernel.hands import Hands
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import Month
from yizheng.rooms import entitlements, ledger, payments, people

CHUNK = 50_000
STOPPED = ("id_number", "name", "pay_state", "reason_code", "since", "decision", "decided_by")


def export(hands: Hands, *, month: Month, out: Path, with_numbers: bool) -> int:
    """Write the month's instructions to `out` and give how many. The entry in the ledger comes first.

    Raises Refused when there is no run, its file was changed, or `out` cannot be written.
    """
    check_place(out)
    table = payments.queries.instructions(hands.store, month)
    with transaction.atomic():
        ledger.actions.append(
            kind="payments:run:exported",
            actor=hands.username,
            at=hands.now(),
            subject=f"payments_export:{month}",
            detail={"rows": table.num_rows, "with_numbers": with_numbers},
        )
    rows: Iterable[tuple[object, ...]] = zip(
        *(table[name].to_pylist() for name in payments.queries.COLUMNS), strict=True
    )
    header: tuple[str, ...] = payments.queries.COLUMNS
    if with_numbers:
        header = ("id_number", "name", *payments.queries.COLUMNS)
        rows = _with_identities(list(rows))
    write_private(out, header, rows, for_people=False)  # what pays reads it
    return int(table.num_rows)


def export_stopped(hands: Hands, *, month: Month, out: Path) -> int:
    """Write everybody whose pay is paused or ended in a month, since when, why and by which decision; gives how many.

    Numbers and names are in it: the entry in the ledger comes first. Raises Refused when `out` cannot be written.
    """
    check_place(out)
    stopped = entitlements.queries.out_of_payment(month)
    with transaction.atomic():
        ledger.actions.append(
            kind="payments:stopped:exported",
            actor=hands.username,
            at=hands.now(),
            subject=f"payments_export:{month}",
            detail={"rows": len(stopped), "columns": list(STOPPED)},
        )
    names = people.queries.identities([one.pno for one in stopped])
    return write_private(
        out,
        STOPPED,
        (
            (
                names[one.pno].number,
                names[one.pno].name,
                one.state.name.lower(),
                one.reason_code,
                one.since,
                one.decision,
                one.known_by,
            )
            for one in stopped
        ),
    )


def _with_identities(rows: list[tuple[object, ...]]) -> Iterator[tuple[object, ...]]:
    for start in range(0, len(rows), CHUNK):
        some = rows[start : start + CHUNK]
        identities = people.queries.identities([Pno(int(str(row[0]))) for row in some])
        for row in some:
            identity = identities[Pno(int(str(row[0])))]
            yield (identity.number, identity.name, *row)
