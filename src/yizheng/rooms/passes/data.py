"""What may be known about passes (认证登记), as values."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from yizheng.rooms.passes.channels import CASE as CASE
from yizheng.rooms.passes.channels import CHANNELS as CHANNELS
from yizheng.rooms.passes.channels import FACE_WEB as FACE_WEB
from yizheng.rooms.passes.channels import OTHER_AGENCY as OTHER_AGENCY
from yizheng.rooms.passes.channels import VISIT as VISIT
from yizheng.rooms.passes.channels import WINDOW as WINDOW
from yizheng.rooms.passes.channels import Acts as Acts
from yizheng.rooms.passes.channels import Assurance as Assurance
from yizheng.rooms.passes.channels import Channel as Channel


class Open(StrEnum):
    """What stands open about a person, so that a pass alone does not settle who is entitled."""

    LOSS_RECORDED = "loss_recorded"
    LOSS_REPORTED = "loss_reported"
    PAY_ENDED = "pay_ended"
    PAY_STOPPED_OTHERWISE = "pay_stopped_otherwise"


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


class CaptureState(StrEnum):
    """Where a capture is (刷脸认证). Here, since its words are read where nobody looks at faces."""

    ASKING = "asking"
    PASSED = "passed"
    REVIEWING = "reviewing"
    OTHER_WAY = "other_way"
    REPLACED = "replaced"
    EXPIRED = "expired"
