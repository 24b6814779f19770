"""What may be known about passes (认证登记), as values."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from yizheng.kernel.life import Life, Move, State, Turn
from yizheng.rooms.passes.channels import CASE as CASE
from yizheng.rooms.passes.channels import CHANNELS as CHANNELS
from yizheng.rooms.passes.channels import FACE_WEB as FACE_WEB
from yizheng.rooms.passes.channels import OTHER_AGENCY as OTHER_AGENCY
from yizheng.rooms.passes.channels import VISIT as VISIT
from yizheng.rooms.passes.channels import WINDOW as WINDOW
from yizheng.rooms.passes.channels import Acts as Acts
from yizheng.rooms.passes.channels import Assurance as Assurance
from yizheng.rooms.passes.channels import Channel as Channel

MOST_POSTS = 80
"""So many sendings of frames a capture takes; a person who needs more is better served by a person."""

MOST_FRAMES = 120
"""So many frames of one step are kept, the newest: twenty seconds at six a second."""

CHALLENGE_LASTS = timedelta(minutes=3)
"""How long a challenge is good for: an old person's pace and a queue fit into it. Nobody is shown a clock, and a step is
shown only when the one before is done, so time alone tells nobody what will be asked."""

MISSES_BEFORE_WAYS = 2
"""After so many misses of a step the other ways are offered beside the next try; nobody is locked out."""

CAPTURE_LIVES = timedelta(hours=2)
"""A capture nobody went on with for so long is closed, and what was measured in it is deleted."""

PICTURES_KEPT = timedelta(days=90)
"""How long the pictures of a capture that went to a person are kept for that person's decision, at most."""


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
    """Where a capture is (刷脸认证)."""

    ASKING = "asking"
    PASSED = "passed"
    REVIEWING = "reviewing"
    OTHER_WAY = "other_way"
    REPLACED = "replaced"
    EXPIRED = "expired"


class CaptureMove(StrEnum):
    """What moves a capture."""

    PASS = "pass"  # noqa: S105 (a step, not a secret)
    TO_PERSON = "to_person"
    TO_OTHER_WAY = "to_other_way"
    REPLACE = "replace"
    EXPIRE = "expire"


CAPTURE_LIFE = Life(
    name="capture",
    states=(
        State(code=CaptureState.ASKING, owner=Turn.PERSON),
        State(code=CaptureState.PASSED, owner=Turn.NOBODY, final=True),
        State(code=CaptureState.REVIEWING, owner="certifier", final=True),
        State(code=CaptureState.OTHER_WAY, owner=Turn.PERSON, final=True),
        State(code=CaptureState.REPLACED, owner=Turn.NOBODY, final=True),
        State(code=CaptureState.EXPIRED, owner=Turn.PERSON, final=True),
    ),
    moves=tuple(
        Move(state=CaptureState.ASKING, step=step, to=to, by=by)
        for step, to, by in (
            (CaptureMove.PASS, CaptureState.PASSED, Turn.MACHINE),
            (CaptureMove.TO_PERSON, CaptureState.REVIEWING, Turn.MACHINE),
            (CaptureMove.TO_OTHER_WAY, CaptureState.OTHER_WAY, Turn.MACHINE),
            (CaptureMove.REPLACE, CaptureState.REPLACED, Turn.PERSON),
            (CaptureMove.EXPIRE, CaptureState.EXPIRED, Turn.MACHINE),
        )
    ),
)
"""The life of a capture. No step leads to a refusal, for there is no such state; one under review waits in a case."""


class CaptureWhy(StrEnum):
    """Why a capture ended so, or could not begin. Stable codes: rows, the ledger and the doors' words hold them."""

    SAME = "same"
    UNSURE = "unsure"
    DIFFERENT = "different"
    NEEDS_PERSON = "needs_person"
    IN_DOUBT = "in_doubt"
    PHOTO_ONLY = "photo_only"
    NOT_DUE = "not_due"
    NOT_ENROLLED = "not_enrolled"
    NO_CONSENT = "no_consent"
    NO_MANDATE = "no_mandate"
    TRIES_USED = "tries_used"
    ENGINE_AWAY = "engine_away"
    TAKEN_OVER = "taken_over"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class CaptureEnd:
    """How a capture ends: the step it takes, and why."""

    step: CaptureMove
    why: CaptureWhy


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureView:
    """A capture as flows and pages see it: no measured value, no picture.

    `code` is the name in addresses: 128 random bits, nobody's number. `step_no` counts from 1; one more than `of` means
    that every step is done and the end is not written yet. `misses` counts the misses of the current step.
    """

    capture_id: int
    code: str
    pno: int
    state: CaptureState
    why: CaptureWhy | None
    step_no: int
    of: int
    misses: int
    posts: int
    begun_at: datetime
    begun_by: str
    ended_at: datetime | None
    case_id: int | None
    version: int

    @property
    def is_open(self) -> bool:
        """Whether frames may still come."""
        return self.state is CaptureState.ASKING

    @property
    def all_steps_done(self) -> bool:
        """Whether nothing but the decision is missing."""
        return self.step_no > self.of


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptView:
    """A receipt (受理回执): what was received or certified, when, and until when it holds.

    `until` is None for a capture that a person still looks at.
    """

    number: str
    pno: int
    channel: str
    event_day: date
    until: date | None
    issued_at: datetime
    capture_id: int | None
