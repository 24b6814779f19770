"""A department's answers come back (更正回收): read, checked, written down, and taken over.

1. The file is read and every answer checked. What cannot be used is told row by row and changes nothing.
2. The file is kept, sealed; then, in one transaction, all answers are written down, and what was withdrawn is set aside.
3. Corrected rows come in through the import, as an amendment: a delivery of their own, which nobody's raw rows know of.
   Only when it is in force are the rows that it replaces set aside, so that no moment exists with neither.

Killed in between, the same file goes on where it stopped; twice, it changes nothing. What two people have ruled to be
right in a case is not taken over by a file: the answer stands, and a person looks at the case again.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from pathlib import Path

import pyarrow as pa
from django.db import transaction

from yizheng.flows.arrivals import feed_arrives
from yizheng.flows.cases import leads_are_withdrawn
from yizheng.flows.house.whole_again import whole_again
from yizheng.flows.sources.corrections_go_out import cells_at
from yizheng.flows.sources.delivered_cells import headers_kept
from yizheng.kernel.digest import canonical_json, sha256_hex
from yizheng.kernel.errors import Misused, Refused
from yizheng.kernel.hands import Hands
from yizheng.kernel.store import Store
from yizheng.kernel.time import CHINA, Clock
from yizheng.kernel.told import Told, told
from yizheng.rooms import casework, corrections, evidence, ledger, privacy
from yizheng.rooms.casework.data import CaseRules
from yizheng.rooms.certification.data import Rulebook
from yizheng.rooms.comparison.linkage import INDEX, Linker
from yizheng.rooms.corrections.data import (
    LONGEST_NAME,
    Answer,
    AnswerRow,
    GivenAnswer,
    RowState,
    RowToCorrect,
)
from yizheng.rooms.corrections.ports import CorrectionFiles
from yizheng.rooms.evidence.data import (
    AMENDED,
    CellKind,
    DeliveryRecord,
    ErrorLine,
    EvidenceRules,
    RulingKind,
    Source,
)
from yizheng.rooms.evidence.ports import ROW, Declared, DeliveredTable, RaggedRow, TableReader

MOST_ROWS = 20_000
NOBODY = -1
AMENDMENT_NAME = r"_(?P<period>\d{4}-\d{2}|\d{4}Q[1-4])_(?P<delivered>\d{4}-\d{2}-\d{2})\."


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTaken:
    """A row of an answer file that was not used: its number as Excel shows it, the reference, and why."""

    row: int
    ref: str
    why: Told


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersReport:
    """What became of an answer file. `waiting`: answers that people have to look at; `empty`: rows without an answer."""

    file_name: str
    source: str
    rows: int
    confirmed_right: int = 0
    corrected: int = 0
    withdrawn: int = 0
    taken_over: int = 0
    known_before: int = 0
    waiting: int = 0
    empty: int = 0
    told: tuple[NotTaken, ...] = ()


@dataclass(slots=True)
class _Reading:
    """The answers of a file as far as they can be used, and what is told of the others."""

    table: DeliveredTable
    given: list[GivenAnswer] = field(default_factory=list)
    corrections: dict[str, dict[str, str]] = field(default_factory=dict)
    told: list[NotTaken] = field(default_factory=list)
    empty: int = 0
    known_before: int = 0


@dataclass(frozen=True, slots=True)
class _Amendment:
    """The corrected rows of one delivery, as a table that the import reads. Nothing of it touches the disk."""

    content_hash: str
    headers: tuple[str, ...]
    rows: tuple[tuple[int, Mapping[str, str]], ...]
    answers: DeliveredTable
    """The file that the corrections came in: what is wrong with them is told in its words."""
    ragged: Sequence[RaggedRow] = ()
    notes: Mapping[str, int] = field(default_factory=dict)
    told: Sequence[Told] = ()

    @property
    def lines(self) -> int:
        """Its rows and the column names: it never was a file."""
        return len(self.rows) + 1

    def batches(self) -> Iterator[pa.RecordBatch]:
        """All rows at once: there are never more than a file's."""
        cells = [
            pa.array([row.get(header, "") for _, row in self.rows], pa.string()) for header in self.headers
        ]
        numbers = pa.array([number for number, _ in self.rows], pa.int64())
        yield pa.RecordBatch.from_arrays([*cells, numbers], [*self.headers, ROW])

    def declared(self, control_files: Sequence[str], amounts: str) -> Declared:
        """See `evidence.ports.DeliveredTable`. Answers are held against the rows that were asked about."""
        del control_files, amounts
        return Declared()

    def errors_file(self, lines: Iterable[ErrorLine]) -> bytes:
        """See `evidence.ports.DeliveredTable`."""
        return self.answers.errors_file(lines)


