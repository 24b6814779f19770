"""Rows to correct go to their department (交回更正): found, put into a file with its own cells alone, written down.

A row is asked about where it could not be used, where other sources contradict it, and where people found it wrong. What
the file says of a contradiction tells nothing that another department delivered. It opens personal data, so the ledger
knows who handed it out, to whom and when before anybody holds it; a row is asked about once.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import pyarrow.compute as pc
from django.db import IntegrityError, transaction

from yizheng.flows.house.writing_out import check_place, make_private, written_out
from yizheng.flows.sources import delivered_cells, source_quality
from yizheng.kernel.digest import sha256_hex
from yizheng.kernel.errors import Misused, Refused
from yizheng.kernel.hands import Hands
from yizheng.kernel.store import Store
from yizheng.rooms import corrections, evidence, ledger
from yizheng.rooms.certification.data import Rulebook
from yizheng.rooms.corrections.data import Asked, NewRow, RowState, RowToSend
from yizheng.rooms.corrections.ports import CorrectionFiles
from yizheng.rooms.evidence.data import DeliveryRecord, RulingKind, Source
from yizheng.rooms.evidence.ports import ROW
from yizheng.rooms.quality.data import Problem, QualityRules

MOST_ROWS = 5_000
"""A file holds no more rows than a department can work through; the others wait for the next."""
ASKED_FOR_DAYS = 400
"""Older deliveries are not asked about: whoever wrote their rows does not remember."""


@dataclass(slots=True)
class _Question:
    """What is asked about one row, and what is known of it: its place in the file or its evidence number, or both."""

    delivery: DeliveryRecord
    row: int = 0
    evidence_no: int | None = None
    pno: int | None = None
    asked: list[Asked] = field(default_factory=list)
    cells: dict[str, str] = field(default_factory=dict)

    @property
    def weighs(self) -> int:
        """What is asked first: what people found wrong, then contradictions, then cells."""
        order = {
            Problem.FOUND_WRONG: 0,
            Problem.CAME_AGAIN: 0,
            Problem.UNUSABLE_CELL: 2,
            Problem.NO_NUMBER: 2,
            Problem.CUT_OFF: 3,
        }
        return min(order.get(Problem(one.problem), 1) for one in self.asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOut:
    """A file as it went out: its bytes, its rows, `fresh` ones never asked about before, and how many are `left`."""

    hand_out_id: int
    file_name: str
    data: bytes = field(repr=False)
    rows: int
    fresh: int
    left: int


def rows_to_correct(
    *,
    source: Source,
    as_of: date,
    rulebook: Rulebook,
    rules: QualityRules,
    store: Store,
) -> list[_Question]:
    """Every row of a source that something is wrong with, the gravest and newest first, without its cells."""
    everything = evidence.queries.deliveries(as_of=as_of)
    since = as_of - timedelta(days=ASKED_FOR_DAYS)
    mine = [
        one
        for one in everything
        if one.source == source.key and one.delivered_on >= since and not one.is_amendment
    ]
    by_batch = {one.batch_id: one for one in mine}
    questions = list(_unusable(source, mine, store))
    told = _contradicted(everything, by_batch, as_of, rulebook, rules, store)
    together = [*questions, *told, *_found_wrong(mine, as_of)]
    return sorted(together, key=lambda one: (one.weighs, -one.delivery.delivered_on.toordinal(), one.row))


def hand_out(
    hands: Hands,
    *,
    source: Source,
    recipient: str,
    suffix: str,
    as_of: date,
    rulebook: Rulebook,
    rules: QualityRules,
    files: CorrectionFiles,
    again: bool = False,
) -> HandedOut:
    """Make the file for a department and write down that it goes out. Raises Misused, Refused.

    `again` adds the rows that were handed out before and have no answer yet, under the references that they had.
    """
    corrections.queries.check_recipient(recipient)
    if suffix not in (".xlsx", ".csv"):
        raise Misused(corrections.Why.NAME_ENDING, came=suffix or "-")
    found = rows_to_correct(
        source=source,
        as_of=as_of,
        rulebook=rulebook,
        rules=rules,
        store=hands.store,
    )
    before = corrections.queries.asked_before(source.key)
    located = _together(_located(found, hands.store))
    waiting = [one for one in located if _is_due(before.get((one.delivery.batch_id, one.row)), again)]
    chosen = waiting[:MOST_ROWS]
    if not chosen:
        raise Refused(corrections.Why.NOTHING_TO_HAND_OUT, name=source.name, source=source.key)
    lines = [_line(source, one) for one in chosen]
    at = hands.now()
    data = files.as_bytes(lines, suffix, made_at=at)
    file_name = f"corrections_{source.key}_{at:%Y-%m-%d}{suffix}"
    fresh = [_new(source, one) for one in chosen if (one.delivery.batch_id, one.row) not in before]
    try:
        with transaction.atomic(), ledger.actions.appended_last():
            hand_out_id = corrections.actions.hand_out(
                source=source.key,
                recipient=recipient,
                file_name=file_name,
                sha256=sha256_hex(data),
                fresh=fresh,
                rows=len(chosen),
                actor=hands.username,
                at=at,
            )
            ledger.actions.append(
                kind="privacy:export:made",
                actor=hands.username,
                at=at,
                subject=f"corrections_export:{hand_out_id}",
                detail={"source": source.key, "columns": files.their_columns(lines), "rows": len(chosen)},
            )
    except IntegrityError:
        raise Refused(corrections.Why.HANDED_OUT_AT_ONCE, source=source.key) from None
    return HandedOut(
        hand_out_id=hand_out_id,
        file_name=file_name,
        data=data,
        rows=len(chosen),
        fresh=len(fresh),
        left=len(waiting) - len(chosen),
    )


def hand_out_to(
    hands: Hands,
    out: Path,
    *,
    source: Source,
    recipient: str,
    as_of: date,
    rulebook: Rulebook,
    rules: QualityRules,
    files: CorrectionFiles,
    again: bool = False,
) -> HandedOut:
    """The same, written to `out` for its owner's eyes alone. Its folder is looked at before anything is written down."""
    check_place(out)
    made = hand_out(
        hands,
        source=source,
        recipient=recipient,
        suffix=out.suffix,
        as_of=as_of,
        rulebook=rulebook,
        rules=rules,
        files=files,
        again=again,
    )
    with written_out(out):
        make_private(out)
        out.write_bytes(made.data)
    return made


