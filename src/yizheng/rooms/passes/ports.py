"""What certification needs from outside: a border for pictures, and somebody who looks at them and says how long."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from yizheng.kernel.errors import Refused
from yizheng.kernel.told import Coded
from yizheng.rooms.biometrics.data import FaceSeen
from yizheng.rooms.passes.why import Why


class Wrong(StrEnum):
    """What is wrong with an uploaded picture. None of them says anything about whoever sent it."""

    NO_PICTURE = "no_picture"
    TOO_MANY_BYTES = "too_many_bytes"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_SMALL = "too_small"
    BROKEN = "broken"
    ODD_PICTURE = "odd_picture"
    MOVES = "moves"


class PictureRefused(Refused):
    """A picture that is not taken. `wrong` is the code."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(Why.PICTURE_REFUSED, wrong=Coded("picture_wrong", wrong.value))
        self.wrong = wrong


class PictureBorder(Protocol):
    """What every uploaded picture passes before anybody looks at it."""

    def take(self, data: bytes) -> bytes:
        """The picture as a JPEG of ours: upright, three colours, nothing else in it. Raises PictureRefused."""
        ...


class EngineAway(Refused):
    """Nobody can look at pictures now, and waiting would not help: the person is shown another way."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The pictures are not looked at yet: how many seconds it will take, by what the last ones took, and how many
    people's pictures stand before these."""

    seconds: int
    ahead: int


class Looker(Protocol):
    """Looks at pictures that passed the border, one queue for everybody."""

    def look(self, key: str, pictures: Sequence[bytes]) -> tuple[FaceSeen, ...] | Waiting:
        """What is in the pictures, in their order; `Waiting` where that is not known yet.

        The same key again asks for the same work, which is done once. A picture that cannot be read shows no face.
        Raises EngineAway.
        """
        ...
