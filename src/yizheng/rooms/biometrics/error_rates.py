"""How often an engine errs (错误率), from labelled comparisons and captures, with intervals. Pure: figures in and out.

The words are those of ISO/IEC 19795-1 and 30107-3: FNMR, the share of true pairs that are not matched (漏识率); FMR, the
share of false pairs that are matched (误识率); APCER, the share of attacks taken for a live person, kind by kind, the
worst kind counting (攻击漏检率); BPCER, the share of live people taken for an attack (真人误拒率).

Rules that always hold: a rate never stands without its count; an interval covers 95 in 100; where nothing was counted the
rate is unknown (None) and its interval is everything. Comparisons that share a person are not independent: the exact
(Clopper-Pearson) interval is too narrow for them, so `ByPerson` draws people, not pairs.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

CONFIDENCE = 0.95
_Z = 1.959963984540054
"""The normal quantile of 0.975."""

Scores = NDArray[np.float64]
"""Cosines of labelled comparisons, in any order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A share of errors: how many of how many, and what the true share may be (95 %, exact binomial)."""

    errors: int
    of: int
    low: float
    high: float

    @property
    def share(self) -> float | None:
        """The measured share, 0 to 1; None where nothing was counted."""
        return self.errors / self.of if self.of else None


def rate(errors: int, of: int) -> Rate:
    """The rate of `errors` in `of` trials, with its exact interval. Raises ValueError for counts that cannot be."""
    low, high = clopper_pearson(errors, of)
    return Rate(errors=errors, of=of, low=low, high=high)


def clopper_pearson(errors: int, of: int, *, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The exact interval of a binomial share (Clopper and Pearson 1934); never narrower than promised."""
    _check(errors, of)
    if of == 0:
        return 0.0, 1.0
    tail = (1 - confidence) / 2
    low = 0.0 if errors == 0 else _beta_quantile(tail, errors, of - errors + 1)
    high = 1.0 if errors == of else _beta_quantile(1 - tail, errors + 1, of - errors)
    return low, high


def wilson(errors: int, of: int) -> tuple[float, float]:
    """Wilson's interval (1927, 95 %): shorter than the exact one, right on average and not always."""
    _check(errors, of)
    if of == 0:
        return 0.0, 1.0
    share, square = errors / of, _Z * _Z
    middle = share + square / (2 * of)
    half = _Z * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    scale = 1 + square / of
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


# ---- comparisons ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchingErrors:
    """Both errors at one threshold: a pair is matched where its score reaches it."""

    threshold: float
    fnmr: Rate
    fmr: Rate


def matching_errors(
    genuine: Scores, impostor: Scores, thresholds: Sequence[float]
) -> tuple[MatchingErrors, ...]:
    """Both errors at each threshold, in the order of the thresholds."""
    return tuple(
        MatchingErrors(
            threshold=threshold,
            fnmr=rate(int(np.count_nonzero(genuine < threshold)), len(genuine)),
            fmr=rate(int(np.count_nonzero(impostor >= threshold)), len(impostor)),
        )
        for threshold in thresholds
    )


def equal_error(genuine: Scores, impostor: Scores) -> tuple[float, float] | None:
    """Where both errors are alike: (their mean, the threshold); None where one kind of pair is missing."""
    if not len(genuine) or not len(impostor):
        return None
    at = np.unique(np.concatenate([genuine, impostor]))
    missed = np.searchsorted(np.sort(genuine), at, side="left") / len(genuine)
    taken = 1 - np.searchsorted(np.sort(impostor), at, side="left") / len(impostor)
    best = int(np.argmin(np.abs(missed - taken)))
    return float((missed[best] + taken[best]) / 2), float(at[best])


def threshold_for_fmr(impostor: Scores, wanted: float) -> float | None:
    """The lowest threshold whose measured FMR is at most `wanted`; None where there are too few pairs to say.

    Fewer than 1 / wanted false pairs cannot show such a share: no threshold follows from them.
    """
    if wanted <= 0 or len(impostor) * wanted < 1:
        return None
    ordered = np.sort(impostor)[::-1]
    allowed = int(len(ordered) * wanted)
    if allowed >= len(ordered):
        return float(ordered[-1])
    return float(np.nextafter(ordered[allowed], np.inf))


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """An interval from drawing people anew: how many people there are, and where 95 of 100 drawn shares lie."""

    people: int
    low: float
    high: float


