"""A voice is enrolled (声纹注册): the person agrees, reads digits aloud, and templates of the voice are kept.

On the person's own phone, or at a service point with a member of staff beside. Who enrols alone could be anybody who
holds the phone; that is written beside the templates, and the clerk who calls back is told.

Recordings are kept nowhere. What the engine made of one waits sealed in the session until there are enough; the engine
listens outside of any transaction.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from django.db import transaction

from yizheng.kernel.hands import Hands
from yizheng.kernel.ids import Pno
from yizheng.rooms import biometrics, privacy
from yizheng.rooms.biometrics.data import Channel, EnrolSource, Match, Modality, Vector, Withdrawn
from yizheng.rooms.biometrics.voice import DEFAULT, SoundFault, VoiceHeard, VoiceRules, compare, faults_of
from yizheng.rooms.biometrics.voice_ports import VoiceEngine

CONSENT_TEXT = "voice-2026-11"
"""The version of the words that people agree to: `doors/citizen/templates/citizen/voice_agree.html`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardOnce:
    """What became of one recording: what to do again, or what is kept of it, sealed, until there are enough."""

    faults: tuple[SoundFault, ...] = ()
    kept: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceEnrolled:
    """Whether a voice was enrolled; where not, its recordings did not sound like one person and are read again."""

    done: bool


def has_agreed(pno: Pno) -> bool:
    """Whether the person agreed to having the voice compared, and has not taken it back."""
    return biometrics.queries.consented(pno, Modality.VOICE)


def is_enrolled(pno: Pno, *, engine: VoiceEngine) -> bool:
    """Whether the vault holds the voice as this engine describes it, and the person still agrees."""
    return has_agreed(pno) and biometrics.queries.has_template(pno, Modality.VOICE, engine=engine.engine.code)


def agree(hands: Hands, pno: Pno, *, channel: Channel) -> None:
    """The person agrees, on a page of its own, to having the voice compared."""
    with transaction.atomic():
        biometrics.actions.give_consent(
            pno,
            Modality.VOICE,
            text_version=CONSENT_TEXT,
            channel=channel,
            actor=hands.username,
            at=hands.now(),
        )


def withdraw(hands: Hands, pno: Pno) -> Withdrawn | None:
    """The person takes the consent back: every template of the voice is deleted at once. None where there was none."""
    with transaction.atomic():
        return biometrics.actions.withdraw_consent(pno, Modality.VOICE, actor=hands.username, at=hands.now())


def hear(pno: Pno, recording: bytes, *, engine: VoiceEngine, rules: VoiceRules = DEFAULT) -> HeardOnce:
    """Hear one recording of an enrolment. Raises Refused where it is no WAV."""
    heard = engine.listen(recording)
    faults = faults_of(heard, rules, enrolling=True)
    if faults or heard.embedding is None:
        return HeardOnce(faults=faults or (SoundFault.SHORT,))
    kept = np.concatenate([[heard.speech], heard.embedding]).astype("<f4").tobytes()
    return HeardOnce(kept=base64.b64encode(privacy.actions.seal_file(kept, _context(pno, engine))).decode())


def enrol(
    hands: Hands,
    pno: Pno,
    kept: Sequence[str],
    *,
    engine: VoiceEngine,
    source: EnrolSource,
    rules: VoiceRules = DEFAULT,
) -> VoiceEnrolled:
    """Keep the voice of somebody who agreed, from what `hear` kept of enough recordings. Templates kept before are
    deleted. Raises Refused without a consent or with too few recordings, SealBroken for what was kept of another person.
    """
    heard = [_opened(one, pno, engine) for one in kept]
    if not _is_one_voice(heard, rules):
        return VoiceEnrolled(done=False)
    vectors: list[Vector] = [one.embedding for one in heard if one.embedding is not None]
    with transaction.atomic():
        biometrics.actions.enrol(
            pno,
            Modality.VOICE,
            vectors,
            engine=engine.engine,
            source=source,
            actor=hands.username,
            at=hands.now(),
        )
    return VoiceEnrolled(done=True)


def _is_one_voice(heard: Sequence[VoiceHeard], rules: VoiceRules) -> bool:
    """Whether there are enough recordings and they sound like one person, each against the first."""
    if len(heard) < rules.recordings or heard[0].embedding is None:
        return False
    return all(compare(one, [heard[0].embedding], rules) is Match.SAME for one in heard[1:])


def _opened(kept: str, pno: Pno, engine: VoiceEngine) -> VoiceHeard:
    numbers = np.frombuffer(privacy.queries.open_file(base64.b64decode(kept), _context(pno, engine)), "<f4")
    speech = float(numbers[0])
    return VoiceHeard(seconds=speech, speech=speech, level=0.0, embedding=numbers[1:].astype(np.float32))


def _context(pno: Pno, engine: VoiceEngine) -> str:
    """What is kept opens for this person and engine and nobody else."""
    return f"voice-enrolling:{pno}:{engine.engine.code}"
