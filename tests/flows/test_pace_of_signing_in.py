"""Codes and passwords cannot be sprayed: tries are counted by address, by device, over all, and in a row; nobody who
shares an address or has a strange guesser is kept out for it.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client

from hands import hands_of
from refused import refused
from signing_in import as_citizen, person
from yizheng import wiring
from yizheng.flows.house import agency_is_set_up
from yizheng.flows.signing_in import (
    citizen_signs_in,
    factors_are_proved,
    pace_is_kept,
    sessions_are_kept,
    staff_signs_in,
)
from yizheng.flows.signing_in.factors_are_proved import Asked
from yizheng.flows.signing_in.pace_is_kept import Asker
from yizheng.kernel.errors import Refused
from yizheng.kernel.time import FixedClock
from yizheng.rooms import access, ledger
from yizheng.rooms.access.data import Factor, Holder, NewAccount, Pace, SignInRules
from yizheng.rooms.access.models import KnownDevice, SignInAttempt

AT = datetime(2026, 10, 31, 1, tzinfo=UTC)
HERE, OTHER = b"h" * 16, b"o" * 16
FEW = SignInRules(
    address=Pace(tries=4, more_for_each_who_got_in=3, then_one_in_seconds=30),
    device=Pace(tries=2, then_one_in_seconds=30),
    everybody=Pace(tries=50, then_one_in_seconds=1),
)
pytestmark = pytest.mark.django_db


def clock(seconds: float = 0) -> FixedClock:
    return FixedClock(AT + timedelta(seconds=seconds))


def tries(count: int, *, address: str = "203.0.113.9", device: bytes = b"n" * 16, second: float = 0) -> int:
    """How many of so many tries at one moment are let through."""
    let = 0
    for _ in range(count):
        try:
            pace_is_kept.count_try(Asker(address=address, device=device), rules=FEW, clock=clock(second))
            let += 1
        except Refused:
            pass
    return let


def test_address_that_tries_one_number_after_the_other_is_slowed_and_never_locked() -> None:
    assert tries(20) == 5  # four, and the first of those that are one in 30 seconds
    assert tries(20, second=29) == 0
    assert tries(20, second=31) == 1
    assert tries(20, second=3601) == 4 + 1  # another hour
    assert tries(3, address="203.0.113.10") == 3  # a neighbour does not wait for it
    slowed = [one for one in ledger.queries.entries() if one.kind == "access:pace:slowed"]
    assert [one.detail for one in slowed] == [{"place": "address"}] * 2  # once an hour, and no address


def test_hall_behind_one_address_is_free_while_its_people_get_in() -> None:
    asker = Asker(address="203.0.113.9", device=b"n" * 16)
    for pno in range(20):
        for _ in range(3):  # number, a wrong code, the code
            pace_is_kept.count_try(asker, rules=FEW, clock=clock())
        pace_is_kept.got_in(asker, Holder.person(pno), clock=clock())
    for _ in range(20):  # who gets in again and again has one person's tries
        pace_is_kept.got_in(asker, Holder.person(0), clock=clock())
    assert tries(40) <= 4 + 1


def test_many_addresses_together_are_slowed_and_a_known_device_is_not() -> None:
    assert sum(tries(1, address=f"198.51.100.{one}") for one in range(99)) == 50 + 1
    KnownDevice.objects.create(holder="person:1", device_index=HERE, first_at=AT, last_at=AT)
    assert tries(2, device=HERE) == 2
    assert tries(9, device=HERE) == 1  # it has a measure of its own


def test_home_of_ipv6_is_one_place() -> None:
    assert sum(tries(1, address=f"2001:db8:1:2::{one:x}") for one in range(1, 9)) == 5


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """An agency that lets little be tried."""
    here = replace(wiring.agency(), sign_in=FEW)
    monkeypatch.setattr(wiring, "agency", lambda: here)


@pytest.mark.usefixtures("few")
def test_pages_say_to_a_slowed_address_how_long_and_what_else() -> None:
    for _ in range(5):
        answer = Client().post("/staff/login/", {"username": "nobody", "password": "x"})
        assert answer.status_code == 302
    answer = Client().post("/", {"number": "110101194703070021"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
    assert "请等半分钟再试" in answer.content.decode()
    assert Client().get("/").status_code == 200


def test_names_of_nobody_leave_nothing_in_the_ledger_and_little_for_a_week() -> None:
    for second in range(9):
        citizen_signs_in.check_code(
            holder=None, code="000000", request=HERE, asked=Asked(typed="typed:x"), clock=clock(second)
        )
    assert list(ledger.queries.entries()) == []
    assert SignInAttempt.objects.count() == 5
    with transaction.atomic():
        assert access.actions.forget_tries_of_nobody(at=AT + timedelta(days=8)) == 5


def guess(holder: Holder | None, count: int, *, most: int = 10) -> list[str]:
    """What becomes of so many wrong passwords, each after the lock of the last is over."""
    asked = Asked(typed=f"typed:{holder}", most_in_a_row=most)
    proofs = [
        factors_are_proved.by_password(holder, "wrong", asked=asked, clock=clock(1000 * one))
        for one in range(count)
    ]
    return ["closed" if one.closed else "locked" if one.locked_until else "refused" for one in proofs]


def test_way_is_closed_after_so_many_failures_in_a_row_whether_the_name_exists_or_not() -> None:
    person(1, "110101194703070021")
    assert guess(Holder.person(1), 12) == ["refused"] * 10 + ["closed"] * 2
    assert guess(None, 12) == ["refused"] * 10 + ["closed"] * 2


def test_closed_way_opens_at_the_window_and_others_stay_open(client: Client) -> None:
    person(1, "110101194703070021")
    holder = Holder.person(1)
    assert guess(holder, 11)[-1] == "closed"
    asked = Asked(typed="typed:1", most_in_a_row=10)
    code = factors_are_proved.by_app_code(holder, "000000", asked=asked, clock=clock(99_000))
    assert not code.closed
    as_citizen(client, 1)
    with transaction.atomic():
        access.actions.forgive(str(holder), at=AT + timedelta(days=2))
    proof = factors_are_proved.by_password(holder, "wrong", asked=asked, clock=clock(200_000))
    assert not proof.closed


def test_guesses_of_strangers_keep_nobody_from_a_passkey_or_a_device_of_their_own() -> None:
    new = NewAccount(username="chen", display_name="陈", role="supervisor", password="a long enough sentence")
    agency_is_set_up.make_accounts(hands_of("installer", clock=clock()), [new])
    account = access.queries.find_account("chen")
    assert account is not None
    holder = Holder.account(account.account_id)
    for _ in range(5):
        with refused(access.Why.PASSWORD_WRONG):
            staff_signs_in.sign_in(username="chen", password="wrong", device=OTHER, clock=clock())
    with refused(access.Why.LOCKED):
        staff_signs_in.sign_in(username="chen", password=new.password, device=OTHER, clock=clock(1))
    KnownDevice.objects.create(holder=str(holder), device_index=HERE, first_at=AT, last_at=AT)
    staff_signs_in.sign_in(username="chen", password=new.password, device=HERE, clock=clock(2))
    with transaction.atomic():
        begun = factors_are_proved.begin_try(holder, Asked(typed="passkey:1"), Factor.PASSKEY, at=AT)
    assert begun.allowed
    for _ in range(5):  # a device of one's own has its own five
        with refused(access.Why.PASSWORD_WRONG):
            staff_signs_in.sign_in(username="chen", password="wrong", device=HERE, clock=clock(3))
    with refused(access.Why.LOCKED):
        staff_signs_in.sign_in(username="chen", password=new.password, device=HERE, clock=clock(4))


def test_numbers_that_cannot_be_are_refused() -> None:
    with refused(access.Why.PACE_NUMBERS_WRONG):
        Pace(tries=0)
    with refused(access.Why.FAILURES_IN_A_ROW_WRONG):
        SignInRules(failures_in_a_row=101)


def test_clock_that_is_set_back_locks_nobody_for_days_and_keeps_no_session() -> None:
    person(1, "110101194703070021")
    asked, holder, days = Asked(typed="typed:1"), Holder.person(1), 2 * 86400
    for second in range(5):
        factors_are_proved.by_password(holder, "wrong", asked=asked, clock=clock(days + second))
    back = [
        factors_are_proved.by_password(holder, "wrong", asked=asked, clock=clock(second))
        for second in range(3)
    ]
    assert [one.locked_until for one in back] == [
        None,
        AT + timedelta(minutes=15),
        AT + timedelta(minutes=15),
    ]
    limits = sessions_are_kept.limits_of("citizen")
    session = as_citizen(Client(), 1)
    assert not access.queries.is_over(session, limits, at=session.seen_at)
    assert access.queries.is_over(session, limits, at=session.seen_at - timedelta(days=2)) == "too_old"
    with transaction.atomic():
        access.actions.make_code(holder=holder, request=HERE, at=AT + timedelta(days=2))
        access.actions.make_code(holder=holder, request=HERE, at=AT)  # not too soon for two days
