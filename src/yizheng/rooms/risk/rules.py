"""The rules of risk (风险), pure: facts become signals with points; points become what an act asks for.

Rules that always hold: a fact that is unknown adds nothing; no signal ever lowers a score; typing counts nothing for
the very old and the disabled, and alone it changes nothing for anybody; certifying is never refused: the most that it
asks for is a person, by video, at a window or at home.
"""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from yizheng.kernel.errors import Misused, Refused
from yizheng.kernel.told import Told, told
from yizheng.rooms.access.data import Factor
from yizheng.rooms.risk.data import Act, AlertKind, Asked, Score, Signal, Verdict, Weighed
from yizheng.rooms.risk.facts import Facts, Seen
from yizheng.rooms.risk.table import ORDER, TABLE, Place, RiskTable
from yizheng.rooms.risk.why import Finding, Why

EARTH_KM = 6371.0
LEAST_SPREAD_MS = 15.0
LONGEST_PAUSE_MS = 2000.0
NEAR_HOURS = 2
NOTE_LEAST, NOTE_MOST = 4, 300
_STRONG = frozenset({Factor.PASSKEY, Factor.CARD})


# --- what an act asks for ---


def asked_for(act: Act, points: int, table: RiskTable = TABLE) -> Asked:
    """What an act asks for at so many points, by the table."""
    return [step.asks for step in table.acts[act] if step.from_points <= points][-1]


def is_met(asked: Asked, factors: Collection[Factor]) -> bool:
    """Whether the factors shown in a session are what is asked. A person can only be met by a person.

    A fresh face is as good as a strong factor; a passkey or a card is strong alone, an app code beside another factor.
    """
    shown = set(factors) - {Factor.RECOVERY}
    if asked is Asked.NOTHING_MORE:
        return True
    if asked is Asked.PERSON:
        return False
    if Factor.FACE in shown:
        return True
    if asked is Asked.FRESH_FACE:
        return False
    strong = bool(shown & _STRONG) or (Factor.APP_CODE in shown and len(shown) > 1)
    return strong or (asked is Asked.SECOND_FACTOR and len(shown) > 1)


def strongest(*asked: Asked) -> Asked:
    """The strongest of several."""
    return max(asked, key=ORDER.index)


# --- alerts and what staff find ---


def wants_looking(found: Score, percents: Mapping[Signal, int], table: RiskTable = TABLE) -> AlertKind | None:
    """Whether staff are told of a weighed act, and of what kind the alert is; None where nobody needs to look.

    A number of people served that staff found harmless raises no further alert while that look holds.
    """
    if found.points >= table.alert_from:
        return AlertKind.HIGH_RISK
    served = any(one.signal is Signal.MANY_SERVED for one in found.because)
    return AlertKind.HELPER_FOR_MANY if served and percents.get(Signal.MANY_SERVED, 100) >= 100 else None


def percent_of(verdict: Verdict, table: RiskTable = TABLE) -> int:
    """How much a signal counts after a verdict, in percent."""
    return table.harmless_percent if verdict is Verdict.HARMLESS else table.abuse_percent


def check_can_look(*, looked: bool, note: str) -> None:
    """Raises Refused where an alert was looked at already, Misused where the note says nothing or too much."""
    if looked:
        raise Refused(Why.LOOKED_ALREADY)
    if not NOTE_LEAST <= len(note.strip()) <= NOTE_MOST:
        raise Misused(Why.NOTE_LENGTH, least=NOTE_LEAST, most=NOTE_MOST)


# --- from facts to points ---


