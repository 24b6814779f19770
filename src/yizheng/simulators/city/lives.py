"""The lives of a city: deaths and who hears of them; who is shut in, lost and found, abroad, paid twice, taken for dead.

People, names and numbers are those of the made world (`simulators.world`); fates are drawn over the whole span, so that
each month brings its share. The order of the draws is part of a seed's meaning.
"""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from yizheng.kernel.time import Month, day_number
from yizheng.simulators.city.worldfile import CityWorld, Days, Register
from yizheng.simulators.world.habits import draw_habits
from yizheng.simulators.world.life import ELSEWHERE, Fates
from yizheng.simulators.world.numbers import Ints
from yizheng.simulators.world.people import Flags, Population, draw_population
from yizheng.simulators.world.plan import NEVER, Place, Plan

Who = np.ndarray
YEAR = 365.25


@dataclass(frozen=True, slots=True, kw_only=True)
class CityPlan(Plan):
    """The order for a city: its roster comes on the first day of the first month, and everything follows from there.

    `history` are months before it whose deliveries of life come together in the first month: what the departments know.
    """

    history: int = 0

    @property
    def roster_day(self) -> date:
        """The day the roster is delivered on."""
        return self.first_month.first()

    @property
    def lived(self) -> tuple[int, int]:
        """First and last day that is lived through, as day numbers: the month before the roster to the end."""
        return day_number(self.first_month.plus(-1).first()), day_number(self.last_month.last())

    @property
    def earlier(self) -> "CityPlan":
        """The order for the months of history, the last of them the one before the first month."""
        return replace(self, months=self.history, last_month=self.first_month.plus(-1), history=0)


@dataclass(slots=True, kw_only=True)
class CityFates(Fates):
    """Fates of the made world, and when those who were lost came back."""

    missing_until: Ints

    def here(self, who: Who, day: Ints) -> Flags:
        """Alive, free and to be found on a day."""
        shut_in = (
            (self.custody_from[who] <= day) & (day < self.custody_until[who]) & (self.sentence[who] == 1)
        )
        lost = (self.missing_from[who] <= day) & (day < self.missing_until[who])
        seen: Flags = (day < self.died[who]) & ~shut_in & ~lost & (self.abroad_since[who] > day)
        return seen

    def able(self, who: int, day: int) -> bool:
        """Whether one person can come to a window, or to a consulate, on a day: alive, free and not lost."""
        return (
            day < self.died[who]
            and not (self.missing_from[who] <= day < self.missing_until[who])
            and not self.in_custody(who, day)
        )

    def in_custody(self, who: int, day: int) -> bool:
        """Whether a sentence keeps the person in on a day (收监)."""
        return bool(self.sentence[who] == 1 and self.custody_from[who] <= day < self.custody_until[who])

    def is_missing(self, who: int, day: int) -> bool:
        """Whether nobody knows where the person is on a day."""
        return bool(self.missing_from[who] <= day < self.missing_until[who])

    def is_double(self, who: int, day: int) -> bool:
        """Whether the person draws a second benefit on a day."""
        return bool(self.duplicate_from[who] <= day)

    def entitled(self, who: int, month: Month) -> bool:
        """Whether the pay of a month is rightly due: the month of death is, months inside and doubled ones are not."""
        first = day_number(month.first())
        return not (
            self.died[who] < first
            or (
                self.sentence[who] == 1
                and _month(self.custody_from[who]) < month.index <= _month(self.custody_until[who])
            )
            or _month(self.duplicate_from[who]) < month.index
        )


def _month(day: int) -> int:
    if day >= NEVER:
        return 10**9
    moment = np.datetime64(int(day), "D").astype("datetime64[M]").astype(int)
    return int(moment) + 1970 * 12


def draw_people(world: CityWorld, plan: CityPlan, places: tuple[Place, ...]) -> Population:
    """Everybody the feeds can speak of, with as many villagers as the world says."""
    people = draw_population(plan, places)
    if world.life.rural is not None:
        rural = plan.rng("rural").random(len(people)) < world.life.rural
        people = replace(people, rural=rural)
    return people


def draw_lives(world: CityWorld, plan: CityPlan, people: Population) -> CityFates:
    """Draw every fate of a city."""
    rng, life = plan.rng("city fates"), world.life
    total, roster = len(people), people.roster
    first, last = plan.lived
    years = (last - first) / YEAR
    fates = _nobody(total)
    _draw_unseen(rng, world, people, fates)
    _draw_deaths(rng, world, plan, people, fates)
    _draw_registers(rng, world, fates)
    living = rng.permutation(np.flatnonzero(fates.died[:roster] == NEVER))

    def take(rate: float) -> Who:
        nonlocal living
        count = min(len(living), int(rng.poisson(rate * roster)))
        taken, living = living[:count], living[count:]
        return taken

    _draw_custody(rng, world, fates, take(life.custody_a_year * years), first, last)
    outside = take(life.sentence_outside_a_year * years)
    fates.custody_from[outside] = rng.integers(first, last, len(outside))
    fates.custody_until[outside] = fates.custody_from[outside] + rng.integers(180, 1800, len(outside))
    fates.sentence[outside] = rng.integers(2, 5, len(outside))
    _draw_missing(rng, world, fates, take(life.missing_a_year * years), first, last)
    double = take(life.duplicates_a_year * years)
    fates.duplicate[double] = rng.integers(0, len(ELSEWHERE), len(double))
    fates.duplicate_from[double] = rng.integers(first, last, len(double))
    leaving = take(life.newly_abroad_a_year * years)
    fates.abroad_since[leaving] = fates.abroad_cancelled[leaving] = rng.integers(first, last, len(leaving))
    abroad = take(life.abroad)
    fates.abroad_since[abroad] = first - rng.integers(30, 15 * 365, len(abroad))
    fates.unseen[abroad] = False
    fates.mistaken = take(life.wrongly_reported_dead_a_year * years)
    fates.mistaken_day = rng.integers(first, last, len(fates.mistaken)).astype(np.int32)
    return fates


