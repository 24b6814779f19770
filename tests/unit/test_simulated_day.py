"""A simulated day: only in a demo, only in a home that was made for one."""

import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from refused import refused
from yizheng import settings as settings_module
from yizheng import wiring
from yizheng.doors.cli import agency, demo
from yizheng.flows.house.why import Why
from yizheng.kernel.time import SystemClock, app_time
from yizheng.settings import Settings, SettingsWrong, read_settings

DAY = date(2025, 1, 31)


def installation(home: Path, *, today: date | None, database: str = "") -> Settings:
    return Settings(
        home=home, agency=home, database=database, hosts=("localhost",), demo=True, https=False, today=today
    )


def environment(**more: str) -> dict[str, str]:
    return {"YIZHENG_AGENCY": str(settings_module.YIZHENG.agency)} | more


def test_day_is_read_in_a_demo() -> None:
    assert read_settings(environment(YIZHENG_DEMO="1", YIZHENG_TODAY="2025-01-31")).today == DAY
    assert read_settings(environment(YIZHENG_DEMO="1")).today is None


@pytest.mark.parametrize(
    "more", [{"YIZHENG_TODAY": "2025-01-31"}, {"YIZHENG_DEMO": "1", "YIZHENG_TODAY": "soon"}]
)
def test_day_outside_a_demo_or_that_is_none_ends_the_process(more: dict[str, str]) -> None:
    with pytest.raises(SettingsWrong) as ended:
        read_settings(environment(**more))
    assert ended.value.code == 2


def test_new_home_is_marked_and_lives_in_its_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "YIZHENG", installation(tmp_path, today=DAY))
    agency._mark_simulated(tmp_path)
    assert wiring.clock().now().date() == DAY


@pytest.mark.parametrize("case", ["in use", "on a server"])
def test_home_in_use_never_gets_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    server = "postgresql://u@localhost/x" if case == "on a server" else ""
    if case == "in use":
        (tmp_path / "db.sqlite3").touch()
    monkeypatch.setattr(settings, "YIZHENG", installation(tmp_path, today=DAY, database=server))
    agency._mark_simulated(tmp_path)
    with refused(Why.HOME_OF_NO_SIMULATED_DAY, home=tmp_path):
        wiring.clock()


def test_without_a_day_the_clock_is_the_machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "YIZHENG", installation(tmp_path, today=None))
    agency._mark_simulated(tmp_path)
    assert not list(tmp_path.iterdir())
    assert isinstance(wiring.clock(), SystemClock)


def test_demo_lives_in_its_own_days_and_time_runs_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "YIZHENG", installation(tmp_path, today=None))
    monkeypatch.setattr(demo, "FIRST_DAY", date(2026, 11, 9))
    demo._mark_own_time(tmp_path)
    clock, machine = wiring.clock(), SystemClock().now()
    assert clock.now().date() == date(2026, 11, 9)
    assert abs(clock.now().timetz().hour - machine.hour) in (0, 1, 23)
    before = clock.now()
    time.sleep(0.01)
    assert clock.now() > before
    assert abs(app_time(clock) - SystemClock().now()) < timedelta(seconds=5)


@pytest.mark.parametrize("case", ["begun before", "a set day"])
def test_demo_that_was_begun_or_has_a_set_day_keeps_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    today = DAY if case == "a set day" else None
    monkeypatch.setattr(settings, "YIZHENG", installation(tmp_path, today=today))
    if case == "begun before":
        (tmp_path / "demo.json").write_text("{}")
    demo._mark_own_time(tmp_path)
    assert not settings.YIZHENG.simulated_mark.exists()


def test_a_home_that_is_no_demo_has_the_machines_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "YIZHENG", installation(tmp_path, today=None))
    assert wiring.demo_shift() == 0
    assert isinstance(wiring.clock(), SystemClock)
