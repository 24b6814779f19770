"""The statistics of the benchmark: percentiles where some have not ended yet, shares with their uncertainty. Pure."""

from collections.abc import Sequence
from math import sqrt

Z = 1.959963984540054
"""Of a two-sided interval of 95 %."""


def percentile(ended: Sequence[int], open_ended: Sequence[int], share: float) -> int | None:
    """The time by which that share has ended (Kaplan-Meier), counting those that still run for as long as they did.

    None where nothing was observed, or where fewer than that share had ended by the last time seen.
    """
    left = 1.0
    for time in sorted(set(ended)):
        at_risk = sum(one >= time for one in ended) + sum(one >= time for one in open_ended)
        left *= 1 - ended.count(time) / at_risk
        if left <= 1 - share + 1e-12:
            return time
    return None


def both_percentiles(ended: Sequence[int], open_ended: Sequence[int]) -> dict[str, int | None]:
    """The median and the 95th percentile of a time."""
    return {
        "p50": percentile(ended, open_ended, 0.5),
        "p95": percentile(ended, open_ended, 0.95),
    }


def share_of(part: float, whole: float) -> float | None:
    """A share to six places; None of nothing."""
    return round(part / whole, 6) if whole else None


def wilson(hits: float, tries: float) -> tuple[float, float]:
    """The interval of a share at 95 % (Wilson); all of 0 to 1 where nothing was tried."""
    if tries <= 0:
        return 0.0, 1.0
    share = hits / tries
    middle = share + Z * Z / (2 * tries)
    spread = Z * sqrt(share * (1 - share) / tries + Z * Z / (4 * tries * tries))
    low, high = (middle - spread) / (1 + Z * Z / tries), (middle + spread) / (1 + Z * Z / tries)
    return max(0.0, low), min(1.0, high)


def clustered(hits: Sequence[int], tries: Sequence[int]) -> tuple[float, float, float]:
    """A share over people who each have several tries, with its interval at 95 %: share, low, high.

    Tries of one person hang together, so the effective number of tries is smaller than their count: it is divided by the
    design effect, from the variance between people, and Wilson's interval is taken of that.
    """
    total = sum(tries)
    if not total:
        return 0.0, 0.0, 1.0
    share = sum(hits) / total
    between = sum((hit - share * count) ** 2 for hit, count in zip(hits, tries, strict=True)) / total**2
    alone = share * (1 - share) / total
    effect = max(1.0, between / alone) if alone > 0 else total / len(tries)
    low, high = wilson(share * total / effect, total / effect)
    return share, low, high
