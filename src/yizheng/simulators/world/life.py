"""What becomes of people: deaths and who registers them, custody, absence, and who is seen by nobody."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from yizheng.kernel.time import day_number
from yizheng.simulators.world import rates
from yizheng.simulators.world.numbers import Ints
from yizheng.simulators.world.people import Flags, Population
from yizheng.simulators.world.plan import NEVER, Plan

SENTENCES = ("", "收监", "缓刑", "管制", "监外执行")
ELSEWHERE = (
    ("441900", "东莞市"),
    ("440300", "深圳市"),
    ("450500", "北海市"),
    ("460100", "海口市"),
    ("430100", "长沙市"),
)


@dataclass(slots=True, kw_only=True)
class Fates:
    """Columns over the population; a day is `NEVER` where the thing does not happen.

    `told_on` is when the first lead about a fate was delivered in a readable row; deliveries fill it in as they are made.
    `forced` are visits to the police counter that surely happen: of paused people who are alive, and of the living
    whose death was registered by mistake (`mistaken`, with the day that the register claims).
    """

    died: Ints
    hidden: Flags
    family_acts: Flags
    certified_dead: Ints
    cancelled: Ints
    cremated: Ints
    in_ward: Flags
    custody_from: Ints
    custody_until: Ints
    sentence: npt.NDArray[np.int8]
    sentence_known: Flags
    missing_from: Ints
    missing_reported: Ints
    abroad_since: Ints
    abroad_cancelled: Ints
    duplicate: npt.NDArray[np.int8]
    duplicate_from: Ints
    paused_months: npt.NDArray[np.int8]
    unseen: Flags
    told_on: Ints
    mistaken: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    mistaken_day: Ints = field(default_factory=lambda: np.empty(0, np.int32))
    forced: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    forced_day: Ints = field(default_factory=lambda: np.empty(0, np.int32))

    def here(self, who: npt.NDArray[np.int64], day: Ints) -> Flags:
        """Alive, free and to be found on a day."""
        shut_in = (
            (self.custody_from[who] <= day) & (day < self.custody_until[who]) & (self.sentence[who] == 1)
        )
        away = (self.missing_from[who] <= day) | (self.abroad_since[who] <= day)
        seen: Flags = (day < self.died[who]) & ~shut_in & ~away
        return seen


def draw_fates(plan: Plan, people: Population) -> Fates:
    """Draw every fate. The order below is part of the seed's meaning."""
    rng = plan.rng("fates")
    total = len(people)
    fates = Fates(
        died=_never(total), hidden=_no(total), family_acts=_no(total), certified_dead=_never(total),
        cancelled=_never(total), cremated=_never(total), in_ward=_no(total), custody_from=_never(total),
        custody_until=_never(total), sentence=np.zeros(total, np.int8), sentence_known=_no(total),
        missing_from=_never(total), missing_reported=_never(total), abroad_since=_never(total),
        abroad_cancelled=_never(total), duplicate=np.full(total, -1, np.int8), duplicate_from=_never(total),
        paused_months=np.zeros(total, np.int8), unseen=_draw_unseen(rng, people), told_on=_never(total),
    )  # fmt: skip
    _draw_deaths(rng, plan, people, fates)
    _register_deaths(rng, fates)
    living = rng.permutation(np.flatnonzero(fates.died[: people.roster] == NEVER))
    living = _draw_sentences(rng, plan, fates, living, people.roster)
    living = _draw_absences(rng, plan, fates, living, people.roster)
    living = _draw_duplicates(rng, plan, fates, living, people.roster)
    living = _draw_paused(rng, plan, fates, living, people.roster)
    _draw_mistakes(rng, plan, fates, living, people.roster)
    return fates


def some(rate: float, of: int) -> int:
    """So many of them, and at least one: also a small world has each story."""
    return max(1, round(rate * of))


def _never(total: int) -> Ints:
    return np.full(total, NEVER, np.int32)


def _no(total: int) -> Flags:
    return np.zeros(total, np.bool_)


def _draw_unseen(rng: np.random.Generator, people: Population) -> Flags:
    chance = np.where(people.rural, rates.UNSEEN_VILLAGE, rates.UNSEEN_TOWN)
    chance = np.where(people.ages > 88, rates.UNSEEN_VERY_OLD, chance)
    unseen: Flags = rng.random(len(people)) < chance
    return unseen


def _frailty(people: Population, low: int, high: int) -> npt.NDArray[np.float64]:
    """Relative risk of death: it doubles every eight years."""
    weight: npt.NDArray[np.float64] = 2.0 ** ((people.ages[low:high].astype(float) - 60) / 8)
    share: npt.NDArray[np.float64] = weight / weight.sum()
    return share


def _draw_deaths(rng: np.random.Generator, plan: Plan, people: Population, fates: Fates) -> None:
    first, last = plan.window[0], day_number(plan.as_of)
    recent = day_number(plan.last_month.plus(-2).first())
    roster, months = people.roster, max(plan.months - 2, 1)
    counts = (
        some(rates.DEATHS_A_YEAR / 4, roster),
        some(rates.DEATHS_A_YEAR * rates.HIDDEN_DEATHS * months / 12, roster),
        some(rates.DEATHS_A_YEAR * rates.OLD_HIDDEN_DEATHS * 3, roster),
    )
    who = rng.choice(roster, sum(counts), replace=False, p=_frailty(people, 0, roster))
    now, silent, old = np.split(who, np.cumsum(counts)[:2])
    fates.died[now] = _spread(rng, recent, last + 1, len(now))
    fates.hidden[now] = rng.random(len(now)) < rates.HIDDEN_DEATHS
    fates.died[silent] = rng.integers(first, recent, len(silent))
    fates.died[old] = rng.integers(first - 3 * 365, first, len(old))
    fates.hidden[silent] = fates.hidden[old] = True
    # Those whom the roster has lost already, and people who were never on it.
    fates.died[roster : roster + people.removed] = _spread(rng, first, recent, people.removed)
    others = np.arange(roster + people.removed, len(people))
    gone = rng.choice(others, some(0.035 * plan.months / 12, len(others)), replace=False)
    fates.died[gone] = _spread(rng, first, last + 1, len(gone))


