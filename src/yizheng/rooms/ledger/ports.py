"""What the ledger needs from outside."""

from typing import Protocol

from yizheng.kernel.given import Given


class CommitmentKey(Protocol):
    """The secret that makes a commitment say nothing to those who can guess the row."""

    def commitment_key(self) -> bytes:
        """32 bytes, the same for the life of the installation."""
        ...


class TreeStore(Protocol):
    """Where the leaves of bulk trees are kept, each under the name that `data.leaves_name` gives."""

    def exists(self, relative: str) -> bool:
        """Whether there is such a file."""
        ...

    def read(self, relative: str) -> bytes:
        """The whole file."""
        ...


COMMITMENT_KEY = Given[CommitmentKey]("ledger:commitment_key")
"""The key of commitments that this process was given."""
