"""The only writes of corrections. Each leaves its entries in the ledger, in the transaction of the flow that calls it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime

from yizheng.rooms import ledger
from yizheng.rooms.corrections import rules
from yizheng.rooms.corrections.data import (
    LONGEST_NAME,
    ROW_LIFE,
    Answer,
    GivenAnswer,
    NewRow,
    RowState,
    RowToCorrect,
)
from yizheng.rooms.corrections.models import AnswerFile, AskedRow, HandOut
from yizheng.rooms.corrections.queries import ANSWER_FILES, ASKED_ROWS, HAND_OUTS, as_row
from yizheng.rooms.ledger.data import NewEntry


def hand_out(
    *,
    source: str,
    recipient: str,
    file_name: str,
    sha256: str,
    fresh: Sequence[NewRow],
    rows: int,
    actor: str,
    at: datetime,
) -> int:
    """Write down that a file goes to a department with `rows` rows, `fresh` of which were never asked about.

    Raises IntegrityError where somebody else asked about one of them in the same moment.
    """
    rules.check_recipient(recipient)
    made = HandOut.objects.create(
        source=source,
        recipient=recipient.strip(),
        file_name=file_name,
        sha256=sha256,
        rows=rows,
        handed_out_at=at,
        handed_out_by=actor,
    )
    asked = AskedRow.objects.bulk_create(
        [
            AskedRow(
                ref=rules.reference(source, one.batch_id, one.row),
                hand_out_id=made.pk,
                source=source,
                batch_id=one.batch_id,
                row=one.row,
                evidence_no=one.evidence_no,
                pno=one.pno,
                asked=[asdict(asked) for asked in one.asked],
                state=RowState.HANDED_OUT.value,
            )
            for one in fresh
        ],
        batch_size=500,
    )
    ledger.actions.append(
        kind="corrections:file:handed_out",
        actor=actor,
        at=at,
        subject=HAND_OUTS.subject(made.pk),
        row=HAND_OUTS.row_of(made),
        detail={"source": source, "rows": rows, "fresh": len(fresh), "sha256": sha256},
    )
    _witness("corrections:row:handed_out", asked, actor=actor, at=at)
    return made.pk


def receive(*, sha256: str, source: str, file_name: str, rows: int, actor: str, at: datetime) -> bool:
    """Write down that an answer file came. False when the same file came before."""
    found, made = AnswerFile.objects.get_or_create(
        sha256=sha256,
        defaults={
            "source": source,
            "file_name": file_name[:200],
            "rows": rows,
            "received_at": at,
            "received_by": actor,
        },
    )
    if made:
        ledger.actions.append(
            kind="corrections:file:received",
            actor=actor,
            at=at,
            subject=ANSWER_FILES.subject(sha256),
            row=ANSWER_FILES.row_of(found),
            detail={"source": source, "rows": rows},
        )
    return made


def answer(
    answers: Iterable[GivenAnswer], *, answer_file: str, actor: str, at: datetime
) -> list[RowToCorrect]:
    """Write answers down, and give the rows that took one: a row that was answered before keeps its answer."""
    by_ref = {one.ref: one for one in answers}
    changed = []
    for record in _locked(by_ref):
        if record.state != RowState.HANDED_OUT:
            continue
        given = by_ref[record.ref]
        ROW_LIFE.check(RowState(record.state), "answer")
        record.state, record.answer = RowState.ANSWERED.value, Answer(given.answer).value
        record.answered_at, record.answered_by = at, given.answered_by.strip()[:LONGEST_NAME]
        record.answer_file = answer_file
        record.save()
        changed.append(record)
    _witness("corrections:row:answered", changed, actor=actor, at=at)
    return [as_row(one) for one in changed]


def take_over(
    refs: Collection[str], *, new_batch_id: str = "", actor: str, at: datetime
) -> list[RowToCorrect]:
    """Mark answered rows as taken over, and give those that were not before; of two at once one gets each row."""
    changed = []
    for record in _locked(refs):
        if record.state != RowState.ANSWERED:
            continue
        ROW_LIFE.check(RowState(record.state), "take_over")
        record.state, record.new_batch_id = RowState.TAKEN_OVER.value, new_batch_id
        record.taken_over_at, record.taken_over_by = at, actor
        record.save()
        changed.append(record)
    _witness("corrections:row:taken_over", changed, actor=actor, at=at)
    return [as_row(one) for one in changed]


def _locked(refs: Collection[str]) -> list[AskedRow]:
    """The rows of these references, held until the transaction ends, in one order for everybody."""
    wanted = sorted(refs)
    return [
        one
        for start in range(0, len(wanted), 500)
        for one in AskedRow.objects.select_for_update()
        .filter(ref__in=wanted[start : start + 500])
        .order_by("ref")
    ]


def _witness(kind: str, records: Iterable[AskedRow], *, actor: str, at: datetime) -> None:
    ledger.actions.append_many(
        NewEntry(
            kind=kind,
            actor=actor,
            at=at,
            subject=ASKED_ROWS.subject(one.pk),
            row=ASKED_ROWS.row_of(one),
            detail={"source": one.source, "answer": one.answer} if one.answer else {"source": one.source},
        )
        for one in records
    )
