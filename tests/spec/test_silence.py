"""How silent certification was: four figures, each with a row for who counts and who does not, and for nobody known."""

from datetime import date

import pytest

from yizheng.rooms.certification.data import Ask, AskedPerson, Figure, Proof, Silence, silence_of

END = date(2026, 10, 31)
DUE = date(2026, 6, 5)


def figures(
    *asked: AskedPerson, unasked: int = 0, confirmed: int = 0, first_run: date = date(2024, 1, 31)
) -> Silence:
    return silence_of(asked, as_of=END, first_run=first_run, unasked=unasked, unasked_confirmed=confirmed)


def asked(on: str, *proofs: tuple[str, str], due: date = DUE) -> AskedPerson:
    """Somebody asked once; a proof is the day of the event and the day that a run knew of it."""
    known = tuple(Proof(date.fromisoformat(day), date.fromisoformat(known)) for day, known in proofs)
    return AskedPerson(asks=(Ask(date.fromisoformat(on), due),), proofs=known)


# situation, who was asked, whether data could have confirmed the person and the ask came first
ROWS = [
    ("nothing was ever heard", asked("2026-05-31"), False),
    ("seen before the due day, known after the ask", asked("2026-05-31", ("2026-05-20", "2026-06-30")), True),
    ("seen on the due day, known after the ask", asked("2026-06-30", ("2026-06-05", "2026-07-31")), True),
    ("seen in the rest of the due month", asked("2026-06-30", ("2026-06-30", "2026-07-31")), True),
    ("seen after the due month: data about the year held nothing", asked("2026-06-30", ("2026-07-01", "2026-07-31")), False),
    ("seen a cycle earlier", asked("2026-05-31", ("2025-06-05", "2026-06-30")), False),
    ("seen on the first day of the cycle, told late", asked("2026-05-31", ("2025-06-06", "2026-06-30")), True),
    ("known when the person was asked: the due day counts from it", asked("2026-05-31", ("2026-04-01", "2026-05-31")), False),
    ("asked once the deliveries about the due month were in", asked("2026-07-31", ("2026-06-20", "2026-07-31")), False),
    ("due for years when first seen: the year before the ask counts", asked("2026-09-30", ("2026-09-25", "2026-10-31"), due=date(2011, 1, 1)), True),
    ("due for years, nothing in the year before the ask", asked("2026-09-30", ("2025-09-25", "2026-10-31"), due=date(2011, 1, 1)), False),
]  # fmt: skip


@pytest.mark.parametrize(("situation", "person", "first"), ROWS, ids=[row[0] for row in ROWS])
def test_who_was_asked_though_data_could_confirm(situation: str, person: AskedPerson, first: bool) -> None:
    found = figures(person, unasked=3, confirmed=3)
    assert found.asked_first == int(first)
    assert found.where_data_allow == (0.75 if first else 1.0)


def test_four_figures_of_ten_people() -> None:
    thrice = AskedPerson(asks=(Ask(END, DUE), Ask(END, DUE), Ask(END, DUE)), is_confirmed=True)
    found = figures(thrice, asked("2026-05-31", ("2026-05-20", "2026-06-30")), unasked=8, confirmed=6)
    assert found.figures == {
        Figure.CONFIRMABLE: 0.7,
        Figure.WHERE_DATA_ALLOW: round(6 / 7, 6),
        Figure.NEVER_ASKED: 0.8,
        Figure.ASKS_A_YEAR: 0.4,
    }


def test_somebody_asked_twice_comes_first_once() -> None:
    twice = AskedPerson(
        asks=(Ask(date(2026, 5, 1), DUE), Ask(date(2026, 5, 31), DUE)),
        proofs=(Proof(date(2026, 5, 20), date(2026, 6, 30)),),
    )
    assert figures(twice).asked_first == 1


def test_of_nobody_nothing_is_said() -> None:
    assert set(figures().figures.values()) == {None}


def test_short_time_says_nothing_of_a_year() -> None:
    found = figures(asked("2026-10-31"), unasked=1, first_run=date(2026, 9, 30))
    assert (found.days, found.asks_a_year, found.never_asked) == (31, None, 0.5)
    half = figures(asked("2026-10-31"), unasked=1, first_run=date(2026, 5, 1))
    assert half.asks_a_year == round(0.5 * 365 / 183, 4)
