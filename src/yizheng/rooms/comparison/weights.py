"""From an agency's evidence rules to the numbers the engine counts with."""

from collections.abc import Collection, Sequence

from yizheng.rooms.comparison.data import KindWeight
from yizheng.rooms.evidence.data import EvidenceRules, Health, Source, SourceHealth, Strength


def weights_of(rules: EvidenceRules, sources: Sequence[Source]) -> list[KindWeight]:
    """One weight a kind. Owners are numbered by name, so the same files always give the same numbers."""
    by_key = {source.key: source for source in sources}
    owners = {name: number for number, name in enumerate(sorted({source.owner for source in sources}))}
    return [
        KindWeight(
            no=kind.no,
            polarity=kind.polarity.value,
            points=kind.points,
            weak=kind.strength is Strength.WEAK,
            owner=owners[by_key[kind.source].owner],
            source=by_key[kind.source].no,
            valid_days=kind.holds_days,
        )
        for kind in rules.kinds
    ]


def silent_bits(health: Collection[SourceHealth], sources: Sequence[Source]) -> int:
    """One bit for each source whose absence proves nothing today, by `Source.no`."""
    numbers = {source.key: source.no for source in sources}
    return sum(1 << numbers[state.source] for state in health if state.health is not Health.WELL)
