"""All keys of an installation in one value: what a supplier of keys gives."""

from dataclasses import dataclass
from typing import Protocol

from yizheng.rooms.biometrics.keys import VaultKeys
from yizheng.rooms.ledger.ports import CommitmentKey
from yizheng.rooms.privacy.ports import FieldKeys


class GeneralKeys(FieldKeys, CommitmentKey, Protocol):
    """The keys of names and numbers, of the ledger's commitments and of the web's sessions."""

    @property
    def web_secret(self) -> str:
        """The secret under which the web signs sessions and forms."""
        ...

    def forget(self) -> None:
        """Forget what was read: another installation is made in this one's place."""
        ...


class ForgettableVaultKeys(VaultKeys, Protocol):
    """The vault's keys, which can be read anew."""

    def forget(self) -> None:
        """Forget what was read."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRing:
    """The general keys and, kept apart from them, the vault's."""

    general: GeneralKeys
    vault: ForgettableVaultKeys

    def forget(self) -> None:
        """Forget what was read of both."""
        self.general.forget()
        self.vault.forget()
