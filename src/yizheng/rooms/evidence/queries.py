"""What screens and flows read of evidence: deliveries, the health of sources, rulings, rows as they were delivered."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from functools import lru_cache

import pyarrow as pa
import pyarrow.parquet as pq

from yizheng.kernel.errors import Refused
from yizheng.kernel.store import Store
from yizheng.rooms.evidence import rules
from yizheng.rooms.evidence.data import DeliveryRecord, RawRow, RulingKind, Source, SourceHealth
from yizheng.rooms.evidence.models import Delivery, Ruling
from yizheng.rooms.evidence.ports import ROW
from yizheng.rooms.ledger.data import WitnessedTable
from yizheng.rooms.privacy import queries as privacy

ill_because = rules.ill_because

DELIVERIES = WitnessedTable(
    "evidence_delivery",
    "batch_id",
    (
        "source",
        "file_name",
        "period",
        "delivered_on",
        "state",
        "first_evidence_no",
        "rows",
        "accepted",
        "repaired",
        "refused",
        "matched",
        "kinds",
        "notes",
        "files",
        "vouched_at",
        "vouched_by",
        "vouch_reason",
    ),
)
RULINGS = WitnessedTable(
    "evidence_ruling", "id", ("evidence_no", "pno", "ruling", "case_id", "ruled_at", "ruled_by")
)

RAW_PART = 65_536
"""Rows of one sealed part of a delivery: what has to be opened to see a single row."""


def deliveries(*, as_of: date, source: str = "") -> list[DeliveryRecord]:
    """What was delivered up to a day (of one source), in the order of delivery."""
    found = Delivery.objects.filter(state="accepted", delivered_on__lte=as_of)
    if source:
        found = found.filter(source=source)
    return [_record(one) for one in found.order_by("delivered_on", "first_evidence_no")]


def find_delivery(batch_id: str) -> DeliveryRecord | None:
    """The delivery of that content, once it is accepted."""
    found = Delivery.objects.filter(batch_id=batch_id, state="accepted").first()
    return _record(found) if found else None


def find_deliveries(prefix: str) -> list[DeliveryRecord]:
    """The accepted deliveries whose batch id begins so."""
    return [_record(one) for one in Delivery.objects.filter(batch_id__startswith=prefix, state="accepted")]


def health(*, sources: Sequence[Source], as_of: date, roster_size: int) -> list[SourceHealth]:
    """How every source is doing on a day."""
    came = deliveries(as_of=as_of)
    return [rules.health_of(source, came, as_of=as_of, roster_size=roster_size) for source in sources]


def lean_file(batch_id: str, bucket: int) -> str:
    """The name, inside the store, of the resolved rows of one delivery about one bucket of people."""
    return f"evidence/bucket={bucket:03d}/{batch_id}.parquet"


def lean_files(batches: Collection[str], *, bucket: int, store: Store) -> list[str]:
    """The paths of the resolved rows of these deliveries about one bucket of people."""
    names = (lean_file(batch, bucket) for batch in batches)
    return [store.path(name).__fspath__() for name in names if store.exists(name)]


def raw_part(source: str, batch_id: str, part: int) -> str:
    """The name, inside the store, of one sealed part of a delivery."""
    return f"raw/{source}/{batch_id}/part-{part:05d}.sealed"


def raw_context(batch_id: str, part: int) -> str:
    """What a sealed part is bound to."""
    return f"raw:{batch_id}:{part}"


def raw_row(evidence_no: int, store: Store) -> RawRow:
    """One row as it was delivered, opened from its sealed part. Raises Refused where the delivery is unknown."""
    delivery = (
        Delivery.objects.filter(first_evidence_no__lte=evidence_no).order_by("-first_evidence_no").first()
    )
    if delivery is None or evidence_no >= delivery.first_evidence_no + delivery.rows:
        raise Refused(
            f"a delivered row was expected under the number {evidence_no}, but no delivery holds it."
        )
    part, place = divmod(evidence_no - delivery.first_evidence_no, RAW_PART)
    name = raw_part(delivery.source, delivery.batch_id, part)
    rows = _opened(privacy.open_file(store.read(name), raw_context(delivery.batch_id, part)))
    cells = rows.slice(place, 1).to_pylist()[0]
    number = cells.pop(ROW)
    return RawRow(
        source=delivery.source,
        batch_id=delivery.batch_id,
        file_name=delivery.file_name,
        row=int(number),
        cells={name: str(value) for name, value in cells.items() if value},
    )


def set_aside(*, known_before: datetime) -> set[int]:
    """The evidence that people had set aside by then: for comparison it does not exist."""
    found = Ruling.objects.filter(ruling=RulingKind.SET_ASIDE.value, ruled_at__lt=known_before)
    return set(found.values_list("evidence_no", flat=True))


def ruled() -> set[int]:
    """All evidence that people have ruled on, either way: no doubt is raised about it again."""
    return set(Ruling.objects.values_list("evidence_no", flat=True))


def witnessed() -> tuple[WitnessedTable, ...]:
    """The tables of this room whose every row the ledger commits to."""
    return (DELIVERIES, RULINGS)


@lru_cache(maxsize=4)
def _opened(part: bytes) -> pa.Table:
    return pq.read_table(pa.BufferReader(part))


def _record(found: Delivery) -> DeliveryRecord:
    return DeliveryRecord(**{name: getattr(found, name) for name in DeliveryRecord.__dataclass_fields__})