def score(
    act: Act, facts: Facts, table: RiskTable = TABLE, percents: Mapping[Signal, int] | None = None
) -> Score:
    """The score of an act. `percents` say how much a signal of this actor counts since staff looked (100 without)."""
    because = []
    for signal, read in _READ.items():
        found = read(facts, table)
        if found is None:
            continue
        points, fact = found
        counted = min(points * (percents or {}).get(signal, 100) // 100, _most(signal, table))
        if counted > 0:
            because.append(Weighed(signal=signal, points=counted, fact=fact))
    because.sort(key=lambda one: -one.points)
    return Score(act=act, points=sum(one.points for one in because), because=tuple(because))


def _most(signal: Signal, table: RiskTable) -> int:
    """The most that a signal may count, whatever staff made of it."""
    caps = {
        Signal.TYPING: table.points[Signal.TYPING],
        Signal.MANY_SERVED: table.many_most,
        Signal.FAILED_TRIES: table.failed_most * table.abuse_percent // 100,
    }
    return caps.get(signal, table.points[signal] * table.abuse_percent // 100)


_Found = tuple[int, Told] | None


def _device(facts: Facts, table: RiskTable) -> _Found:
    return (
        (table.points[Signal.NEW_DEVICE], told(Finding.DEVICE_NEW)) if facts.device_known is False else None
    )


def _place(facts: Facts, table: RiskTable) -> _Found:
    return (table.points[Signal.NEW_PLACE], told(Finding.PLACE_NEW)) if facts.place_known is False else None


def _hour(facts: Facts, table: RiskTable) -> _Found:
    return (table.points[Signal.ODD_HOUR], told(Finding.HOUR_UNUSUAL)) if facts.hour_usual is False else None


def _travel(facts: Facts, table: RiskTable) -> _Found:
    if facts.kmh is None or facts.kmh <= table.fastest_kmh:
        return None
    return table.points[Signal.IMPOSSIBLE_TRAVEL], told(Finding.TRAVEL_TOO_FAST)


def _typing(facts: Facts, table: RiskTable) -> _Found:
    if not facts.typing_counts or facts.typing is None or facts.typing < table.typing_from:
        return None
    return table.points[Signal.TYPING], told(Finding.TYPING_DIFFERS)


def _many(facts: Facts, table: RiskTable) -> _Found:
    if facts.served is None or facts.served < facts.many:
        return None
    points = table.points[Signal.MANY_SERVED] + table.many_each * (facts.served - facts.many)
    return min(points, table.many_most), told(
        Finding.SERVES_MANY, days=table.served_days, people=facts.served
    )


def _bank(facts: Facts, table: RiskTable) -> _Found:
    days = facts.bank_changed_days
    if days is None or not 0 <= days <= table.change_days:
        return None
    return table.points[Signal.RECENT_BANK_CHANGE], told(Finding.ACCOUNT_CHANGED, days=days)


def _phone(facts: Facts, table: RiskTable) -> _Found:
    days = facts.phone_changed_days
    if days is None or not 0 <= days <= table.change_days:
        return None
    return table.points[Signal.RECENT_PHONE_CHANGE], told(Finding.PHONE_CHANGED, days=days)


def _helper(facts: Facts, table: RiskTable) -> _Found:
    return (table.points[Signal.HELPER_ACTS], told(Finding.HELPER_ACTS)) if facts.helper else None


def _failed(facts: Facts, table: RiskTable) -> _Found:
    if not facts.failed:
        return None
    points = min(table.points[Signal.FAILED_TRIES] * facts.failed, table.failed_most)
    return points, told(Finding.TRIES_FAILED, hours=table.failed_hours, times=facts.failed)


def _camera(facts: Facts, table: RiskTable) -> _Found:
    if not facts.virtual_camera:
        return None
    return table.points[Signal.VIRTUAL_CAMERA], told(Finding.CAMERA_VIRTUAL)


def _frames(facts: Facts, table: RiskTable) -> _Found:
    if facts.frame_jitter is None or not 0 <= facts.frame_jitter < table.even_frames_below:
        return None
    return table.points[Signal.ODD_FRAMES], told(Finding.FRAMES_EVEN)


def _moved(facts: Facts, table: RiskTable) -> _Found:
    return (table.points[Signal.SESSION_MOVED], told(Finding.SESSION_MOVED)) if facts.moved else None


_READ: dict[Signal, Callable[[Facts, RiskTable], _Found]] = {
    Signal.NEW_DEVICE: _device,
    Signal.NEW_PLACE: _place,
    Signal.ODD_HOUR: _hour,
    Signal.IMPOSSIBLE_TRAVEL: _travel,
    Signal.TYPING: _typing,
    Signal.MANY_SERVED: _many,
    Signal.RECENT_BANK_CHANGE: _bank,
    Signal.RECENT_PHONE_CHANGE: _phone,
    Signal.HELPER_ACTS: _helper,
    Signal.FAILED_TRIES: _failed,
    Signal.VIRTUAL_CAMERA: _camera,
    Signal.ODD_FRAMES: _frames,
    Signal.SESSION_MOVED: _moved,
}


# --- from what was seen to facts ---


def device_is_known(device: bytes, earlier: Sequence[Seen]) -> bool | None:
    """Whether the actor used this device before; unknown where no device, or none of earlier, was seen."""
    known = {one.device for one in earlier if one.device}
    return device in known if device and known else None


def place_is_known(place: str, earlier: Sequence[Seen]) -> bool | None:
    """Whether the actor came from this place before; unknown where this place, or every earlier one, is."""
    known = {one.place for one in earlier if one.place}
    return place in known if place and known else None


def hour_is_usual(hour: int, earlier: Sequence[Seen], table: RiskTable = TABLE) -> bool | None:
    """Whether the actor's own hours reach this one; unknown below `hours_samples` acts. Midnight is near to eleven."""
    if len(earlier) < table.hours_samples:
        return None
    near = sum(min(abs(one.hour - hour), 24 - abs(one.hour - hour)) <= NEAR_HOURS for one in earlier)
    return near / len(earlier) >= table.hours_share


def travel_kmh(place: str, at: datetime, earlier: Sequence[Seen], table: RiskTable = TABLE) -> float | None:
    """How fast one travelled since the last act whose place is known; unknown where a place has no coordinates.

    Less than `least_km` apart counts as standing still: places are coarse.
    """
    here = table.places.get(place)
    last = next((one for one in sorted(earlier, key=lambda one: one.at, reverse=True) if one.place), None)
    there = table.places.get(last.place) if last else None
    if here is None or there is None or last is None or at < last.at:
        return None
    distance = kilometres(here, there)
    if distance < table.least_km:
        return 0.0
    return distance / max((at - last.at).total_seconds() / 3600, 1 / 60)


def kilometres(one: Place, other: Place) -> float:
    """The distance between two places over the globe."""
    a, b = math.radians(one.north), math.radians(other.north)
    across = math.radians(other.east - one.east)
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(across / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


def typing_distance(
    now: Sequence[float], samples: Sequence[Sequence[float]], table: RiskTable = TABLE
) -> float | None:
    """How far a rhythm lies from the person's own: the mean over the keys of |interval - mean| / mean deviation.

    Unknown below `typing_samples` samples of the same length. Pauses of over two seconds are thinking, not typing, and a
    spread below 15 ms is a clock's, not a hand's: both are cut, so that one pause or a very even hand proves nothing.
    """
    usable = [sample for sample in samples if len(sample) == len(now)]
    if not now or len(usable) < table.typing_samples:
        return None
    total = 0.0
    for place, value in enumerate(now):
        column = [_cut(sample[place]) for sample in usable]
        mean = sum(column) / len(column)
        spread = sum(abs(one - mean) for one in column) / len(column)
        total += abs(_cut(value) - mean) / max(spread, LEAST_SPREAD_MS)
    return total / len(now)


def _cut(interval: float) -> float:
    return min(max(interval, 0.0), LONGEST_PAUSE_MS)


def is_virtual(label: str, table: RiskTable = TABLE) -> bool | None:
    """Whether a camera is named like a program; unknown where the browser gives no name."""
    plain = label.casefold()
    return any(word in plain for word in table.virtual_cameras) if plain.strip() else None


def has_moved(
    device: bytes, place: str, *, began_on: bytes, session_since: datetime, earlier: Sequence[Seen]
) -> bool | None:
    """Whether device or place changed inside this session: against the device it began on, and its own earlier acts."""
    own = [one for one in earlier if one.session_since == session_since]
    devices = {one.device for one in own if one.device} | ({began_on} if began_on else set())
    places = {one.place for one in own if one.place}
    compared = [bool(device) and bool(devices), bool(place) and bool(places)]
    if not any(compared):
        return None
    return (compared[0] and devices != {device}) or (compared[1] and places != {place})
