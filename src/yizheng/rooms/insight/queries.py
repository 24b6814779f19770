"""What screens show of several rooms at once. Reads only, through the rooms' own queries; masks before anything leaves.

Lists hold masked names and numbers; only `person_file` gives a person in full, and its caller has recorded the look.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from django.db import connection

from yizheng.kernel.ids import Pno
from yizheng.kernel.store import Store
from yizheng.kernel.time import CHINA, Month
from yizheng.rooms import (
    casework,
    certification,
    entitlements,
    evidence,
    ledger,
    notices,
    passes,
    payments,
    people,
    privacy,
)
from yizheng.rooms.casework.data import CaseRules, CaseState, Worklist
from yizheng.rooms.certification.data import Result
from yizheng.rooms.certification.queries import StandingRecord
from yizheng.rooms.evidence.data import Source, SourceHealth
from yizheng.rooms.insight import home_facts
from yizheng.rooms.insight.data import (
    Board,
    BoardPart,
    EntryProof,
    Example,
    ListedPerson,
    PageOf,
    PayNow,
    PersonFile,
    TimelineEvent,
)
from yizheng.rooms.insight.home import HomeState, home_state

SILENT = (Result.PASSED, Result.NOT_DUE, Result.EXEMPT)
BAR = 1000


# --- the board ---


def board(run: certification.queries.RunRecord, *, today: date) -> Board:
    """The dashboard's numbers: the newest run's, and what hangs on it today."""
    results = run.counts.results if run.counts else {}
    roster = run.counts.roster if run.counts else 0
    size = ledger.queries.size()
    return Board(
        roster=roster,
        passed=results.get(Result.PASSED.word, 0),
        silent=sum(results.get(result.word, 0) for result in SILENT),
        parts=_parts(results, roster),
        cases=casework.queries.counts_by_state(),
        cases_overdue=casework.queries.overdue_count(today),
        notices=notices.queries.counts_by_state(),
        pay=payments.queries.find_last_run(),
        ledger_size=size,
        ledger_root=ledger.queries.root(size).hex(),
    )


def _parts(results: dict[str, int], roster: int) -> tuple[BoardPart, ...]:
    """The results in order, each with its piece of the bar; the pieces fill the bar exactly."""
    parts, before = [], 0
    for result in Result:
        number = results.get(result.word, 0)
        start = BAR * before // roster if roster else 0
        before += number
        end = BAR * before // roster if roster else 0
        parts.append(BoardPart(key=result.word, count=number, x=start, width=end - start))
    return tuple(parts)


def passed_by_source(run: certification.queries.RunRecord) -> dict[str, int]:
    """How many passed through which source."""
    return dict(run.counts.passed_by_source) if run.counts else {}


def standing_day(*, otherwise: date) -> date:
    """The day of the newest run; `otherwise` where there is none."""
    run = certification.queries.find_latest_run()
    return run.as_of if run else otherwise


def source_health(*, sources: Sequence[Source], as_of: date) -> list[SourceHealth]:
    """How every source is doing on a day."""
    return list(
        evidence.queries.health(sources=sources, as_of=as_of, roster_size=people.queries.roster_size())
    )


pay_now_and_to_come = home_facts.pay_now_and_to_come

# --- lists of people ---


def listed(pnos: Sequence[Pno]) -> dict[Pno, ListedPerson]:
    """People for a list, masked, in the order given."""
    identities, facts = people.queries.identities(pnos), people.queries.persons(pnos)
    return {
        pno: ListedPerson(
            pno=pno,
            name=privacy.queries.mask_name(identities[pno].name),
            number=privacy.queries.mask_number(identities[pno].number),
            sex=facts[pno].sex,
            birth_year=facts[pno].birth_day.year,
            region=facts[pno].region,
        )
        for pno in pnos
        if pno in facts
    }


def worklist(
    *, state: str, kind: str, region: str, page: int, page_size: int = casework.queries.PAGE
) -> Worklist:
    """A page of the worklist; with a region, only people whose benefit lies there."""
    if not region:
        return casework.queries.worklist(state=state, kind=kind, page=page, page_size=page_size)
    where, values = _case_filter(state, kind, region)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM casework_case AS c WHERE {where}", values)  # noqa: S608
        shown = PageOf.cut(int(cursor.fetchone()[0]), page, page_size)
        cursor.execute(
            f"SELECT c.id FROM casework_case AS c WHERE {where} ORDER BY c.deadline, c.id LIMIT %s OFFSET %s",  # noqa: S608
            [*values, page_size, (shown.page - 1) * page_size],
        )
        found = tuple(casework.queries.get_case(case_id) for (case_id,) in cursor.fetchall())
    return Worklist(
        cases=found,
        total=shown.total,
        page=shown.page,
        pages=shown.pages,
        counts=casework.queries.counts_by_state(),
    )


def _case_filter(state: str, kind: str, region: str) -> tuple[str, list[str]]:
    """The condition of the worklist in a region: the one list that needs two rooms' tables at once."""
    conditions = ["c.state = %s" if state else "c.state <> %s"]
    values = [state or CaseState.CLOSED.value]
    if kind:
        conditions.append("c.kind = %s")
        values.append(kind)
    conditions.append(
        "EXISTS (SELECT 1 FROM entitlements_benefit AS b WHERE b.pno = c.pno AND b.region LIKE %s"
        " AND b.roster NOT IN (SELECT roster FROM entitlements_incomingbenefits))"
    )
    values.append(f"{_within(region)}%")
    return " AND ".join(conditions), values


