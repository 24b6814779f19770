"""What any clock must keep to: a moment with its zone, in China's civil time, that never runs backwards."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from contract.parties import Parties, each
from yizheng.kernel.time import CHINA, Clock, FixedClock, ShiftedClock, SystemClock, app_time

CLOCKS = {
    SystemClock: lambda _: SystemClock(),
    FixedClock: lambda _: FixedClock.on(date(2026, 11, 30)),
    ShiftedClock: lambda _: ShiftedClock(-400),
}
PARTIES: Parties = {Clock: CLOCKS}


@pytest.fixture(**each(CLOCKS))
def clock(request: pytest.FixtureRequest, tmp_path: Path) -> Clock:
    return request.param(tmp_path)


def test_moment_has_its_zone_and_shows_the_day_of_the_offices(clock: Clock) -> None:
    now = clock.now()
    assert now.utcoffset() == timedelta(hours=8)
    assert now.date() == now.astimezone(CHINA).date()
    assert isinstance(now - datetime(2020, 1, 1, tzinfo=UTC), timedelta)


def test_time_does_not_run_backwards(clock: Clock) -> None:
    moments = [clock.now() for _ in range(50)]
    assert moments == sorted(moments)


def test_devices_of_others_show_the_same_time_of_day(clock: Clock) -> None:
    """Whatever day a clock lives in: an authenticator app counts on from the real one."""
    apart = clock.now() - app_time(clock)
    assert abs(apart - timedelta(days=round(apart / timedelta(days=1)))) < timedelta(seconds=5)
