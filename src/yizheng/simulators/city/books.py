"""The books of a city: what the product did, held against what was true, and the measures drawn from it.

Whether a stop rests on a person is not taken from the product's word: the act that it names (a case, a list) must be one
that this city's own staff took. A stop of a living, entitled person without such an act was the machine's.
"""

from dataclasses import asdict, dataclass, field
from typing import Any

from yizheng.kernel.time import Month, day_number, from_day_number
from yizheng.rooms.certification.data import Ask, AskedPerson, Proof, Silence, silence_of, year_before
from yizheng.simulators.city.actors import Office, Visit, month_days
from yizheng.simulators.city.driver import Answered, PayRow
from yizheng.simulators.city.lives import CityFates, CityPlan
from yizheng.simulators.city.numbers import both_percentiles, share_of, wilson
from yizheng.simulators.world.plan import NEVER

PAYDAY = 15
"""The day of a month on which its pay arrives."""
MUST_CERTIFY = ("passed", "not_due", "due", "doubtful")
"""Results of people who must certify: not the exempt, and not those whose record nobody can judge by."""
CYCLE = 12
"""Months over which the silent share looks back: the longest cycle of certification."""


@dataclass(slots=True)
class Wrong:
    """A living, entitled person without pay: since which payroll month, and on what the stop rests."""

    who: int
    since: int
    by: str
    owed_fen: int = 0