def _within(region: str) -> str:
    """What the codes inside a region start with: a province's code ends with four zeros, a prefecture's with two."""
    if len(region) == 6 and region.endswith("0000"):
        return region[:2]
    if len(region) == 6 and region.endswith("00"):
        return region[:4]
    return region


# --- one person ---


def exists(pno: Pno) -> bool:
    """Whether there is such a person."""
    return 0 <= pno < people.queries.roster_size()


def name_of(pno: Pno) -> str:
    """The person's full name, for the person's own page."""
    return people.queries.identity(pno).name


def person_file(pno: Pno, *, today: date) -> PersonFile:
    """Who a person is, in full. The caller has recorded the look."""
    facts, identity, contact = (
        people.queries.persons([pno])[pno],
        people.queries.identity(pno),
        people.queries.contact(pno),
    )
    born = facts.birth_day
    return PersonFile(
        pno=pno,
        name=identity.name,
        number=identity.number,
        sex=facts.sex,
        age=today.year - born.year - ((today.month, today.day) < (born.month, born.day)),
        birth_day=born,
        region=facts.region,
        phone=privacy.queries.mask_phone(contact.phone),
        account=privacy.queries.mask_account(contact.account),
        address=contact.address,
    )


def pay_now(pno: Pno, *, today: date) -> PayNow:
    """How a person is paid: in this month, or in the newest month that was run, whichever is later."""
    standing, _coming = home_facts.pay_now_and_to_come(pno, today=today)
    return PayNow(
        state=standing.state,
        reason=standing.reason_code,
        benefits=tuple(entitlements.queries.benefits_of(pno)),
    )


def home_of(pno: Pno, *, standing: StandingRecord | None, today: date, case_rules: CaseRules) -> HomeState:
    """What the person has to know first; `standing` is where the person stands today (`find_standing_today`)."""
    return home_state(home_facts.facts_of(pno, standing=standing, today=today, case_rules=case_rules))


def timeline(pno: Pno, *, store: Store) -> list[TimelineEvent]:
    """Everything that happened to a person, newest first: results, passes, pay, cases, notices, confirmed facts."""
    events = [
        *_results(pno, store),
        *_passes(pno),
        *_pay_steps(pno),
        *_arrears(pno),
        *_held_pay(pno),
        *_cases(pno),
        *_notices(pno),
        *_life_events(pno),
        *_benefits(pno),
    ]
    return sorted(
        events, key=lambda event: (event.day, event.at.isoformat() if event.at else ""), reverse=True
    )


