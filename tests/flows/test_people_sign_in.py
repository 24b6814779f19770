"""Staff by password, citizens by a one-time code: throttled, kept in the ledger, silent about who exists."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from hands import hands_of
from yizheng.flows.house import agency_is_set_up
from yizheng.flows.signing_in import staff_signs_in
from yizheng.kernel.errors import Misused, Refused
from yizheng.kernel.time import FixedClock
from yizheng.rooms import access, ledger
from yizheng.rooms.access.data import CodeResult, Holder, NewAccount
from yizheng.rooms.access.models import Account, OneTimeCode, SignInAttempt

AT = datetime(2026, 10, 31, 1, tzinfo=UTC)
PASSWORD = "a long enough sentence"
CHEN = NewAccount(username="chen", display_name="陈晓岚", role="certifier", password=PASSWORD)

pytestmark = pytest.mark.django_db


@pytest.fixture
def chen() -> str:
    (name,) = agency_is_set_up.make_accounts(hands_of("installer", clock=FixedClock(AT)), [CHEN])
    return name


def _try(password: str, minutes: float = 0, username: str = "chen") -> bool:
    clock = FixedClock(AT + timedelta(minutes=minutes))
    try:
        account = staff_signs_in.sign_in(username=username, password=password, clock=clock)
    except Refused:
        return False
    assert account.username == username
    return True


def _kinds() -> list[str]:
    return [entry.kind.removeprefix("access:") for entry in ledger.queries.entries()]


def test_accounts_are_made_once(chen: str) -> None:
    again = agency_is_set_up.make_accounts(hands_of("installer", clock=FixedClock(AT)), [CHEN])
    assert again == []
    assert [account.username for account in access.queries.accounts()] == ["chen"]
    stored = Account.objects.get()
    assert stored.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert PASSWORD not in repr(CHEN)
    assert _kinds() == ["account:created"]


def test_taken_name_or_wrong_account_makes_none(chen: str) -> None:
    with transaction.atomic(), pytest.raises(Refused, match="access:username_taken"):
        access.actions.create_account(CHEN, actor="installer", at=AT)
    wrong = NewAccount(username="li", display_name="李", role="king", password=PASSWORD)
    with pytest.raises(Misused):
        agency_is_set_up.make_accounts(hands_of("installer", clock=FixedClock(AT)), [wrong])


def test_right_password_signs_in_and_wrong_one_does_not(chen: str) -> None:
    assert _try(PASSWORD)
    assert not _try("wrong")
    assert not _try(PASSWORD, username="nobody")
    assert _kinds()[1:] == ["sign_in:succeeded", "sign_in:refused"], "nobody's name fills no ledger"
    assert "nobody" not in str([entry.actor for entry in ledger.queries.entries()])


def test_name_is_locked_after_five_failures_even_for_the_right_password(chen: str) -> None:
    for second in range(5):
        assert not _try("wrong", second / 60)
    assert not _try(PASSWORD, 1)
    assert not _try(PASSWORD, 14.9)
    assert _try(PASSWORD, 16)
    assert _kinds().count("sign_in:locked") == 2
    assert SignInAttempt.objects.count() == 12, "each try counts under the name and under the person"


def test_success_starts_the_count_again(chen: str) -> None:
    for second in range(4):
        assert not _try("wrong", second / 60)
    assert _try(PASSWORD, 1)
    assert not _try("wrong", 2)
    assert _try(PASSWORD, 3)


def test_name_that_does_not_exist_is_answered_alike(chen: str) -> None:
    def answer(username: str, at: int) -> str:
        with pytest.raises(Refused) as refusal:
            staff_signs_in.sign_in(
                username=username, password="wrong", clock=FixedClock(AT + timedelta(seconds=at))
            )
        return str(refusal.value)

    for second in range(7):
        assert answer("chen", second) == answer("nobody", second)


def test_closed_account_cannot_sign_in(chen: str) -> None:
    with transaction.atomic():
        access.actions.set_active("chen", active=False, actor="boss", at=AT)
    assert not _try(PASSWORD)
    with transaction.atomic():
        assert access.actions.set_active("chen", active=True, actor="boss", at=AT).is_active
    assert _try(PASSWORD, 1)
    with transaction.atomic(), pytest.raises(LookupError):
        access.actions.set_active("nobody", active=False, actor="boss", at=AT)


HERE, ELSEWHERE = b"h" * 16, b"e" * 16


def _code(minutes: float = 0, pno: int = 7, request: bytes = HERE) -> str:
    with transaction.atomic():
        return access.actions.make_code(
            holder=Holder.person(pno), request=request, at=AT + timedelta(minutes=minutes)
        )


def _check(code: str, minutes: float = 0, pno: int = 7, request: bytes = HERE) -> CodeResult:
    with transaction.atomic():
        return access.actions.check_code(
            holder=Holder.person(pno), request=request, code=code, at=AT + timedelta(minutes=minutes)
        )


def _other(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_code_is_six_digits_kept_as_a_keyed_hash_and_used_once() -> None:
    code = _code()
    assert len(code) == 6
    assert code.isdecimal()
    assert code.encode() not in bytes(OneTimeCode.objects.get().code_hash)
    assert _check(code, 9) is CodeResult.ACCEPTED
    assert _check(code, 9) is CodeResult.SPENT
    assert _kinds() == ["code:made", "code:accepted", "code:refused"]


def test_code_dies_after_ten_minutes() -> None:
    assert _check(_code(), 10) is CodeResult.EXPIRED


def test_code_dies_after_five_tries() -> None:
    code = _code()
    for _ in range(5):
        assert _check(_other(code)) is CodeResult.WRONG
    assert _check(code) is CodeResult.SPENT


def test_code_is_the_persons_own_and_the_newest() -> None:
    first, other = _code(), _code(pno=8)
    if first != other:
        assert _check(first, pno=8) is CodeResult.WRONG
    second = _code(2)
    if first != second:
        assert _check(first, 2) is CodeResult.WRONG
    assert _check(second, 2) is CodeResult.ACCEPTED


def test_code_is_good_in_the_browser_that_asked_for_it_alone() -> None:
    code = _code()
    assert _check(code, request=ELSEWHERE) is CodeResult.NONE
    _code(request=ELSEWHERE)
    assert _check(code) is CodeResult.ACCEPTED


def test_person_without_a_code_gets_none() -> None:
    assert _check("123456") is CodeResult.NONE


def test_codes_are_throttled_in_a_browser_and_for_a_phone() -> None:
    _code()
    with pytest.raises(Refused, match="access:code_too_soon"):
        _code(0.5)
    _code(0.5, request=ELSEWHERE)
    for number in range(1, 9):
        _code(number * 2)
    with pytest.raises(Refused, match="access:codes_too_many"):
        _code(20)
    with pytest.raises(Refused, match="access:codes_too_many"):
        _code(20, request=b"x" * 16)
    _code(80)