@dataclass(slots=True, kw_only=True)
class Books:
    """Everything that is counted over the months."""

    plan: CityPlan
    fates: CityFates
    office: Office
    people: int
    last_pass: dict[int, int] = field(default_factory=dict)
    silent_in: dict[int, int] = field(default_factory=dict)
    asked_in: dict[int, int] = field(default_factory=dict)
    asks_of: dict[int, list[Ask]] = field(default_factory=dict)
    proofs_of: dict[int, list[Proof]] = field(default_factory=dict)
    must_certify: set[int] = field(default_factory=set)
    passes: dict[str, int] = field(default_factory=dict)
    dead_passes: dict[str, int] = field(default_factory=dict)
    false_events: int = 0
    asks: int = 0
    visits: int = 0
    living_days: int = 0
    doubted: set[int] = field(default_factory=set)
    lived: set[int] = field(default_factory=set)
    monthly: dict[int, int] = field(default_factory=dict)
    was_paid: dict[int, bool] = field(default_factory=dict)
    stop_after: dict[int, int] = field(default_factory=dict)
    paid_at_death: set[int] = field(default_factory=set)
    overpaid: dict[str, int] = field(
        default_factory=lambda: {"dead": 0, "custody": 0, "duplicate": 0, "arrears": 0}
    )
    recovered_fen: int = 0
    wrong: dict[int, Wrong] = field(default_factory=dict)
    repaid: list[int] = field(default_factory=list)
    stops_by_machine: set[int] = field(default_factory=set)
    stops_by_person: set[int] = field(default_factory=set)
    stops_by_list: set[int] = field(default_factory=set)
    by_month: list[dict[str, int]] = field(default_factory=list)

    def close_month(self, month: Month, answered: Answered, visits: list[Visit]) -> None:
        """Hold a month's answers against the truth as of its last day, and the pay of the month to come."""
        first, today = month_days(month)
        self._standings(answered, month, today)
        self.asks += len(answered.asks)
        self.asked_in |= dict.fromkeys((who for who, _ in answered.asks), month.index)
        dues = answered.due_days or [0] * len(answered.asks)
        for (who, on), due in zip(answered.asks, dues, strict=True):
            self.asks_of.setdefault(who, []).append(Ask(from_day_number(on), from_day_number(due or on)))
        self.visits += len(visits)
        self.living_days += sum(
            min(max(int(self.fates.died[who]) - first, 0), today - first + 1) for who in range(self.people)
        )
        before = sum(self.overpaid.values())
        for who in range(self.people):
            self._pay(who, answered.pay[who], month.plus(1))
        self.by_month.append(
            {
                "overpaid_fen": sum(self.overpaid.values()) - before,
                "wrongly_unpaid": len(self.wrong),
                "dead_paid": sum(
                    answered.pay[who].state == "paid"
                    and int(self.fates.died[who]) < day_number(month.plus(1).first())
                    for who in range(self.people)
                ),
                "asks": len(answered.asks),
                "cases": len(answered.cases),
                "passed": sum(row.result == "passed" for row in answered.standings.values()),
            }
        )

    def _standings(self, answered: Answered, month: Month, today: int) -> None:
        self.must_certify = set()
        for who, row in answered.standings.items():
            alive = today < self.fates.died[who]
            if alive:
                self.lived.add(who)
            if alive and row.result in MUST_CERTIFY:
                self.must_certify.add(who)
            if row.result == "passed" and row.event_day > self.last_pass.get(who, -1):
                self.last_pass[who] = row.event_day
                self.silent_in[who] = month.index
                proof = Proof(from_day_number(row.event_day), month.last())
                self.proofs_of.setdefault(who, []).append(proof)
                self.passes[row.source] = self.passes.get(row.source, 0) + 1
                if not alive:
                    self.dead_passes[row.source] = self.dead_passes.get(row.source, 0) + 1
                self.false_events += int(row.event_day >= self.fates.died[who])
            elif row.result == "doubtful" and alive and self._is_in_order(who, today):
                self.doubted.add(who)

    def _is_in_order(self, who: int, day: int) -> bool:
        return not (
            self.fates.in_custody(who, day)
            or self.fates.is_missing(who, day)
            or self.fates.is_double(who, day)
        )

    # -- pay ----------------------------------------------------------------------------------------------------------

    def _pay(self, who: int, pay: PayRow, month: Month) -> None:
        paid = pay.state == "paid"
        entitled = self.fates.entitled(who, month)
        self.recovered_fen += pay.recovered_fen
        if paid:
            self.monthly[who] = pay.monthly_fen
        self._death(who, month, paid=paid)
        if paid and not entitled:
            self.overpaid[self._why_not(who, month)] += pay.monthly_fen
        self._arrears(who, pay, month)
        lost = self.fates.is_missing(who, day_number(month.first()))
        if not paid and entitled and not lost and self.fates.died[who] >= day_number(month.first()):
            self._unpaid(who, pay, month)
        elif who in self.wrong and paid and self.wrong[who].owed_fen <= 0:
            self.repaid.append(_paydays(self.wrong.pop(who).since, month.index))
        elif who in self.wrong and not entitled:
            del self.wrong[who]
        self.was_paid[who] = paid

    def _unpaid(self, who: int, pay: PayRow, month: Month) -> None:
        if who not in self.wrong:
            by = self._by(pay.because)
            self.wrong[who] = Wrong(who, month.index, by)
            if self.was_paid.get(who, True):
                (self.stops_by_machine if by == "machine" else self.stops_by_person).add(who)
                if by == "list":
                    self.stops_by_list.add(who)
        self.wrong[who].owed_fen += self.monthly.get(who, 0)

    def _by(self, because: str) -> str:
        """Who stopped: `case` and `list` where our own staff did, else the machine."""
        kind, _, name = because.partition(":")
        if kind == "case" and name in self.office.stopped_by_case:
            return "case"
        if kind == "list" and name in self.office.released:
            return "list"
        return "machine"

    def _arrears(self, who: int, pay: PayRow, month: Month) -> None:
        """Arrears pay what is owed; what goes to somebody without a right to it is too much."""
        if not pay.arrears_fen:
            return
        if who in self.wrong:
            self.wrong[who].owed_fen -= pay.arrears_fen
        elif self.fates.died[who] < day_number(month.first()) and who not in self.paid_at_death:
            return  # the heirs get what was held back before the death
        elif self.fates.died[who] < day_number(month.first()):
            self.overpaid["arrears"] += pay.arrears_fen

    def _death(self, who: int, month: Month, *, paid: bool) -> None:
        """How long after the month of death pay stopped: 1 is in time."""
        died = int(self.fates.died[who])
        if died >= NEVER or died < day_number(self.plan.roster_day) or who in self.stop_after:
            return
        died_in = Month.of(from_day_number(died)).index
        if month.index == died_in and paid:
            self.paid_at_death.add(who)
        elif month.index > died_in and not paid and who in self.paid_at_death:
            self.stop_after[who] = month.index - died_in

    def _why_not(self, who: int, month: Month) -> str:
        if self.fates.died[who] < day_number(month.first()):
            return "dead"
        return "custody" if self.fates.sentence[who] == 1 else "duplicate"

    # -- measures -------------------------------------------------------------------------------------------------------

    def measures(self) -> dict[str, Any]:
        """The measures of a world, as docs/reference/decisions-benchmark.md names them."""
        end = self.plan.last_month
        years = self.living_days / 365.25
        passes, dead = sum(self.passes.values()), sum(self.dead_passes.values())
        waiting = [
            end.plus(1).index - Month.of(from_day_number(int(self.fates.died[who]))).index
            for who in sorted(self.paid_at_death - set(self.stop_after))
        ]
        silence = self.silence()
        still = [_paydays(one.since, end.plus(2).index) for one in self.wrong.values()]
        return {
            "silence": dict(silence.figures) | asdict(silence),
            "silent_share": self._silent_share(),
            "dead_certified_per_silent_pass": share_of(dead, passes),
            "living_stopped_by_machine": len(self.stops_by_machine),
            "living_doubted_share": share_of(len(self.doubted), len(self.lived)),
            "months_death_to_stop": both_percentiles(list(self.stop_after.values()), waiting),
            "days_wrongful_stop_to_repaid": both_percentiles(self.repaid, still),
            "overpaid_fen": sum(self.overpaid.values()),
            "recovered_fen": self.recovered_fen,
            "asks_per_person_year": round(self.asks / years, 4) if years else None,
            "clerk_hours": round(self.office.hours, 1),
            "dead_certified_by_source": self._by_source(),
            "events_after_death_per_silent_pass": share_of(self.false_events, passes),
            "silent_passes": passes,
            "deaths": len(self.paid_at_death),
            "deaths_still_paid": len(waiting),
            "overpaid_by_cause": self.overpaid,
            "living_stopped_by_person": len(self.stops_by_person),
            "living_stopped_by_list": len(self.stops_by_list),
            "living_still_unpaid": len(self.wrong),
            "asks": self.asks,
            "answers": self.visits,
            "cases_decided": self.office.decided,
            "person_years": round(years, 1),
            "stopped_after_months": _histogram(list(self.stop_after.values())),
            "by_month": self.by_month,
        }

    def silence(self) -> Silence:
        """The four figures of silence at the end, by the product's own definition and over those who truly live."""
        end = self.plan.last_month.last()
        since = year_before(end)
        asks = {
            who: [ask for ask in self.asks_of.get(who, ()) if ask.on > since] for who in self.must_certify
        }
        confirmed = {
            who for who in self.must_certify if any(proof.on > since for proof in self.proofs_of.get(who, ()))
        }
        asked = {who for who, mine in asks.items() if mine}
        return silence_of(
            (
                AskedPerson(
                    asks=tuple(asks[who]),
                    proofs=tuple(self.proofs_of.get(who, ())),
                    is_confirmed=who in confirmed,
                )
                for who in sorted(asked)
            ),
            as_of=end,
            first_run=self.plan.first_month.first(),
            unasked=len(self.must_certify - asked),
            unasked_confirmed=len(confirmed - asked),
        )

    def _silent_share(self) -> float | None:
        """Of the living who were certified by data or asked in the last cycle, the share that never was asked."""
        end = self.plan.last_month
        since = end.index - CYCLE
        alive = [who for who in range(self.people) if self.fates.died[who] > day_number(end.last())]
        asked = {who for who in alive if self.asked_in.get(who, 0) > since}
        silent = {who for who in alive if self.silent_in.get(who, 0) > since} - asked
        return share_of(len(silent), len(silent) + len(asked))

    def _by_source(self) -> dict[str, dict[str, float | int]]:
        found: dict[str, dict[str, float | int]] = {}
        for source in sorted(self.passes):
            passes, dead = self.passes[source], self.dead_passes.get(source, 0)
            low, high = wilson(dead, passes)
            found[source] = {
                "passes": passes,
                "dead": dead,
                "share": round(dead / passes, 6),
                "low": round(low, 6),
                "high": round(high, 6),
            }
        return found


def _histogram(values: list[int]) -> dict[str, int]:
    return {str(value): values.count(value) for value in sorted(set(values))}


def _paydays(first: int, last: int) -> int:
    """Days between the paydays of two months."""
    days = [day_number(Month.from_index(index).first()) + PAYDAY - 1 for index in (first, last)]
    return days[1] - days[0]
