"""What any voice engine must keep to: speech measured, a template of unit length or none, a refusal for no WAV."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from contract.parties import Parties, each
from voices import LI, WANG, silence, spoken
from yizheng.adapters.voice.engine import CampplusEngine
from yizheng.adapters.voice.wav import write_wav
from yizheng.kernel.errors import Refused
from yizheng.rooms.biometrics.voice import VoiceHeard
from yizheng.rooms.biometrics.voice_ports import VoiceEngine

ENGINES = {CampplusEngine: lambda _: CampplusEngine()}
PARTIES: Parties = {VoiceEngine: ENGINES}


@pytest.fixture(scope="module", **each(ENGINES))
def engine(request: pytest.FixtureRequest) -> VoiceEngine:
    return request.param(Path())


@cache
def recording(voice: str = "wang", seed: int = 1) -> bytes:
    return write_wav(spoken({"wang": WANG, "li": LI}[voice], seconds=3, seed=seed))


def template(heard: VoiceHeard) -> np.ndarray:
    assert heard.embedding is not None
    return heard.embedding


def test_engine_names_itself_and_its_weights(engine: VoiceEngine) -> None:
    assert len(engine.engine.weights) == 64
    assert engine.engine.code == f"{engine.engine.name}:{engine.engine.weights[:12]}"


def test_speech_is_measured_and_described(engine: VoiceEngine) -> None:
    heard = engine.listen(recording())
    assert heard.seconds == pytest.approx(3, abs=0.01)
    assert 2 < heard.speech <= heard.seconds
    assert -60 < heard.level < 0
    assert heard.clipped < 0.01
    assert template(heard).dtype == np.float32
    assert np.linalg.norm(template(heard)) == pytest.approx(1, abs=1e-5)
    again = engine.listen(recording())
    np.testing.assert_array_equal(template(again), template(heard))
    assert (again.speech, again.level) == (heard.speech, heard.level)


def test_voice_is_liker_to_itself_than_to_another(engine: VoiceEngine) -> None:
    mine, again, other = (
        template(engine.listen(recording(*whose))) for whose in (("wang", 1), ("wang", 2), ("li", 1))
    )
    assert float(mine @ again) > float(mine @ other)


def test_nobody_speaking_is_an_answer_without_a_template(engine: VoiceEngine) -> None:
    for sound in (silence(2), np.zeros(16_000, np.float32), np.zeros(0, np.float32)):
        heard = engine.listen(write_wav(sound))
        assert heard.embedding is None
        assert heard.speech < 0.3


@pytest.mark.parametrize(
    "made",
    [
        lambda: b"",
        lambda: b"ID3\x04 an mp3",
        lambda: recording()[:30],
        lambda: b"RIFF" + bytes(40),
        lambda: write_wav(np.zeros(16_000 * 61, np.float32)),
    ],
    ids=["nothing", "mp3", "cut in its head", "zeros", "more than a minute"],
)
def test_what_is_no_recording_is_refused(engine: VoiceEngine, made) -> None:
    with pytest.raises(Refused):
        engine.listen(made())
