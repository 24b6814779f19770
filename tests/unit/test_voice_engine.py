"""The engine that hears: speech found, silence left out, one voice like itself; the border of recordings; its weights."""

import struct
from pathlib import Path

import numpy as np
import pytest

from voices import LI, RATE, WANG, silence, spoken
from yizheng.adapters.voice import weights
from yizheng.adapters.voice.engine import CampplusEngine
from yizheng.adapters.voice.wav import read_wav, resampled, write_wav
from yizheng.kernel.errors import Refused
from yizheng.rooms.biometrics.data import Vector
from yizheng.rooms.biometrics.voice import DEFAULT


@pytest.fixture(scope="module")
def engine() -> CampplusEngine:
    return CampplusEngine()


def template(engine: CampplusEngine, sound: np.ndarray) -> Vector:
    found = engine.hear(sound).embedding
    assert found is not None
    return found


def test_speech_is_found_and_silence_weighs_nothing(engine: CampplusEngine) -> None:
    speech = spoken(WANG, seconds=4)
    alone = engine.hear(speech)
    among = engine.hear(np.concatenate([silence(2), speech, silence(2)]))
    assert alone.speech == pytest.approx(4, abs=0.4)
    assert among.speech == pytest.approx(alone.speech, abs=0.5)
    assert among.seconds == pytest.approx(8)
    assert among.level == pytest.approx(alone.level, abs=1.5)
    assert alone.embedding is not None
    assert among.embedding is not None
    assert float(alone.embedding @ among.embedding) > 0.9


def test_silence_and_noise_are_no_voice(engine: CampplusEngine) -> None:
    for sound in (silence(3), np.zeros(RATE, np.float32), np.zeros(0, np.float32)):
        heard = engine.hear(sound)
        assert heard.embedding is None
        assert heard.speech < 0.3


def test_one_voice_is_liker_to_itself_than_to_another_and_the_same_sound_gives_the_same(
    engine: CampplusEngine,
) -> None:
    first, again = spoken(WANG, seconds=5, seed=1), spoken(WANG, seconds=5, seed=2)
    mine, also_mine = template(engine, first), template(engine, again)
    other = template(engine, spoken(LI, seconds=5, seed=1))
    assert float(mine @ also_mine) > float(mine @ other) + 0.1
    assert float(np.linalg.norm(mine)) == pytest.approx(1, abs=1e-5)
    np.testing.assert_array_equal(mine, template(engine, first))


def test_cut_off_sound_is_noticed(engine: CampplusEngine) -> None:
    loud = np.clip(spoken(WANG, seconds=3) * 20, -1, 1).astype(np.float32)
    assert engine.hear(loud).clipped > 0.02


def test_telephones_missing_treble_is_noticed(engine: CampplusEngine) -> None:
    sound = spoken(WANG, seconds=3)
    narrow = resampled(sound[::2], 8_000)  # a telephone's rate: nothing above 4,000 Hz comes back
    assert engine.hear(sound).treble > DEFAULT.least_treble + 10
    assert engine.hear(narrow).treble < DEFAULT.least_treble - 10


def test_recording_comes_through_the_border_as_it_was(engine: CampplusEngine) -> None:
    sound = spoken(WANG, seconds=3)
    np.testing.assert_allclose(read_wav(write_wav(sound)), sound, atol=1 / 32_000)
    assert engine.listen(write_wav(sound)).speech == pytest.approx(3, abs=0.5)


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 44_100, 48_000])
def test_other_rates_keep_their_tones(rate: int) -> None:
    tone = np.sin(2 * np.pi * 1000 * np.arange(rate) / rate).astype(np.float32) * 0.5
    found = read_wav(write_wav(tone, rate))
    assert len(found) == pytest.approx(RATE, abs=RATE / 100)
    expected = np.sin(2 * np.pi * 1000 * np.arange(len(found)) / RATE) * 0.5
    np.testing.assert_allclose(found[800:-800], expected[800:-800], atol=0.02)
    assert len(resampled(np.zeros(0, np.float32), rate)) == 0


def test_two_channels_become_one() -> None:
    left, right = np.full(RATE, 8000, "<i2"), np.full(RATE, -4000, "<i2")
    body = np.stack([left, right], axis=1).tobytes()
    form = struct.pack("<HHIIHH", 1, 2, RATE, RATE * 4, 4, 16)
    inner = b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", len(body)) + body
    found = read_wav(b"RIFF" + struct.pack("<I", len(inner)) + inner)
    np.testing.assert_allclose(found, np.full(RATE, 2000 / 32_768), atol=1e-6)


def wav(kind: int = 1, channels: int = 1, rate: int = RATE, bits: int = 16, body: bytes = b"\0\0") -> bytes:
    form = struct.pack("<HHIIHH", kind, channels, rate, rate * 2, 2, bits)
    return (
        b"RIFF\0\0\0\0WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", len(body)) + body
    )


@pytest.mark.parametrize(
    "recording",
    [
        b"",
        b"ID3\x04 this is an mp3",
        wav()[:20],
        b"RIFF\0\0\0\0WAVEdata\x02\0\0\0\0\0",
        wav(kind=3),
        wav(bits=8),
        wav(channels=6),
        wav(rate=7_999),
        wav(body=b"\0" * (2 * RATE * 60 + 2)),
        b"RIFF" + b"\0" * 12_000_000,
    ],
    ids=["nothing", "mp3", "cut", "no form", "float", "8 bits", "6 channels", "odd rate", "long", "huge"],
)
def test_what_is_no_recording_is_refused(recording: bytes) -> None:
    with pytest.raises(Refused, match=r"voice:record|voice:no_recording"):
        read_wav(recording)


def test_wrong_length_in_the_head_of_a_recording_is_no_harm() -> None:
    sound = wav(body=b"\1\0" * 100)
    hard_stop = sound.replace(struct.pack("<I", 200), struct.pack("<I", 2**31), 1)
    assert len(read_wav(hard_stop)) == 100


def test_weights_are_the_ones_that_were_measured_or_none(tmp_path: Path) -> None:
    assert len(weights.campplus()) > 10_000_000
    assert len(weights.silero()) > 1_000_000
    other = tmp_path / "model.onnx"
    other.write_bytes(b"something else")
    with pytest.raises(Refused, match="voice:file_not_the_measured_one"):
        weights.read_checked(other, weights.CAMPPLUS_SHA256, package="yizheng")
    with pytest.raises(Refused, match="voice:file_not_readable"):
        weights.read_checked(tmp_path / "none.onnx", weights.CAMPPLUS_SHA256, package="yizheng")


def test_engine_is_named_by_both_its_files(engine: CampplusEngine) -> None:
    assert engine.engine.code.startswith("campplus-zh-en:")
    assert engine.engine.weights not in (weights.CAMPPLUS_SHA256, weights.SILERO_SHA256)
