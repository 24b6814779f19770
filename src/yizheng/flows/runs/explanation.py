"""Why a person stands where they stand (结果说明): the one place that answers "why was Mrs Wang asked to come in?".

It takes the newest run up to a day, judges the one person again by the same code and the same inputs, and lays out the
policy, the evidence that was considered, the row that decided and the versions of the rules. Where the second judgement
differs from the archived one (a ruling or a late delivery came in between), it says so.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from yizheng.flows.runs.certification_inputs import Inputs, engine_for, evidence_files, gather, judge_people
from yizheng.flows.sources.link_in_words import (
    EXACT,
    LATER,
    LINKED_EXACTLY,
    NUMBER_ALONE,
    HowLinked,
    how_linked,
)
from yizheng.kernel.errors import Refused
from yizheng.kernel.store import Store
from yizheng.kernel.time import day_number, from_day_number
from yizheng.rooms import certification, evidence, passes
from yizheng.rooms.certification.data import Policy, Reason, Result, Rulebook
from yizheng.rooms.certification.rules import RESULT_OF
from yizheng.rooms.certification.words import CHANNELS, POLARITIES, REASONS, RESULTS, STRENGTHS, WON, Words
from yizheng.rooms.comparison.data import BUCKET_BITS
from yizheng.rooms.comparison.engine import Engine
from yizheng.rooms.evidence.data import Polarity, Source
from yizheng.rooms.evidence.links import LinkRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceLine:
    """One row of evidence as it was considered. `counted`: valid on the day and not set aside; `decided`: the winner.

    `won` is what the row won by itself (`certification.queries.WINNERS`), `linked` how it came to this person.
    """

    evidence_no: int
    kind: str
    source: str
    owner: str
    day: date
    says: Words
    strength: Words
    points: int
    valid_until: date
    counted: bool
    set_aside: bool
    decided: bool
    batch_id: str
    file_name: str
    row: int
    cells: Mapping[str, str]
    won: tuple[Words, ...] = ()
    linked: HowLinked = LINKED_EXACTLY

    def name(self, between: str) -> str:
        """Source and kind of event in one; once where a source of a single kind gave both the same name."""
        return self.source if self.source == self.kind else f"{self.source}{between}{self.kind}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLine:
    """One line of the decision table, answered for this person. `decided` marks the line that decided."""

    reason: Reason
    result: Result
    holds: bool
    decided: bool
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Everything behind one result. `same_today` is False where judging again today gives another result."""

    pno: int
    as_of: date
    run: certification.queries.RunRecord
    standing: certification.queries.StandingRecord
    policy: Policy | None
    evidence: tuple[EvidenceLine, ...]
    table: tuple[TableLine, ...]
    silent_sources: tuple[str, ...]
    rules_version: str
    same_today: bool
    sentences: tuple[Words, ...]


def explain(
    *,
    pno: int,
    as_of: date,
    rulebook: Rulebook,
    store: Store,
) -> Explanation:
    """Explain one person's result in the newest run up to a day. Raises Refused where no run knows the person."""
    run = certification.queries.find_latest_run(upto=as_of)
    standing = certification.queries.find_archived(store, run, pno) if run else None
    if run is None or standing is None:
        raise Refused(
            f"a run up to {as_of} that knows this person was expected, but there is none."
            " Run `yizheng certify --as-of DATE` first, or ask for a later day."
        )
    inputs = gather(as_of=run.as_of, rulebook=rulebook)
    engine = engine_for(inputs)
    lines = _evidence_lines(inputs, run, standing, engine, store)
    same_today = _judged_again(inputs, standing, engine, store)
    policy = next((policy for policy in rulebook.policies if policy.key == standing.policy), None)
    sentences = [*_sentences(standing, policy, lines), *_passes_told(standing, rulebook.policies)]
    return Explanation(
        pno=pno,
        as_of=as_of,
        run=run,
        standing=standing,
        policy=policy,
        evidence=lines,
        table=_table_lines(standing),
        silent_sources=tuple(state.source for state in inputs.health if inputs.is_silent(state.source)),
        rules_version=rulebook.rules.version,
        same_today=same_today,
        sentences=tuple(sentences),
    )


