"""What a certification run depends on, gathered and hashed, and the judging of people by it.

The run over everybody and the explanation of one person both stand on this, so they cannot disagree: whatever is not
in `Inputs` cannot change a result, and equal inputs have the equal hash.
"""

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby

import numpy as np
import pyarrow as pa

from yizheng.flows.runs.evidence_settles import LINKS, files_of
from yizheng.kernel.digest import canonical_json, content_hash, sha256_hex
from yizheng.kernel.errors import Refused
from yizheng.kernel.store import Store
from yizheng.kernel.time import CHINA, Month, day_number
from yizheng.rooms import certification, entitlements, evidence, passes, people
from yizheng.rooms.certification.data import Policy, Rulebook, Standard
from yizheng.rooms.comparison import layout
from yizheng.rooms.comparison.data import BUCKET_BITS, Key
from yizheng.rooms.comparison.engine import Engine, only, said_again
from yizheng.rooms.comparison.weights import silent_bits, weights_of
from yizheng.rooms.evidence.data import (
    DeliveryRecord,
    EvidenceRules,
    LinkRecord,
    Polarity,
    Source,
    SourceHealth,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """All that a run depends on. Whatever is not in here cannot change a result."""

    as_of: date
    roster: int
    standard: Standard
    sources: tuple[Source, ...]
    health: tuple[SourceHealth, ...]
    deliveries: tuple[str, ...]
    relinked: tuple[str, ...]
    links: tuple[LinkRecord, ...]
    set_aside: tuple[int, ...]
    resolved: tuple[int, ...]
    joined: Mapping[int, int]
    known_before: datetime
    prior: certification.queries.RunRecord | None
    hashes: dict[str, str]

    @property
    def run_id(self) -> str:
        """The name of the run that these inputs make."""
        return f"{self.as_of}-{self.hashes['inputs'][:12]}"

    def is_silent(self, source: str) -> bool:
        """Whether a source's absence proves nothing on this day."""
        return any(
            known.key == source and self.standard.silent_sources >> known.no & 1 for known in self.sources
        )

    @property
    def buckets(self) -> range:
        """The buckets that the roster fills."""
        return range((people.queries.roster_size() - 1 >> BUCKET_BITS) + 1)


def gather(*, as_of: date, rulebook: Rulebook) -> Inputs:
    """Gather what a run as of a day depends on. Raises Refused when there is no roster."""
    roster = people.queries.people_known(as_of=as_of)
    if not roster:
        raise Refused(certification.Why.NO_ROSTER, as_of=as_of)
    known_before = datetime.combine(as_of + timedelta(days=1), time(), CHINA)
    deliveries = evidence.queries.deliveries(as_of=as_of)
    health = evidence.queries.health(sources=rulebook.sources, as_of=as_of, roster_size=roster)
    rosters = people.queries.roster_batches(as_of=as_of)
    trusted = _without_ill_deliveries(deliveries, rulebook.sources, as_of=as_of, roster_size=roster)
    prior = certification.queries.find_latest_run(before=as_of)
    standard = Standard(
        policies=rulebook.policies,
        rules=rulebook.rules,
        silent_sources=silent_bits(health, rulebook.sources),
        heard_until=_heard_until(rulebook, trusted),
    )
    set_aside = tuple(sorted(evidence.queries.set_aside(known_before=known_before)))
    resolved = tuple(sorted(evidence.queries.resolved(known_before=known_before)))
    batches = {delivery.batch_id for delivery in trusted}
    relinked = [name for batch_id, name in evidence.queries.relinked(len(rosters)) if batch_id in batches]
    links = _links_into(trusted, known_before)
    joined = people.queries.joined(known_before=known_before)
    hashes = {
        "policies": hash_of_policies(rulebook.policies),
        "rules": hash_of_rules(rulebook.rules, rulebook.sources),
    }
    hashes["inputs"] = sha256_hex(
        canonical_json(
            {
                "as_of": as_of.isoformat(),
                "policies": hashes["policies"],
                "rules": hashes["rules"],
                "rosters": rosters,
                "deliveries": sorted(batches),
                "relinked": relinked,
                "links": sorted((batch_id, row, link.pno) for batch_id, row, link in links),
                "silent": standard.silent_sources,
                "ended": entitlements.queries.ended_by(Month.of(as_of)),
                "set_aside": set_aside,
                "resolved": resolved,
                "passes": sorted(passes.queries.newest_passes(known_before=known_before).items()),
                "prior": prior.results_hash if prior else "",
                **({"heard_until": standard.heard_until} if standard.heard_until else {}),
                **({"joined": sorted(joined.items())} if joined else {}),
            }
        )
    )
    return Inputs(
        as_of=as_of,
        roster=roster,
        standard=standard,
        sources=rulebook.sources,
        health=tuple(health),
        deliveries=tuple(delivery.batch_id for delivery in trusted),
        relinked=tuple(relinked),
        links=tuple(link for _, _, link in links),
        set_aside=set_aside,
        resolved=resolved,
        joined=joined,
        known_before=known_before,
        prior=prior,
        hashes=hashes,
    )


def _heard_until(rulebook: Rulebook, trusted: Sequence[DeliveryRecord]) -> int:
    """Of which day the sources of life have told at last, where a policy waits for it; 0 where none does, or none has."""
    if not any(policy.waits_for_deliveries for policy in rulebook.policies):
        return 0
    alive = {kind.key for kind in rulebook.rules.kinds if kind.polarity is Polarity.ALIVE}
    until = evidence.queries.heard_until(rulebook.sources, trusted, of_life=alive)
    return day_number(until) if until else 0


def hash_of_policies(policies: Sequence[Policy]) -> str:
    """The name of what the policies say, in whatever order and files they stand."""
    return content_hash(sorted(policies, key=lambda policy: (policy.key, policy.from_day)))


def hash_of_rules(rules: EvidenceRules, sources: Sequence[Source]) -> str:
    """The name of what the evidence rules and the sources say, and of the decision table's version."""
    in_order = replace(rules, kinds=tuple(sorted(rules.kinds, key=lambda kind: kind.no)))
    return content_hash(
        [certification.queries.RULES_VERSION, in_order, sorted(sources, key=lambda source: source.no)]
    )


def _without_ill_deliveries(
    deliveries: Sequence[DeliveryRecord], sources: Sequence[Source], *, as_of: date, roster_size: int
) -> list[DeliveryRecord]:
    """Leave out what is ill by itself, and what no source of today answers for: nothing is concluded from either."""
    known = {source.key for source in sources}
    ill: set[str] = set()
    for source in sources:
        ill |= evidence.queries.ill_deliveries(
            source, deliveries, as_of=as_of, roster_size=roster_size
        ).keys()
    return [one for one in deliveries if one.source in known and one.batch_id not in ill]


def _links_into(
    deliveries: Sequence[DeliveryRecord], known_before: datetime
) -> list[tuple[str, int, LinkRecord]]:
    """The uncertain links that are evidence by then into these deliveries: batch, place of the row in it, link."""
    first = sorted(deliveries, key=lambda delivery: delivery.first_evidence_no)
    starts = [delivery.first_evidence_no for delivery in first]
    found = []
    for link in evidence.queries.links_that_hold(known_before=known_before):
        place = bisect_right(starts, link.evidence_no) - 1
        if place >= 0 and link.evidence_no < starts[place] + first[place].rows:
            found.append((first[place].batch_id, link.evidence_no - starts[place], link))
    return found


def evidence_names(inputs: Inputs, *, bucket: int, store: Store) -> list[str]:
    """The names of all evidence about a bucket of people: linked on arrival, to a later roster, by uncertain links, and
    to a file that was joined to one of theirs.

    The last two follow from rows of the database; they are put beside the others as a file that bears their hash as its
    name.
    """
    keys = sorted(
        (link.pno, Key(day=link.day, kind=link.kind_no, evidence_no=link.evidence_no).pack())
        for link in inputs.links
        if link.pno >> BUCKET_BITS == bucket
    )
    keys = sorted(keys + _keys_of_joined(inputs, bucket=bucket, store=store))
    names = _linked_names(inputs, bucket=bucket, store=store)
    if keys:
        name = evidence.queries.lean_file(f"{LINKS}{sha256_hex(canonical_json(keys))}", bucket)
        pno, key = (np.array(column) for column in zip(*keys, strict=True))
        rows = layout.encoded((pno.astype(np.int32), key.astype(np.int64))).to_pybytes()
        # What the table says counts, whatever lies in the file.
        if not store.exists(name) or store.read(name) != rows:
            store.write(name, rows)
        names.append(name)
    return names


def _linked_names(inputs: Inputs, *, bucket: int, store: Store) -> list[str]:
    names = (evidence.queries.lean_file(batch, bucket) for batch in (*inputs.deliveries, *inputs.relinked))
    return [name for name in names if store.exists(name)]


def _keys_of_joined(inputs: Inputs, *, bucket: int, store: Store) -> list[tuple[int, int]]:
    """What came in about files that were joined to people of this bucket, as told of those people."""
    mine = sorted(came for came, holder in inputs.joined.items() if holder >> BUCKET_BITS == bucket)
    keys: list[tuple[int, int]] = []
    for theirs, some in groupby(mine, key=lambda came: came >> BUCKET_BITS):
        names = _linked_names(inputs, bucket=theirs, store=store)
        wanted = np.array(list(some), np.int32)
        pno, key = only(layout.read(files_of(names, bucket=theirs, store=store)), wanted)
        keys += [(inputs.joined[came], one) for came, one in zip(pno.tolist(), key.tolist(), strict=True)]
    return keys


def evidence_files(inputs: Inputs, *, bucket: int, store: Store) -> list[str]:
    """The paths of all evidence about a bucket of people."""
    return files_of(evidence_names(inputs, bucket=bucket, store=store), bucket=bucket, store=store)


def leads_about(inputs: Inputs, people: Sequence[int], store: Store) -> dict[int, list[int]]:
    """The rows of every lead about these people that raises a doubt, the oldest first, by person number."""
    as_of, kinds = day_number(inputs.as_of), {kind.no: kind for kind in inputs.standard.rules.kinds}
    found: dict[int, list[int]] = {}
    for bucket in sorted({pno >> BUCKET_BITS for pno in people}):
        wanted = np.array(sorted(pno for pno in people if pno >> BUCKET_BITS == bucket), np.int32)
        rows = only(layout.read(evidence_files(inputs, bucket=bucket, store=store)), wanted)
        aside = {*inputs.set_aside, *said_again(rows, np.array(inputs.resolved, np.int64)).tolist()}
        for pno, key in zip(rows[0].tolist(), map(Key.unpack, rows[1].tolist()), strict=True):
            kind = kinds[key.kind]
            holds = kind.is_lead and key.day <= as_of <= key.day + kind.holds_days
            if holds and kind.polarity is not Polarity.ABROAD and key.evidence_no not in aside:
                found.setdefault(pno, []).append(key.evidence_no)
    return found


def said_before(inputs: Inputs, people: Sequence[int], ruled: Collection[int], store: Store) -> set[int]:
    """The rows about these people that say what people have ruled on, the ruled rows and every repetition of theirs."""
    found = set(ruled)
    for bucket in sorted({pno >> BUCKET_BITS for pno in people}):
        wanted = np.array(sorted(pno for pno in people if pno >> BUCKET_BITS == bucket), np.int32)
        rows = only(layout.read(evidence_files(inputs, bucket=bucket, store=store)), wanted)
        found.update(said_again(rows, np.array(sorted(ruled), np.int64)).tolist())
    return found


def engine_for(inputs: Inputs) -> Engine:
    """A comparison engine that counts as these inputs say."""
    return Engine(
        weights=weights_of(inputs.standard.rules, inputs.sources),
        threshold=inputs.standard.rules.threshold,
        weak_cap=inputs.standard.rules.weak_cap,
        set_aside=inputs.set_aside,
        resolved=inputs.resolved,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What the database knows of some people of one bucket, for their judging."""

    benefits: entitlements.queries.BenefitColumns
    persons: people.queries.PersonColumns
    passes: dict[int, int]


def columns_of(inputs: Inputs, *, first: int, last: int) -> Columns:
    """Read what the database knows of the people numbered `first` to `last`."""
    return Columns(
        benefits=entitlements.queries.benefit_columns(first=first, last=last, as_of=inputs.as_of),
        persons=people.queries.person_columns(first=first, last=last),
        passes=_passes_of(inputs, first=first, last=last),
    )


def _passes_of(inputs: Inputs, *, first: int, last: int) -> dict[int, int]:
    """The newest pass of these people, also one that was recorded under a number that is theirs by now."""
    found = passes.queries.newest_passes(known_before=inputs.known_before, first=first, last=last)
    for came, holder in inputs.joined.items():
        if first <= holder <= last:
            theirs = passes.queries.newest_passes(known_before=inputs.known_before, first=came, last=came)
            if came in theirs:
                found[holder] = max(theirs[came], found.get(holder, 0))
    return found


def judge_people(inputs: Inputs, *, first: int, last: int, engine: Engine, store: Store) -> pa.Table:
    """The results of the people numbered `first` to `last`, who lie in one bucket: a row each, by person number."""
    bucket = first >> BUCKET_BITS
    state = engine.evaluate(
        files=evidence_files(inputs, bucket=bucket, store=store),
        as_of=day_number(inputs.as_of),
        pno=first if first == last else None,
    )
    columns = columns_of(inputs, first=first, last=last)
    return judge_columns(inputs, columns, bucket=bucket, state=state, store=store)


def judge_columns(
    inputs: Inputs, columns: Columns, *, bucket: int, state: pa.Table, store: Store
) -> pa.Table:
    """The results of people of one bucket, by what the database knows (`columns`) and the comparison found (`state`).

    No database is asked, so any process can do it.
    """
    known = certification.queries.known_of(
        benefits=columns.benefits,
        persons=columns.persons,
        state=state,
        prior=certification.queries.find_prior(store, inputs.prior.run_id, bucket) if inputs.prior else None,
        passes=columns.passes,
        joined=inputs.joined,
        standard=inputs.standard,
        as_of=inputs.as_of,
    )
    return certification.queries.judge_bucket(
        known, pno=columns.benefits.pno, standard=inputs.standard, as_of=inputs.as_of
    )
