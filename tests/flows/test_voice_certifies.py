"""A voice prepares a call: enrolled with consent, heard once a prompt, kept sealed, and never a pass."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings

from case_situations import CASE_RULES
from hands import hands_of
from link_situations import City, four_people
from yizheng.adapters.store.local import LocalStore
from yizheng.flows.channels import voice_certifies
from yizheng.flows.channels.voice_certifies import Answered, Means
from yizheng.flows.vault import voice_is_enrolled
from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import FixedClock
from yizheng.rooms import biometrics, casework
from yizheng.rooms.biometrics.data import Channel, EngineId, EnrolSource, Match, Modality, Vector
from yizheng.rooms.biometrics.models import Template
from yizheng.rooms.biometrics.voice import (
    PROMPT_LIVES,
    DigitsRead,
    Heard,
    Prompt,
    SoundFault,
    VoiceHeard,
)
from yizheng.rooms.casework.data import CaseState
from yizheng.rooms.casework.models import Case
from yizheng.rooms.entitlements.models import PayStateChange
from yizheng.rooms.ledger.models import Entry
from yizheng.rooms.notices.models import Message
from yizheng.rooms.passes.models import Pass
from yizheng.rooms.privacy.data import SealBroken

pytestmark = pytest.mark.django_db
CLOCK = FixedClock.on(date(2026, 11, 2))
WHO, OTHER = Pno(0), Pno(1)


def towards(cosine: float) -> Vector:
    return np.array([cosine, np.sqrt(max(0.0, 1 - cosine**2)), 0, 0], np.float32)


class Ear:
    """An engine that hears what a test wrote into the recording: likeness to the enrolled voice, seconds of speech."""

    engine = EngineId(name="ear", weights="0f" * 32)

    def listen(self, recording: bytes) -> VoiceHeard:
        cosine, speech = (float(part) for part in recording.split()[:2])
        return VoiceHeard(seconds=speech + 1, speech=speech, level=-20.0, embedding=towards(cosine))


class Reader:
    """A reader of digits that understands what a test wrote behind the rest."""

    def read(self, recording: bytes) -> str | None:
        words = recording.split()
        return words[2].decode() if len(words) > 2 else None


@pytest.fixture
def city(tmp_path: Path) -> City:
    return four_people(tmp_path)


@pytest.fixture
def means() -> Means:
    return Means(engine=Ear(), case_rules=CASE_RULES)


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LocalStore:
    """The store of an empty home, where recordings lie."""
    monkeypatch.setattr(settings, "YIZHENG", replace(settings.YIZHENG, home=tmp_path))
    return LocalStore(settings.YIZHENG.store)


def enrol(pno: Pno = WHO, *recordings: bytes, source: EnrolSource = EnrolSource.SELF) -> bool:
    voice_is_enrolled.agree(hands_of("self", clock=CLOCK), pno, channel=Channel.WEB)
    kept = []
    for recording in recordings or (b"1 8", b"0.98 8"):
        heard = voice_is_enrolled.hear(pno, recording, engine=Ear())
        assert heard.faults == ()
        kept.append(heard.kept)
    return voice_is_enrolled.enrol(hands_of("self", clock=CLOCK), pno, kept, engine=Ear(), source=source).done


def ask(seed: int = 1) -> Prompt:
    return voice_certifies.prompt(clock=CLOCK, rng=random.Random(seed))


def answer(means: Means, recording: bytes, asked: Prompt | None = None, pno: Pno = WHO) -> Answered:
    return voice_certifies.answer(
        hands_of("self", clock=CLOCK), pno, asked=asked or ask(), recording=recording, means=means
    )


def state_of_the_world() -> tuple[int, int, int]:
    return Pass.objects.count(), PayStateChange.objects.count(), Message.objects.count()


def test_enrolment_wants_consent_two_like_recordings_and_keeps_no_recording(city: City) -> None:
    kept = [voice_is_enrolled.hear(WHO, b"1 8", engine=Ear()).kept] * 2
    with pytest.raises(Refused, match="biometrics:no_consent"):
        voice_is_enrolled.enrol(
            hands_of("self", clock=CLOCK), WHO, kept, engine=Ear(), source=EnrolSource.SELF
        )
    assert not enrol(WHO, b"1 8", b"0.1 8")  # two voices
    assert not enrol(WHO, b"1 8")  # one recording
    assert Template.objects.count() == 0
    assert enrol(WHO)
    assert voice_is_enrolled.is_enrolled(WHO, engine=Ear())
    assert len(biometrics.queries.templates_of(WHO, Modality.VOICE)) == 2


def test_what_is_kept_of_a_recording_opens_for_its_person_alone(city: City) -> None:
    heard = voice_is_enrolled.hear(WHO, b"1 8", engine=Ear())
    assert heard.kept not in repr(heard)
    voice_is_enrolled.agree(hands_of("self", clock=CLOCK), OTHER, channel=Channel.WEB)
    with pytest.raises(SealBroken):
        voice_is_enrolled.enrol(
            hands_of("self", clock=CLOCK), OTHER, [heard.kept] * 2, engine=Ear(), source=EnrolSource.SELF
        )


def test_too_little_speech_is_read_again_and_counts_for_nothing(city: City, means: Means) -> None:
    assert voice_is_enrolled.hear(WHO, b"1 3", engine=Ear()).faults == (SoundFault.SHORT,)
    enrol()
    for _ in range(9):
        found = answer(means, b"0.9 1")
        assert (found.verdict.follows, found.case_id) == (Heard.AGAIN, None)
    assert Case.objects.count() == 0
    assert answer(means, b"0.9 8").case_id is not None


def test_withdrawing_deletes_the_voice_at_once(city: City) -> None:
    enrol()
    gone = voice_is_enrolled.withdraw(hands_of("self", clock=CLOCK), WHO)
    assert gone is not None
    assert gone.templates == 2
    assert Template.objects.count() == 0
    assert not voice_is_enrolled.has_agreed(WHO)
    assert voice_is_enrolled.withdraw(hands_of("self", clock=CLOCK), WHO) is None


@pytest.mark.parametrize(
    ("recording", "match", "follows"),
    [
        (b"0.95 8", Match.SAME, Heard.CALL_BACK),
        (b"0.95 4", Match.UNSURE, Heard.CALL_BACK_UNSURE),
        (b"0.5 8", Match.UNSURE, Heard.CALL_BACK_UNSURE),
        (b"0.0 8", Match.DIFFERENT, Heard.CALL_BACK_UNSURE),
    ],
)
def test_every_answer_opens_the_same_case_and_none_passes(
    city: City, means: Means, recording: bytes, match: Match, follows: Heard
) -> None:
    """A voice that fits and one that does not wait for the same call, by the same day; nothing else moves."""
    enrol()
    before = state_of_the_world()
    found = answer(means, recording)
    assert (found.verdict.match, found.verdict.follows) == (match, follows)
    (case,) = Case.objects.all()
    assert (case.pno, case.reasons, case.state, case.outcome) == (
        WHO,
        ["voice_call"],
        CaseState.OPEN.value,
        "",
    )
    assert case.deadline == date(2026, 11, 5)
    (kept,) = biometrics.queries.answers(case_id=case.pk)
    assert (kept.match, kept.digits_read, kept.source) == (match, DigitsRead.NOT_KNOWN, EnrolSource.SELF)
    assert state_of_the_world() == before


def test_somebody_who_never_enrolled_is_called_back_too(city: City, means: Means) -> None:
    found = answer(means, b"0.95 8")
    assert found.verdict.match is Match.NOT_COMPARED
    assert found.case_id is not None
    (step,) = casework.queries.steps(found.case_id)
    assert "voice_not_enrolled" in str(step.note)


@pytest.mark.parametrize(
    ("said", "read", "follows"),
    [
        (lambda digits: digits, DigitsRead.RIGHT, Heard.CALL_BACK),
        (lambda digits: digits[::-1], DigitsRead.WRONG, Heard.CALL_BACK_UNSURE),
    ],
)
def test_operators_reader_of_digits_says_what_was_read(
    city: City, said: Callable[[str], str], read: DigitsRead, follows: Heard
) -> None:
    enrol(WHO, source=EnrolSource.SERVICE_POINT)
    asked = ask()
    means = Means(engine=Ear(), reader=Reader(), case_rules=CASE_RULES)
    found = answer(means, f"0.95 8 {said(asked.digits)}".encode(), asked)
    assert (found.verdict.digits, found.verdict.follows) == (read, follows)


def test_prompt_is_answered_once_and_not_after_its_time(city: City, means: Means, store: LocalStore) -> None:
    asked = ask()
    first = answer(means, b"0.9 8", asked)
    for again in (b"0.9 8", b"0.8 8"):
        with pytest.raises(Refused, match="passes:digits_read_before"):
            answer(means, again, asked)
    assert first.case_id is not None
    (kept,) = biometrics.queries.answers(case_id=first.case_id)
    assert voice_certifies.recording_of(kept, store) == b"0.9 8"
    assert len(list((store.path("voice")).iterdir())) == 1  # type: ignore[attr-defined]
    late = FixedClock(CLOCK.now() + PROMPT_LIVES)
    with pytest.raises(Refused, match="passes:digits_too_old"):
        voice_certifies.answer(
            hands_of("self", clock=late), WHO, asked=ask(2), recording=b"0.9 8", means=means
        )


def test_answers_are_few_in_a_short_time(city: City, means: Means) -> None:
    for seed in range(5):
        answer(means, b"0.2 8", ask(seed))
    with pytest.raises(Refused, match="passes:too_many_answers"):
        answer(means, b"0.9 8", ask(9))
    assert Case.objects.count() == 1


def test_recording_lies_sealed_and_is_deleted_when_the_case_is_closed(
    city: City, means: Means, store: LocalStore
) -> None:
    found = answer(means, b"0.9 8")
    assert found.case_id is not None
    (kept,) = biometrics.queries.answers(case_id=found.case_id)
    assert b"0.9 8" not in store.read(kept.sound)

    def forget() -> int:
        return voice_certifies.forget_recordings(hands_of("test", clock=CLOCK, store=store))

    assert forget() == 0
    Case.objects.update(state=CaseState.CLOSED.value)
    assert forget() == 1
    assert forget() == 0
    assert not store.exists(kept.sound)
    (after,) = biometrics.queries.answers(case_id=found.case_id)
    assert (after.sound, after.match) == ("", kept.match)
    with pytest.raises(Refused, match="passes:recording_deleted"):
        voice_certifies.recording_of(after, store)


def test_case_that_is_open_for_another_reason_is_told(city: City, means: Means) -> None:
    one = answer(means, b"0.9 8", ask(1))
    two = answer(means, b"0.9 8", ask(2))
    assert one.case_id == two.case_id is not None
    notes = [step.note for step in casework.queries.steps(two.case_id)]
    assert "is_new" in str(notes[1])


def test_ledger_knows_that_somebody_answered_and_nothing_of_the_voice(city: City, means: Means) -> None:
    enrol()
    asked = ask()
    answer(means, b"0.9 8", asked)
    entries = list(Entry.objects.filter(kind="biometrics:voice:answered"))
    assert len(entries) == 1
    assert asked.digits not in str(vars(entries[0]))


def test_answer_that_cannot_be_kept_uses_no_prompt_up(
    city: City, means: Means, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ask()

    def fails(*_: object, **__: object) -> int:
        raise OSError("the database is gone")

    with monkeypatch.context() as broken:
        broken.setattr(voice_certifies.biometrics.actions, "keep_answer", fails)
        with pytest.raises(OSError, match="gone"):
            answer(means, b"0.9 8", asked)
    assert Case.objects.count() == 0
    assert answer(means, b"0.9 8", asked).case_id is not None


def test_days_of_a_prompt_are_longer_than_any_elder_needs() -> None:
    assert timedelta(hours=1) <= PROMPT_LIVES
