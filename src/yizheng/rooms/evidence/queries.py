"""What screens and flows read of evidence: deliveries, the health of sources, rulings, rows as they were delivered."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import pyarrow as pa
import pyarrow.parquet as pq
from django.db.models import Count, Q

from yizheng.kernel.errors import Refused
from yizheng.kernel.portions import portions
from yizheng.kernel.store import Store
from yizheng.kernel.time import CHINA
from yizheng.rooms import privacy
from yizheng.rooms.evidence import rules
from yizheng.rooms.evidence.data import DeliveryRecord, RawRow, RulingKind, Source, SourceHealth
from yizheng.rooms.evidence.lines import check_lines as check_lines
from yizheng.rooms.evidence.lines import lines_of as lines_of
from yizheng.rooms.evidence.links import MILLION, THOUSAND, UNDECIDED, LinkRecord, LinkState
from yizheng.rooms.evidence.links import ranked as ranked
from yizheng.rooms.evidence.models import Delivery, Link, Ruling, Search
from yizheng.rooms.evidence.ports import ROW
from yizheng.rooms.evidence.rules import find_headers as find_headers
from yizheng.rooms.evidence.rules import heard_until as heard_until
from yizheng.rooms.evidence.rules import ill_deliveries as ill_deliveries
from yizheng.rooms.evidence.why import Why
from yizheng.rooms.ledger.data import WitnessedFile, WitnessedTable

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
        "roster",
        "unlinked",
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
SEARCHES = WitnessedTable(
    "evidence_search",
    "id",
    ("batch_id", "roster", "model_id", "linked", "suspected", "waiting", "files", "sought_at", "sought_by"),
)
LINKS = WitnessedTable(
    "evidence_link",
    "id",
    (
        "evidence_no",
        "pno",
        "kind_no",
        "day",
        "method",
        "probability",
        "weight",
        "weights",
        "levels",
        "model_id",
        "state",
        "found_as",
        "found_at",
        "found_by",
        "decided_at",
        "decided_by",
        "reason",
    ),
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


def witnessed_files() -> Iterator[WitnessedFile]:
    """The files of every delivery in force and of every search: resolved rows, and rows that reached nobody."""
    for one in (
        Delivery.objects.exclude(state="receiving").order_by("first_evidence_no").iterator(chunk_size=500)
    ):
        for name, digest in {**one.files, **one.unlinked}.items():
            yield WitnessedFile(name=name, digest=digest, table=DELIVERIES.table, key=one.batch_id)
    for search in Search.objects.order_by("id").iterator(chunk_size=500):
        for name, digest in search.files.items():
            yield WitnessedFile(name=name, digest=digest, table=SEARCHES.table, key=str(search.pk))


def sources_of(numbers: Iterable[int]) -> dict[int, str]:
    """The source that delivered each row of evidence, by the row's number; rows that no delivery holds are left out."""
    wanted = sorted(set(numbers))
    if not wanted:
        return {}
    ranges = Delivery.objects.filter(first_evidence_no__lte=wanted[-1]).order_by("first_evidence_no")
    known = list(ranges.values_list("first_evidence_no", "rows", "source"))
    starts = [first for first, _rows, _source in known]
    found: dict[int, str] = {}
    for number in wanted:
        place = bisect_right(starts, number) - 1
        if place >= 0 and number < known[place][0] + known[place][1]:
            found[number] = known[place][2]
    return found


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
        raise Refused(Why.ROW_UNKNOWN, number=evidence_no)
    part, place = divmod(evidence_no - delivery.first_evidence_no, RAW_PART)
    name = raw_part(delivery.source, delivery.batch_id, part)
    rows = _opened(privacy.queries.open_file(store.read(name), raw_context(delivery.batch_id, part)))
    cells = rows.slice(place, 1).to_pylist()[0]
    number = cells.pop(ROW)
    return RawRow(
        source=delivery.source,
        batch_id=delivery.batch_id,
        file_name=delivery.file_name,
        row=int(number),
        cells={name: str(value) for name, value in cells.items() if value},
    )


