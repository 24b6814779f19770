"""A capture is decided (刷脸结论): passed, or a person looks, or another way; and all that follows from it, at once.

Everything slow comes first and outside of any transaction: what was measured is opened and judged, the templates are
opened and compared, the risk is weighed. Then one transaction writes the end of the capture, the pass, the receipt, the
notice, the case and the entries in the ledger, or none of them. The nonce of the challenge is used up in it, so that two
who come at once with the same capture make one pass.

What it does not do: it pauses nothing, refuses nobody, and makes no case of a face that does not fit. A pass counts in
the next run like a pass at a window; that run also resumes pay that was paused for want of one.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from django.db import transaction

from yizheng.flows.channels.certified_until import certified_until
from yizheng.flows.channels.pass_is_recorded import ComingPass, give_receipt, record
from yizheng.flows.channels.what_stands_open import what_stands_open
from yizheng.flows.signing_in import risk_is_weighed
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import CHINA, Clock, day_number
from yizheng.rooms import (
    access,
    biometrics,
    casework,
    evidence,
    notices,
    passes,
    people,
)
from yizheng.rooms.access.data import OnceKind, SignedIn
from yizheng.rooms.biometrics import liveness
from yizheng.rooms.biometrics.data import Match, Modality, Observed, Vector
from yizheng.rooms.biometrics.face_terms import FaceRules
from yizheng.rooms.biometrics.frames import unpack
from yizheng.rooms.biometrics.liveness_data import (
    Abilities,
    Challenge,
    LivenessOutcome,
    LivenessReason,
    LivenessVerdict,
    Step,
)
from yizheng.rooms.biometrics.matching import match_capture
from yizheng.rooms.casework.data import CaseRules, Known, NewCase, Noted
from yizheng.rooms.certification.data import Policy
from yizheng.rooms.passes.data import (
    FACE_WEB,
    CaptureEnd,
    CaptureMove,
    CaptureView,
    CaptureWhy,
    NewPass,
)
from yizheng.rooms.risk.data import TABLE, Act, Circumstances, RiskTable

NONCE_KEPT = timedelta(days=2)
"""So long a used nonce is remembered: far beyond the life of any capture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The agency's rules as far as this story needs them. `engine` is the code of the engine whose templates fit;
    `passive_least` the mark below which a passive check raises a doubt, None where none is configured.
    """

    policies: tuple[Policy, ...]
    case_rules: CaseRules
    face: FaceRules
    engine: str
    risk: RiskTable = TABLE
    passive_least: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """Everything that the decision rests on, gathered before the transaction."""

    end: CaptureEnd
    liveness: LivenessVerdict
    nonce: bytes
    event_day: date
    until: date | None


def settle(
    capture: CaptureView, *, who: SignedIn, seen: Circumstances, rules: Rules, rng: Random, clock: Clock
) -> CaptureView:
    """Decide a capture whose steps are all done, and let it take effect. Decided before: what stands, unchanged.

    The try is counted first and for itself, so that a comparison that fails counts too.
    """
    actor = capture.begun_by
    with transaction.atomic():
        may_try = biometrics.actions.note_try(
            Pno(capture.pno),
            Modality.FACE,
            at=clock.now(),
            actor=actor,
            tries=rules.face.tries,
            window=timedelta(minutes=rules.face.tries_minutes),
        )
    judged = _judge(capture, who=who, seen=seen, rules=rules, may_try=may_try, clock=clock)
    at = clock.now()
    with transaction.atomic():
        now = passes.queries.find_capture(capture.code)
        if now is None or not now.is_open:
            return now or capture
        first = access.actions.use_once(OnceKind.CAPTURE_NONCE, judged.nonce, at=at, until=at + NONCE_KEPT)
        end = judged.end if first else CaptureEnd(CaptureMove.TO_PERSON, CaptureWhy.UNSURE)
        case_id = _take_effect(capture, end, judged, rules, rng=rng, actor=actor, at=at)
        ended = passes.actions.end_capture(
            capture_id=capture.capture_id, end=end, actor=actor, at=at, case_id=case_id
        )
    passed = end.step is CaptureMove.PASS
    risk_is_weighed.note_act(who=who, pno=Pno(capture.pno), act=Act.CERTIFY, done=passed, clock=clock)
    return ended


def enrolled(pno: Pno, rules: Rules) -> list[Vector]:
    """The person's face templates that the engine of today can read; empty where there are none."""
    return [one.vector for one in biometrics.queries.templates_of(pno, Modality.FACE, engine=rules.engine)]


