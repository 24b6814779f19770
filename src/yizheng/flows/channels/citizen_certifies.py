"""A citizen certifies by face from home (刷脸认证): begin, do a few steps before the camera, and be certified.

1. `begin`: may this person certify here and now, and is it needed at all? A capture is opened with its first step.
2. `frames`: some pictures of one step. They pass the border, processes of their own measure them, the step is judged;
   what was measured is kept sealed, the pictures are not.
3. After the last step `face_is_decided.settle` decides: passed, or a person looks, or another way.

Rules that always hold: no engine works and nothing is waited for inside a transaction; the same sending twice is judged
once and answered alike; a step that was not done is asked again as often as the person likes; whatever does not work out
opens another way and touches nobody's pension. Answers carry codes, never a score, a threshold or a landmark.
"""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from random import Random
from statistics import fmean, pstdev

from django.db import transaction

from yizheng.flows.channels import face_is_decided
from yizheng.flows.channels.face_is_decided import Rules
from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import CHINA, Clock
from yizheng.rooms import biometrics, certification, mandates, passes
from yizheng.rooms.access.data import SignedIn
from yizheng.rooms.biometrics import liveness
from yizheng.rooms.biometrics.data import FaceSeen, Modality, Observed, PictureFault
from yizheng.rooms.biometrics.frames import pack, unpack
from yizheng.rooms.biometrics.liveness_data import Abilities, Challenge, Step, StepHint, StepVerdict
from yizheng.rooms.biometrics.quality import faults_of
from yizheng.rooms.certification.data import Result
from yizheng.rooms.mandates.data import Scope
from yizheng.rooms.passes.data import (
    CHALLENGE_LASTS,
    MISSES_BEFORE_WAYS,
    MOST_POSTS,
    CaptureEnd,
    CaptureMove,
    CaptureState,
    CaptureView,
    CaptureWhy,
)
from yizheng.rooms.passes.ports import EngineAway, Looker, Waiting
from yizheng.rooms.risk.data import Circumstances

GO_ON, START_OVER = "go_on", "start_over"
"""Answers that are no hint: nothing is wrong yet, and: the challenge ran out, so it begins again."""

MOST_PHOTOS_A_DAY = 3
"""Photographs of one person that people look at, a day."""

LEAST_GAP_MS = 170
"""Pictures that came sooner after the one before are not looked at."""

_STEP_DONE = "done"


