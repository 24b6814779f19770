"""What may be known about risk (风险): acts, signals, scores with their reasons, and what is asked for an act."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from yizheng.rooms.ledger.data import WitnessedTable


class Act(StrEnum):
    """What somebody is about to do. The table in `rules.py` says what each act asks for at each level of risk."""

    VIEW = "view"
    CERTIFY = "certify"
    ENROL = "enrol"
    NAME_HELPER = "name_helper"
    CHANGE_PHONE = "change_phone"
    CHANGE_BANK = "change_bank"
    CHANGE_FACTOR = "change_factor"
    EXPORT = "export"


class Signal(StrEnum):
    """What is watched (风险信号). None of them alone refuses anybody anything."""

    NEW_DEVICE = "new_device"
    NEW_PLACE = "new_place"
    ODD_HOUR = "odd_hour"
    IMPOSSIBLE_TRAVEL = "impossible_travel"
    TYPING = "typing"
    MANY_SERVED = "many_served"
    RECENT_BANK_CHANGE = "recent_bank_change"
    RECENT_PHONE_CHANGE = "recent_phone_change"
    HELPER_ACTS = "helper_acts"
    FAILED_TRIES = "failed_tries"
    VIRTUAL_CAMERA = "virtual_camera"
    ODD_FRAMES = "odd_frames"
    SESSION_MOVED = "session_moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A signal that was there, its points, and the fact behind it in words that a clerk may read."""

    signal: Signal
    points: int
    fact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The risk of one act (风险评分): points and where every one of them comes from."""

    act: Act
    points: int
    because: tuple[Weighed, ...]


class Asked(StrEnum):
    """What an act asks for (加强核验), weakest first. Everything from `PERSON` on is done by or before a person."""

    NOTHING_MORE = "nothing_more"
    SECOND_FACTOR = "second_factor"
    STRONG_FACTOR = "strong_factor"
    FRESH_FACE = "fresh_face"
    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a door sees of a request when an act is weighed. What is not seen stays empty, and adds nothing.

    `device` is the keyed index of the device that asks now; `place` a coarse code (a region or a city of the agency's
    table of networks); `typing` the milliseconds between the key presses of one field, without the keys;
    `camera_label` what the browser calls the camera; `frame_jitter` the deviation of the time between two pictures
    divided by its mean (a camera in a browser is never quite even).
    """

    at: datetime
    device: bytes = b""
    place: str = ""
    typing: tuple[float, ...] | None = None
    camera_label: str = ""
    frame_jitter: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """What weighing an act gave: the score, what the act asks for now, and whether this session has shown it already.

    For `Act.CERTIFY` what is asked is `NOTHING_MORE` or `PERSON` (a video call, a window, a visit), never a refusal.
    `weighing_id` is the row that was kept, for `note_act`.
    """

    score: Score
    asked: Asked
    met: bool
    weighing_id: int = 0


class Verdict(StrEnum):
    """What staff found when they looked at a warning (核看结论)."""

    HARMLESS = "harmless"
    ABUSE = "abuse"


class AlertKind(StrEnum):
    """What a warning is about (预警)."""

    HELPER_FOR_MANY = "helper_for_many"
    HIGH_RISK = "high_risk"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertView:
    """An alert as staff see it: who acted (`account_id` or `actor_pno`; of `device` and `phone` nothing can be read),
    for whom, why, and what came of it."""

    alert_id: int
    kind: AlertKind
    account_id: int | None
    actor_pno: int | None
    actor_kind: str
    pno: int | None
    facts: tuple[str, ...]
    raised_at: datetime
    looked_at: datetime | None
    looked_by: str
    verdict: Verdict | None
    note: str


WEIGHINGS = WitnessedTable(
    "risk_weighing",
    "id",
    (
        "at",
        "actor_key",
        "pno",
        "account_id",
        "session_since",
        "act",
        "points",
        "asked",
        "met",
        "because",
        "device",
        "place",
        "hour",
    ),
)
"""The witnessed columns of a weighed act."""
OUTCOMES = WitnessedTable("risk_outcome", "id", ("at", "actor_key", "pno", "act", "done"))
"""The witnessed columns of how an act ended."""
ALERTS = WitnessedTable(
    "risk_alert",
    "id",
    (
        "kind",
        "actor_key",
        "pno",
        "weighing_id",
        "facts",
        "signals",
        "raised_at",
        "looked_at",
        "looked_by",
        "verdict",
        "note",
    ),
)
"""The witnessed columns of a warning."""
DAMPINGS = WitnessedTable(
    "risk_damping", "id", ("actor_key", "signal", "percent", "from_at", "until_at", "set_by", "alert_id")
)
"""The witnessed columns of what staff's looks changed."""