def _results(pno: Pno, store: Store) -> Iterator[TimelineEvent]:
    for found in certification.queries.results_through_time(store, pno):
        reasons = ",".join(reason.value for reason in found.reasons)
        yield TimelineEvent(
            kind="result", day=found.as_of, code=found.result.word, facts={"reasons": reasons}
        )


def _passes(pno: Pno) -> Iterator[TimelineEvent]:
    for found in passes.queries.passes_of(pno):
        yield TimelineEvent(
            kind="pass", day=found.event_day, code=found.channel, at=found.known_since, who=found.known_by
        )


def _pay_steps(pno: Pno) -> Iterator[TimelineEvent]:
    for step in entitlements.queries.pay_steps_of(pno):
        month = Month.from_index(step.effective_month)
        yield TimelineEvent(
            kind="pay",
            day=month.first(),
            code=str(int(step.to_state)),
            number=step.effective_month,
            facts={"reason": step.reason_code},
        )


def _arrears(pno: Pno) -> Iterator[TimelineEvent]:
    """Pay that was made up for: what a run paid besides the month, and the months run before whose difference it paid."""
    for found in payments.queries.exceptions_of(pno):
        if found.arrears_fen:
            yield TimelineEvent(
                kind="arrears",
                day=found.month.first(),
                code=found.explanation,
                number=found.arrears_fen,
                facts={
                    "differences": ",".join(str(Month.from_index(one.for_month)) for one in found.differences)
                },
            )


def _held_pay(pno: Pno) -> Iterator[TimelineEvent]:
    for found in payments.queries.held_pay_of(pno):
        yield TimelineEvent(
            kind="held_pay",
            day=found.month.first(),
            code=found.state.value,
            number=found.fen,
            facts={"why": found.why.value, "first": str(found.first), "last": str(found.last)},
        )


def _cases(pno: Pno) -> Iterator[TimelineEvent]:
    for case in casework.queries.cases_of_person(pno):
        yield TimelineEvent(kind="case", day=case.opened_on, code=CaseState.OPEN.value, number=case.case_id)
        if case.is_closed and case.confirmed_at:
            yield TimelineEvent(
                kind="case",
                day=case.confirmed_at.astimezone(CHINA).date(),
                at=case.confirmed_at,
                who=case.confirmed_by,
                code=case.state,
                number=case.case_id,
                facts={"kind": case.kind, "outcome": case.outcome},
            )


def _notices(pno: Pno) -> Iterator[TimelineEvent]:
    for message in notices.queries.messages_of(pno):
        at = message.sent_at or message.queued_at
        yield TimelineEvent(
            kind="notice",
            day=at.astimezone(CHINA).date(),
            at=at,
            code=message.template,
            facts={"state": message.state.value},
        )


def _life_events(pno: Pno) -> Iterator[TimelineEvent]:
    for event in people.queries.life_events(pno):
        yield TimelineEvent(
            kind="life", day=event.true_from, code=event.kind, at=event.known_since, who=event.known_by
        )


def _benefits(pno: Pno) -> Iterator[TimelineEvent]:
    for benefit in entitlements.queries.benefits_of(pno):
        yield TimelineEvent(
            kind="benefit", day=benefit.true_from, code=benefit.benefit_type, number=benefit.monthly_fen
        )


# --- the ledger, and a demo's people ---


def find_proof(index: int) -> EntryProof | None:
    """An entry with its inclusion proof, recomputed here and now; None where there is no such entry."""
    entry = ledger.queries.find_entry(index)
    if entry is None:
        return None
    size = ledger.queries.size()
    path, root = ledger.queries.inclusion(index, size), ledger.queries.root(size)
    holds = ledger.queries.verify_inclusion(
        index=index, size=size, leaf=entry.leaf_hash, proof=path, root=root
    )
    return EntryProof(entry=entry, path=tuple(path), root=root, size=size, holds=holds)


def examples() -> list[Example]:
    """One identity number for each result, for a demo's phone page. Never call it for real people."""
    found = []
    for result in Result:
        standing = next(iter(certification.queries.standings_at(result)), None)
        if standing is not None:
            found.append(Example(result=result, number=people.queries.identity(Pno(standing.pno)).number))
    return found
