"""The keys of the vault that this process was given; those of names and numbers are privacy's.

Apart from the other ports: every process is handed its keys, and most of them look at no face.
"""

from typing import Protocol

from yizheng.kernel.given import Given


class VaultKeys(Protocol):
    """The keys of the vault, kept apart from those of names and numbers."""

    def active_vault_key(self) -> int:
        """The number of the key that seals new templates."""
        ...

    def vault_key(self, key_id: int) -> tuple[int, bytes]:
        """Suite and bytes of a key. Raises Refused where it is not here."""
        ...


VAULT_KEYS = Given[VaultKeys]("biometrics:vault_keys")
