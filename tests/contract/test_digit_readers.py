"""What any reader of spoken digits must keep to. None ships: whoever writes one adds it to the list."""

from pathlib import Path

import numpy as np
import pytest

from contract.parties import Parties, each
from voices import WANG, silence, spoken
from yizheng.adapters.voice.wav import write_wav
from yizheng.rooms.biometrics.voice_ports import DigitReader

SAID = {
    write_wav(spoken(WANG, seconds=2, seed=7)): "305917",
    write_wav(spoken(WANG, seconds=2, seed=8)): "000",
}


class Remembers:
    """A reader that knows what was said in some recordings, and nothing of others: the least that keeps to the port."""

    def read(self, recording: bytes) -> str | None:
        return SAID.get(recording)


READERS = {Remembers: lambda _: Remembers()}
PARTIES: Parties = {DigitReader: READERS}


@pytest.fixture(**each(READERS))
def reader(request: pytest.FixtureRequest, tmp_path: Path) -> DigitReader:
    return request.param(tmp_path)


def test_digits_are_read_in_their_order_zeros_too(reader: DigitReader) -> None:
    for recording, digits in SAID.items():
        assert reader.read(recording) == digits


def test_nothing_understood_is_none_and_no_guess(reader: DigitReader) -> None:
    for recording in (write_wav(silence(1)), write_wav(np.zeros(0, np.float32))):
        assert reader.read(recording) is None
