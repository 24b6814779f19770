"""Three answers: yes, no, unknown. Unknown is a value with reasons; it never counts against anybody."""

from dataclasses import dataclass
from enum import StrEnum


class Answer(StrEnum):
    """What a rule can say."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """An answer and the codes of its reasons. An answer without a reason does not exist."""

    answer: Answer
    reasons: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.reasons:
            raise ValueError("a verdict needs at least one reason")
