"""What the liveness check (活体检测) asks, sees and answers: values only.

Three things hold wherever these words are used. A suspicion is never told to the person and never counts against
them: it opens another way (video with a clerk, window, visit) at once. A person is shown one step at a time and no
clock. Hints are codes here; `chinese` is the sentence that doors may show and have translated.
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

    @property
    def chinese(self) -> str:
        """The one sentence that is shown and spoken."""
        return {
            Step.TURN_LEFT: "请慢慢向左转头",
            Step.TURN_RIGHT: "请慢慢向右转头",
            Step.BLINK: "请眨一眨眼睛",
            Step.OPEN_MOUTH: "请张开嘴，再合上",
            Step.NOD: "请慢慢点一下头",
            Step.COME_CLOSER: "请离手机近一点",
        }[self]


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

    @property
    def chinese(self) -> str:
        """The suggested sentence: what to do, never what was wrong with the person."""
        return {
            StepHint.NO_FACE: "没有看到您的脸，请把脸对准手机",
            StepHint.MANY_FACES: "请让画面里只有您一个人",
            StepHint.HOLD_STILL: "请把手机拿稳，慢慢来",
            StepHint.LOOK_STRAIGHT: "请先正面看着手机",
            StepHint.TURN_MORE: "方向对了，请再多转一点",
            StepHint.TURN_LESS: "转得有点多，请往回转一点",
            StepHint.OTHER_WAY: "请转向另一边，不着急",
            StepHint.HOLD_IT: "很好，请停一下再转回来",
            StepHint.TURN_HEAD_NOT_PHONE: "请手机不动，只转头",
            StepHint.BLINK_AGAIN: "请再眨一次眼睛，闭一下就睁开",
            StepHint.EYES_HIDDEN: "看不清您的眼睛，请到亮一点的地方",
            StepHint.MOUTH_WIDER: "请把嘴再张大一点",
            StepHint.NOD_MORE: "请把头再低一点，然后抬起来",
            StepHint.CLOSER: "请再离手机近一点",
            StepHint.ONCE_MORE: "请再做一次，不着急",
        }[self]


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

    @property
    def chinese(self) -> str:
        """What the clerk reads."""
        return {
            LivenessReason.STEPS_ABLED_ONLY: "按本人情况少做了动作，机器不能单独通过",
            LivenessReason.STEP_NOT_SEEN: "有的动作没有看清",
            LivenessReason.TOO_FEW_FRAMES: "画面太少",
            LivenessReason.NO_FRONTAL: "缺少正面画面",
            LivenessReason.TIME_OUT: "用时超过本次口令的有效期",
            LivenessReason.OTHER_ACTIONS: "做了几次没有要求的动作",
            LivenessReason.PASSIVE_DOUBT: "静默活体模型有疑问",
            LivenessReason.SIGNALS_TOGETHER: "几个弱信号同时出现",
            LivenessReason.MANY_FACES: "画面里不止一张脸",
            LivenessReason.FLAT: "转动时像平面",
            LivenessReason.OTHER_FACE: "前后画面里的脸不像同一个人",
            LivenessReason.JUMPED: "脸的位置突然跳动",
            LivenessReason.REPEATED_FRAMES: "相同的画面重复出现",
            LivenessReason.TIMES_BACKWARDS: "拍摄时间前后颠倒",
            LivenessReason.QUICK_REACTION: "反应快于常人",
            LivenessReason.REGULAR_TIMES: "拍摄间隔过于整齐",
            LivenessReason.VIRTUAL_CAMERA: "摄像头名称像虚拟摄像头",
            LivenessReason.FROZEN: "画面停住不动",
            LivenessReason.TRACK_LOST: "中途看不到脸",
        }[self]


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
