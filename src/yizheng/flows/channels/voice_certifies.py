"""A voice prepares a certification (声纹认证): for people who cannot see, or cannot use a camera.

1. `prompt`: random digits, shown large and read aloud.
2. `answer`: the person reads them; the recording is heard, compared with the enrolled voice, and kept sealed.
3. A case is opened in which a clerk calls the phone on record, asks for digits again, and decides with a second person.

**A voice passes nobody.** No program that ships knows a recording or a made voice from a live one, nor Mandarin digits
from others. So the machine's word only tells the clerk how sure it is; a good match and a bad one open the same case with
the same deadline. A voice that does not fit is evidence of nothing
(docs/adr/0018-exact-scan-and-voice-only-with-a-person.md).

Hearing and sealing happen outside of the transaction; the case, the answer and the used-up prompt come together or not.
"""

import random
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yizheng.kernel.digest import sha256_hex
from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import Hands
from yizheng.kernel.ids import Pno
from yizheng.kernel.store import Store
from yizheng.kernel.time import CHINA, Clock
from yizheng.rooms import access, biometrics, casework, passes, privacy
from yizheng.rooms.access.data import OnceKind
from yizheng.rooms.biometrics.data import EnrolSource, Match, Modality
from yizheng.rooms.biometrics.voice import (
    DEFAULT,
    AnswerView,
    DigitsRead,
    NewAnswer,
    Prompt,
    VoiceRules,
    VoiceVerdict,
    digits_read,
    faults_of,
    make_prompt,
    verdict_of,
)
from yizheng.rooms.biometrics.voice_ports import DigitReader, VoiceEngine
from yizheng.rooms.casework.data import CaseRules, Known, NewCase, Noted


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What the story needs: who hears, and who understands digits (None: the clerk listens)."""

    engine: VoiceEngine
    case_rules: CaseRules
    reader: DigitReader | None = None
    rules: VoiceRules = DEFAULT


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What became of an answer: a verdict, and the case in which a person calls back (None: read once more)."""

    verdict: VoiceVerdict
    case_id: int | None = None


def prompt(*, clock: Clock, rng: random.Random) -> Prompt:
    """New digits to read. The door keeps them in the session: what comes back from a browser is only the sound."""
    return make_prompt(rng, at=clock.now())


def answer(hands: Hands, pno: Pno, *, asked: Prompt, recording: bytes, means: Means) -> Answered:
    """Hear an answer. Raises Refused where the prompt is used up or too old, where too many answers came of late, and
    where the recording is none; the sentence says what to do.
    """
    if hands.now() >= asked.until:
        raise Refused(passes.Why.DIGITS_TOO_OLD)
    heard = means.engine.listen(recording)
    if faults_of(heard, means.rules):
        return Answered(verdict=verdict_of(heard, (), digits=DigitsRead.NOT_KNOWN, rules=means.rules))
    _count_try(pno, clock=hands.clock)
    code = means.engine.engine.code
    enrolled = biometrics.queries.templates_of(pno, Modality.VOICE, engine=code)
    understood = means.reader.read(recording) if means.reader else None
    verdict = verdict_of(
        heard,
        [one.vector for one in enrolled],
        digits=digits_read(asked.digits, understood),
        rules=means.rules,
    )
    case_id = _prepare_call(hands, pno, asked, recording, verdict, code, means.case_rules)
    return Answered(verdict=verdict, case_id=case_id)


def recording_of(shown: AnswerView, store: Store) -> bytes:
    """The recording of an answer, opened for the clerk of its case. Raises Refused where it was deleted."""
    if not shown.sound or not store.exists(shown.sound):
        raise Refused(passes.Why.RECORDING_DELETED)
    return privacy.queries.open_file(store.read(shown.sound), _context(shown.sound))


def forget_recordings(hands: Hands) -> int:
    """Delete the recordings of cases that are closed; gives how many. Twice deletes nothing twice."""
    gone = 0
    for one in biometrics.queries.answers_with_sound():
        if not casework.queries.get_case(one.case_id).is_closed:
            continue
        hands.store.discard(one.sound)
        with transaction.atomic():
            biometrics.actions.forget_sound(one.answer_id, actor=hands.username, at=hands.now())
        gone += 1
    return gone


def _count_try(pno: Pno, *, clock: Clock) -> None:
    """Count the comparison before it is made, in a transaction of its own. Raises Refused after too many."""
    with transaction.atomic():
        counted = biometrics.actions.note_try(pno, Modality.VOICE, at=clock.now())
    if not counted:
        raise Refused(passes.Why.TOO_MANY_ANSWERS)


def _prepare_call(
    hands: Hands,
    pno: Pno,
    asked: Prompt,
    recording: bytes,
    verdict: VoiceVerdict,
    engine: str,
    case_rules: CaseRules,
) -> int:
    """Seal the recording; then use the prompt up, open the case and keep the answer, or none of it."""
    at, case_id = hands.now(), 0
    sound = f"voice/{asked.nonce}-{sha256_hex(recording)[:16]}.sealed"
    hands.store.write(sound, privacy.actions.seal_file(recording, _context(sound)))
    try:
        with transaction.atomic():
            is_first = access.actions.use_once(
                OnceKind.CAPTURE_NONCE, f"voice:{asked.nonce}", at=at, until=asked.until
            )
            if is_first:
                case_id = _open_case(
                    pno, asked, verdict, engine, sound, case_rules, actor=hands.username, at=at
                )
    finally:
        if not biometrics.queries.sound_is_kept(sound):  # nothing that was said stays without its answer
            hands.store.discard(sound)
    if not is_first:
        raise Refused(passes.Why.DIGITS_READ_BEFORE)
    return case_id


def _open_case(
    pno: Pno,
    asked: Prompt,
    verdict: VoiceVerdict,
    engine: str,
    sound: str,
    case_rules: CaseRules,
    *,
    actor: str,
    at: datetime,
) -> int:
    """The case in which a clerk calls, with this answer in it; one that is open already is told of it."""
    case, is_new = casework.actions.open_case(
        NewCase(pno=pno, leads=(), kind=Known.VOICE_CALL),
        case_rules=case_rules,
        as_of=at.astimezone(CHINA).date(),
        at=at,
        actor=actor,
    )
    biometrics.actions.keep_answer(
        NewAnswer(
            pno=pno,
            case_id=case.case_id,
            digits=asked.digits,
            engine=engine,
            source=_source(pno, engine),
            verdict=verdict,
            sound=sound,
        ),
        actor=actor,
        at=at,
    )
    heard = f"voice_{verdict.follows}" if verdict.match is not Match.NOT_COMPARED else "voice_not_enrolled"
    casework.actions.note_on(case.case_id, Noted(heard, {"is_new": is_new}), actor=actor, at=at)
    return case.case_id


def _source(pno: Pno, engine: str) -> str:
    """Where the voice was enrolled: with somebody beside, or alone; empty where it was not."""
    for one in biometrics.queries.enrolments(pno, Modality.VOICE):
        if one.revoked_at is None and one.engine == engine:
            return EnrolSource(one.source).value
    return ""


def _context(sound: str) -> str:
    """What a sealed recording opens for: its own place and no other."""
    return f"voice:{sound}"
