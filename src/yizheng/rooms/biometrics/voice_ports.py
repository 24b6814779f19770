"""What the voice needs from outside: an engine that hears, and perhaps one that understands digits."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from yizheng.rooms.biometrics.data import EngineId
from yizheng.rooms.biometrics.voice import VoiceHeard

Sound = NDArray[np.float32]
"""Sound of one channel at 16,000 samples a second, from -1 to 1."""


class VoiceEngine(Protocol):
    """Measures a recording and describes the voice in it. Decides nothing."""

    @property
    def engine(self) -> EngineId:
        """Which engine this is."""
        ...

    def listen(self, recording: bytes) -> VoiceHeard:
        """What is heard in a recording (WAV, 16-bit PCM). Raises Refused where it is none, or longer than a minute."""
        ...


class DigitReader(Protocol):
    """Understands spoken Mandarin digits (数字识别). None ships: an operator supplies one, or a clerk listens."""

    def read(self, recording: bytes) -> str | None:
        """The digits it understood, in their order; None where it understood nothing."""
        ...
