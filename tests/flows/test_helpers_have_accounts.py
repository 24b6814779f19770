"""A family helper has an account of her own, opened by phone and name, both sealed; a device is known by its cookie."""

from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from yizheng import wiring
from yizheng.doors.identity import DEVICE_COOKIE, KnownDevice, device_index
from yizheng.flows.signing_in import staff_signs_in
from yizheng.kernel.errors import Misused, Refused
from yizheng.kernel.time import FixedClock
from yizheng.rooms import access, ledger
from yizheng.rooms.access.data import Account
from yizheng.rooms.access.models import Account as AccountRow
from yizheng.rooms.access.models import Helper

AT = datetime(2026, 11, 22, 1, tzinfo=UTC)
PHONE = "138 0013-8000"

pytestmark = pytest.mark.django_db


def _open(phone: str = PHONE, name: str = "李小梅") -> Account:
    with transaction.atomic():
        return access.actions.open_helper_account(phone=phone, display_name=name, actor="window", at=AT)


def test_helper_is_opened_and_found_by_any_way_of_writing_the_phone() -> None:
    made = _open()
    assert (made.role, made.display_name, made.is_active) == ("helper", "李小梅", True)
    assert access.queries.account_of(made.account_id) == made
    for written in ("13800138000", "+86 138 0013 8000", "１３８００１３８０００"):
        assert access.queries.helper_by_phone(written) == made
    assert access.queries.helper_by_phone("13900139000") is None
    assert access.queries.helper_by_phone("12333") is None
    assert access.queries.account_of(made.account_id + 1) is None
    assert access.queries.helper_phone(made.account_id) == "13800138000"


def test_phone_and_name_of_a_helper_lie_nowhere_in_clear() -> None:
    made = _open()
    stored, known = AccountRow.objects.get(pk=made.account_id), Helper.objects.get()
    kept = f"{stored.__dict__}{bytes(known.contact_sealed)!r}{ledger.queries.entries()}"
    assert "13800138000" not in kept
    assert "小梅" not in kept


def test_helper_is_witnessed() -> None:
    _open()
    assert {table.table for table in wiring.witnessed()} >= {"access_account", "access_helper"}
    assert [entry.kind for entry in ledger.queries.entries()] == [
        "access:helper:opened",
        "access:helper:known",
    ]


def test_phone_has_one_account() -> None:
    _open()
    with pytest.raises(Refused, match="access:phone_has_account"):
        _open(phone="+8613800138000", name="另一个人")


@pytest.mark.parametrize(
    ("phone", "name"), [("12333", "李小梅"), ("", "李小梅"), (PHONE, " "), (PHONE, "李" * 65)]
)
def test_helper_that_cannot_be_is_misused(phone: str, name: str) -> None:
    with pytest.raises(Misused):
        _open(phone=phone, name=name)


def test_helper_is_no_staff() -> None:
    made = _open()
    assert access.queries.accounts() == []
    assert access.queries.permissions_of(made) == frozenset()
    with pytest.raises(Refused):
        staff_signs_in.sign_in(username=made.username, password="", clock=FixedClock(AT))


def test_device_is_known_again_by_its_cookie_and_by_nothing_else() -> None:
    seen: list[bytes] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(device_index(request))
        assert device_index(request) == seen[-1]
        return HttpResponse()

    door, requests = KnownDevice(view), RequestFactory()
    answer = door(requests.get("/"))
    cookie = answer.cookies[DEVICE_COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    requests.cookies[DEVICE_COOKIE] = cookie.value
    assert DEVICE_COOKIE not in door(requests.get("/")).cookies
    RequestFactory().cookies.clear()
    door(RequestFactory().get("/"))
    assert seen[0] == seen[1] != seen[2]
    assert len(seen[0]) == 16
    assert cookie.value.encode() not in seen[0]


def test_device_cookie_that_is_none_of_ours_is_replaced() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        device_index(request)
        return HttpResponse()

    requests = RequestFactory()
    requests.cookies[DEVICE_COOKIE] = "short"
    assert DEVICE_COOKIE in KnownDevice(view)(requests.get("/")).cookies
