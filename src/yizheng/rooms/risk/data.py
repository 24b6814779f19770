"""What may be known about risk (风险): acts, signals, scores with their reasons, and what is asked for an act."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from yizheng.kernel.told import Told
from yizheng.rooms.ledger.data import WitnessedTable
from yizheng.rooms.risk.acts import Act as Act
from yizheng.rooms.risk.acts import Asked as Asked
from yizheng.rooms.risk.acts import Signal as Signal
from yizheng.rooms.risk.facts import Facts as Facts
from yizheng.rooms.risk.facts import Seen as Seen
from yizheng.rooms.risk.table import TABLE as TABLE
from yizheng.rooms.risk.table import Place as Place
from yizheng.rooms.risk.table import RiskTable as RiskTable
from yizheng.rooms.risk.table import Step as Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A signal that was there, its points, and the fact behind it, which a clerk may read."""

    signal: Signal
    points: int
    fact: Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The risk of one act (风险评分): points and where every one of them comes from."""

    act: Act
    points: int
    because: tuple[Weighed, ...]


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
    facts: tuple[Told | str, ...]
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
