"""A session of Spark is opened, or refused in one sentence that says what is missing."""

import builtins
import sys
from pathlib import Path

import pytest

from yizheng.adapters.spark import session, states
from yizheng.kernel.errors import Refused

TOLD = [
    ('openjdk version "17.0.15" 2025-04-15', 17),
    ('openjdk version "21" 2023-09-19', 21),
    ('java version "1.8.0_402"', 8),
    ("something else", 0),
]


@pytest.mark.parametrize(("told", "version"), TOLD)
def test_java_version_as_java_tells_it(told: str, version: int) -> None:
    assert session.java_version(told) == version


def java(folder: Path, told: str) -> Path:
    """A Java that only tells its version."""
    place = folder / "bin" / "java"
    place.parent.mkdir(parents=True)
    place.write_text(f"#!/bin/sh\necho '{told}' >&2\n", encoding="utf-8")
    place.chmod(0o755)
    return folder


def test_java_that_is_old_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(java(tmp_path, 'java version "1.8.0_402"')))
    with pytest.raises(Refused, match=r"spark:java_too_old oldest=17 .* version=8"):
        session.check_java()


def test_java_that_is_new_enough_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(java(tmp_path, 'openjdk version "21.0.1"')))
    session.check_java()


def test_java_that_is_missing_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Refused, match="spark:java_missing"):
        session.open_session(work=tmp_path)


def test_pyspark_that_is_missing_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: object) -> object:
        if name.startswith("pyspark"):
            raise ImportError(name)
        return real(name, *rest)

    for name in [name for name in sys.modules if name.startswith("pyspark")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(Refused, match="spark:pyspark_missing"):
        session.open_session(work=tmp_path)


def test_files_of_a_store_are_what_was_delivered(tmp_path: Path) -> None:
    folder = tmp_path / "evidence" / "bucket=003"
    folder.mkdir(parents=True)
    for name in ("aa11.parquet", "bb22.parquet", "settled-cc.parquet", "links-dd.parquet", "settled.json"):
        (folder / name).touch()
    delivered = [str(folder / "aa11.parquet"), str(folder / "bb22.parquet")]
    assert states.files_of(tmp_path) == {3: delivered}
    assert states.files_of(tmp_path, batches={"bb22", "links-dd"}) == {
        3: [delivered[1], str(folder / "links-dd.parquet")]
    }
    assert states.files_of(tmp_path, batches={"another"}) == {}
