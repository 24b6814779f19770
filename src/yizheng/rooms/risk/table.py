"""An agency's table of risk as data (`risk.yaml`): points of signals, what each act asks for, places. Pure.

Every number has what holds where an agency says nothing. A table that exists keeps the promises of this room: it is
refused where typing alone, or the number of people served, could change what is asked, where certifying could be asked
for anything but nothing more or a person, and where more points could ask for less.
"""

from dataclasses import dataclass, field
from itertools import pairwise

from yizheng.kernel.errors import Refused
from yizheng.rooms.risk.acts import Act, Asked, Signal
from yizheng.rooms.risk.why import Flaw

ORDER = tuple(Asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """From so many points on, an act asks for this."""

    from_points: int
    asks: Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A coarse place: its name, and degrees north and east of its middle (about a city's accuracy)."""

    name: str
    north: float
    east: float

    def __post_init__(self) -> None:
        if not (-90 <= self.north <= 90 and -180 <= self.east <= 180):
            raise Refused(Flaw.PLACE_DEGREES, place=self.name)


def _points() -> dict[Signal, int]:
    return {
        Signal.NEW_DEVICE: 10,
        Signal.NEW_PLACE: 8,
        Signal.ODD_HOUR: 4,
        Signal.IMPOSSIBLE_TRAVEL: 22,
        Signal.TYPING: 5,
        Signal.MANY_SERVED: 12,
        Signal.RECENT_BANK_CHANGE: 12,
        Signal.RECENT_PHONE_CHANGE: 12,
        Signal.HELPER_ACTS: 4,
        Signal.FAILED_TRIES: 5,
        Signal.VIRTUAL_CAMERA: 25,
        Signal.ODD_FRAMES: 12,
        Signal.SESSION_MOVED: 18,
    }


def _acts() -> dict[Act, tuple[Step, ...]]:
    def steps(*pairs: tuple[int, Asked]) -> tuple[Step, ...]:
        return tuple(Step(from_points=points, asks=asks) for points, asks in pairs)

    nothing, second, strong = Asked.NOTHING_MORE, Asked.SECOND_FACTOR, Asked.STRONG_FACTOR
    face, person = Asked.FRESH_FACE, Asked.PERSON
    return {
        Act.VIEW: steps((0, nothing), (45, second)),
        Act.CERTIFY: steps((0, nothing), (60, person)),
        Act.ENROL: steps((0, nothing), (30, second), (60, person)),
        Act.NAME_HELPER: steps((0, nothing), (25, second), (60, person)),
        Act.CHANGE_PHONE: steps((0, second), (20, face), (50, person)),
        Act.CHANGE_BANK: steps((0, strong), (15, face), (40, person)),
        Act.CHANGE_FACTOR: steps((0, nothing), (20, second), (50, person)),
        Act.EXPORT: steps((0, second), (30, strong), (60, person)),
    }


VIRTUAL_CAMERAS = (
    "virtual",
    "obs",
    "manycam",
    "v4l2loopback",
    "loopback",
    "xsplit",
    "snap camera",
    "droidcam",
    "iriun",
    "epoccam",
    "fake",
    "虚拟",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskTable:
    """The table. Points are whole and never negative; percents are of a signal's points."""

    points: dict[Signal, int] = field(default_factory=_points)
    acts: dict[Act, tuple[Step, ...]] = field(default_factory=_acts)
    many_from: dict[str, int] = field(
        default_factory=lambda: {"family": 5, "community": 61, "entrusted": 201}
    )
    many_each: int = 2
    many_most: int = 30
    failed_most: int = 20
    served_days: int = 30
    change_days: int = 30
    failed_hours: int = 24
    typing_from: float = 2.5
    typing_samples: int = 5
    typing_kept: int = 20
    hours_samples: int = 10
    hours_share: float = 0.05
    fastest_kmh: float = 1000.0
    least_km: float = 300.0
    even_frames_below: float = 0.002
    virtual_cameras: tuple[str, ...] = VIRTUAL_CAMERAS
    alert_from: int = 40
    harmless_percent: int = 25
    abuse_percent: int = 150
    look_holds_days: int = 180
    places: dict[str, Place] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raises Refused for a table that breaks a promise of this room."""
        if set(self.points) != set(Signal) or min(self.points.values()) < 0:
            raise Refused(Flaw.SIGNALS_INCOMPLETE, signals=tuple(one.value for one in Signal))
        if set(self.acts) != set(Act):
            raise Refused(Flaw.ACTS_INCOMPLETE, acts=tuple(one.value for one in Act))
        for act, steps in self.acts.items():
            _check_steps(act, steps)
        if "family" not in self.many_from:
            raise Refused(Flaw.FAMILY_MISSING)
        if not 0 <= self.harmless_percent <= 100 <= self.abuse_percent:
            raise Refused(Flaw.PERCENTS_WRONG)
        self._check_certify()

    def _check_certify(self) -> None:
        """Certifying is never refused, and neither typing nor the number of people served changes what is asked."""
        certify = self.acts[Act.CERTIFY]
        asked = {step.asks for step in certify}
        if not asked <= {Asked.NOTHING_MORE, Asked.PERSON} or certify[0].asks is not Asked.NOTHING_MORE:
            raise Refused(Flaw.CERTIFY_ASKS_MORE)
        first = min((step.from_points for steps in self.acts.values() for step in steps[1:]), default=1)
        if self.points[Signal.TYPING] >= first:
            raise Refused(Flaw.TYPING_TOO_HEAVY, first=first)
        person = min((step.from_points for step in certify[1:]), default=1 << 30)
        served = self.many_most + self.points[Signal.HELPER_ACTS] * max(self.abuse_percent, 100) // 100
        if served >= person:
            raise Refused(Flaw.MANY_TOO_HEAVY, person=person)

    def many_of(self, kind: str) -> int:
        """From how many people served a kind of helper is watched; the family's where the kind is not named."""
        return self.many_from.get(kind, self.many_from["family"])


def _check_steps(act: Act, steps: tuple[Step, ...]) -> None:
    if not steps or steps[0].from_points != 0:
        raise Refused(Flaw.FIRST_STEP_NOT_ZERO, act=act.value)
    for before, after in pairwise(steps):
        if before.from_points >= after.from_points or ORDER.index(before.asks) >= ORDER.index(after.asks):
            raise Refused(Flaw.STEPS_NOT_RISING, act=act.value)


TABLE = RiskTable()
"""What holds where an agency has no table of its own."""
