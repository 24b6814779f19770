"""How the product says no: a code with its facts. Rooms and flows raise codes; the doors hold the words.

A screen reads the words in its own language, the command line in the operator's, a partner's program the code and the
facts. So one refusal says the same on every door, and a wording can change without touching a rule.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Code(StrEnum):
    """The code of a refusal, `room:what_is_wrong`: stable, known to programs. Each room has an enum of its own."""


class Refused(Exception):
    """Work that was not done, and why: a code, and the facts that its words need (never personal data).

    Nothing was changed when it is raised. `str()` gives the machine's form, for logs and tests; a person reads
    `yizheng.doors.words.refusal_in`. The command line exits with 1.
    """

    def __init__(self, why: Code | str, /, **facts: object) -> None:
        super().__init__(why)
        self.why = why
        self.facts: Mapping[str, object] = facts

    def __str__(self) -> str:
        return " ".join([str(self.why), *(f"{name}={fact}" for name, fact in self.facts.items())])

    def __reduce__(self) -> tuple[Any, ...]:
        """Cross the border of a process with the facts: an exception pickles its positional arguments alone."""
        return again, (type(self), self.why, dict(self.facts))


class Misused(Refused):
    """The call itself was wrong (an option, a word, a date). The command line exits with 2."""


def again(kind: type[Refused], why: Code | str, facts: Mapping[str, object]) -> Refused:
    """A refusal that was made elsewhere, in another process, once more."""
    return kind(why, **facts)
