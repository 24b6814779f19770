"""A simulated day: only in a demo, only in a home that was made for one."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from yizheng import settings as settings_module
from yizheng import wiring
from yizheng.doors.cli import agency
from yizheng.kernel.errors import Refused
from yizheng.kernel.time import SystemClock
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
    with pytest.raises(Refused, match="made for a simulated day"):
        wiring.clock()


def test_without_a_day_the_clock_is_the_machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "YIZHENG", installation(tmp_path, today=None))
    agency._mark_simulated(tmp_path)
    assert not list(tmp_path.iterdir())
    assert isinstance(wiring.clock(), SystemClock)