def tries_left(pno: Pno, rules: Rules, *, at: datetime) -> int:
    """How many captures may still be decided for this person now, whichever device they come from."""
    window = timedelta(minutes=rules.face.tries_minutes)
    return biometrics.queries.tries_left(
        pno, at, modality=Modality.FACE, tries=rules.face.tries, window=window
    )


def unpack_challenge(data: bytes) -> tuple[Challenge, Abilities]:
    """The challenge that was sealed with a capture, and what the person said they can do."""
    plain = json.loads(data)
    see, hear, blink, mouth, turn = plain["able"]
    challenge = Challenge(
        nonce=bytes.fromhex(plain["nonce"]),
        steps=tuple(Step(step) for step in plain["steps"]),
        made_at=datetime.fromisoformat(plain["made_at"]),
        expires_at=datetime.fromisoformat(plain["expires_at"]),
        hold_ms=plain["hold_ms"],
        machine=plain["machine"],
    )
    return challenge, Abilities(see=see, hear=hear, blink=blink, mouth=mouth, turn=turn)


# --- what it rests on ---


def _judge(
    capture: CaptureView,
    *,
    who: SignedIn,
    seen: Circumstances,
    rules: Rules,
    may_try: bool,
    clock: Clock,
) -> _Judged:
    pno, today = Pno(capture.pno), clock.now().astimezone(CHINA).date()
    challenge, _ = unpack_challenge(passes.queries.challenge_of(capture.capture_id))
    by_step: list[list[Observed]] = [[] for _ in challenge.steps]
    for step_no, packed in passes.queries.frames_of(capture.capture_id):
        by_step[step_no - 1] += unpack(packed)
    verdict = _alive(challenge, by_step, camera=seen.camera_label, least=rules.passive_least)
    stopped = CaptureWhy.TRIES_USED if not may_try else None
    if not biometrics.queries.consented(pno, Modality.FACE):
        stopped = CaptureWhy.NO_CONSENT
    if stopped is not None:
        end = CaptureEnd(CaptureMove.TO_OTHER_WAY, stopped)
        return _Judged(end=end, liveness=verdict, nonce=challenge.nonce, event_day=today, until=None)
    match = _match(pno, by_step, verdict, rules, today)
    weighing = risk_is_weighed.weigh(
        who=who, pno=pno, act=Act.CERTIFY, seen=seen, clock=clock, table=rules.risk
    )
    stands_open = what_stands_open(pno, policies=rules.policies, today=today)
    found = passes.queries.CaptureFacts(
        alive=verdict.outcome is LivenessOutcome.ALIVE and challenge.machine,
        match=match,
        asked_is_met=weighing.met,
        in_doubt=not passes.queries.settles(FACE_WEB, stands_open).is_yes,
    )
    return _Judged(
        end=passes.queries.decide_capture(found),
        liveness=verdict,
        nonce=challenge.nonce,
        event_day=today,
        until=certified_until(pno, event_day=today, policies=rules.policies),
    )


def _alive(
    challenge: Challenge, by_step: Sequence[Sequence[Observed]], *, camera: str, least: float | None
) -> LivenessVerdict:
    """The judgement of a capture, with what a passive check said of its frames where the agency has one."""
    if least is None:
        return liveness.judge_capture(challenge, by_step, camera=camera)
    said = [one.seen.live for frames in by_step for one in frames if one.seen.live is not None]
    return liveness.judge_capture(challenge, by_step, camera=camera, passive=said, passive_least=least)


def _match(
    pno: Pno, by_step: Sequence[Sequence[Observed]], verdict: LivenessVerdict, rules: Rules, today: date
) -> Match:
    """Compare the capture with the templates, by the thresholds of the person's age."""
    facts = people.queries.person(pno)
    age = None
    if facts is not None:
        born = facts.birth_day
        age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return match_capture(by_step, verdict.best, enrolled(pno, rules), rules.face.thresholds(age))


# --- what follows ---


