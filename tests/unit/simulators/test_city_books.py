"""The measures, computed by hand on a city of six: who was wrongly certified, who was wrongly stopped, and by whom."""

from datetime import date

import numpy as np
import pytest

from worlds import places
from yizheng.kernel.time import Month, day_number
from yizheng.simulators.city.actors import Decision, Visit
from yizheng.simulators.city.books import Books
from yizheng.simulators.city.city import City, found
from yizheng.simulators.city.driver import Answered, PayRow, StandingRow
from yizheng.simulators.city.worldfile import CityWorld
from yizheng.simulators.world.plan import NEVER

SIX = 6
PAID = PayRow("paid", 100_00, 0, 0, "")


def day(text: str) -> int:
    return day_number(date.fromisoformat(text))


@pytest.fixture
def city() -> City:
    """Six people to whom nothing happens: the months are 2026-08 to 2026-10."""
    made = found(CityWorld(format=1, name="six", about="six"), people=200, months=3, places=places())
    for column, value in (("died", NEVER), ("custody_from", NEVER), ("missing_from", NEVER), ("sentence", 0)):
        getattr(made.fates, column)[:] = value
    made.fates.duplicate_from[:] = NEVER
    made.fates.abroad_since[:] = NEVER
    made.books = Books(plan=made.plan, fates=made.fates, office=made.office, people=SIX)
    made.books.monthly = dict.fromkeys(range(SIX), 100_00)
    return made


def month(
    city: City,
    name: str,
    *,
    standings: dict[int, StandingRow] | None = None,
    pay: dict[int, PayRow] | None = None,
    asks: tuple[tuple[int, int], ...] = (),
    visits: tuple[Visit, ...] = (),
) -> None:
    answered = Answered(
        standings={who: StandingRow("not_due", "", 0) for who in range(SIX)} | (standings or {}),
        pay=dict.fromkeys(range(SIX), PAID) | (pay or {}),
        cases=(),
        asks=asks,
        lists=(),
    )
    city.books.close_month(Month.parse(name), answered, list(visits))


def passed(source: str, text: str) -> StandingRow:
    return StandingRow("passed", source, day(text))


def test_dead_who_pass_are_counted_by_source_and_each_event_once(city: City) -> None:
    city.fates.died[0] = day("2026-08-20")
    standings = {
        0: passed("railway", "2026-08-25"),
        1: passed("railway", "2026-08-25"),
        2: passed("bank_card", "2026-08-02"),
    }
    month(city, "2026-08", standings=standings)
    month(city, "2026-09", standings=standings | {1: passed("bank_card", "2026-09-02")})
    found_ = city.books.measures()
    assert found_["silent_passes"] == 4
    assert found_["dead_certified_per_silent_pass"] == 0.25
    assert found_["events_after_death_per_silent_pass"] == 0.25
    by_source = found_["dead_certified_by_source"]
    assert {source: (one["dead"], one["passes"]) for source, one in by_source.items()} == {
        "bank_card": (0, 2),
        "railway": (1, 2),
    }


def test_pass_of_somebody_who_dies_later_is_right(city: City) -> None:
    city.fates.died[0] = day("2026-09-01")
    month(city, "2026-08", standings={0: passed("railway", "2026-08-25")})
    assert city.books.measures()["dead_certified_per_silent_pass"] == 0.0


def test_stop_without_an_act_of_our_staff_is_the_machines(city: City) -> None:
    city.office.released.add("2026-09")
    city.office.stopped_by_case["7"] = 2
    stops = {
        0: PayRow("paused", 0, 0, 0, "machine"),
        1: PayRow("paused", 0, 0, 0, "list:2026-09"),
        2: PayRow("ended", 0, 0, 0, "case:7"),
        3: PayRow("ended", 0, 0, 0, "case:8"),  # no case that our staff decided
        4: PayRow("paused", 0, 0, 0, "list:2026-10"),  # no list that our supervisor released
    }
    month(city, "2026-08", pay=stops)
    month(city, "2026-09", pay=stops)
    assert city.books.measures()["living_stopped_by_machine"] == 3
    assert city.books.measures()["living_stopped_by_person"] == 2
    assert city.books.stops_by_machine == {0, 3, 4}


def test_stop_of_the_dead_is_nobodys_error(city: City) -> None:
    city.fates.died[0] = day("2026-08-20")
    month(city, "2026-08", pay={0: PayRow("ended", 0, 0, 0, "machine")})
    assert city.books.measures()["living_stopped_by_machine"] == 0


def test_wrongful_stop_ends_when_all_that_was_held_back_is_paid(city: City) -> None:
    paused = PayRow("paused", 0, 0, 0, "machine")
    month(city, "2026-08", pay={0: paused, 1: paused})  # the pay of September
    month(city, "2026-09", pay={0: PAID, 1: PayRow("paid", 100_00, 100_00, 0, "")})
    assert city.books.repaid == [30]  # 15 September to 15 October
    month(city, "2026-10", pay={0: PayRow("paid", 100_00, 100_00, 0, "")})
    assert city.books.repaid == [30, 61]
    assert city.books.measures()["days_wrongful_stop_to_repaid"] == {"p50": 30, "p95": 61}


def test_months_from_death_to_stop_and_what_was_paid_meanwhile(city: City) -> None:
    for who in (0, 1):
        city.fates.died[who] = day("2026-09-20")
    ended = PayRow("ended", 0, 0, 0, "case:1")
    month(city, "2026-08")  # September: the month of death is paid in full
    month(city, "2026-09", pay={0: ended})  # October
    month(city, "2026-10", pay={0: ended})  # November
    found_ = city.books.measures()
    assert city.books.stop_after == {0: 1}
    assert (found_["deaths"], found_["deaths_still_paid"]) == (2, 1)
    assert found_["months_death_to_stop"] == {"p50": 1, "p95": None}
    assert found_["overpaid_fen"] == 2 * 100_00
    assert found_["overpaid_by_cause"]["dead"] == 2 * 100_00


