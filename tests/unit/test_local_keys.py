"""Keys in one local file."""

import json
import multiprocessing
from pathlib import Path

import pytest

from yizheng.adapters.keys.local import LocalKeys
from yizheng.kernel.errors import Refused


def _all(keys: LocalKeys) -> tuple[object, ...]:
    active = keys.active_field_key()
    return keys.web_secret, keys.commitment_key(), keys.blind_key(), active, keys.field_key(active)


def test_keys_are_made_once_for_their_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "home" / "keys.json"
    first = _all(LocalKeys(file))
    assert file.stat().st_mode & 0o777 == 0o600
    assert _all(LocalKeys(file)) == first
    secrets = {first[0], first[1], first[2], first[4]}
    assert len(secrets) == 4
    assert len(LocalKeys(file).commitment_key()) == len(LocalKeys(file).blind_key()) == 32
    assert LocalKeys(file).field_key(1)[0] == 1
    assert list(file.parent.iterdir()) == [file]


def test_forgotten_keys_are_read_again_or_made_anew(tmp_path: Path) -> None:
    keys = LocalKeys(tmp_path / "keys.json")
    first = keys.commitment_key()
    keys.forget()
    assert keys.commitment_key() == first
    (tmp_path / "keys.json").unlink()
    keys.forget()
    assert keys.commitment_key() != first


def test_keys_stand_wrapped_in_the_file(tmp_path: Path) -> None:
    keys = LocalKeys(tmp_path / "keys.json")
    text = (keys.web_secret, (tmp_path / "keys.json").read_text())
    assert text[0] not in text[1]
    assert {key["purpose"] for key in json.loads(text[1])["keys"]} == {"web", "commitment", "blind", "field"}


def test_keys_made_by_two_processes_at_once_are_the_same(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        made = pool.map(_commitment, [tmp_path / "keys.json"] * 8)
    assert len(set(made)) == 1


def _commitment(file: Path) -> bytes:
    return LocalKeys(file).commitment_key()


def _swap(document: dict[str, object]) -> None:
    keys = document["keys"]
    assert isinstance(keys, list)
    keys[0]["wrapped"], keys[1]["wrapped"] = keys[1]["wrapped"], keys[0]["wrapped"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda document: document.update(format=2),
        lambda document: document.update(kek="AAAA"),
        lambda document: document.update(active_field_key=9),
        lambda document: document["keys"].pop(),
        lambda document: document["keys"][3].update(suite=2),
        lambda document: document["keys"][3].update(wrapped="no base64 !"),
        lambda document: document.pop("keys"),
        _swap,
    ],
)
def test_damaged_keys_file_is_refused(tmp_path: Path, damage: object) -> None:
    file = tmp_path / "keys.json"
    _all(LocalKeys(file))
    document = json.loads(file.read_text())
    damage(document)  # type: ignore[operator]
    file.write_text(json.dumps(document))
    with pytest.raises(Refused, match="keys:file_damaged"):
        _all(LocalKeys(file))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "\x00\xff"])
def test_keys_file_that_is_no_keys_file_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "keys.json"
    file.write_text(text)
    file.chmod(0o600)
    with pytest.raises(Refused, match="keys:file_damaged"):
        _all(LocalKeys(file))


def test_keys_file_open_to_others_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    _all(LocalKeys(file))
    file.chmod(0o640)
    with pytest.raises(Refused, match="keys:file_open_to_others"):
        _all(LocalKeys(file))


@pytest.mark.parametrize("data", ["db.sqlite3", "store"])
def test_keys_are_not_made_again_beside_existing_data(tmp_path: Path, data: str) -> None:
    (tmp_path / data).touch()
    with pytest.raises(Refused, match="keys:file_missing"):
        LocalKeys(tmp_path / "keys.json").commitment_key()
    assert not (tmp_path / "keys.json").exists()


def test_home_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Refused, match="keys:home_not_writable"):
        LocalKeys(tmp_path / "file" / "home" / "keys.json").commitment_key()


def test_unknown_field_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="keys:field_key_missing key=7"):
        LocalKeys(tmp_path / "keys.json").field_key(7)
