"""What may be known about passes (认证登记), as values."""

from dataclasses import dataclass
from datetime import date, datetime

DELIVERED_CHANNELS = ("window", "visit", "other_agency")
"""Channels whose passes come in a file of a clerk's: 窗口 or terminal, 上门, another agency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPass:
    """A certification on another channel than comparison. `event_day` counts days since 1970."""

    pno: int
    channel: str
    event_day: int
    case_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PassRecord:
    """A certification on a channel other than comparison."""

    pno: int
    channel: str
    event_day: date
    case_id: int | None
    known_since: datetime
    known_by: str