def test_months_inside_and_doubled_are_not_due(city: City) -> None:
    city.fates.sentence[0] = 1
    city.fates.custody_from[0], city.fates.custody_until[0] = day("2026-08-10"), day("2026-10-05")
    city.fates.duplicate_from[1] = day("2026-09-10")
    for name in ("2026-08", "2026-09", "2026-10"):
        month(city, name)
    causes = city.books.measures()["overpaid_by_cause"]
    assert causes["custody"] == 2 * 100_00  # September and October; November is due again
    assert causes["duplicate"] == 2 * 100_00  # October and November


def test_heirs_get_what_was_held_back_and_no_more(city: City) -> None:
    paused = PayRow("paused", 0, 0, 0, "machine")
    month(city, "2026-08", pay={0: paused})
    city.fates.died[0] = day("2026-09-20")
    month(city, "2026-09", pay={0: PayRow("ended", 0, 100_00, 0, "case:1")})
    assert city.books.measures()["overpaid_fen"] == 0


def test_living_doubted_are_those_in_order_alone(city: City) -> None:
    doubtful = StandingRow("doubtful", "", 0)
    city.fates.died[0] = day("2026-08-05")
    city.fates.duplicate_from[1] = day("2026-08-05")
    month(city, "2026-08", standings=dict.fromkeys((0, 1, 2), doubtful))
    month(city, "2026-09", standings={2: doubtful})
    assert city.books.doubted == {2}
    assert city.books.measures()["living_doubted_share"] == 0.2  # of five who lived


def test_silent_share_and_asks(city: City) -> None:
    standings = dict.fromkeys(range(4), passed("railway", "2026-08-10"))
    month(city, "2026-08", standings=standings, asks=((0, day("2026-08-31")), (4, day("2026-08-31"))))
    found_ = city.books.measures()
    assert found_["silent_share"] == 0.6  # 1, 2, 3 of 0 to 4; nobody knows of 5 yet
    years = SIX * 31 / 365.25
    assert found_["asks_per_person_year"] == round(2 / years, 4)
    assert found_["recovered_fen"] == 0


def test_nothing_observed_is_null(city: City) -> None:
    found_ = city.books.measures()
    for name in (
        "silent_share",
        "dead_certified_per_silent_pass",
        "living_doubted_share",
        "asks_per_person_year",
    ):
        assert found_[name] is None
    assert found_["months_death_to_stop"] == {"p50": None, "p95": None}


def test_dead_and_shut_in_people_answer_nothing(city: City) -> None:
    today = day("2026-08-31")
    city.fates.died[0] = today
    city.fates.sentence[1], city.fates.custody_from[1], city.fates.custody_until[1] = (
        1,
        today - 9,
        today + 400,
    )
    city.fates.missing_from[2], city.fates.missing_until[2] = today - 9, today + 400
    city.public.never[:] = False
    for _ in range(40):
        city.public.asked([(who, today) for who in range(SIX)])
    came = {visit.who for visit in city.public.visits(today, today + 100)}
    assert came == {3, 4, 5}


def test_unpaid_person_complains_until_paid(city: City) -> None:
    unpaid = Answered(
        standings={}, pay={0: PayRow("paused", 0, 0, 0, "machine"), 1: PAID}, cases=(), asks=(), lists=()
    )
    first = day("2026-09-15")
    for after in (0, 30, 61, 91):
        city.public.paid(unpaid, first + after, Month.parse("2026-10"))
    assert len(city.public.coming) == 2  # at first, and again when nothing had come of it
    assert {visit.who for visit in city.public.coming} == {0}


def test_staff_find_the_truth_or_err_as_the_world_says(city: City) -> None:
    today = day("2026-08-31")
    city.fates.died[0] = today - 20
    answered = Answered(
        standings={},
        pay={},
        cases=[(str(who), who, "death_reported") for who in (0, 1)],
        asks=(),
        lists=("2026-10",),
    )
    city.office.see(answered, today)
    decisions = {one.who: one for one in city.office.decisions(today + 200)}
    assert set(decisions) == {0, 1}
    made: list[Decision] = []
    for _ in range(300):
        city.office.waiting = {"x": (0, today, "death_reported"), "y": (1, today, "death_reported")}
        made += city.office.decisions(today)
    right = [one for one in made if (one.who, one.outcome) in ((0, "lost_confirmed"), (1, "eligible"))]
    assert 0.93 < len(right) / len(made) < 0.995
    signed = [one for one in made if one not in right and one.agree]
    assert 0 < len(signed) < len(made) - len(right)
    assert city.office.releases() == ["2026-10"]
    assert city.office.released == {"2026-10"}
    assert city.office.hours == pytest.approx(602 * (1.5 + 0.25) + 1.0)


def test_wrong_finding_names_what_was_reported(city: City) -> None:
    today = day("2026-08-31")
    careless = CityWorld(format=1, name="careless", about="x")
    city.office.world = CityWorld(
        format=1, name="x2", about="x", staff=type(careless.staff)(accuracy=0.0, check=0.0)
    )
    city.office.waiting = {"x": (1, today, "duplicate_reported")}
    (decision,) = city.office.decisions(today)
    assert (decision.outcome, decision.loss, decision.stops) == ("lost_confirmed", "duplicate", True)
    assert city.office.stopped_by_case == {"x": 1}
    city.public.came[2] = today - 5
    city.office.waiting = {"y": (2, today, "person_asks")}
    (decision,) = city.office.decisions(today)
    assert decision.outcome == "eligible"  # the person stood before them
    assert np.isfinite(city.office.hours)