class ByPerson:
    """Labelled comparisons grouped by the people in them, ready to draw people anew.

    `first` and `second` number the two people of each comparison (the same person in a true pair). A person drawn k
    times counts k times in true pairs, and k1 x k2 times in false ones.
    """

    def __init__(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> None:
        people, numbered = np.unique(np.concatenate([first, second]), return_inverse=True)
        self.people = len(people)
        one, two = numbered[: len(first)], numbered[len(first) :]
        groups, self._group_of = np.unique(one * max(self.people, 1) + two, return_inverse=True)
        self._one, self._two = groups // max(self.people, 1), groups % max(self.people, 1)
        self._own = self._one == self._two
        self._sizes = np.bincount(self._group_of, minlength=len(groups)).astype(np.float64)

    def interval(self, wrong: NDArray[np.bool_], *, seed: int, rounds: int = 400) -> Drawn | None:
        """The 95 % interval of the share of `wrong` comparisons. None for fewer than two people.

        An interval of 0 to 0 says only that no error was there to be drawn: read the exact one beside it.
        """
        if self.people < 2:
            return None
        errors = np.bincount(self._group_of, weights=wrong.astype(np.float64), minlength=len(self._sizes))
        draws = np.random.default_rng(seed)
        shares = []
        for _ in range(rounds):
            times = np.bincount(draws.integers(self.people, size=self.people), minlength=self.people)
            weights = np.where(self._own, times[self._one], times[self._one] * times[self._two])
            total = float(weights @ self._sizes)
            if total:
                shares.append(float(weights @ errors) / total)
        if not shares:
            return None
        low, high = np.quantile(shares, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
        return Drawn(people=self.people, low=float(low), high=float(high))


# ---- captures ---------------------------------------------------------------------------------------------------


class Taken(StrEnum):
    """What a liveness check took a capture for."""

    ALIVE = "alive"
    ATTACK = "attack"
    NO_ANSWER = "no_answer"
    """It could not say: the capture goes to a person. Counted by itself, as 30107-3 asks (non-response)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """One labelled capture: `species` names the kind of attack, and is empty for a live person; what it was taken for."""

    species: str
    taken: Taken


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeciesErrors:
    """The captures of one kind of attack: how many were taken for alive (APCER), how many got no answer (APNRR)."""

    species: str
    apcer: Rate
    no_answer: Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class LivenessErrors:
    """What a set of captures says: kinds of attack in order of name, live people, and the worst kind's APCER."""

    species: tuple[SpeciesErrors, ...]
    bpcer: Rate
    bona_fide_no_answer: Rate

    @property
    def apcer(self) -> Rate | None:
        """The APCER of the worst kind: what the standard wants named; None where no attack was shown."""
        return max(
            (kind.apcer for kind in self.species),
            key=lambda found: (found.share or 0.0, found.high),
            default=None,
        )


def liveness_errors(captures: Sequence[Presented]) -> LivenessErrors:
    """Both errors of a liveness check. A live person without an answer is no error of it, and is counted beside it."""
    live = [capture.taken for capture in captures if not capture.species]
    kinds = sorted({capture.species for capture in captures if capture.species})
    species = []
    for kind in kinds:
        taken = [capture.taken for capture in captures if capture.species == kind]
        species.append(
            SpeciesErrors(
                species=kind,
                apcer=rate(taken.count(Taken.ALIVE), len(taken)),
                no_answer=rate(taken.count(Taken.NO_ANSWER), len(taken)),
            )
        )
    return LivenessErrors(
        species=tuple(species),
        bpcer=rate(live.count(Taken.ATTACK), len(live)),
        bona_fide_no_answer=rate(live.count(Taken.NO_ANSWER), len(live)),
    )


# ---- arithmetic -------------------------------------------------------------------------------------------------


def _check(errors: int, of: int) -> None:
    if not 0 <= errors <= of:
        raise ValueError(f"errors between 0 and the trials were expected, but {errors} of {of} came")


def _beta_quantile(share: float, a: float, b: float) -> float:
    """Where the beta distribution reaches `share`, by halving: to the last bit that matters."""
    low, high = 0.0, 1.0
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if _beta_share(middle, a, b) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _beta_share(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function, by its continued fraction (Lentz)."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    tiny = 1e-300
    c, d = 1.0, 1.0 / _away(1 - (a + b) * x / (a + 1), tiny)
    found = d
    for m in range(1, 2000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / _away(1 + even * d, tiny)
        c = _away(1 + even / c, tiny)
        found *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / _away(1 + odd * d, tiny)
        c = _away(1 + odd / c, tiny)
        step = d * c
        found *= step
        if abs(step - 1) < 1e-15:
            break
    return found


def _away(value: float, tiny: float) -> float:
    """The value, kept away from 0."""
    return value if abs(value) > tiny else tiny
