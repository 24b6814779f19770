"""A transaction that the database gave up for another's sake is done once more, whole; nothing else is."""

import pytest
from django.db import OperationalError, transaction

from yizheng.flows.house import whole_again as story
from yizheng.flows.house.whole_again import TRIES, whole_again


class Given(Exception):
    """What the driver raises."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


@pytest.fixture(autouse=True)
def in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story, "PAUSE_SECONDS", 0)


def failing(times: int, sqlstate: str) -> tuple[list[int], object]:
    seen: list[int] = []

    @whole_again
    def work(number: int) -> int:
        seen.append(number)
        if len(seen) <= times:
            raise OperationalError(sqlstate) from Given(sqlstate)
        return number

    return seen, work


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("sqlstate", ["40P01", "40001"])
def test_deadlock_is_done_again_with_the_same_words(sqlstate: str) -> None:
    seen, work = failing(2, sqlstate)
    assert work(7) == 7  # type: ignore[operator]
    assert seen == [7] * 3


@pytest.mark.django_db(transaction=True)
def test_deadlock_that_does_not_end_is_told_at_last() -> None:
    seen, work = failing(99, "40P01")
    with pytest.raises(OperationalError):
        work(7)  # type: ignore[operator]
    assert len(seen) == TRIES


@pytest.mark.django_db(transaction=True)
def test_lost_connection_is_not_done_again() -> None:
    seen, work = failing(1, "57P01")
    with pytest.raises(OperationalError):
        work(7)  # type: ignore[operator]
    assert seen == [7]


@pytest.mark.django_db
def test_inside_anothers_transaction_the_failure_goes_to_its_owner() -> None:
    seen, work = failing(1, "40P01")
    with pytest.raises(OperationalError), transaction.atomic():
        work(7)  # type: ignore[operator]
    assert seen == [7]