def _evidence_lines(
    inputs: Inputs,
    run: certification.queries.RunRecord,
    standing: certification.queries.StandingRecord,
    engine: Engine,
    store: Store,
) -> tuple[EvidenceLine, ...]:
    """All evidence about the person up to the day of the run, the newest first, each with the row it came from."""
    files = evidence_files(inputs, bucket=standing.pno >> BUCKET_BITS, store=store)
    as_of = day_number(inputs.as_of)
    rows = engine.rows_of(files=files, pno=standing.pno, as_of=as_of)
    came_later = evidence.queries.lean_files(inputs.relinked, bucket=standing.pno >> BUCKET_BITS, store=store)
    links = _Links(
        later={number for _, _, number in engine.rows_of(files=came_later, pno=standing.pno, as_of=as_of)},
        likely={link.evidence_no: link for link in inputs.links if link.pno == standing.pno},
        won=certification.queries.winners(store, run, standing.pno),
    )
    said_before = {(kind, day) for kind, day, number in rows if number in inputs.resolved}
    aside = {number for kind, day, number in rows if (kind, day) in said_before}.union(inputs.set_aside)
    return tuple(_evidence_line(inputs, standing, row, links, aside, store) for row in rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Links:
    """How the rows about one person came to them, and what they won."""

    later: set[int]
    likely: Mapping[int, LinkRecord]
    won: Mapping[str, int]

    def of(self, evidence_no: int, source: Source, store: Store) -> HowLinked:
        if evidence_no in self.likely:
            return how_linked(self.likely[evidence_no], store)
        if evidence_no in self.later:
            return HowLinked(words=LATER)
        return HowLinked(words=EXACT if "name" in source.columns else NUMBER_ALONE)


def _evidence_line(
    inputs: Inputs,
    standing: certification.queries.StandingRecord,
    row: tuple[int, int, int],
    links: _Links,
    aside: Collection[int],
    store: Store,
) -> EvidenceLine:
    kind_no, day, evidence_no = row
    kind = inputs.standard.rules.kind(kind_no)
    source = next(source for source in inputs.sources if source.key == kind.source)
    raw = evidence.queries.raw_row(evidence_no, store)
    is_set_aside = evidence_no in aside
    valid_until = from_day_number(day + kind.holds_days)
    speaks = kind.polarity is not Polarity.NOTHING
    return EvidenceLine(
        evidence_no=evidence_no,
        kind=kind.name,
        source=source.name,
        owner=source.owner,
        day=from_day_number(day),
        says=POLARITIES[kind.polarity.value],
        strength=STRENGTHS[kind.strength.value],
        points=kind.points,
        valid_until=valid_until,
        counted=speaks and valid_until >= inputs.as_of and not is_set_aside,
        set_aside=is_set_aside,
        decided=evidence_no == standing.evidence_no and kind_no == standing.kind_no,
        batch_id=raw.batch_id,
        file_name=raw.file_name,
        row=raw.row,
        cells=raw.cells,
        won=tuple(WON[word] for word, number in links.won.items() if number == evidence_no),
        linked=links.of(evidence_no, source, store),
    )


def _judged_again(
    inputs: Inputs, standing: certification.queries.StandingRecord, engine: Engine, store: Store
) -> bool:
    """Whether the same code says the same of the person with what is known of that day now."""
    again = judge_people(inputs, first=standing.pno, last=standing.pno, engine=engine, store=store)
    row = again.to_pylist()[0]
    due = day_number(standing.due_day) if standing.due_day else 0
    return bool(
        row["result"] == standing.result
        and row["reasons"] == ",".join(standing.reasons)
        and row["due_day"] == due
    )


def _table_lines(standing: certification.queries.StandingRecord) -> tuple[TableLine, ...]:
    """The decision table from the top to the line that decided; lines below were not asked."""
    lines = []
    for reason, result in RESULT_OF.items():
        holds = reason in standing.reasons
        decided = holds and reason == standing.reasons[0]
        lines.append(
            TableLine(reason=reason, result=result, holds=holds, decided=decided, words=REASONS[reason])
        )
        if decided:
            break
    return tuple(lines)


def _sentences(
    standing: certification.queries.StandingRecord, policy: Policy | None, lines: Sequence[EvidenceLine]
) -> list[Words]:
    """The explanation in plain words: the result, why, which record decided, by which policy, until when."""
    result = RESULTS[standing.result]
    said = [
        Words(f"截至{_zh(standing.as_of)}的结果：{result.zh}。", f"As of {standing.as_of}: {result.en}."),
        *(Words(f"原因：{REASONS[r].zh}。", f"Reason: {REASONS[r].en}.") for r in standing.reasons),
    ]
    said += [
        Words(
            f"起决定作用的记录：{line.name('，')}，{_zh(line.day)}（{line.owner}提供）。",
            f"The record that decided: {line.name(', ')}, {line.day} (from {line.owner}).",
        )
        for line in lines
        if line.decided
    ]
    alive = sum(1 for line in lines if line.counted and line.points)
    said.append(
        Words(
            f"一共比对到{len(lines)}条记录，其中{alive}条在有效期内、能表明健在。",
            f"{len(lines)} records were found, {alive} of them valid and speaking for life.",
        )
    )
    if policy is not None:
        said.append(
            Words(
                f"适用政策：{policy.name}（{policy.legal_basis}）。",
                f"Policy: {policy.key} ({policy.legal_basis}).",
            )
        )
    if standing.due_day is not None:
        said.append(Words(f"认证有效期到{_zh(standing.due_day)}。", f"Due by {standing.due_day}."))
    if standing.frozen:
        said.append(
            Words(
                "有部门的数据暂时没有送到，没有记录不能说明任何问题，因此先不提醒、也不会暂停。",
                "A department's data is missing at present. Its absence proves nothing: no reminder, no pause.",
            )
        )
    return said


def _passes_told(standing: certification.queries.StandingRecord, policies: Sequence[Policy]) -> list[Words]:
    """On which channel the person certified last; and what that moved, where it came after the run."""
    newest = next(iter(passes.queries.passes_of(standing.pno)), None)
    if newest is None:
        return []
    channel = CHANNELS.get(newest.channel, Words(newest.channel, newest.channel))
    said = [
        Words(
            f"最近一次本人认证：{channel.zh}，{_zh(newest.event_day)}。",
            f"The person certified last {channel.en}, on {newest.event_day}.",
        )
    ]
    (moved,) = certification.queries.standings_today([standing], policies=policies, today=newest.event_day)
    if moved.channel and moved.due_day is not None:
        said.append(
            Words(
                f"这次认证在结果算出之后，有效期因此到{_zh(moved.due_day)}；下一次比对会写进结果。",
                f"It came after this result and makes it hold until {moved.due_day}; the next run will say so.",
            )
        )
    return said


def _zh(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
