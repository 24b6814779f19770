"""Settings that keep what is said to the web and to the database safe: origins, proxies, the database's own options."""

from ipaddress import ip_network

import pytest
from django.conf import settings
from django.db import connection
from django.test import RequestFactory

from yizheng import settings as settings_module
from yizheng.doors.circumstances import address_of
from yizheng.settings import PATIENCE, SettingsWrong, _databases, read_settings

SECRET = "s3cret#1"


def environment(**more: str) -> dict[str, str]:
    return {"YIZHENG_AGENCY": str(settings_module.YIZHENG.agency)} | more


def database(address: str) -> dict[str, object]:
    return _databases(read_settings(environment(YIZHENG_DATABASE=address)))["default"]


@pytest.mark.parametrize(
    ("address", "parts", "options"),
    [
        (
            "postgresql://me:pw@db.example.cn:5433/pension",
            {"NAME": "pension", "USER": "me", "PASSWORD": "pw", "HOST": "db.example.cn", "PORT": "5433"},
            {},
        ),
        ("postgresql://me@h/x?sslmode=verify-full", {"HOST": "h"}, {"sslmode": "verify-full"}),
        (
            "postgresql://me@one:5432,two:5433/x?target_session_attrs=read-write",
            {"HOST": "one,two", "PORT": "5432,5433"},
            {"target_session_attrs": "read-write"},
        ),
        ("postgresql:///x?host=/run/postgresql", {"HOST": "/run/postgresql", "NAME": "x"}, {}),
        (f"postgresql://me:{SECRET}@h/x", {"PASSWORD": SECRET}, {}),
        ("postgresql://me@h/x?connect_timeout=3", {}, {"connect_timeout": "3"}),
    ],
)
def test_address_of_the_database_reaches_the_driver_whole(
    address: str, parts: dict[str, str], options: dict[str, str]
) -> None:
    found = database(address)
    assert {name: found[name] for name in parts} == parts
    assert found["OPTIONS"] == PATIENCE | options
    assert found["CONN_HEALTH_CHECKS"] is True


@pytest.mark.parametrize(
    ("address", "names"),
    [
        (f"postgresql://me:{SECRET}@h/x?sslmod=require", "sslmod"),
        (f"mysql://me:{SECRET}@h/x", "postgresql://"),
        (f"postgresql://me:{SECRET}@h:port:2/x?a", "libpq"),
    ],
)
def test_address_that_cannot_be_read_is_refused_in_a_sentence_without_its_secret(
    address: str, names: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SettingsWrong) as ended:
        database(address)
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert names in said
    assert SECRET[:3] not in said
    assert said.count("\n") == 1


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="a setting of SQLite")
def test_what_was_answered_as_done_outlives_a_power_cut() -> None:
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL


@pytest.mark.parametrize(
    ("seen", "said", "address"),
    [
        ("203.0.113.7", "", "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),  # who is no proxy of ours says nothing of others
        ("10.0.0.5", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.5", "6.6.6.6, 198.51.100.1", "198.51.100.1"),  # the client began the list with a lie
        ("10.0.0.5", "198.51.100.1, 10.0.0.6", "198.51.100.1"),  # two proxies, one behind the other
        ("10.0.0.5", "", "10.0.0.5"),
        ("", "198.51.100.1", ""),
    ],
)
def test_address_of_who_asks_is_what_our_own_proxies_saw(
    monkeypatch: pytest.MonkeyPatch, seen: str, said: str, address: str
) -> None:
    ours = read_settings(environment(YIZHENG_PROXIES="10.0.0.0/24"))
    assert ours.proxies == (ip_network("10.0.0.0/24"),)
    monkeypatch.setattr(settings, "YIZHENG", ours)
    request = RequestFactory().get("/", REMOTE_ADDR=seen, HTTP_X_FORWARDED_FOR=said)
    assert address_of(request) == address


def test_proxies_that_are_no_addresses_end_the_process() -> None:
    with pytest.raises(SettingsWrong):
        read_settings(environment(YIZHENG_PROXIES="proxy.example.cn"))
