"""What the ledger needs from outside."""

from typing import Protocol


class CommitmentKey(Protocol):
    """The secret that makes a commitment say nothing to those who can guess the row."""

    def commitment_key(self) -> bytes:
        """32 bytes, the same for the life of the installation."""
        ...