def _spread(rng: np.random.Generator, low: int, high: int, count: int) -> Ints:
    """Days spread evenly with a little chance: also a small world has deaths in every month."""
    days: Ints = (low + (np.arange(count) + rng.random(count)) * (high - low) / max(count, 1)).astype(
        np.int32
    )
    return days


def _register_deaths(rng: np.random.Generator, fates: Fates) -> None:
    """Which registers hear of a death, and on which day."""
    dead = np.flatnonzero(fates.died != NEVER)
    hidden, died, count = fates.hidden[dead], fates.died[dead], len(dead)

    def heard(open_rate: float, hidden_rate: float, low: int, high: int) -> Ints:
        yes = rng.random(count) < np.where(hidden, hidden_rate, open_rate)
        return np.where(yes, died + rng.integers(low, high, count), NEVER).astype(np.int32)

    fates.certified_dead[dead] = heard(rates.CERTIFICATE_ISSUED, rates.HIDDEN_CERTIFICATE, 0, 4)
    fates.cancelled[dead] = heard(rates.HOUSEHOLD_CANCELLED, 0.0, 2, 46)
    fates.cremated[dead] = heard(rates.CREMATED, rates.HIDDEN_CREMATED, 1, 6)
    fates.in_ward[dead] = ~hidden & (rng.random(count) < rates.DIED_IN_WARD)
    acts = np.where(hidden, rates.FAMILY_ACTS_HIDDEN, rates.FAMILY_ACTS)
    fates.family_acts[dead] = rng.random(count) < acts


def _draw_sentences(
    rng: np.random.Generator, plan: Plan, fates: Fates, living: npt.NDArray[np.int64], roster: int
) -> npt.NDArray[np.int64]:
    first, last = plan.window
    inside = some(rates.CUSTODY, roster)
    count = inside + some(rates.SENTENCE_OUTSIDE, roster)
    who, rest = living[:count], living[count:]
    fates.custody_from[who] = rng.integers(first, last - 10, count)
    fates.custody_until[who] = fates.custody_from[who] + rng.integers(180, 1800, count)
    fates.sentence[who] = np.where(np.arange(count) < inside, 1, rng.integers(2, 5, count))
    before = fates.custody_from[who] < day_number(plan.roster_day) - 60
    fates.sentence_known[who] = (
        before & (fates.sentence[who] == 1) & (rng.random(count) < rates.CUSTODY_KNOWN)
    )
    return rest


def _draw_absences(
    rng: np.random.Generator, plan: Plan, fates: Fates, living: npt.NDArray[np.int64], roster: int
) -> npt.NDArray[np.int64]:
    first, last = plan.window
    counts = (
        some(rates.MISSING, roster),
        some(rates.NEWLY_ABROAD, roster),
        some(rates.ABROAD, roster),
    )
    lost, leaving, abroad, rest = np.split(living, np.cumsum(counts))
    fates.missing_from[lost] = rng.integers(first, max(first + 1, last - 30), len(lost))
    fates.missing_reported[lost] = np.minimum(fates.missing_from[lost] + rng.integers(3, 60, len(lost)), last)
    fates.abroad_since[leaving] = rng.integers(first, last + 1, len(leaving))
    fates.abroad_cancelled[leaving] = fates.abroad_since[leaving]
    fates.abroad_since[abroad] = rng.integers(first - 15 * 365, first, len(abroad))
    fates.unseen[abroad] = False
    return rest


def _draw_duplicates(
    rng: np.random.Generator, plan: Plan, fates: Fates, living: npt.NDArray[np.int64], roster: int
) -> npt.NDArray[np.int64]:
    first, last = plan.window
    count = some(rates.DUPLICATES, roster)
    who, rest = living[:count], living[count:]
    fates.duplicate[who] = rng.integers(0, len(ELSEWHERE), count)
    fates.duplicate_from[who] = rng.integers(first, last + 1, count)
    return rest


def _draw_paused(
    rng: np.random.Generator, plan: Plan, fates: Fates, living: npt.NDArray[np.int64], roster: int
) -> npt.NDArray[np.int64]:
    """People paused for want of a certification (1201) who are alive; most come to a counter in the last months."""
    count = some(rates.PAUSED, roster)
    who, rest = living[:count], living[count:]
    fates.paused_months[who] = rng.integers(1, 11, count)
    shown = who[rng.random(count) < rates.PAUSED_SHOW_LIFE]
    fates.unseen[who] = True
    months = plan.monthly[-4:]
    fates.forced = shown
    fates.forced_day = rng.integers(months[0].first, months[-1].last + 1, len(shown)).astype(np.int32)
    return rest


def _draw_mistakes(
    rng: np.random.Generator, plan: Plan, fates: Fates, living: npt.NDArray[np.int64], roster: int
) -> None:
    """Living people whose death a register claims; later they stand at a counter."""
    first, last = plan.window
    who = living[: some(rates.WRONGLY_REPORTED, roster)]
    middle = first + (last - first) // 2
    claimed = rng.integers(first, middle, len(who)).astype(np.int32)
    fates.mistaken, fates.mistaken_day = who, claimed
    shown = rng.integers(middle + 20, last + 1, len(who)).astype(np.int32)
    fates.forced = np.concatenate([fates.forced, who])
    fates.forced_day = np.concatenate([fates.forced_day, shown])