def raw_parts(delivery: DeliveryRecord, store: Store) -> list[pa.Table]:
    """All rows of a delivery as they were delivered, opened part by part. Raises Refused where a part is missing."""
    parts = range(-(-delivery.rows // RAW_PART))
    names = [raw_part(delivery.source, delivery.batch_id, part) for part in parts]
    return [
        _opened(privacy.queries.open_file(store.read(name), raw_context(delivery.batch_id, part)))
        for part, name in enumerate(names)
        if store.exists(name)
    ]


def of_period(source: str, period: str, *, but: str) -> list[DeliveryRecord]:
    """What is in force of a source's period beside one delivery, amendments left out, in the order of arrival."""
    found = Delivery.objects.filter(source=source, period=period, state="accepted", rows__gt=0)
    records = [_record(one) for one in found.exclude(batch_id=but).order_by("first_evidence_no")]
    return [one for one in records if not one.is_amendment]


def set_aside(*, known_before: datetime) -> set[int]:
    """The evidence that people had set aside by then: for comparison it does not exist."""
    found = Ruling.objects.filter(ruling=RulingKind.SET_ASIDE.value, ruled_at__lt=known_before)
    return set(found.values_list("evidence_no", flat=True))


def resolved(*, known_before: datetime) -> set[int]:
    """The evidence that people had set aside in a case by then: two people resolved the fact, not only the row.

    What a department took back itself is not in here: a department that reports it again means it again. Its rulings
    are signed `source: name`, and no account's name holds a colon.
    """
    found = Ruling.objects.filter(ruling=RulingKind.SET_ASIDE.value, ruled_at__lt=known_before, case_id__gt=0)
    return set(found.exclude(ruled_by__contains=":").values_list("evidence_no", flat=True))


def rulings_with_people(*, as_of: date) -> dict[int, tuple[RulingKind, int]]:
    """The newest ruling of each row of evidence that people had ruled on by the end of a day, and about whom."""
    known_before = datetime.combine(as_of + timedelta(days=1), time(), CHINA)
    found = Ruling.objects.filter(ruled_at__lt=known_before).order_by("id")
    rows = found.values_list("evidence_no", "ruling", "pno")
    return {number: (RulingKind(ruling), pno) for number, ruling, pno in rows}


def ruled() -> dict[int, int]:
    """All evidence that people have ruled on, either way, and about whom: no doubt is raised about it again."""
    return dict(Ruling.objects.values_list("evidence_no", "pno"))


def confirmed_about(pnos: Collection[int]) -> dict[int, tuple[int, ...]]:
    """The rows of evidence that people ruled to be right about each of these people: what their losses rest on."""
    found: dict[int, tuple[int, ...]] = {}
    for some in portions(pnos):
        rows = Ruling.objects.filter(pno__in=some, ruling=RulingKind.CONFIRMED.value)
        pairs = rows.order_by("pno", "evidence_no").values_list("pno", "evidence_no").distinct()
        for pno, evidence_no in pairs:
            found[pno] = (*found.get(pno, ()), evidence_no)
    return found


def witnessed() -> tuple[WitnessedTable, ...]:
    """The tables of this room whose every row the ledger commits to."""
    return (DELIVERIES, RULINGS, SEARCHES, LINKS)


@lru_cache(maxsize=4)
def _opened(part: bytes) -> pa.Table:
    return pq.read_table(pa.BufferReader(part))


def _record(found: Delivery) -> DeliveryRecord:
    return DeliveryRecord(**{name: getattr(found, name) for name in DeliveryRecord.__dataclass_fields__})


# --- rows that could not be linked at once, and uncertain links ---

LINK_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPage:
    """One page of the review queue, the likeliest first; `counts` by state over all links."""

    links: tuple[LinkRecord, ...]
    total: int
    page: int
    pages: int
    counts: dict[str, int]


def unlinked_file(batch_id: str, what: str, part: int, token: str) -> str:
    """The name, inside the store, of a part of the rows that reached nobody; `what` is `strangers` or `leads`.

    `token` is the process's own: of two that import a file at once each seals it anew, and the one that comes second
    must not write over the file whose hash the first has registered.
    """
    return f"unlinked/{batch_id}/{what}-{part:05d}-{token}.sealed"


def unlinked_context(name: str) -> str:
    """What such a file is bound to."""
    return f"unlinked:{name}"


def unlinked_rows(delivery: DeliveryRecord, what: str, store: Store) -> Iterator[pa.Table]:
    """The rows of a delivery that reached nobody, a part at a time. Personal data in clear."""
    start = f"unlinked/{delivery.batch_id}/{what}-"
    for name in sorted(name for name in delivery.unlinked if name.startswith(start)):
        yield pq.read_table(
            pa.BufferReader(privacy.queries.open_file(store.read(name), unlinked_context(name)))
        )


def relinked_batch(batch_id: str, roster: int) -> str:
    """What the lean files of rows that were linked to a later roster bear in place of the batch id."""
    return f"{batch_id}.{roster}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRecord:
    """A search that was made for a delivery's rows: against which roster, with which model, and its lean files."""

    roster: int
    model_id: str
    files: dict[str, str]


def searched(batch_id: str) -> list[SearchRecord]:
    """The searches for a delivery's rows, oldest first."""
    found = Search.objects.filter(batch_id=batch_id).order_by("roster", "id")
    return [SearchRecord(roster=one.roster, model_id=one.model_id, files=one.files) for one in found]


def model_file(model_id: str) -> str:
    """The name, inside the store, of a model by which links were found."""
    return f"models/{model_id}.json"


def relinked(rosters: int) -> list[tuple[str, str]]:
    """Deliveries with rows that one of the first `rosters` rosters linked later on: batch id, name of lean files."""
    found = Search.objects.filter(roster__lt=rosters, linked__gt=0).order_by("batch_id", "roster")
    pairs = dict.fromkeys(found.values_list("batch_id", "roster"))
    return [(batch_id, relinked_batch(batch_id, roster)) for batch_id, roster in pairs]


def links_that_hold(*, known_before: datetime) -> list[LinkRecord]:
    """The uncertain links that are evidence by a moment: suspicions, and what people confirmed by then."""
    found = Link.objects.filter(Q(found_as=LinkState.SUSPECTED.value) | Q(state=LinkState.CONFIRMED.value))
    links = (link_record(one) for one in found.order_by("pno", "evidence_no").iterator(chunk_size=5000))
    return [link for link in links if link.holds(known_before=known_before)]


def get_link(link_id: int) -> LinkRecord:
    """The link. Raises Refused when there is none."""
    found = Link.objects.filter(pk=link_id).first()
    if found is None:
        raise Refused(Why.LINK_UNKNOWN, link=link_id)
    return link_record(found)


def links_of(pno: int) -> list[LinkRecord]:
    """Every uncertain link to a person, the newest first."""
    return [link_record(one) for one in Link.objects.filter(pno=pno).order_by("-id")]


def links_of_row(evidence_no: int) -> list[LinkRecord]:
    """Every person that a row may be about, the likeliest first."""
    return [
        link_record(one) for one in Link.objects.filter(evidence_no=evidence_no).order_by("-weight", "pno")
    ]


def links_into(delivery: DeliveryRecord) -> dict[int, list[LinkRecord]]:
    """The uncertain links of a delivery's rows, by evidence number; rows without one are left out."""
    first, found = delivery.first_evidence_no, dict[int, list[LinkRecord]]()
    rows = Link.objects.filter(evidence_no__gte=first, evidence_no__lt=first + max(delivery.rows, 1))
    for one in rows.order_by("id"):
        found.setdefault(one.evidence_no, []).append(link_record(one))
    return found


def rejected_pairs() -> set[tuple[int, int]]:
    """Row and person of every link that somebody rejected: no doubt is raised about it again."""
    return set(Link.objects.filter(state=LinkState.REJECTED.value).values_list("evidence_no", "pno"))


def unsure_leads(leads: Collection[int], *, pno: int) -> dict[int, LinkRecord]:
    """Those of these rows that only likeness links to a person, by evidence number: not confirmed, or even rejected."""
    found = Link.objects.filter(pno=pno, evidence_no__in=list(leads)).order_by("id")
    return {link.evidence_no: link for link in map(link_record, found) if link.is_unsure}


def link_queue(*, state: LinkState | None = None, page: int = 1, page_size: int = LINK_PAGE) -> LinkPage:
    """A page of the uncertain links in a state; None: all that wait for a person."""
    wanted = [one.value for one in UNDECIDED] if state is None else [state.value]
    found = Link.objects.filter(state__in=wanted)
    total = found.count()
    pages = max(1, -(-total // page_size))
    page = min(max(1, page), pages)
    rows = found.order_by("-probability", "id")[(page - 1) * page_size : page * page_size]
    counts = dict(Link.objects.values_list("state").annotate(n=Count("id")).order_by())
    return LinkPage(
        links=tuple(link_record(row) for row in rows),
        total=total,
        page=page,
        pages=pages,
        counts={one.value: counts.get(one.value, 0) for one in LinkState},
    )


def link_record(found: Link) -> LinkRecord:
    """A link as a value."""
    return LinkRecord(
        link_id=found.pk,
        evidence_no=found.evidence_no,
        pno=found.pno,
        kind_no=found.kind_no,
        day=found.day,
        method=found.method,
        probability=found.probability / MILLION,
        weight=found.weight / THOUSAND,
        weights={field: None if bits is None else bits / THOUSAND for field, bits in found.weights.items()},
        levels=dict(found.levels),
        model_id=found.model_id,
        state=LinkState(found.state),
        found_as=LinkState(found.found_as),
        found_at=found.found_at,
        found_by=found.found_by,
        decided_at=found.decided_at,
        decided_by=found.decided_by,
        reason=found.reason,
    )
