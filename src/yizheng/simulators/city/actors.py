"""People and staff of a city react to what the product does: they answer, complain, look into cases, release lists.

Both know the truth as people do: who stands at a window lives; who looks into a case finds out, or errs. What nobody can
do is never done: the dead, people inside and people lost answer nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil

import numpy as np

from yizheng.kernel.time import Month, day_number, from_day_number
from yizheng.simulators.city.driver import Answered
from yizheng.simulators.city.lives import CityFates
from yizheng.simulators.city.worldfile import CityWorld
from yizheng.simulators.world.plan import NEVER

COMPLAINS_AGAIN = 75
"""Days after which somebody who came to a window and is still not paid comes again."""
SEEN_LATELY = 100
"""So many days staff remember that a person stood before them."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A person certifies in person on a day: `window`, or `other_agency` from abroad."""

    who: int
    day: int
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """How a case ends, or that a second person sent it back (`agree` no)."""

    case_id: str
    who: int
    outcome: str
    loss: str
    day: int
    agree: bool

    @property
    def stops(self) -> bool:
        """Whether two people stopped pay by it."""
        return self.agree and self.outcome == "lost_confirmed"


@dataclass(slots=True, kw_only=True)
class Public:
    """The people: who will come to a window when."""

    world: CityWorld
    fates: CityFates
    rng: np.random.Generator
    never: np.ndarray
    coming: list[Visit] = field(default_factory=list)
    came: dict[int, int] = field(default_factory=dict)
    unpaid: dict[int, int] = field(default_factory=dict)

    def asked(self, asks: Iterable[tuple[int, int]]) -> None:
        """Requests have reached people: some will answer."""
        expected = {visit.who for visit in self.coming}
        for who, day in asks:
            share = self.world.people.answers
            abroad = self.fates.abroad_since[who] <= day
            if abroad:
                share = self.world.people.answers_abroad
            draw, after = self.rng.random(), self._after(self.world.people.answer_days)
            if draw >= share or self.never[who] or who in expected:
                continue
            self.coming.append(Visit(who, day + after, "other_agency" if abroad else "window"))
            expected.add(who)

    def paid(self, answered: Answered, payday: int, month: Month) -> None:
        """Payday: whoever should be paid and is not will come and complain, and again if nothing happens."""
        for who, pay in answered.pay.items():
            if pay.state == "paid" or not self.fates.entitled(who, month):
                self.unpaid.pop(who, None)
            elif who not in self.unpaid or payday - self.unpaid[who] > COMPLAINS_AGAIN:
                able = max(payday, self._free_again(who, payday))
                if able < NEVER:
                    self.unpaid[who] = able
                    day = able + self._after(self.world.people.complaint_days)
                    self.coming.append(Visit(who, day, "window"))

    def visits(self, first: int, last: int) -> list[Visit]:
        """Who certifies in person in a month, by day; those who cannot come do not."""
        due = [visit for visit in self.coming if visit.day <= last]
        self.coming = [visit for visit in self.coming if visit.day > last]
        able = sorted(
            {
                Visit(v.who, max(v.day, first), v.channel)
                for v in due
                if self.fates.able(v.who, max(v.day, first))
            },
            key=lambda visit: (visit.day, visit.who),
        )
        self.came |= {visit.who: visit.day for visit in able}
        return able

    def _after(self, days: tuple[int, int]) -> int:
        return int(self.rng.integers(days[0], days[1] + 1))

    def _free_again(self, who: int, day: int) -> int:
        """The first day from which a person who is inside or lost can come."""
        free = day
        if self.fates.in_custody(who, day):
            free = int(self.fates.custody_until[who])
        if self.fates.is_missing(who, day):
            free = max(free, int(self.fates.missing_until[who]))
        return free


