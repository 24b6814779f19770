"""How fast a place may try to sign in: pure values and the rule. A place is a network address, a device, or everybody.

A place is slowed, never locked: people behind it share it with whoever tries numbers there. What it may try grows with
the people who got in, so that a hall of counters or a carrier's address is free on a busy morning and a sprayer's is not.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from yizheng.kernel.errors import Refused
from yizheng.rooms.access.why import Why

WINDOW = timedelta(hours=1)


class PlaceKind(StrEnum):
    """What tries are counted by. Stable codes: the ledger holds them."""

    ADDRESS = "address"
    DEVICE = "device"
    EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What one place may try in an hour before it is slowed, and to what."""

    tries: int
    more_for_each_who_got_in: int = 6
    then_one_in_seconds: int = 30

    def __post_init__(self) -> None:
        if self.tries < 1 or self.more_for_each_who_got_in < 0 or not 1 <= self.then_one_in_seconds <= 3600:
            raise Refused(Why.PACE_NUMBERS_WRONG)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRules:
    """An agency's rules of trying to sign in (`sign_in.yaml`), each with what holds where the agency says nothing."""

    address: Pace = field(default_factory=lambda: Pace(tries=60))
    device: Pace = field(default_factory=lambda: Pace(tries=30))
    everybody: Pace = field(default_factory=lambda: Pace(tries=5000, then_one_in_seconds=1))
    failures_in_a_row: int = 100

    def __post_init__(self) -> None:
        if not 10 <= self.failures_in_a_row <= 100:  # NIST SP 800-63B: no more than 100
            raise Refused(Why.FAILURES_IN_A_ROW_WRONG)

    def of(self, kind: PlaceKind) -> Pace:
        """The pace of a kind of place."""
        return {
            PlaceKind.ADDRESS: self.address,
            PlaceKind.DEVICE: self.device,
            PlaceKind.EVERYBODY: self.everybody,
        }[kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What came from a place in this hour. `next_at` is when a slowed place may try again."""

    tries: int = 0
    got_in: int = 0
    next_at: datetime | None = None


def is_slowed(counted: Counted, pace: Pace) -> bool:
    """Whether the place has tried all that it may try freely."""
    return counted.tries >= pace.tries + pace.more_for_each_who_got_in * counted.got_in


def seconds_to_wait(counted: Counted, pace: Pace, *, at: datetime) -> int:
    """How long a place has to wait before its next try; 0 where it may try now. A clock set back waits no longer."""
    if not is_slowed(counted, pace) or counted.next_at is None:
        return 0
    wait = (counted.next_at - at).total_seconds()
    return 0 if wait <= 0 else min(pace.then_one_in_seconds, int(wait) + 1)
