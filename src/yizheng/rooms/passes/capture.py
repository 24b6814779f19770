"""A certification by face (刷脸认证), pure: the life of a capture, and how what was seen becomes an end.

Rules that always hold: the machine passes, or it hands over; it never refuses, pauses or ends anything. A face that does
not fit is no evidence against anybody: another way is opened at once and no case is made of it. What is not certain is
told in the same words whatever made it so, and a person looks at it.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from yizheng.kernel.life import Life, Move, State, Turn
from yizheng.rooms.biometrics.data import Match
from yizheng.rooms.passes.data import CaptureState

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


class CaptureMove(StrEnum):
    """What moves a capture."""

    PASS = "pass"  # noqa: S105 (a step, not a secret)
    TO_PERSON = "to_person"
    TO_OTHER_WAY = "to_other_way"
    REPLACE = "replace"
    EXPIRE = "expire"


CAPTURE_LIFE = Life(
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is known when a capture is decided.

    `alive`: every step was done as asked, by somebody who is there. `match` is the comparison with the templates.
    `asked_is_met`: the session showed all that the risk of this act asks for. `in_doubt`: a death or another loss is
    reported, a case about one is open, or pay was ended: a face alone does not settle that.
    """

    alive: bool
    match: Match
    asked_is_met: bool
    in_doubt: bool


@dataclass(frozen=True, slots=True)
class CaptureEnd:
    """How a capture ends: the step it takes, and why."""

    step: CaptureMove
    why: CaptureWhy


def decide(found: Finding) -> CaptureEnd:
    """The one decision of a capture. Read from the top; the first line that holds decides.

    | holds | end |
    |---|---|
    | the face is surely another's | another way, at once; no case |
    | not surely alive, or not surely the same | a person looks |
    | a loss is reported or pay has ended | a person looks, and knows that the person came |
    | the risk asks for more than was shown | a person looks |
    | none of these | passed |
    """
    if found.match is Match.DIFFERENT:
        return CaptureEnd(CaptureMove.TO_OTHER_WAY, CaptureWhy.DIFFERENT)
    if not found.alive or found.match is not Match.SAME:
        return CaptureEnd(CaptureMove.TO_PERSON, CaptureWhy.UNSURE)
    if found.in_doubt:
        return CaptureEnd(CaptureMove.TO_PERSON, CaptureWhy.IN_DOUBT)
    if not found.asked_is_met:
        return CaptureEnd(CaptureMove.TO_PERSON, CaptureWhy.NEEDS_PERSON)
    return CaptureEnd(CaptureMove.PASS, CaptureWhy.SAME)


def state_after(step: CaptureMove) -> CaptureState:
    """Where a step leads."""
    return CAPTURE_LIFE.check(CaptureState.ASKING, step).to


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
