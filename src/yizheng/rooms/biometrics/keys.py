"""The keys of the vault that this process was given; those of names and numbers are privacy's."""

from yizheng.kernel.given import Given
from yizheng.rooms.biometrics.ports import VaultKeys

VAULT_KEYS = Given[VaultKeys]("biometrics:vault_keys")
