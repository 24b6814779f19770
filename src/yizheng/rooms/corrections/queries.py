"""What screens and flows read of corrections: rows by reference, by state, by evidence; files out and back."""

from collections.abc import Collection, Iterator, Sequence
from typing import TypeVar

from django.db.models import Count

from yizheng.rooms.corrections.data import Answer, Asked, HandOutRecord, RowState, RowToCorrect
from yizheng.rooms.corrections.models import AskedRow, HandOut
from yizheng.rooms.corrections.rules import check_recipient as check_recipient
from yizheng.rooms.corrections.rules import reference as reference
from yizheng.rooms.ledger.data import WitnessedTable

HAND_OUTS = WitnessedTable(
    "corrections_handout",
    "id",
    ("source", "recipient", "file_name", "sha256", "rows", "handed_out_at", "handed_out_by"),
)
ASKED_ROWS = WitnessedTable(
    "corrections_askedrow",
    "id",
    (
        "ref",
        "hand_out_id",
        "source",
        "batch_id",
        "row",
        "evidence_no",
        "pno",
        "asked",
        "state",
        "answer",
        "answered_at",
        "answered_by",
        "answer_file",
        "taken_over_at",
        "taken_over_by",
        "new_batch_id",
    ),
)
ANSWER_FILES = WitnessedTable(
    "corrections_answerfile", "sha256", ("source", "file_name", "rows", "received_at", "received_by")
)
_MANY = 500
T = TypeVar("T")


def witnessed() -> tuple[WitnessedTable, ...]:
    """The tables of this room whose every row the ledger commits to."""
    return (HAND_OUTS, ASKED_ROWS, ANSWER_FILES)


def asked_before(source: str) -> dict[tuple[str, int], RowState]:
    """The rows of a source that were asked about, by batch and row, with their states."""
    found = AskedRow.objects.filter(source=source).values_list("batch_id", "row", "state")
    return {(batch_id, row): RowState(state) for batch_id, row, state in found}


def rows_of(source: str, *, state: RowState | None = None, limit: int = 1000) -> list[RowToCorrect]:
    """A source's rows to correct, newest first (in one state)."""
    found = AskedRow.objects.filter(source=source)
    if state is not None:
        found = found.filter(state=state.value)
    return [as_row(one) for one in found.order_by("-id")[:limit]]


def by_refs(refs: Collection[str]) -> dict[str, RowToCorrect]:
    """The rows with these references, those that exist."""
    return {
        one.ref: as_row(one)
        for some in _portions(list(refs))
        for one in AskedRow.objects.filter(ref__in=some)
    }


def by_evidence(numbers: Collection[int]) -> list[RowToCorrect]:
    """What was asked about these rows of evidence."""
    found = [
        as_row(one)
        for some in _portions(list(numbers))
        for one in AskedRow.objects.filter(evidence_no__in=some)
    ]
    return sorted(found, key=lambda one: one.row_id)


def counts(source: str = "") -> dict[str, dict[str, int]]:
    """How many rows are in which state, by source."""
    found = AskedRow.objects.filter(source=source) if source else AskedRow.objects.all()
    by_source: dict[str, dict[str, int]] = {}
    for one in found.values("source", "state").annotate(number=Count("id")):
        by_source.setdefault(one["source"], {})[one["state"]] = one["number"]
    return by_source


def hand_outs(source: str, *, limit: int = 50) -> list[HandOutRecord]:
    """The files that went to a source's department, newest first."""
    found = HandOut.objects.filter(source=source).order_by("-id")[:limit]
    return [
        HandOutRecord(
            hand_out_id=one.pk,
            source=one.source,
            recipient=one.recipient,
            file_name=one.file_name,
            sha256=one.sha256,
            rows=one.rows,
            handed_out_at=one.handed_out_at,
            handed_out_by=one.handed_out_by,
        )
        for one in found
    ]


def as_row(one: AskedRow) -> RowToCorrect:
    """A row to correct as a value."""
    return RowToCorrect(
        row_id=one.pk,
        ref=one.ref,
        source=one.source,
        batch_id=one.batch_id,
        row=one.row,
        evidence_no=one.evidence_no,
        pno=one.pno,
        asked=tuple(Asked(**facts) for facts in one.asked),
        state=RowState(one.state),
        hand_out_id=one.hand_out_id,
        answer=Answer(one.answer) if one.answer else None,
        answered_at=one.answered_at,
        answered_by=one.answered_by,
        answer_file=one.answer_file,
        taken_over_at=one.taken_over_at,
        taken_over_by=one.taken_over_by,
        new_batch_id=one.new_batch_id,
    )


def _portions(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Portions that a database takes in one question."""
    return (values[start : start + _MANY] for start in range(0, len(values), _MANY))
