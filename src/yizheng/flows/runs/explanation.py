"""Why a person stands where they stand (结果说明): the one place that answers "why was Mrs Wang asked to come in?".

It takes the newest run up to a day, judges the one person again by the same code and the same inputs, and lays out the
policy, the evidence that was considered, the row that decided and the versions of the rules. Where the second judgement
differs from the archived one (a ruling or a late delivery came in between), it says so.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from yizheng.flows.runs.certification_inputs import Inputs, engine_for, evidence_files, gather, judge_people
from yizheng.flows.sources.link_sides import LINKED_EXACTLY, HowLinked, how_linked
from yizheng.kernel.errors import Refused
from yizheng.kernel.money import yuan_text
from yizheng.kernel.store import Store
from yizheng.kernel.time import Month, day_number, from_day_number
from yizheng.kernel.told import Coded, Told, told
from yizheng.rooms import certification, evidence, passes, payments
from yizheng.rooms.certification.data import Policy, Reason, Result, Rulebook
from yizheng.rooms.comparison.data import BUCKET_BITS
from yizheng.rooms.comparison.engine import Engine
from yizheng.rooms.evidence.data import LinkRecord, Polarity, Source, Strength
from yizheng.rooms.payments.data import WaitsFor, WaitState


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
    says: Polarity
    strength: Strength
    points: int
    valid_until: date
    counted: bool
    set_aside: bool
    decided: bool
    batch_id: str
    file_name: str
    row: int
    cells: Mapping[str, str]
    won: tuple[str, ...] = ()
    linked: HowLinked = LINKED_EXACTLY

    @property
    def names(self) -> tuple[str, ...]:
        """Source and kind of event; once where a source of a single kind gave both the same name."""
        return (self.source,) if self.source == self.kind else (self.source, self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLine:
    """One line of the decision table, answered for this person. `decided` marks the line that decided."""

    reason: Reason
    result: Result
    holds: bool
    decided: bool


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
    told: tuple[Told, ...]


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
        raise Refused(certification.Why.PERSON_NOT_IN_A_RUN, as_of=as_of)
    inputs = gather(as_of=run.as_of, rulebook=rulebook)
    engine = engine_for(inputs)
    lines = _evidence_lines(inputs, run, standing, engine, store)
    same_today = _judged_again(inputs, standing, engine, store)
    policy = next((policy for policy in rulebook.policies if policy.key == standing.policy), None)
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
        told=(
            *_told(standing, policy, lines),
            *_passes_told(standing, rulebook.policies),
            *pay_told(pno, as_of=as_of),
        ),
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
            return HowLinked(how=told(evidence.Why.LINKED_LATER))
        if "name" in source.columns:
            return LINKED_EXACTLY
        return HowLinked(how=told(evidence.Why.LINKED_BY_NUMBER_ALONE))


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
        says=kind.polarity,
        strength=kind.strength,
        points=kind.points,
        valid_until=valid_until,
        counted=speaks and valid_until >= inputs.as_of and not is_set_aside,
        set_aside=is_set_aside,
        decided=evidence_no == standing.evidence_no and kind_no == standing.kind_no,
        batch_id=raw.batch_id,
        file_name=raw.file_name,
        row=raw.row,
        cells=raw.cells,
        won=tuple(word for word, number in links.won.items() if number == evidence_no),
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
    for reason, result in certification.queries.RESULT_OF.items():
        holds = reason in standing.reasons
        decided = holds and reason == standing.reasons[0]
        lines.append(TableLine(reason=reason, result=result, holds=holds, decided=decided))
        if decided:
            break
    return tuple(lines)


def _told(
    standing: certification.queries.StandingRecord, policy: Policy | None, lines: Sequence[EvidenceLine]
) -> Iterator[Told]:
    """The explanation: the result, why, which record decided, by which policy, until when."""
    yield told(certification.Why.RESULT_AS_OF, day=standing.as_of, result=standing.result)
    for reason in standing.reasons:
        yield told(certification.Why.REASON_IS, reason=reason)
    for line in lines:
        if line.decided:
            yield _decider(line)
    alive = sum(1 for line in lines if line.counted and line.points)
    yield told(certification.Why.RECORDS_FOUND, found=len(lines), alive=alive)
    if policy is not None:
        yield told(certification.Why.POLICY_APPLIES, name=policy.name, basis=policy.legal_basis)
    if standing.due_day is not None:
        yield told(certification.Why.HOLDS_UNTIL, day=standing.due_day)
    if standing.frozen:
        yield told(certification.Why.SOURCE_AWAY)


def _decider(line: EvidenceLine) -> Told:
    """The record that decided. A source of a single kind often gave both the same name: it is said once."""
    if len(line.names) == 1:
        return told(certification.Why.DECIDED_BY_SOURCE, source=line.source, day=line.day, owner=line.owner)
    return told(
        certification.Why.DECIDED_BY, source=line.source, kind=line.kind, day=line.day, owner=line.owner
    )


def _passes_told(
    standing: certification.queries.StandingRecord, policies: Sequence[Policy]
) -> Iterator[Told]:
    """On which channel the person certified last; and what that moved, where it came after the run."""
    newest = next(iter(passes.queries.passes_of(standing.pno)), None)
    if newest is None:
        return
    channel = Coded("channel", newest.channel)
    yield told(certification.Why.CERTIFIED_LAST, channel=channel, day=newest.event_day)
    (moved,) = certification.queries.standings_today([standing], policies=policies, today=newest.event_day)
    if moved.channel and moved.due_day is not None:
        yield told(certification.Why.CAME_AFTER, day=moved.due_day)


def pay_told(pno: int, *, as_of: date) -> Iterator[Told]:
    """Why other sums than a month's pay were paid: amounts that were told of months already run, higher or lower.

    A month is run before it begins: the month after `as_of` may have been paid by then.
    """
    upto = Month.of(as_of).index + 1
    for paid in payments.queries.exceptions_of(pno):
        if paid.differences and paid.month.index <= upto:
            amount = yuan_text(sum(one.fen for one in paid.differences))
            months = tuple(Month.from_index(one.for_month) for one in paid.differences)
            yield told(payments.Why.DIFFERENCE_PAID, month=paid.month, amount=amount, months=months)
    for held in payments.queries.held_pay_of(pno):
        if held.why is WaitsFor.LOWERED and held.state is WaitState.RELEASED and held.month.index <= upto:
            yield told(
                payments.Why.LOWERED_FOUND,
                first=held.first,
                last=held.last,
                amount=yuan_text(held.fen),
                reason=held.reason,
            )
