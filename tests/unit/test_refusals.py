"""A refusal is a code with facts; the doors say it in the reader's language."""

import pickle
from datetime import date

import pytest

from yizheng.doors.words import refusals
from yizheng.doors.words.base import Words
from yizheng.doors.words.refusals import fact_in
from yizheng.kernel.errors import Code, Misused, Refused
from yizheng.kernel.time import Month
from yizheng.rooms.access.data import RoleCode


class Why(Code):
    """A room of the test."""

    TOO_LATE = "test:too_late"
    NO_WORDS = "test:no_words"


WORDS = {
    Why.TOO_LATE: Words(
        "要在{until}以前办，今天是{today}。", "it had to be done by {until}; today is {today}."
    )
}


@pytest.fixture(autouse=True)
def _words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "words_of", WORDS.get)


def test_refusal_is_said_in_the_language_asked_for() -> None:
    late = Refused(Why.TOO_LATE, until=date(2026, 10, 31), today=date(2026, 11, 2))
    assert refusals.refusal_in(late, "zh-hans") == "要在2026年10月31日以前办，今天是2026年11月2日。"
    assert refusals.refusal_in(late, "en") == "it had to be done by 2026-10-31; today is 2026-11-02."


def test_refusal_without_words_shows_the_machines_form() -> None:
    assert refusals.refusal_in(Refused(Why.NO_WORDS, rows=3), "en") == "test:no_words rows=3"


def test_refusal_crosses_the_border_of_a_process_with_its_facts() -> None:
    back = pickle.loads(pickle.dumps(Misused(Why.TOO_LATE, until=date(2026, 10, 31))))  # noqa: S301 (our own bytes)
    assert type(back) is Misused
    assert (back.why, back.facts) == (Why.TOO_LATE, {"until": date(2026, 10, 31)})


@pytest.mark.parametrize(
    ("fact", "zh", "en"),
    [
        (Month(2026, 12), "2026年12月", "2026-12"),
        (("a", "b"), "a、b", "a, b"),
        (12345, "12,345", "12,345"),
        (2026, "2026", "2026"),
        (Words("死亡", "death"), "死亡", "death"),
        (Why.TOO_LATE, "test:too_late", "test:too_late"),
        (RoleCode.SUPERVISOR, "主管", "Supervisor"),
        (
            Refused(Why.TOO_LATE, until=1, today=2),
            "要在1以前办，今天是2。",
            "it had to be done by 1; today is 2.",
        ),
    ],
)
def test_fact_stands_as_the_language_writes_it(fact: object, zh: str, en: str) -> None:
    assert (fact_in(fact, "zh-hans"), fact_in(fact, "en")) == (zh, en)
