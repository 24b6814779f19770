"""The border of recordings: bytes of a WAV file become sound, or are refused. Nothing but plain 16-bit PCM passes.

A browser's script sends 16,000 samples a second, a telephone system 8,000; other rates are converted through the
spectrum, which neither shifts nor folds anything. What is longer than a minute is refused before it is decoded.
"""

import struct

import numpy as np

from yizheng.adapters.voice.why import Why
from yizheng.kernel.errors import Refused
from yizheng.rooms.biometrics.voice import LONGEST_SECONDS, RATE
from yizheng.rooms.biometrics.voice_ports import Sound

RATES = (8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
LARGEST = 48_000 * 2 * 2 * LONGEST_SECONDS + 65_536
"""Bytes: a minute of two channels at the highest rate, and room for the file's other chunks."""
_PCM = 1


def read_wav(recording: bytes) -> Sound:
    """The sound of a WAV file, one channel at 16,000 samples a second. Raises Refused for everything else."""
    if len(recording) > LARGEST:
        raise Refused(Why.RECORDING_TOO_LONG)
    if len(recording) < 12 or recording[:4] != b"RIFF" or recording[8:12] != b"WAVE":
        raise Refused(Why.NO_RECORDING)
    form, data = _chunks(recording)
    kind, channels, rate, _, _, bits = struct.unpack("<HHIIHH", form[:16])
    if kind != _PCM or bits != 16 or channels not in (1, 2) or rate not in RATES:
        raise Refused(Why.RECORDED_ANOTHER_WAY)
    whole = len(data) // (2 * channels) * 2 * channels
    samples: Sound = (np.frombuffer(data[:whole], "<i2") / 32_768).astype(np.float32)
    if len(samples) > LONGEST_SECONDS * rate * channels:
        raise Refused(Why.RECORDING_TOO_LONG)
    if channels == 2:
        samples = samples.reshape(-1, 2).mean(axis=1).astype(np.float32)
    return resampled(samples, rate)


def _chunks(recording: bytes) -> tuple[bytes, bytes]:
    """The chunks of format and sound. A recorder that was stopped hard leaves a wrong length: what is there counts."""
    form, at = b"", 12
    while at + 8 <= len(recording):
        name, size = recording[at : at + 4], int.from_bytes(recording[at + 4 : at + 8], "little")
        body = recording[at + 8 : at + 8 + size]
        if name == b"fmt ":
            form = body
        if name == b"data" and len(form) >= 16:
            return form, body
        at += 8 + size + size % 2
    raise Refused(Why.RECORDING_WITHOUT_SOUND)


def resampled(samples: Sound, rate: int) -> Sound:
    """The same sound at 16,000 samples a second."""
    if rate == RATE or not len(samples):
        return samples
    step = rate // int(np.gcd(rate, RATE))
    padded = np.pad(samples, (0, -len(samples) % step))
    length = len(padded) * RATE // rate
    spectrum = np.fft.rfft(padded)
    kept = np.zeros(length // 2 + 1, dtype=spectrum.dtype)
    shared = min(len(spectrum), len(kept))
    kept[:shared] = spectrum[:shared]
    found: Sound = (np.fft.irfft(kept, length) * (length / len(padded))).astype(np.float32)
    return found


def write_wav(sound: Sound, rate: int = RATE) -> bytes:
    """A WAV file of one channel, 16-bit PCM: what a clerk's player and a test want."""
    body = np.clip(np.round(sound * 32_768), -32_768, 32_767).astype("<i2").tobytes()
    form = struct.pack("<HHIIHH", _PCM, 1, rate, rate * 2, 2, 16)
    inner = b"WAVE" + b"fmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(inner)) + inner