def city_habits(
    world: CityWorld, plan: CityPlan, people: Population, fates: CityFates
) -> dict[str, np.ndarray]:
    """How often each person meets each department, with the paces of this world."""
    habits = draw_habits(plan, people, fates)
    paces = {key: world.behaviour(key).pace for key in habits}
    paces["family_doctor"] = world.behaviour("health_check").pace
    paces["immigration"] *= world.life.abroad_pace
    return {key: reach * paces[key] for key, reach in habits.items()}


def _nobody(total: int) -> CityFates:
    """Fates in which nothing ever happens."""

    def never() -> Ints:
        return np.full(total, NEVER, np.int32)

    def no() -> Flags:
        return np.zeros(total, np.bool_)

    return CityFates(
        died=never(), hidden=no(), family_acts=no(), certified_dead=never(), cancelled=never(),
        cremated=never(), in_ward=no(), custody_from=never(), custody_until=never(),
        sentence=np.zeros(total, np.int8), sentence_known=no(), missing_from=never(),
        missing_reported=never(), abroad_since=never(), abroad_cancelled=never(),
        duplicate=np.full(total, -1, np.int8), duplicate_from=never(),
        paused_months=np.zeros(total, np.int8), unseen=no(), told_on=never(), missing_until=never(),
    )  # fmt: skip


def _draw_unseen(rng: np.random.Generator, world: CityWorld, people: Population, fates: CityFates) -> None:
    usual = np.where(people.rural, 0.09, 0.03)
    usual = np.where(people.ages > 88, 0.14, usual)
    share = usual if world.life.unseen is None else np.full(len(people), world.life.unseen)
    fates.unseen[:] = rng.random(len(people)) < share


def _draw_deaths(
    rng: np.random.Generator, world: CityWorld, plan: CityPlan, people: Population, fates: CityFates
) -> None:
    """Deaths at their yearly rate, twice as likely every eight years of age; some were hidden before it all began."""
    first, last = plan.lived
    roster, life = people.roster, world.life
    frailty = 2.0 ** ((people.ages[:roster].astype(float) - 60) / 8)
    hazard = life.deaths_a_year * frailty / frailty.mean() / YEAR
    until = np.minimum(rng.exponential(1.0, roster) / np.maximum(hazard, 1e-12), 10**6)
    died = np.where(until <= last - first, first + until, NEVER).astype(np.int32)
    fates.died[:roster] = died
    fates.hidden[:roster] = (died != NEVER) & (rng.random(roster) < life.hidden_deaths)
    before = int(rng.poisson(life.hidden_before * life.deaths_a_year * 3 * roster))
    old = rng.choice(roster, min(before, roster), replace=False, p=frailty / frailty.sum())
    fates.died[old] = rng.integers(first - 3 * 365, first, len(old))
    fates.hidden[old] = True
    others = np.arange(roster + people.removed, len(people))
    gone = others[rng.random(len(others)) < 0.035 * (last - first) / YEAR]
    fates.died[gone] = rng.integers(first, last + 1, len(gone))
    removed = slice(roster, roster + people.removed)
    fates.died[removed] = rng.integers(first - 365, first, people.removed)


def _draw_registers(rng: np.random.Generator, world: CityWorld, fates: CityFates) -> None:
    dead = np.flatnonzero(fates.died != NEVER)
    hidden, died = fates.hidden[dead], fates.died[dead]

    def heard(register: Register) -> Ints:
        yes = rng.random(len(dead)) < np.where(hidden, register.hidden, register.open)
        return np.where(yes, died + _span(rng, register.days, len(dead)), NEVER).astype(np.int32)

    fates.certified_dead[dead] = heard(world.registers.certificate)
    fates.cancelled[dead] = heard(world.registers.household)
    fates.cremated[dead] = heard(world.registers.cremation)
    fates.in_ward[dead] = ~hidden & (rng.random(len(dead)) < world.registers.died_in_ward)
    acts = np.where(hidden, world.life.family_acts_hidden, world.life.family_acts)
    fates.family_acts[dead] = rng.random(len(dead)) < acts


def _draw_custody(
    rng: np.random.Generator, world: CityWorld, fates: CityFates, who: Who, first: int, last: int
) -> None:
    fates.custody_from[who] = rng.integers(first, last, len(who))
    fates.custody_until[who] = fates.custody_from[who] + _span(rng, world.life.custody_days, len(who))
    fates.sentence[who] = 1


def _draw_missing(
    rng: np.random.Generator, world: CityWorld, fates: CityFates, who: Who, first: int, last: int
) -> None:
    fates.missing_from[who] = rng.integers(first, last, len(who))
    fates.missing_reported[who] = fates.missing_from[who] + rng.integers(3, 60, len(who))
    back = rng.random(len(who)) < world.life.missing_return
    away = _span(rng, world.life.missing_days, len(who))
    fates.missing_until[who] = np.where(back, fates.missing_from[who] + away, NEVER)


def _span(rng: np.random.Generator, days: Days, count: int) -> Ints:
    """So many days each, between the fewest and the most."""
    return rng.integers(days[0], days[1] + 1, count).astype(np.int32)
