"""An answer that may be unknown (三值判断): yes, no or unknown, each with its reasons.

Unknown is a value and never counts against a person: it has no truth value, so that `if verdict` cannot read it as no.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class Says(StrEnum):
    """What a verdict says."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found, and why: codes of the room that asked, most weighty first."""

    says: Says
    reasons: tuple[str, ...] = ()

    @classmethod
    def yes(cls, *reasons: str) -> Self:
        """It is so."""
        return cls(Says.YES, reasons)

    @classmethod
    def no(cls, *reasons: str) -> Self:
        """It is not so."""
        return cls(Says.NO, reasons)

    @classmethod
    def unknown(cls, *reasons: str) -> Self:
        """Nobody can tell. Raises ValueError without a reason: who reads it has to know what is missing."""
        if not reasons:
            raise ValueError("a reason was expected: unknown says what is missing")
        return cls(Says.UNKNOWN, reasons)

    @property
    def is_yes(self) -> bool:
        """Whether it is surely so."""
        return self.says is Says.YES

    @property
    def is_no(self) -> bool:
        """Whether it is surely not so."""
        return self.says is Says.NO

    @property
    def is_unknown(self) -> bool:
        """Whether nobody can tell."""
        return self.says is Says.UNKNOWN

    def __bool__(self) -> bool:
        raise TypeError(
            "ask is_yes, is_no or is_unknown: a verdict that is unknown is neither true nor false"
        )
