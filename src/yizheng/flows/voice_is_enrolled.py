"""A voice is enrolled (声纹注册): the person agrees, reads digits aloud, and templates of the voice are kept.

On the person's own phone, or at a service point with a member of staff beside. Who enrols alone could be anybody who
holds the phone; that is written beside the templates, and the clerk who calls back is told.

The engine listens outside of any transaction. Recordings are kept nowhere; consent and templates come together or not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from yizheng.kernel.ids import Pno
from yizheng.kernel.time import Clock
from yizheng.rooms.biometrics import actions, queries
from yizheng.rooms.biometrics.data import Channel, EnrolSource, Match, Modality, Withdrawn
from yizheng.rooms.biometrics.voice import DEFAULT, SoundFault, VoiceHeard, VoiceRules, compare, faults_of
from yizheng.rooms.biometrics.voice_ports import VoiceEngine

CONSENT_TEXT = "voice-2026-11"
"""The version of the words that people agree to: `doors/citizen/templates/citizen/voice_agree.html`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceEnrolled:
    """What became of an enrolment: done, or what to do again (`faults` of the first recording that will not do).

    `unlike`: the recordings do not sound like one person; both are read again.
    """

    done: bool
    faults: tuple[SoundFault, ...] = ()
    unlike: bool = False


def agree(pno: Pno, *, channel: Channel, actor: str, clock: Clock) -> None:
    """The person agrees, on a page of its own, to having the voice compared."""
    with transaction.atomic():
        actions.give_consent(
            pno, Modality.VOICE, text_version=CONSENT_TEXT, channel=channel, actor=actor, at=clock.now()
        )


def withdraw(pno: Pno, *, actor: str, clock: Clock) -> Withdrawn | None:
    """The person takes the consent back: every template of the voice is deleted at once. None where there was none."""
    with transaction.atomic():
        return actions.withdraw_consent(pno, Modality.VOICE, actor=actor, at=clock.now())


def check(recording: bytes, *, engine: VoiceEngine, rules: VoiceRules = DEFAULT) -> tuple[SoundFault, ...]:
    """What is wrong with one recording of an enrolment; empty where it will do. Raises Refused where it is no WAV."""
    return faults_of(engine.listen(recording), rules, enrolling=True)


def enrol(
    pno: Pno,
    recordings: Sequence[bytes],
    *,
    engine: VoiceEngine,
    source: EnrolSource,
    actor: str,
    clock: Clock,
    rules: VoiceRules = DEFAULT,
) -> VoiceEnrolled:
    """Keep the voice of somebody who agreed. Those kept before are deleted. Raises Refused without a consent."""
    heard = [engine.listen(recording) for recording in recordings]
    for one in heard:
        faults = faults_of(one, rules, enrolling=True)
        if faults:
            return VoiceEnrolled(done=False, faults=faults)
    vectors = [one.embedding for one in heard if one.embedding is not None]
    if len(vectors) < rules.recordings:
        return VoiceEnrolled(done=False, faults=(SoundFault.SHORT,))
    if not _is_one_voice(heard, rules):
        return VoiceEnrolled(done=False, unlike=True)
    with transaction.atomic():
        actions.enrol(
            pno, Modality.VOICE, vectors, engine=engine.engine, source=source, actor=actor, at=clock.now()
        )
    return VoiceEnrolled(done=True)


def is_enrolled(pno: Pno, *, engine: VoiceEngine) -> bool:
    """Whether the vault holds the voice as this engine describes it, and the person still agrees."""
    return queries.consented(pno, Modality.VOICE) and queries.has_template(
        pno, Modality.VOICE, engine=engine.engine.code
    )


def _is_one_voice(heard: Sequence[VoiceHeard], rules: VoiceRules) -> bool:
    """Whether the recordings sound like one person, each against the first."""
    first = heard[0].embedding
    return first is not None and all(compare(one, [first], rules) is Match.SAME for one in heard[1:])
