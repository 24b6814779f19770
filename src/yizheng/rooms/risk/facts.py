"""What is known when an act is weighed, as values: every one of them may be unknown, and then it adds nothing. Pure."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The facts that signals are read from; None is unknown.

    `device_known` and `place_known` compare with where the actor was seen before; `hour_usual` with the actor's own
    hours; `kmh` is the speed between the last place and this one; `typing` the scaled Manhattan distance from the
    actor's own rhythm (about 1 is as usual); `served` for how many people the account, the device or the phone stood in
    the last days and `many` from how many on that is watched; changes are days ago; `failed` are tries of the last
    hours; `frame_jitter` is relative; `moved` says that device or place changed inside the session.
    """

    device_known: bool | None = None
    place_known: bool | None = None
    hour_usual: bool | None = None
    kmh: float | None = None
    typing: float | None = None
    typing_counts: bool = True
    served: int | None = None
    many: int = 5
    bank_changed_days: int | None = None
    phone_changed_days: int | None = None
    helper: bool | None = None
    failed: int | None = None
    virtual_camera: bool | None = None
    frame_jitter: float | None = None
    moved: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One earlier act of an actor: when, on which device (keyed index), where (coarse), at which hour of the day."""

    at: datetime
    device: bytes
    place: str
    hour: int
    session_since: datetime
