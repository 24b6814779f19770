"""What the liveness check (活体检测) asks, sees and answers: values only.

Three things hold wherever these words are used. A suspicion is never told to the person and never counts against
them: it opens another way (video with a clerk, window, visit) at once. A person is shown one step at a time and no
clock. All of it is codes here; the doors hold the words.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Step(StrEnum):
    """What the person is asked to do (动作). Left and right are the person's own."""

    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    BLINK = "blink"
    OPEN_MOUTH = "open_mouth"
    NOD = "nod"
    COME_CLOSER = "come_closer"


class StepHint(StrEnum):
    """What would help the person to do the step (提示). The first that holds is said, one at a time."""

    NO_FACE = "no_face"
    MANY_FACES = "many_faces"
    HOLD_STILL = "hold_still"
    LOOK_STRAIGHT = "look_straight"
    TURN_MORE = "turn_more"
    TURN_LESS = "turn_less"
    OTHER_WAY = "other_way"
    HOLD_IT = "hold_it"
    TURN_HEAD_NOT_PHONE = "turn_head_not_phone"
    BLINK_AGAIN = "blink_again"
    EYES_HIDDEN = "eyes_hidden"
    MOUTH_WIDER = "mouth_wider"
    NOD_MORE = "nod_more"
    CLOSER = "closer"
    ONCE_MORE = "once_more"


class LivenessOutcome(StrEnum):
    """How a capture ended (活体结论). Only `ALIVE` may be passed on by a machine; the others go to a person.

    `ATTACK_SUSPECTED` and `UNSURE` are told alike, as another way that is open: a suspicion is for the clerk's eyes.
    """

    ALIVE = "alive"
    UNSURE = "unsure"
    ATTACK_SUSPECTED = "attack_suspected"


class LivenessReason(StrEnum):
    """Why (原因), for the clerk who looks at the case and for the risk score; never for the person.

    Those under "cannot tell" make it `UNSURE`; those under "does not fit a living person" `ATTACK_SUSPECTED`; signals
    leave it as it is, but two of them together make it `UNSURE`.
    """

    # cannot tell
    STEPS_ABLED_ONLY = "steps_abled_only"
    STEP_NOT_SEEN = "step_not_seen"
    TOO_FEW_FRAMES = "too_few_frames"
    NO_FRONTAL = "no_frontal"
    TIME_OUT = "time_out"
    OTHER_ACTIONS = "other_actions"
    PASSIVE_DOUBT = "passive_doubt"
    SIGNALS_TOGETHER = "signals_together"
    JUMPED = "jumped"
    # does not fit a living person in front of a camera
    FLAT = "flat"
    OTHER_FACE = "other_face"
    REPEATED_FRAMES = "repeated_frames"
    TIMES_BACKWARDS = "times_backwards"
    # signals
    QUICK_REACTION = "quick_reaction"
    REGULAR_TIMES = "regular_times"
    VIRTUAL_CAMERA = "virtual_camera"
    FROZEN = "frozen"
    TRACK_LOST = "track_lost"
    MANY_FACES = "many_faces"


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """What the person says they can do (本人情况). Asked for, never found out by a machine; nothing is kept of it."""

    see: bool = True
    hear: bool = True
    blink: bool = True
    mouth: bool = True
    turn: bool = True

    @property
    def machine_may_pass(self) -> bool:
        """Whether a machine may pass this person: both turns, a mouth that opens, and a way to be told.

        Depth is only seen when a head turns, and only a mouth tells a face from a stiff mask: the eyes behind a mask
        with holes blink as eyes do. Whoever cannot do one of them is looked at by a person (video, window, visit),
        with the pictures taken here.
        """
        return self.turn and self.mouth and (self.see or self.hear)


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """What is asked this once (随机口令): steps in random order, for a capture that ends before `expires_at`.

    `nonce` is 16 random bytes, used once; `hold_ms` is how long a turn is held; `machine` whether a machine may pass
    a capture of it at all. When it expires a new one is made without a word: the person sees no clock and loses
    nothing.
    """

    nonce: bytes
    steps: tuple[Step, ...]
    made_at: datetime
    expires_at: datetime
    hold_ms: int
    machine: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StepVerdict:
    """Whether a step is done; if not, what would help (nothing to say as long as the person is only beginning)."""

    done: bool
    hint: StepHint | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LivenessVerdict:
    """How a capture ended, why, and which frames are best to compare with the enrolled face.

    `best` are positions in all frames of the capture laid end to end, in the order of the steps, best first.
    """

    outcome: LivenessOutcome
    reasons: tuple[LivenessReason, ...]
    best: tuple[int, ...]
