"""Files written whole or not at all."""

import errno
import os
from pathlib import Path

import pytest

from yizheng.adapters.store.local import LocalStore
from yizheng.kernel.errors import Refused


def test_written_file_is_read_again_and_nothing_else_is_left(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    place = store.write("ledger/trees/a.leaves", b"one")
    store.write("ledger/trees/a.leaves", b"two")
    assert store.read("ledger/trees/a.leaves") == b"two"
    assert store.exists("ledger/trees/a.leaves")
    assert not store.exists("ledger/trees/b.leaves")
    assert place == store.path("ledger", "trees", "a.leaves")
    assert list(place.parent.iterdir()) == [place]
    assert store.folder("runs/1").is_dir()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_full_disk_is_refused_and_the_old_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    store = LocalStore(tmp_path)
    store.write("a", b"old")

    def full(_: int) -> None:
        raise OSError(number, "no space")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Refused, match="store:disk_full"):
        store.write("a", b"new")
    monkeypatch.undo()
    assert store.read("a") == b"old"
    assert [found.name for found in tmp_path.iterdir()] == ["a"]


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="store:file_gone"):
        LocalStore(tmp_path).read("runs/1/results")


def test_forbidden_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(_: Path) -> bytes:
        raise PermissionError(errno.EACCES, "no")

    monkeypatch.setattr(Path, "read_bytes", forbidden)
    with pytest.raises(Refused, match="store:forbidden"):
        LocalStore(tmp_path).read("a")


def test_other_error_of_the_disk_passes(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(IsADirectoryError):
        LocalStore(tmp_path).read("a")


@pytest.mark.parametrize("name", ["../a", "/etc/passwd", "a/../../b"])
def test_name_that_leads_out_of_the_store_is_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="inside the store"):
        LocalStore(tmp_path / "store").read(name)