class Tell(StrEnum):
    """What an answer is about."""

    STEP = "step"
    AGAIN = "again"
    WAIT = "wait"
    DONE = "done"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The answer to a request, as codes; the door puts it into words.

    `hint` says what would help (a `StepHint`, a `PictureFault`, `go_on` or `start_over`); `offer_ways`: show the other
    ways beside the next try. `why` stands with OTHER.
    """

    tell: Tell
    capture: str = ""
    step: Step | None = None
    no: int = 0
    of: int = 0
    hint: str = ""
    offer_ways: bool = False
    seconds: int = 0
    ahead: int = 0
    why: CaptureWhy | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What the story needs from outside: who looks at pictures, by which rules, and where chance comes from."""

    looker: Looker
    rules: Rules
    rng: Random


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One sending: pictures that passed the border, and when the camera took each (milliseconds, its own clock)."""

    pictures: tuple[bytes, ...]
    times: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.pictures or len(self.pictures) != len(self.times):
            raise Refused(passes.Why.PICTURES_MISSING)

    def thinned(self, step: Step) -> "Sent":
        """At most some five pictures a second, which is what judging a step needs; a blink is over sooner."""
        if step is Step.BLINK:
            return self
        kept = [0]
        for place in range(1, len(self.times)):
            if not 0 <= self.times[place] - self.times[kept[-1]] < LEAST_GAP_MS:
                kept.append(place)
        return Sent(
            pictures=tuple(self.pictures[place] for place in kept),
            times=tuple(self.times[place] for place in kept),
        )


def actor_of(who: SignedIn, pno: Pno) -> str:
    """Who acts, as the ledger knows them: the person, or a helper by the number of the account."""
    return "citizen" if who.pno == pno else f"helper:{who.account_id}"


def begin(
    *, who: SignedIn, pno: Pno, able: Abilities, insist: bool, key: str, means: Means, clock: Clock
) -> Told:
    """Open a capture and give its first step, or say which other way is open, and why.

    `insist`: the person was told that nothing is due, and wants to certify all the same. The same `key` again gives the
    same capture.
    """
    at = clock.now()
    again = passes.queries.capture_begun_with(pno=pno, key=key)
    if again is not None:
        return _where(again)
    why = _why_not(who, pno, insist=insist, rules=means.rules, at=at)
    if why is not None:
        return Told(tell=Tell.OTHER, why=why)
    challenge = liveness.make_challenge(means.rng, at=at, able=able, lasting=CHALLENGE_LASTS)
    with transaction.atomic():
        passes.actions.forget_captures(at=at)
        capture = passes.actions.begin_capture(
            pno=pno,
            code=f"{means.rng.getrandbits(128):032x}",
            challenge=_pack_challenge(challenge, able),
            of=len(challenge.steps),
            key=key,
            actor=actor_of(who, pno),
            at=at,
        )
    return _step(capture, challenge)


def frames(
    *,
    who: SignedIn,
    pno: Pno,
    code: str,
    no: int,
    sent: Sent,
    key: str,
    seen: Circumstances,
    means: Means,
    clock: Clock,
) -> Told:
    """Take some pictures of step `no`: judge them, go on, and after the last step decide.

    Raises Refused where this session has no such capture.
    """
    capture = get_capture(who=who, pno=pno, code=code)
    over = _over(capture, who, clock.now())
    if over is not None:
        return over
    known = passes.queries.answer_of(capture_id=capture.capture_id, key=key)
    if known is None and not capture.all_steps_done:
        challenge, able = _open_challenge(capture)
        if clock.now() >= challenge.expires_at:
            return _from_the_start(capture, able, means, clock)
        if no != capture.step_no:
            return _step(capture, challenge)
        sent = sent.thinned(challenge.steps[capture.step_no - 1])
        looked = _look(f"{code}:{key}", sent.pictures, means)
        if isinstance(looked, Told):
            return looked
        told = _judge(capture, challenge, looked, sent, key=key, clock=clock)
        if told is not None:
            return told
    return _go_on(capture, known, who=who, seen=_with_jitter(seen, sent), means=means, clock=clock)


def photo(*, who: SignedIn, pno: Pno, picture: bytes, key: str, means: Means, clock: Clock) -> Told:
    """Take one photograph that passed the border, from a browser without a camera page. It passes nobody: a person looks.

    The same rules hold as for a capture: own session or mandate, tries, and whether anything is due at all.
    """
    again = passes.queries.capture_begun_with(pno=pno, key=key)
    if again is not None:
        return _where(again)
    at = clock.now()
    why = _why_not(who, pno, insist=True, rules=means.rules, at=at)
    if why in (CaptureWhy.NO_MANDATE, CaptureWhy.TRIES_USED, CaptureWhy.NO_CONSENT):
        return Told(tell=Tell.OTHER, why=why)
    if len([one for one in passes.queries.captures_of(pno) if _is_fresh_photo(one, at)]) >= MOST_PHOTOS_A_DAY:
        return Told(tell=Tell.OTHER, why=CaptureWhy.TRIES_USED)
    code = f"{means.rng.getrandbits(128):032x}"
    capture = face_is_decided.keep_photo(
        pno,
        code=code,
        picture=picture,
        key=key,
        rules=means.rules,
        rng=means.rng,
        actor=actor_of(who, pno),
        clock=clock,
    )
    return _where(capture)


def where(*, who: SignedIn, pno: Pno, code: str) -> Told:
    """Where a capture stands. Raises Refused where this session has no such capture."""
    return _where(get_capture(who=who, pno=pno, code=code))


def _is_fresh_photo(capture: CaptureView, at: datetime) -> bool:
    return capture.why is CaptureWhy.PHOTO_ONLY and at - capture.begun_at < timedelta(days=1)


def get_capture(*, who: SignedIn, pno: Pno, code: str) -> CaptureView:
    """The capture of that name, if it is this person's and this actor began it. Raises Refused."""
    found = passes.queries.find_capture(code)
    if found is None or found.pno != pno or found.begun_by != actor_of(who, pno):
        raise Refused(passes.Why.CAPTURE_OF_NOBODY_HERE)
    return found


# --- whether it may begin ---