def keep_photo(
    pno: Pno, *, code: str, picture: bytes, key: str, rules: Rules, rng: Random, actor: str, clock: Clock
) -> CaptureView:
    """One photograph without a proof of life goes to a person: with its picture, a case and a receipt."""
    at = clock.now()
    with transaction.atomic():
        case_id = _case_for_a_person(pno, CaptureWhy.PHOTO_ONLY, (), rules, actor=actor, at=at)
        capture = passes.actions.keep_photo(
            pno=pno, code=code, picture=picture, key=key, case_id=case_id, actor=actor, at=at
        )
        _receipt_of_what_came(capture, at.astimezone(CHINA).date(), rng=rng, actor=actor, at=at)
    return capture


def _take_effect(
    capture: CaptureView,
    end: CaptureEnd,
    judged: _Judged,
    rules: Rules,
    *,
    rng: Random,
    actor: str,
    at: datetime,
) -> int | None:
    """What the end brings about besides itself; gives the case that now waits for a person, if one does."""
    pno = Pno(capture.pno)
    if end.step is CaptureMove.PASS:
        _pass(capture, judged, rules, rng=rng, actor=actor, at=at)
        _tell_open_case(pno, end, judged.liveness, actor=actor, at=at)
        return None
    if end.step is not CaptureMove.TO_PERSON:
        return None
    case_id = _case_for_a_person(pno, end.why, judged.liveness.reasons, rules, actor=actor, at=at)
    _receipt_of_what_came(capture, judged.event_day, rng=rng, actor=actor, at=at)
    return case_id


def _pass(
    capture: CaptureView, judged: _Judged, rules: Rules, *, rng: Random, actor: str, at: datetime
) -> None:
    """Record the pass, once a day: a second one of the same day is the same certification."""
    new = _new_pass(capture, judged.event_day)
    if (new.pno, new.channel, new.event_day) in passes.queries.known_passes([new.pno]):
        return
    coming = ComingPass(new=new, until=judged.until, settled=True)
    recorded = record(
        [coming],
        capture_id=capture.capture_id,
        case_rules=rules.case_rules,
        rng=rng,
        actor=actor,
        at=at,
    )
    if judged.until is None:
        return
    notices.actions.queue(
        f"passed_face:{capture.pno}:{judged.event_day.isoformat()}",
        pno=Pno(capture.pno),
        template="passed_face",
        facts={"until_date": judged.until.isoformat(), "receipt": recorded.receipts[0]},
        at=at,
        actor=actor,
    )


def _new_pass(capture: CaptureView, day: date) -> NewPass:
    return NewPass(pno=capture.pno, channel=FACE_WEB.code, event_day=day_number(day))


def _receipt_of_what_came(capture: CaptureView, day: date, *, rng: Random, actor: str, at: datetime) -> None:
    """The receipt for what a person still looks at: it says that it came, and not until when it holds."""
    new = _new_pass(capture, day)
    give_receipt(new, until=None, capture_id=capture.capture_id, rng=rng, actor=actor, at=at)


def _case_for_a_person(
    pno: Pno,
    why: CaptureWhy,
    reasons: Sequence[LivenessReason],
    rules: Rules,
    *,
    actor: str,
    at: datetime,
) -> int:
    """The case in which a person looks: the one that is open is told, else one is opened."""
    in_doubt = why is CaptureWhy.IN_DOUBT
    leads = evidence.queries.confirmed_about([pno]).get(pno, ()) if in_doubt else ()
    case, _ = casework.actions.open_case(
        NewCase(pno=pno, leads=leads, kind=Known.PERSON_ASKS_ONLINE if in_doubt else Known.FACE_REVIEW),
        case_rules=rules.case_rules,
        as_of=at.astimezone(CHINA).date(),
        at=at,
        actor=actor,
    )
    casework.actions.note_on(case.case_id, _note(why, reasons), actor=actor, at=at)
    return case.case_id


def _tell_open_case(pno: Pno, end: CaptureEnd, verdict: LivenessVerdict, *, actor: str, at: datetime) -> None:
    """Cases that are open for another reason learn that the person certified meanwhile."""
    for case in casework.queries.open_cases_of(pno):
        casework.actions.note_on(case.case_id, _note(end.why, verdict.reasons), actor=actor, at=at)


def _note(why: CaptureWhy, reasons: Sequence[LivenessReason]) -> Noted:
    return Noted(f"face_{why}", {"checks": [reason.value for reason in reasons]})