@dataclass(slots=True, kw_only=True)
class Office:
    """The staff: cases that wait, lists to release, and the hours that they worked."""

    world: CityWorld
    fates: CityFates
    public: Public
    people: int
    rng: np.random.Generator
    waiting: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    lists: list[str] = field(default_factory=list)
    released: set[str] = field(default_factory=set)
    stopped_by_case: dict[str, int] = field(default_factory=dict)
    hours: float = 0.0
    decided: int = 0

    def see(self, answered: Answered, today: int) -> None:
        """What the product puts before the staff at a month's end: cases to look into, lists to release."""
        still = set()
        for case_id, who, reasons in answered.cases:
            still.add(case_id)
            if case_id not in self.waiting:
                delay = self.rng.integers(self.world.staff.delay_days[0], self.world.staff.delay_days[1] + 1)
                self.waiting[case_id] = (who, today + int(delay), reasons)
        for case_id in set(self.waiting) - still:
            del self.waiting[case_id]
        self.lists = [name for name in answered.lists if name not in self.released]

    def releases(self) -> list[str]:
        """The lists that a supervisor reads and releases."""
        self.released |= set(self.lists)
        self.hours += self.world.staff.hours_a_list * len(self.lists)
        return self.lists

    def decisions(self, last: int) -> list[Decision]:
        """The cases that are decided by a day, the oldest first, as many as the staff can take on."""
        due = sorted((day, case_id) for case_id, (_, day, _) in self.waiting.items() if day <= last)
        most = self.world.staff.cases_a_month
        if most is not None:
            due = due[: ceil(most * self.people / 1000)]
        made = [self._decide(case_id, day) for day, case_id in due]
        self.decided += len(made)
        for decision in made:
            del self.waiting[decision.case_id]
            if decision.stops:
                self.stopped_by_case[decision.case_id] = decision.who
        return made

    def served(self, visits: Sequence[Visit]) -> None:
        """People were served at the window."""
        self.hours += self.world.staff.hours_an_answer * len(visits)

    def _decide(self, case_id: str, day: int) -> Decision:
        staff = self.world.staff
        who, _, reasons = self.waiting[case_id]
        seen = day - self.public.came.get(who, -NEVER) < SEEN_LATELY and day < self.fates.died[who]
        right, caught, kind = (
            self.rng.random() < staff.accuracy,
            self.rng.random() < staff.check,
            self.rng.random(),
        )
        self.hours += staff.hours_a_case + staff.hours_a_check
        outcome, loss, found = self._truth(who, day)
        if not (right or seen):
            outcome, loss, found = self._error(outcome, reasons, day, kind)
        return Decision(
            case_id=case_id, who=who, outcome=outcome, loss=loss, day=found, agree=right or seen or not caught
        )

    def _truth(self, who: int, day: int) -> tuple[str, str, int]:
        """What is found when nobody errs: outcome, loss, and its day."""
        fates = self.fates
        if fates.died[who] <= day:
            return "lost_confirmed", "death", int(fates.died[who])
        if fates.in_custody(who, day):
            return "lost_confirmed", "custody", int(fates.custody_from[who])
        if fates.is_missing(who, day):
            return "lost_confirmed", "missing", int(fates.missing_from[who])
        if fates.is_double(who, day):
            return "lost_confirmed", "duplicate", int(fates.duplicate_from[who])
        return "eligible", "", day

    @staticmethod
    def _error(truth: str, reasons: str, day: int, kind: float) -> tuple[str, str, int]:
        """A wrong finding: somebody entitled is struck off for what was reported, or a loss is not seen."""
        if truth == "eligible":
            loss = next((word for word in ("custody", "missing", "duplicate") if word in reasons), "death")
            return "lost_confirmed", loss, day - 30
        return ("eligible", "", day) if kind < 0.5 else ("cannot_confirm", "", day)


def month_days(month: Month) -> tuple[int, int]:
    """First and last day of a month, as day numbers."""
    return day_number(month.first()), day_number(month.last())


def day_text(day: int) -> str:
    """A day number as YYYY-MM-DD."""
    return from_day_number(day).isoformat()