def take_in(
    hands: Hands,
    *,
    file: Path,
    rulebook: Rulebook,
    read_table: TableReader,
    files: CorrectionFiles,
    case_rules: CaseRules,
    file_name: str = "",
) -> AnswersReport:
    """Take a department's answers in. Raises Refused where the file is none of ours, or mixes two sources' rows."""
    name = file_name or file.name
    table = read_table(file)
    lines = _lines(files.answers(table, name), name)
    rows = corrections.queries.by_refs({line.ref for line in lines})
    source = _source_of(rows.values(), rulebook.sources, name)
    sha256 = table.content_hash
    reading = _read(lines, rows, table)
    with feed_arrives.roster_opened(hands.store) as linker:
        _check_corrections(
            reading, rows, source, rulebook.rules, linker, hands.store, today=hands.now().date()
        )
        hands.store.write(
            f"corrections/{sha256}.sealed",
            privacy.actions.seal_file(file.read_bytes(), f"corrections:{sha256}"),
        )
        confirmed = _confirmed_in_cases(hands.clock)
        taken = _write_down(
            hands,
            reading,
            sha256=sha256,
            source=source,
            name=name,
            lines=lines,
            confirmed=confirmed,
            case_rules=case_rules,
        )
        taken += _take_corrections(
            hands,
            reading,
            sha256=sha256,
            source=source,
            rules=rulebook.rules,
            confirmed=confirmed,
            linker=linker,
        )
    after = corrections.queries.by_refs({one.ref for one in reading.given} | set(reading.corrections))
    fresh = [one.answer for one in reading.given]
    return AnswersReport(
        file_name=name,
        source=source.key,
        rows=len(lines),
        confirmed_right=fresh.count(Answer.CONFIRMED_RIGHT),
        corrected=fresh.count(Answer.CORRECTED),
        withdrawn=fresh.count(Answer.WITHDRAWN),
        taken_over=taken,
        known_before=reading.known_before,
        waiting=sum(one.state is RowState.ANSWERED for one in after.values()),
        empty=reading.empty,
        told=tuple(reading.told),
    )


# --- reading ---


def _lines(answers: Iterable[AnswerRow], name: str) -> list[AnswerRow]:
    lines = list(islice(answers, MOST_ROWS + 1))
    if len(lines) > MOST_ROWS:
        raise Refused(corrections.Why.TOO_MANY_ROWS, file=name, most=MOST_ROWS)
    return lines


def _source_of(rows: Iterable[RowToCorrect], sources: Sequence[Source], name: str) -> Source:
    keys = sorted({one.source for one in rows})
    if not keys:
        raise Refused(corrections.Why.NEVER_HANDED_OUT, file=name)
    if len(keys) > 1:
        raise Refused(corrections.Why.SOURCES_MIXED, file=name, sources=tuple(keys))
    for source in sources:
        if source.key == keys[0]:
            return source
    raise Refused(corrections.Why.SOURCE_GONE, file=name, source=keys[0])


def _read(lines: Sequence[AnswerRow], rows: Mapping[str, RowToCorrect], table: DeliveredTable) -> _Reading:
    """Every line's answer, or why there is none."""
    reading = _Reading(table=table)
    seen: set[str] = set()
    for line in lines:
        row = rows.get(line.ref)
        if row is None:
            reading.told.append(
                NotTaken(row=line.number, ref=line.ref, why=told(corrections.Finding.REF_UNKNOWN))
            )
        elif line.ref in seen:
            reading.told.append(
                NotTaken(row=line.number, ref=line.ref, why=told(corrections.Finding.REF_TWICE))
            )
        elif row.state is not RowState.HANDED_OUT:
            _known(reading, line, row, table.content_hash)
        elif line.is_empty:
            reading.empty += 1
        else:
            _answered(reading, line)
        seen.add(line.ref)
    return reading


def _known(reading: _Reading, line: AnswerRow, row: RowToCorrect, sha256: str) -> None:
    """A row that was answered before: by this very file (go on where it stopped), or by another (tell it)."""
    if row.answer_file == sha256:
        reading.known_before += 1
        if row.state is RowState.ANSWERED and row.answer is Answer.CORRECTED:
            reading.corrections[line.ref] = dict(line.new_cells)
        return
    said = told(corrections.Finding.ANSWERED_BEFORE, by=row.answered_by)
    reading.told.append(NotTaken(row=line.number, ref=line.ref, why=said))


