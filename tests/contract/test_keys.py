"""What anybody who keeps keys must keep to: the same key for the same number for ever; none is made up.

Each maker is called again in the same folder: that is another process of the same installation.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from contract.parties import Parties, each
from yizheng.adapters.keys.local import LocalKeys
from yizheng.adapters.keys.ring import ForgettableVaultKeys, GeneralKeys
from yizheng.adapters.keys.vault import LocalVaultKeys
from yizheng.kernel.errors import Refused
from yizheng.rooms.biometrics.keys import VaultKeys
from yizheng.rooms.ledger.ports import CommitmentKey
from yizheng.rooms.privacy.ports import FieldKeys

GENERAL = {LocalKeys: lambda folder: LocalKeys(folder / "keys.json")}
VAULTS = {LocalVaultKeys: lambda folder: LocalVaultKeys(folder / "vault-keys.json")}
PARTIES: Parties = {
    FieldKeys: GENERAL,
    CommitmentKey: GENERAL,
    GeneralKeys: GENERAL,
    VaultKeys: VAULTS,
    ForgettableVaultKeys: VAULTS,
}
UNKNOWN = 2**40
"""The number of a key that nobody made: vaults draw theirs below 2**32."""

General = Callable[[Path], GeneralKeys]
Vault = Callable[[Path], ForgettableVaultKeys]


@pytest.fixture(**each(GENERAL))
def general(request: pytest.FixtureRequest) -> General:
    return request.param


@pytest.fixture(**each(VAULTS))
def vault(request: pytest.FixtureRequest) -> Vault:
    return request.param


def everything(keys: GeneralKeys) -> tuple[object, ...]:
    active = keys.active_field_key()
    return keys.commitment_key(), keys.blind_key(), active, keys.field_key(active), keys.web_secret


def test_secrets_have_32_bytes_and_are_none_of_each_other(general: General, tmp_path: Path) -> None:
    keys = general(tmp_path)
    suite, field = keys.field_key(keys.active_field_key())
    secrets = [keys.commitment_key(), keys.blind_key(), field]
    assert [len(secret) for secret in secrets] == [32] * 3
    assert len(set(secrets)) == 3
    assert suite > 0
    assert len(keys.web_secret) >= 32


def test_keys_are_the_same_in_every_process_and_after_forgetting(general: General, tmp_path: Path) -> None:
    keys = general(tmp_path)
    first = everything(keys)
    assert everything(keys) == everything(general(tmp_path)) == first
    keys.forget()
    assert everything(keys) == first


def test_two_installations_share_no_secret(general: General, tmp_path: Path) -> None:
    here, there = (everything(general(tmp_path / name)) for name in ("here", "there"))
    for place in (0, 1, 3, 4):
        assert here[place] != there[place]


@pytest.mark.parametrize("number", [0, -1, UNKNOWN])
def test_unknown_field_key_is_refused_and_never_made_up(
    general: General, tmp_path: Path, number: int
) -> None:
    keys = general(tmp_path)
    before = everything(keys)
    with pytest.raises(Refused):
        keys.field_key(number)
    assert everything(keys) == before


def test_vault_key_is_found_by_its_number_in_every_process(vault: Vault, tmp_path: Path) -> None:
    keys = vault(tmp_path)
    active = keys.active_vault_key()
    suite, secret = keys.vault_key(active)
    assert (suite > 0, len(secret)) == (True, 32)
    again = vault(tmp_path)
    assert (again.active_vault_key(), again.vault_key(active)) == (active, (suite, secret))
    keys.forget()
    assert (keys.active_vault_key(), keys.vault_key(active)) == (active, (suite, secret))


def test_vaults_of_two_installations_share_neither_number_nor_secret(vault: Vault, tmp_path: Path) -> None:
    here, there = vault(tmp_path / "here"), vault(tmp_path / "there")
    assert here.active_vault_key() != there.active_vault_key()
    with pytest.raises(Refused):
        there.vault_key(here.active_vault_key())


def test_opening_makes_no_vault_key(vault: Vault, tmp_path: Path) -> None:
    with pytest.raises(Refused):
        vault(tmp_path).vault_key(7)
    assert list(tmp_path.iterdir()) == []
    keys = vault(tmp_path)
    keys.active_vault_key()
    with pytest.raises(Refused):
        keys.vault_key(UNKNOWN)
