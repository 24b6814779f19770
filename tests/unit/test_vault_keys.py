"""The vault's key in a file of its own."""

import json
import multiprocessing
from pathlib import Path

import pytest

from yizheng.adapters.keys.local import LocalKeys
from yizheng.adapters.keys.vault import LocalVaultKeys
from yizheng.kernel.errors import Refused


def _active(file: Path) -> tuple[int, tuple[int, bytes]]:
    keys = LocalVaultKeys(file)
    number = keys.active_vault_key()
    return number, keys.vault_key(number)


def test_key_is_made_at_the_first_sealing_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "home" / "vault-keys.json"
    with pytest.raises(Refused, match="keys:vault_key_missing key=5"):
        LocalVaultKeys(file).vault_key(5)
    assert not file.exists()  # opening makes no key
    first = _active(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert _active(file) == first
    assert len(first[1][1]) == 32


def test_key_is_another_than_the_one_of_names(tmp_path: Path) -> None:
    fields = LocalKeys(tmp_path / "keys.json")
    _, (_, vault) = _active(tmp_path / "vault-keys.json")
    assert vault != fields.field_key(fields.active_field_key())[1]


def test_installation_from_before_the_vault_keeps_its_keys(tmp_path: Path) -> None:
    fields = LocalKeys(tmp_path / "keys.json")
    before = fields.field_key(1), (tmp_path / "keys.json").read_bytes()
    (tmp_path / "db.sqlite3").touch()
    _active(tmp_path / "vault-keys.json")
    assert (LocalKeys(tmp_path / "keys.json").field_key(1), (tmp_path / "keys.json").read_bytes()) == before


def test_two_vaults_share_no_number(tmp_path: Path) -> None:
    one, _ = _active(tmp_path / "one.json")
    other, _ = _active(tmp_path / "other.json")
    assert one != other
    with pytest.raises(Refused, match=f"keys:vault_key_missing key={other}"):
        LocalVaultKeys(tmp_path / "one.json").vault_key(other)


def test_key_made_by_two_processes_at_once_is_the_same(tmp_path: Path) -> None:
    with multiprocessing.get_context("fork").Pool(4) as pool:
        made = pool.map(_active, [tmp_path / "vault-keys.json"] * 8)
    assert len(set(made)) == 1


def test_forgotten_key_is_read_again(tmp_path: Path) -> None:
    keys = LocalVaultKeys(tmp_path / "vault-keys.json")
    first = keys.active_vault_key()
    keys.forget()
    assert keys.active_vault_key() == first


@pytest.mark.parametrize(
    "damage",
    [
        lambda document: document.update(active_vault_key=9),
        lambda document: document["keys"][0].update(purpose="field"),
        lambda document: document["keys"][0].update(wrapped="AAAA"),
        lambda document: document.pop("kek"),
    ],
)
def test_damaged_file_is_refused(tmp_path: Path, damage: object) -> None:
    file = tmp_path / "vault-keys.json"
    number, _ = _active(file)
    document = json.loads(file.read_text())
    damage(document)  # type: ignore[operator]
    file.write_text(json.dumps(document))
    for ask in (LocalVaultKeys(file).active_vault_key, lambda: LocalVaultKeys(file).vault_key(number)):
        with pytest.raises(Refused, match="keys:vault_file_damaged"):
            ask()


def test_file_open_to_others_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "vault-keys.json"
    _active(file)
    file.chmod(0o644)
    with pytest.raises(Refused, match="keys:file_open_to_others"):
        _active(file)