def _why_not(who: SignedIn, pno: Pno, *, insist: bool, rules: Rules, at: datetime) -> CaptureWhy | None:
    """Why a capture may not begin; None where it may. What is not due comes first: it spares the person everything."""
    checks: tuple[tuple[CaptureWhy, Callable[[], bool]], ...] = (
        (CaptureWhy.NO_MANDATE, lambda: not _may_act(who, pno, at)),
        (CaptureWhy.NOT_DUE, lambda: not insist and not _is_due(pno, rules, at)),
        (CaptureWhy.ENGINE_AWAY, lambda: not rules.engine),
        (CaptureWhy.NO_CONSENT, lambda: not biometrics.queries.consented(pno, Modality.FACE)),
        (CaptureWhy.NOT_ENROLLED, lambda: not face_is_decided.enrolled(pno, rules)),
        (CaptureWhy.TRIES_USED, lambda: face_is_decided.tries_left(pno, rules, at=at) <= 0),
    )
    return next((why for why, holds in checks if holds()), None)


def _may_act(who: SignedIn, pno: Pno, at: datetime) -> bool:
    """Whether it is the person, or a helper with a mandate to certify that is in force today."""
    if who.pno == pno:
        return True
    on = at.astimezone(CHINA).date()
    return (
        who.account_id is not None
        and mandates.queries.in_force(who.account_id, pno, Scope.CERTIFY, on=on) is not None
    )


def _over(capture: CaptureView, who: SignedIn, at: datetime) -> Told | None:
    """What to answer where no picture is looked at any more: the capture was decided, or the mandate ended."""
    if not capture.is_open:
        return _where(capture)
    if not _may_act(who, Pno(capture.pno), at):
        return Told(tell=Tell.OTHER, why=CaptureWhy.NO_MANDATE)
    return None


def _is_due(pno: Pno, rules: Rules, at: datetime) -> bool:
    """Whether certifying now spares the person anything: somebody no run knows yet may always certify."""
    today = at.astimezone(CHINA).date()
    standing = certification.queries.find_standing_today(pno, policies=rules.policies, today=today)
    return standing is None or standing.result not in (Result.PASSED, Result.NOT_DUE, Result.EXEMPT)


# --- one sending ---


def _look(key: str, pictures: Sequence[bytes], means: Means) -> tuple[FaceSeen, ...] | Told:
    content = sha256(b"".join(sha256(picture).digest() for picture in pictures)).hexdigest()
    try:
        looked = means.looker.look(f"{key}:{content}", pictures)
    except EngineAway:
        return Told(tell=Tell.OTHER, why=CaptureWhy.ENGINE_AWAY)
    if isinstance(looked, Waiting):
        return Told(tell=Tell.WAIT, seconds=looked.seconds, ahead=looked.ahead)
    return looked


def _judge(
    capture: CaptureView,
    challenge: Challenge,
    looked: Sequence[FaceSeen],
    sent: Sent,
    *,
    key: str,
    clock: Clock,
) -> Told | None:
    """Judge a sending and keep what it showed. None where nothing but the decision, or reading again, is left."""
    at = clock.now()
    new = [Observed(at_ms=ms, seen=one) for ms, one in zip(sent.times, looked, strict=True)]
    hint = _fault(looked)
    done = False
    if not hint:
        verdict = _judge_step(capture, challenge, new)
        done, hint = verdict.done, verdict.hint.value if verdict.hint else GO_ON
    with transaction.atomic():
        if capture.posts >= MOST_POSTS:
            end = CaptureEnd(CaptureMove.TO_OTHER_WAY, CaptureWhy.TOO_LONG)
            return _where(
                passes.actions.end_capture(
                    capture_id=capture.capture_id, end=end, actor=capture.begun_by, at=at
                )
            )
        moved = passes.actions.add_frames(
            capture_id=capture.capture_id,
            expected_version=capture.version,
            key=key,
            answer=_STEP_DONE if done else hint,
            frames=len(new),
            seen=pack(new),
            picture=_best_picture(looked, sent.pictures),
            done=done,
            at=at,
        )
    if moved is None or moved.all_steps_done:
        return None
    return _step(moved, challenge) if done else _again(moved, challenge, hint)


def _judge_step(capture: CaptureView, challenge: Challenge, new: Sequence[Observed]) -> StepVerdict:
    """Judge the step by all of its frames, those sent before and those of now, beside the earlier steps'."""
    earlier, own = list[Observed](), list[Observed]()
    for step_no, packed in passes.queries.frames_of(capture.capture_id):
        (own if step_no == capture.step_no else earlier).extend(unpack(packed))
    step = challenge.steps[capture.step_no - 1]
    return liveness.judge_step(step, [*own, *new], earlier, hold_ms=challenge.hold_ms)