def _answered(reading: _Reading, line: AnswerRow) -> None:
    answer, by = line.answer, line.by
    why: Told | None = None
    if answer is None:
        why = told(corrections.Finding.NO_ANSWER)
    elif not 1 <= len(by) <= LONGEST_NAME:
        why = told(corrections.Finding.NO_NAME)
    elif answer is Answer.CORRECTED and not line.new_cells:
        why = told(corrections.Finding.NOTHING_CORRECTED)
    if why is not None or answer is None:
        if why is not None:
            reading.told.append(NotTaken(row=line.number, ref=line.ref, why=why))
        return
    reading.given.append(GivenAnswer(ref=line.ref, answer=answer, answered_by=by))
    if answer is Answer.CORRECTED:
        reading.corrections[line.ref] = dict(line.new_cells)


def _check_corrections(
    reading: _Reading,
    rows: Mapping[str, RowToCorrect],
    source: Source,
    rules: EvidenceRules,
    linker: Linker,
    store: Store,
    *,
    today: date,
) -> None:
    """Try corrected rows as the import would read them: what it would refuse is told, and its answer not taken."""
    for table, refs in _amendments(reading, rows.values(), source, store):
        portion = pa.Table.from_batches(list(table.batches()))
        portion = portion.append_column(INDEX, pa.array(range(len(portion)), pa.int64()))
        headers = feed_arrives.headers_of(source, table, Path(source.key))
        found = linker.read(portion, source=source, rules=rules, headers=headers, delivered_on=today)
        by_row = dict(zip((number for number, _ in table.rows), refs, strict=True))
        bad: dict[str, list[Told]] = {}
        for fault in found.faults:
            column, kind = headers.get(fault.field, fault.field), source.columns[fault.field].kind
            bad.setdefault(by_row[fault.row], []).append(
                told(corrections.Finding.CELL_EXPECTED, column=column, kind=CellKind(kind))
            )
        for ref, columns in bad.items():
            del reading.corrections[ref]
            why = told(corrections.Finding.STILL_UNUSABLE, columns=tuple(columns))
            reading.told.append(NotTaken(row=0, ref=ref, why=why))
        reading.given = [one for one in reading.given if one.ref not in bad]


# --- taking over ---


def _confirmed_in_cases(clock: Clock) -> set[int]:
    """The rows of evidence that two people ruled to be right."""
    rulings = evidence.queries.rulings_with_people(as_of=clock.now().astimezone(CHINA).date())
    return {number for number, (ruling, _) in rulings.items() if ruling is RulingKind.CONFIRMED}


@whole_again
def _write_down(
    hands: Hands,
    reading: _Reading,
    *,
    sha256: str,
    source: Source,
    name: str,
    lines: Sequence[AnswerRow],
    confirmed: Collection[int],
    case_rules: CaseRules,
) -> int:
    """All answers at once, with what follows from the confirmed and the withdrawn. Returns how many were taken over."""
    at = hands.now()
    with transaction.atomic(), ledger.actions.appended_last():
        corrections.actions.receive(
            sha256=sha256, source=source.key, file_name=name, rows=len(lines), actor=hands.username, at=at
        )
        changed = corrections.actions.answer(reading.given, answer_file=sha256, actor=hands.username, at=at)
        _tell_who_came_second(reading, changed)
        ready = [one for one in changed if one.answer is Answer.CONFIRMED_RIGHT]
        withdrawn = [
            one for one in changed if one.answer is Answer.WITHDRAWN and one.evidence_no not in confirmed
        ]
        done = corrections.actions.take_over(
            [one.ref for one in (*ready, *withdrawn)], actor=hands.username, at=at
        )
        taken_back = [one for one in done if one.answer is Answer.WITHDRAWN]
        _set_aside(taken_back, clock=hands.clock)
        leads_are_withdrawn.close_cases(
            _about_people(taken_back), case_rules=case_rules, actor=hands.username, at=at
        )
        against_a_decision = [
            one for one in changed if one.answer is Answer.WITHDRAWN and one.evidence_no in confirmed
        ]
        leads_are_withdrawn.ask_again(
            _about_people(against_a_decision), case_rules=case_rules, actor=hands.username, at=at
        )
    return len(done)


def _about_people(rows: Iterable[RowToCorrect]) -> list[tuple[int, int]]:
    """Evidence number and person of those rows that are about somebody."""
    return [(one.evidence_no, one.pno) for one in rows if one.evidence_no is not None and one.pno is not None]