def cells_at(delivery: DeliveryRecord, evidence_no: int, store: Store) -> tuple[int, dict[str, str]]:
    """A row by its evidence number: its number in the file, and all cells under all columns that the file had."""
    part, place = divmod(evidence_no - delivery.first_evidence_no, evidence.queries.RAW_PART)
    cells = delivered_cells.open_part(delivery, part, store).slice(place, 1).to_pylist()[0]
    return int(cells.pop(ROW)), {name: str(value) for name, value in cells.items()}


# --- what is asked ---


def _unusable(source: Source, mine: Sequence[DeliveryRecord], store: Store) -> Iterator[_Question]:
    """Rows that were refused, and rows without a number where the source may leave it out."""
    required = source.columns["id_number"].required
    for delivery in mine:
        for cell in delivered_cells.refused_cells(delivery, store):
            problem = Problem.UNUSABLE_CELL if cell.column else Problem.CUT_OFF
            asked = Asked(problem=problem.value, column=cell.column, expected=cell.expected)
            yield _Question(delivery=delivery, row=cell.row, asked=[asked])
        if required:
            continue
        counts = delivered_cells.cells_of(delivery, source, store)
        header = next((one.header for one in counts.fields if one.field == "id_number"), "")
        for row in counts.no_number:
            asked = Asked(problem=Problem.NO_NUMBER.value, column=header)
            yield _Question(delivery=delivery, row=row, asked=[asked])


def _contradicted(
    everything: Sequence[DeliveryRecord],
    mine: dict[str, DeliveryRecord],
    as_of: date,
    rulebook: Rulebook,
    rules: QualityRules,
    store: Store,
) -> Iterator[_Question]:
    _, rows = source_quality.compare(everything, as_of=as_of, rulebook=rulebook, rules=rules, store=store)
    for one in rows:
        if one.delivery.batch_id in mine:
            yield _Question(
                delivery=one.delivery,
                evidence_no=one.evidence_no,
                pno=one.pno,
                asked=[Asked(problem=one.problem.value)],
            )


