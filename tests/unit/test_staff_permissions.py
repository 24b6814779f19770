"""Every address of the staff web against every role: a new address fails here until somebody gives it a row."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from signing_in import as_staff
from yizheng.doors.staff.urls import urlpatterns

ROLES = ("certifier", "rechecker", "supervisor", "auditor")
ALL = frozenset(ROLES)
OPEN = {"login", "login-second", "login-passkey", "logout"}

EXPECTED: dict[str, tuple[str, dict[str, object], frozenset[str]]] = {
    "dashboard": ("get", {}, ALL),
    "passed-csv": ("get", {}, ALL),
    "security": ("get", {}, ALL),
    "security-confirm": ("get", {}, ALL),
    "recovery": ("post", {}, frozenset({"certifier"})),
    "recovery-issue": ("post", {"token": "none"}, frozenset({"certifier"})),
    "cases": ("get", {}, ALL),
    "case": ("get", {"case_id": 1}, ALL),
    "case-work": ("post", {"case_id": 1}, frozenset({"certifier"})),
    "case-opening": ("get", {"pno": 1}, frozenset({"certifier"})),
    "case-open": ("post", {"pno": 1}, frozenset({"certifier"})),
    "case-propose": ("post", {"case_id": 1}, frozenset({"certifier"})),
    "case-confirm": ("post", {"case_id": 1}, frozenset({"rechecker"})),
    "case-faces": ("get", {"case_id": 1}, ALL),
    "case-captures": ("get", {"case_id": 1}, ALL),
    "case-picture": ("get", {"case_id": 1, "capture_id": 1, "place": 0}, ALL),
    "case-voice": ("get", {"case_id": 1}, ALL),
    "case-recording": ("get", {"case_id": 1, "answer_id": 1}, frozenset({"certifier"})),
    "links": ("get", {}, ALL),
    "link": ("get", {"link_id": 1}, ALL),
    "link-decide": ("post", {"link_id": 1}, frozenset({"certifier"})),
    "people": ("get", {}, ALL),
    "person": ("get", {"pno": 1}, ALL),
    "contact": ("post", {"pno": 1}, frozenset({"certifier", "rechecker"})),
    "mandates": ("get", {"pno": 1}, ALL),
    "alerts": ("get", {}, frozenset({"supervisor", "auditor"})),
    "alert-looked-at": ("post", {"alert_id": 1}, frozenset({"supervisor"})),
    "pauses": ("get", {}, ALL),
    "pause": ("get", {"month": "2026-12"}, ALL),
    "pause-release": ("post", {"month": "2026-12"}, frozenset({"supervisor"})),
    "rosters": ("get", {}, ALL),
    "roster-hold": ("get", {"hold_id": 1}, ALL),
    "roster-decide": ("post", {"hold_id": 1}, frozenset({"supervisor"})),
    "pay-held": ("get", {}, frozenset({"supervisor", "auditor"})),
    "pay-held-one": ("get", {"held_id": 1}, frozenset({"supervisor", "auditor"})),
    "pay-held-decide": ("post", {"held_id": 1}, frozenset({"supervisor"})),
    "pay": ("get", {}, frozenset({"supervisor", "auditor"})),
    "pay-month": ("get", {"month": "2026-11"}, frozenset({"supervisor", "auditor"})),
    "sources": ("get", {}, ALL),
    "source": ("get", {"key": "railway"}, ALL),
    "source-hand-out": ("post", {"key": "railway"}, frozenset({"supervisor"})),
    "source-answers": ("post", {"key": "railway"}, frozenset({"certifier"})),
    "face": ("get", {"pno": 1}, ALL),
    "face-enrol": ("post", {"pno": 1}, frozenset({"certifier"})),
    "face-withdrawn": ("post", {"pno": 1}, frozenset({"certifier"})),
    "faces": ("get", {}, frozenset({"supervisor", "auditor"})),
    "faces-filed": ("post", {}, frozenset({"supervisor"})),
    "ledger": ("get", {}, frozenset({"supervisor", "auditor"})),
    "ledger-verify": ("post", {}, frozenset({"auditor"})),
    "ledger-entry": ("get", {"index": 0}, frozenset({"supervisor", "auditor"})),
}


def test_every_staff_address_has_a_row() -> None:
    named = {pattern.name for pattern in urlpatterns if isinstance(pattern, URLPattern)}
    assert named == set(EXPECTED) | OPEN


def test_every_staff_view_goes_through_the_gate() -> None:
    for pattern in urlpatterns:
        assert pattern.name in OPEN or hasattr(pattern.callback, "permission"), pattern.name


def test_no_other_address_starts_with_staff() -> None:
    assert [str(one.pattern) for one in get_resolver().url_patterns if "staff" in str(one.pattern)] == [
        "staff/"
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", sorted(name for name, (method, _, _) in EXPECTED.items() if method == "post")
)
def test_get_to_an_address_that_takes_answers_leads_to_its_form(name: str) -> None:
    _method, given, allowed = EXPECTED[name]
    client = Client()
    as_staff(client, _account(min(allowed)))
    answer = client.get(reverse(f"staff:{name}", kwargs=given))
    assert answer.status_code in (200, 302), f"{name}: a restored tab shows the browser's own error"
    assert answer.status_code == 200 or answer["Location"].startswith("/staff/")


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_anonymous_is_asked_to_sign_in(name: str) -> None:
    method, given, _ = EXPECTED[name]
    answer = getattr(Client(), method)(reverse(f"staff:{name}", kwargs=given))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("staff:login"))


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_role_reaches_exactly_its_addresses(name: str, role: str) -> None:
    method, given, allowed = EXPECTED[name]
    client = Client()
    as_staff(client, _account(role))
    status = getattr(client, method)(reverse(f"staff:{name}", kwargs=given)).status_code
    assert (status == 403) == (role not in allowed), f"{name} as {role}: {status}"
    assert status != 500


def _account(role: str) -> int:
    """The key of a fresh account of the role."""
    account = get_user_model().objects.create(
        username=role,
        display_name=role,
        role=role,
        password="!",
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        created_by="test",
    )
    return int(account.pk)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/staff/people/99999999999999999999/face/",
        "/staff/people/99999999999999999999/",
        "/staff/cases/9999999999999999999/",
        "/staff/pay/0000-01/",
        "/staff/pauses/0000-01/",
        "/staff/pauses/1899-12/",
        "/staff/pauses/2026-13/",
        "/me/helpers/99999999999999999999/",
    ],
)
def test_number_or_month_that_nothing_can_have_is_an_address_that_does_not_exist(
    client: Client, address: str
) -> None:
    account = get_user_model().objects.create(
        username="zhao", role="supervisor", is_active=True, created_at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    as_staff(client, account.pk)
    assert client.get(address).status_code == 404
