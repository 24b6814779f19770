"""Made voices for the tests: harmonics under moving formants, syllable by syllable. A machine takes them for speech.

They are nobody's: a few numbers (pitch, size of the mouth) make a voice, others make another. They only show that the
parts hang together; error rates are measured on people (docs/reference/voice-figures.md).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
SYLLABLE = int(0.15 * RATE)
VOWELS = (
    (800, 1200, 2500, 3500),
    (300, 2300, 3000, 3700),
    (350, 800, 2300, 3400),
    (500, 1800, 2500, 3500),
    (500, 900, 2400, 3300),
    (650, 1700, 2400, 3400),
)
WIDTHS = (80, 100, 140, 200)


@dataclass(frozen=True)
class Voice:
    """A made speaker: pitch in hertz, and how small the mouth is beside an average one."""

    pitch: float
    size: float


WANG = Voice(pitch=115, size=1.0)
LI = Voice(pitch=215, size=0.84)


def spoken(
    voice: Voice, *, seconds: float = 8.0, seed: int = 1, loudness: float = 0.3
) -> NDArray[np.float32]:
    """Somebody reads for so many seconds; another seed is another text."""
    rng = np.random.default_rng(seed)
    n = int(seconds * RATE)
    count = n // SYLLABLE + 2
    vowels = rng.integers(0, len(VOWELS), count)
    t = np.arange(n)
    held = ((np.arange(count) * SYLLABLE)[:, None] + np.array([0.25, 0.75]) * SYLLABLE).ravel()
    formants = [
        np.interp(t, held, np.repeat([VOWELS[vowel][number] / voice.size for vowel in vowels], 2))
        for number in range(4)
    ]
    pitch = voice.pitch * (1 + np.interp(t, held, rng.uniform(-0.2, 0.2, (count, 2)).ravel()))
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    sound = np.zeros(n)
    for harmonic in range(1, int(5500 / voice.pitch)):
        frequency = harmonic * pitch
        gain = np.ones(n)
        for formant, width in zip(formants, WIDTHS, strict=True):
            gain *= formant**2 / np.sqrt((formant**2 - frequency**2) ** 2 + (width * frequency) ** 2)
        sound += gain * harmonic**-0.8 * np.cos(harmonic * phase)
    within = (t % SYLLABLE) / SYLLABLE
    noise = rng.standard_normal(n)
    hiss = np.diff(noise, prepend=0) * np.clip(1 - within / 0.2, 0, 1)
    strength = np.clip(np.minimum(within / 0.15, (1 - within) / 0.15), 0, 1)
    sound = sound / np.abs(sound).max() * strength + 0.015 * hiss + 0.001 * noise
    return np.asarray(sound / np.abs(sound).max() * loudness, dtype=np.float32)


def silence(seconds: float, *, seed: int = 3) -> NDArray[np.float32]:
    """A quiet room."""
    return (np.random.default_rng(seed).standard_normal(int(seconds * RATE)) * 0.0005).astype(np.float32)
