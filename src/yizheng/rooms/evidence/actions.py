"""The only writes of evidence. Each leaves its entry in the ledger, in the transaction of the flow that calls it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from yizheng.rooms.evidence.data import RulingKind
from yizheng.rooms.evidence.models import Delivery, Ruling
from yizheng.rooms.evidence.queries import DELIVERIES, RULINGS
from yizheng.rooms.evidence.rules import check_vouch_reason
from yizheng.rooms.ledger import actions as ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What became of the rows of a delivery."""

    rows: int
    accepted: int
    repaired: int
    refused: int
    matched: int
    kinds: Mapping[str, int]
    notes: Mapping[str, int]


def receive(
    *,
    batch_id: str,
    source: str,
    file_name: str,
    period: str,
    delivered_on: date,
    counts: Counts,
    errors_file: str,
    actor: str,
    at: datetime,
) -> int:
    """Register a delivery and give the evidence number of its first row. Received again, it keeps its numbers.

    Raises IntegrityError where another delivery took the numbers in the same moment: begin the transaction again.
    """
    known = Delivery.objects.select_for_update().filter(batch_id=batch_id).first()
    if known is not None and known.state == "accepted":
        return known.first_evidence_no
    first = known.first_evidence_no if known else _next_evidence_no()
    delivery = Delivery(
        batch_id=batch_id,
        source=source,
        file_name=file_name,
        period=period,
        delivered_on=delivered_on,
        state="receiving",
        first_evidence_no=first,
        rows=counts.rows,
        accepted=counts.accepted,
        repaired=counts.repaired,
        refused=counts.refused,
        matched=counts.matched,
        kinds=dict(counts.kinds),
        notes=dict(counts.notes),
        errors_file=errors_file,
        imported_at=at,
        imported_by=actor,
    )
    delivery.save(force_insert=known is None)
    _witness("evidence:delivery:received", delivery, actor=actor, at=at)
    return first


def accept(*, batch_id: str, files: Mapping[str, str], actor: str, at: datetime) -> bool:
    """Take a received delivery into force: its rows are evidence from now on. False when it already was."""
    delivery = Delivery.objects.select_for_update().get(batch_id=batch_id)
    if delivery.state == "accepted":
        return False
    delivery.state = "accepted"
    delivery.files = dict(files)
    delivery.save()
    _witness("evidence:delivery:accepted", delivery, actor=actor, at=at)
    return True


def vouch(*, batch_id: str, reason: str, actor: str, at: datetime) -> bool:
    """Write down that somebody looked at a delivery and lets it count. False when somebody did before.

    Raises Misused for a reason that is none, and LookupError where the delivery is not in force.
    """
    check_vouch_reason(reason)
    delivery = Delivery.objects.select_for_update().filter(batch_id=batch_id, state="accepted").first()
    if delivery is None:
        raise LookupError("a delivery in force was expected")
    if delivery.vouched_at is not None:
        return False
    delivery.vouched_at, delivery.vouched_by, delivery.vouch_reason = at, actor, reason
    delivery.save(update_fields=["vouched_at", "vouched_by", "vouch_reason"])
    _witness("evidence:delivery:vouched", delivery, actor=actor, at=at)
    return True


def _next_evidence_no() -> int:
    """The first number that no delivery has; one without rows takes a number too, so that first numbers differ."""
    last = Delivery.objects.order_by("-first_evidence_no").first()
    return last.first_evidence_no + max(last.rows, 1) if last else 1


def _witness(kind: str, delivery: Delivery, *, actor: str, at: datetime) -> None:
    ledger.append(
        kind=kind,
        actor=actor,
        at=at,
        subject=DELIVERIES.subject(delivery.batch_id),
        row=DELIVERIES.row_of(delivery),
        detail={"source": delivery.source, "rows": delivery.rows, "refused": delivery.refused},
    )


def rule(*, evidence_no: int, pno: int, ruling: str, case_id: int, actor: str, at: datetime) -> None:
    """Write down what a person ruled on one row of evidence. Raises ValueError for an unknown ruling."""
    made = Ruling.objects.create(
        evidence_no=evidence_no,
        pno=pno,
        ruling=RulingKind(ruling).value,
        case_id=case_id,
        ruled_at=at,
        ruled_by=actor,
    )
    ledger.append(
        kind="evidence:row:ruled",
        actor=actor,
        at=at,
        subject=RULINGS.subject(made.pk),
        row=RULINGS.row_of(made),
    )
