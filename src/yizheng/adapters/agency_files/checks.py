"""What must hold between an agency's files: names that are used exist, and nothing stands twice."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from yizheng.kernel.errors import Refused
from yizheng.rooms.certification.data import Policy
from yizheng.rooms.evidence.data import Column, EvidenceRules, Source
from yizheng.rooms.evidence.quality_data import QualityRules
from yizheng.rooms.people.data import ROSTER_FIELDS


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
                    f"policies: {key!r} holds from {policy.from_day} until {policy.until_day}, "
                    "which is not later. Correct one of the two days."
                )
            if following and following.from_day == policy.from_day:
                raise Refused(
                    f"policies: two versions of {key!r} hold from {policy.from_day}. "
                    "Give one of them another from_day."
                )
            ends = [day for day in (policy.until_day, following.from_day if following else None) if day]
            settled.append(replace(policy, until_day=min(ends, default=None)))
    return tuple(settled)


def check_quality(folder: Path, rules: QualityRules, sources: tuple[Source, ...]) -> None:
    """The sources that quality.yaml names exist. Raises Refused."""
    known = {source.key for source in sources}
    for name in (*rules.working_day_sources, rules.death_register):
        if name and name not in known:
            raise Refused(
                f"{folder / 'quality.yaml'}: the source {name!r} has no file in sources/."
                " Add the file or correct the name."
            )


def check_sources(folder: Path, sources: tuple[Source, ...], rules: EvidenceRules) -> None:
    """Kinds belong to sources that exist, and sources report kinds of their own. Raises Refused."""
    _once(folder / "sources", "source key", [source.key for source in sources])
    _once(folder / "sources", "source no", [str(source.no) for source in sources])
    _once(folder / "evidence.yaml", "kind key", [kind.key for kind in rules.kinds])
    known = {source.key for source in sources}
    for kind in rules.kinds:
        if kind.source not in known:
            raise Refused(
                f"{folder / 'evidence.yaml'}: the kind {kind.key!r} names the source {kind.source!r}, "
                "which has no file in sources/. Add the file or correct the name."
            )
    owners = {kind.key: kind.source for kind in rules.kinds}
    for source in sources:
        for rule in source.kinds:
            if owners.get(rule.kind) != source.key:
                whose = (
                    f"belongs to {owners[rule.kind]!r}" if rule.kind in owners else "is not in evidence.yaml"
                )
                raise Refused(
                    f"{folder / 'sources'}: the source {source.key!r} reports the kind {rule.kind!r}, "
                    f"which {whose}. Correct the name or add the kind."
                )


def check_roster(folder: Path, columns: dict[str, Column]) -> None:
    """The roster's mapping names exactly the fields that a roster has. Raises Refused."""
    unknown, missing = sorted(set(columns) - set(ROSTER_FIELDS)), sorted(set(ROSTER_FIELDS) - set(columns))
    if unknown or missing:
        raise Refused(
            f"{folder / 'roster.yaml'}: exactly the fields {', '.join(ROSTER_FIELDS)} were expected; "
            f"unknown: {', '.join(unknown) or 'none'}; missing: {', '.join(missing) or 'none'}. Correct them."
        )


def _once(path: Path, what: str, values: list[str]) -> None:
    doubles = sorted({value for value in values if values.count(value) > 1})
    if doubles:
        raise Refused(f"{path}: the {what} {', '.join(doubles)} stands twice. Give each its own.")
