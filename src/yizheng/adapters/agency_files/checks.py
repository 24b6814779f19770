"""What must hold between an agency's files: names that are used exist, and nothing stands twice."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

from yizheng.adapters.agency_files.why import Why
from yizheng.kernel.errors import Refused
from yizheng.rooms.certification.data import Policy
from yizheng.rooms.evidence.data import Column, EvidenceRules, Polarity, Source
from yizheng.rooms.people.data import ROSTER_FIELDS
from yizheng.rooms.quality.data import QualityRules


def versions_in_order(policies: Iterable[Policy]) -> tuple[Policy, ...]:
    """Versions of a policy key follow each other: the next `from_day` ends the one before. Raises Refused."""
    by_key: dict[str, list[Policy]] = defaultdict(list)
    for policy in policies:
        by_key[policy.key].append(policy)
    settled: list[Policy] = []
    for key, versions in sorted(by_key.items()):
        versions.sort(key=lambda policy: policy.from_day)
        for policy, following in zip(versions, [*versions[1:], None], strict=True):
            if policy.until_day and policy.until_day <= policy.from_day:
                raise Refused(
                    Why.POLICY_ENDS_TOO_EARLY,
                    policy=key,
                    from_day=policy.from_day,
                    until_day=policy.until_day,
                )
            if following and following.from_day == policy.from_day:
                raise Refused(Why.POLICY_TWICE, policy=key, from_day=policy.from_day)
            ends = [day for day in (policy.until_day, following.from_day if following else None) if day]
            settled.append(replace(policy, until_day=min(ends, default=None)))
    return tuple(settled)


def check_quality(folder: Path, rules: QualityRules, sources: tuple[Source, ...]) -> None:
    """The sources that quality.yaml names exist. Raises Refused."""
    known = {source.key for source in sources}
    for name in (*rules.working_day_sources, rules.death_register):
        if name and name not in known:
            raise Refused(Why.SOURCE_WITHOUT_FILE, file=folder / "quality.yaml", source=name)


def check_sources(folder: Path, sources: tuple[Source, ...], rules: EvidenceRules) -> None:
    """Kinds belong to sources that exist, and sources report kinds of their own. Raises Refused."""
    _once(folder / "sources", "key", [source.key for source in sources])
    _once(folder / "sources", "no", [str(source.no) for source in sources])
    _once(folder / "evidence.yaml", "key", [kind.key for kind in rules.kinds])
    known = {source.key for source in sources}
    for kind in rules.kinds:
        if kind.source not in known:
            raise Refused(
                Why.KIND_WITHOUT_SOURCE, file=folder / "evidence.yaml", kind=kind.key, source=kind.source
            )
    owners = {kind.key: kind.source for kind in rules.kinds}
    alive = {kind.key for kind in rules.kinds if kind.polarity is Polarity.ALIVE}
    for source in sources:
        _codes_are_listed(folder, source, alive)
        for rule in source.kinds:
            if rule.kind not in owners:
                raise Refused(Why.KIND_UNKNOWN, file=folder / "sources", source=source.key, kind=rule.kind)
            if owners[rule.kind] != source.key:
                raise Refused(
                    Why.KIND_OF_ANOTHER,
                    file=folder / "sources",
                    source=source.key,
                    kind=rule.kind,
                    owner=owners[rule.kind],
                )


def _codes_are_listed(folder: Path, source: Source, alive: Collection[str]) -> None:
    """A source that says by a code what happened proves life by codes that are listed: a new one proves nothing."""
    coded = next((rule.column for rule in source.kinds if rule.column), "")
    for rule in source.kinds:
        if coded and rule.kind in alive and not rule.values:
            raise Refused(
                Why.LIFE_WITHOUT_CODES,
                file=folder / "sources",
                source=source.key,
                kind=rule.kind,
                column=coded,
            )


def check_roster(folder: Path, columns: dict[str, Column]) -> None:
    """The roster's mapping names exactly the fields that a roster has. Raises Refused."""
    unknown, missing = sorted(set(columns) - set(ROSTER_FIELDS)), sorted(set(ROSTER_FIELDS) - set(columns))
    if unknown:
        raise Refused(
            Why.ROSTER_FIELDS_UNKNOWN, file=folder / "roster.yaml", unknown=unknown, known=ROSTER_FIELDS
        )
    if missing:
        raise Refused(Why.ROSTER_FIELDS_MISSING, file=folder / "roster.yaml", missing=missing)


def _once(path: Path, field: str, values: list[str]) -> None:
    doubles = sorted({value for value in values if values.count(value) > 1})
    if doubles:
        raise Refused(Why.STANDS_TWICE, file=path, field=field, values=doubles)