def _fault(looked: Sequence[FaceSeen]) -> str:
    """What is wrong with all of these pictures, the commonest first; empty where one of them will do."""
    faults = [faults_of(seen, turned_allowed=True) for seen in looked]
    if not all(faults):
        return ""
    return Counter(found[0] for found in faults).most_common(1)[0][0].value


def _best_picture(looked: Sequence[FaceSeen], pictures: Sequence[bytes]) -> bytes | None:
    """The sharpest picture in which the face looks straight, for the person who may have to look; None without one."""
    good = [
        (seen.sharpness, picture)
        for seen, picture in zip(looked, pictures, strict=True)
        if not faults_of(seen)
    ]
    return max(good, key=lambda one: one[0])[1] if good else None


def _go_on(
    capture: CaptureView,
    known: str | None,
    *,
    who: SignedIn,
    seen: Circumstances,
    means: Means,
    clock: Clock,
) -> Told:
    """Read again what stands, decide where everything is there, and answer as it was answered before."""
    capture = get_capture(who=who, pno=Pno(capture.pno), code=capture.code)
    if capture.is_open and capture.all_steps_done:
        capture = face_is_decided.settle(
            capture, who=who, seen=seen, rules=means.rules, rng=means.rng, clock=clock
        )
    if not capture.is_open:
        return _where(capture)
    challenge, _ = _open_challenge(capture)
    if known is None or known == _STEP_DONE:
        return _step(capture, challenge)
    return _again(capture, challenge, known)


def _from_the_start(capture: CaptureView, able: Abilities, means: Means, clock: Clock) -> Told:
    """The challenge ran out: another one, from the first step. The person loses nothing but the steps done so far."""
    at = clock.now()
    challenge = liveness.make_challenge(means.rng, at=at, able=able, lasting=CHALLENGE_LASTS)
    with transaction.atomic():
        capture = passes.actions.ask_anew(
            capture_id=capture.capture_id,
            challenge=_pack_challenge(challenge, able),
            of=len(challenge.steps),
            at=at,
        )
    return _again(capture, challenge, START_OVER)


def _with_jitter(seen: Circumstances, sent: Sent) -> Circumstances:
    """What the door saw, with how uneven the camera's clock is: deviation of the gaps over their mean."""
    gaps = [late - early for early, late in zip(sent.times, sent.times[1:], strict=False)]
    if len(gaps) < 2 or fmean(gaps) <= 0:
        return seen
    return Circumstances(
        at=seen.at,
        device=seen.device,
        place=seen.place,
        typing=seen.typing,
        camera_label=seen.camera_label,
        frame_jitter=pstdev(gaps) / fmean(gaps),
    )


# --- answers ---


def _where(capture: CaptureView) -> Told:
    """The answer for a capture as it stands."""
    if capture.is_open:
        challenge, _ = _open_challenge(capture)
        return _step(capture, challenge)
    if capture.state in (CaptureState.PASSED, CaptureState.REVIEWING):
        return Told(tell=Tell.DONE, capture=capture.code)
    return Told(tell=Tell.OTHER, capture=capture.code, why=capture.why)


def _step(capture: CaptureView, challenge: Challenge) -> Told:
    no = min(capture.step_no, capture.of)
    return Told(tell=Tell.STEP, capture=capture.code, step=challenge.steps[no - 1], no=no, of=capture.of)


def _again(capture: CaptureView, challenge: Challenge, hint: str) -> Told:
    no = min(capture.step_no, capture.of)
    return Told(
        tell=Tell.AGAIN,
        capture=capture.code,
        step=challenge.steps[no - 1],
        no=no,
        of=capture.of,
        hint=hint,
        offer_ways=capture.misses >= MISSES_BEFORE_WAYS,
    )


# --- the challenge, sealed between two requests ---


def _pack_challenge(challenge: Challenge, able: Abilities) -> bytes:
    return json.dumps(
        {
            "nonce": challenge.nonce.hex(),
            "steps": [step.value for step in challenge.steps],
            "made_at": challenge.made_at.isoformat(),
            "expires_at": challenge.expires_at.isoformat(),
            "hold_ms": challenge.hold_ms,
            "machine": challenge.machine,
            "able": [able.see, able.hear, able.blink, able.mouth, able.turn],
        }
    ).encode()


def _open_challenge(capture: CaptureView) -> tuple[Challenge, Abilities]:
    return face_is_decided.unpack_challenge(passes.queries.challenge_of(capture.capture_id))


HINTS = (*(hint.value for hint in StepHint), *(fault.value for fault in PictureFault), GO_ON, START_OVER)
"""Every code that an AGAIN can carry: doors have words for all of them."""
