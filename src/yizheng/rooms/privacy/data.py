"""What may be known about privacy: the errors of sealed values and what is written of a look."""

from dataclasses import dataclass
from datetime import datetime

from yizheng.kernel.errors import Refused
from yizheng.rooms.ledger.data import WitnessedTable

LOOKS = WitnessedTable("privacy_look", "id", ("at", "actor", "role", "purpose", "pno", "what"))
"""The witnessed columns of a look."""


class SealBroken(Refused):
    """A sealed value that does not open: altered, moved to another row, or sealed under another key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookRecord:
    """A look at a person's data: by whom, in which role, what for, and at what."""

    at: datetime
    actor: str
    role: str
    purpose: str
    pno: int
    what: str