def _found_wrong(mine: Sequence[DeliveryRecord], as_of: date) -> Iterator[_Question]:
    """Rows that people set aside in a case: their department shall know."""
    for evidence_no, (ruling, pno) in evidence.queries.rulings_with_people(as_of=as_of).items():
        if ruling is not RulingKind.SET_ASIDE:
            continue
        for delivery in mine:
            if delivery.first_evidence_no <= evidence_no < delivery.first_evidence_no + delivery.rows:
                asked = Asked(problem=Problem.FOUND_WRONG.value)
                yield _Question(delivery=delivery, evidence_no=evidence_no, pno=pno, asked=[asked])


# --- where it stands in its file ---


def _located(questions: Iterable[_Question], store: Store) -> Iterator[_Question]:
    """The questions with row, number and cells. Each part of a delivery is opened once."""
    by_batch: dict[str, list[_Question]] = {}
    for one in questions:
        by_batch.setdefault(one.delivery.batch_id, []).append(one)
    for batch in by_batch.values():
        delivery = batch[0].delivery
        by_row: dict[int, list[_Question]] = {}
        by_part: dict[int, list[_Question]] = {}
        for one in batch:
            if one.evidence_no is None:
                by_row.setdefault(one.row, []).append(one)
            else:
                part = (one.evidence_no - delivery.first_evidence_no) // evidence.queries.RAW_PART
                by_part.setdefault(part, []).append(one)
        for part in delivered_cells.raw_parts(delivery) if by_row else sorted(by_part):
            _read_part(delivery, part, by_row, by_part.get(part, []), store)
        unread = [one for one in batch if not one.cells]
        headers = delivered_cells.headers_kept(delivery, store) if unread else ()
        for one in unread:
            one.cells = dict.fromkeys(headers, "")
        yield from batch


def _read_part(
    delivery: DeliveryRecord,
    part: int,
    by_row: dict[int, list[_Question]],
    numbered: Sequence[_Question],
    store: Store,
) -> None:
    first = delivery.first_evidence_no + part * evidence.queries.RAW_PART
    table = delivered_cells.open_part(delivery, part, store)
    for one in numbered:
        if one.evidence_no is not None:
            cells = table.slice(one.evidence_no - first, 1).to_pylist()[0]
            one.row, one.cells = int(cells.pop(ROW)), {name: str(value) for name, value in cells.items()}
    if not by_row:
        return
    wanted = pc.is_in(table.column(ROW), value_set=delivered_cells.row_set(by_row))
    for place in pc.indices_nonzero(wanted).to_pylist():
        cells = table.slice(place, 1).to_pylist()[0]
        row = int(cells.pop(ROW))
        for one in by_row[row]:
            one.evidence_no = first + place
            one.cells = {name: str(value) for name, value in cells.items()}


def _together(questions: Iterable[_Question]) -> list[_Question]:
    """One question a row, with everything that is asked about it, the gravest first."""
    found: dict[tuple[str, int], _Question] = {}
    for one in questions:
        before = found.setdefault((one.delivery.batch_id, one.row), one)
        if before is one:
            continue
        before.asked += [asked for asked in one.asked if asked not in before.asked]
        before.pno = one.pno if before.pno is None else before.pno
    return sorted(
        found.values(), key=lambda one: (one.weighs, -one.delivery.delivered_on.toordinal(), one.row)
    )


def _is_due(state: RowState | None, again: bool) -> bool:
    return state is None or (again and state is RowState.HANDED_OUT)


def _line(source: Source, one: _Question) -> RowToSend:
    return RowToSend(
        ref=corrections.queries.reference(source.key, one.delivery.batch_id, one.row),
        file_name=one.delivery.file_name,
        row=one.row,
        cells=one.cells,
        asked=tuple(one.asked),
    )


def _new(source: Source, one: _Question) -> NewRow:
    return NewRow(
        source=source.key,
        batch_id=one.delivery.batch_id,
        row=one.row,
        evidence_no=one.evidence_no,
        pno=one.pno,
        asked=tuple(replace(asked, expected=asked.expected[:80]) for asked in one.asked),
    )