def _tell_who_came_second(reading: _Reading, changed: Sequence[RowToCorrect]) -> None:
    """Of two at once the second finds rows answered by now: they count as known, and `_take_corrections` looks whose."""
    took = {one.ref for one in changed}
    reading.known_before += sum(one.ref not in took for one in reading.given)
    reading.given = [one for one in reading.given if one.ref in took]


def _take_corrections(
    hands: Hands,
    reading: _Reading,
    *,
    sha256: str,
    source: Source,
    rules: EvidenceRules,
    confirmed: Collection[int],
    linker: Linker,
) -> int:
    """Import each delivery's corrected rows as an amendment, then set aside what they replace."""
    rows = [
        one
        for one in corrections.queries.by_refs(set(reading.corrections)).values()
        if one.state is RowState.ANSWERED and one.answer_file == sha256 and one.evidence_no not in confirmed
    ]
    taken = 0
    for table, refs in _amendments(reading, rows, source, hands.store):
        first = next(one for one in rows if one.ref == refs[0])
        report = feed_arrives.import_feed(
            hands,
            file=_name(first, table),
            source=replace(source, file_name=AMENDMENT_NAME),
            rules=rules,
            delivered_on=hands.now().astimezone(CHINA).date(),
            read_table=_opener(table),
            linker=linker,
            notes={AMENDED: len(table.rows)},
        )
        with transaction.atomic(), ledger.actions.appended_last():
            done = corrections.actions.take_over(
                refs, new_batch_id=report.batch_id, actor=hands.username, at=hands.now()
            )
            _set_aside(done, clock=hands.clock)
        taken += len(done)
    return taken


def _name(row: RowToCorrect, table: _Amendment) -> Path:
    """The name of an amendment: that of the delivery's period and of the day of the answer, the same at every try."""
    day = row.answered_at.astimezone(CHINA).date() if row.answered_at else date.min
    return Path(f"{row.source}_{_delivery(row.batch_id).period}_{day}.corrected-{table.content_hash[:8]}.csv")


def _opener(table: DeliveredTable) -> TableReader:
    """A reader that gives this table, whatever name it is asked for."""

    def opened(path: Path) -> DeliveredTable:
        del path
        return table

    return opened


def _set_aside(rows: Iterable[RowToCorrect], *, clock: Clock) -> None:
    """Rule that rows do not exist for the next run, on the word of whoever answered at the department."""
    before = evidence.queries.set_aside(known_before=clock.now())
    for one in rows:
        if one.evidence_no is None or one.evidence_no in before:
            continue
        evidence.actions.rule(
            evidence_no=one.evidence_no,
            pno=NOBODY if one.pno is None else one.pno,
            ruling=RulingKind.SET_ASIDE.value,
            case_id=_open_case(one),
            actor=f"{one.source}: {one.answered_by}"[:64],
            at=clock.now(),
        )


def _open_case(row: RowToCorrect) -> int:
    """The open case that rests on the row; 0 where there is none."""
    waiting = () if row.pno is None else casework.queries.open_cases_of(row.pno)
    return next((case.case_id for case in waiting if row.evidence_no in case.leads), 0)


def _amendments(
    reading: _Reading,
    rows: Iterable[RowToCorrect],
    source: Source,
    store: Store,
) -> Iterator[tuple[_Amendment, list[str]]]:
    """The corrected rows, a table a delivery, each with the references of its rows in order."""
    by_batch: dict[str, list[RowToCorrect]] = {}
    for row in rows:
        if row.ref in reading.corrections and row.source == source.key:
            by_batch.setdefault(row.batch_id, []).append(row)
    for batch_id, mine in sorted(by_batch.items()):
        mine.sort(key=lambda one: one.row)
        delivery = _delivery(batch_id)
        made: list[tuple[int, Mapping[str, str]]] = []
        for row in mine:
            if row.evidence_no is None:  # nothing of it could be read
                before = dict.fromkeys(headers_kept(delivery, store), "")
            else:
                before = cells_at(delivery, row.evidence_no, store)[1]
            made.append((row.row, {**before, **reading.corrections[row.ref]}))
        headers = tuple(dict.fromkeys(header for _, cells in made for header in cells))
        named = [[one.ref, sorted(cells.items())] for one, (_, cells) in zip(mine, made, strict=True)]
        content = sha256_hex(canonical_json(["amendment", source.key, batch_id, named]))
        yield _Amendment(content, headers, tuple(made), reading.table), [one.ref for one in mine]


def _delivery(batch_id: str) -> DeliveryRecord:
    found = evidence.queries.find_delivery(batch_id)
    if found is None:
        raise Misused(corrections.Why.DELIVERY_GONE)
    return found
