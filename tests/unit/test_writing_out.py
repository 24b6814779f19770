"""A file that cannot be written is refused with what is wrong with its place."""

import errno
import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from hands import hands_of
from refused import refused
from worlds import AGENCY
from yizheng.adapters.agency_files.agency import load_agency
from yizheng.adapters.store.local import LocalStore
from yizheng.doors.words import refusal_in
from yizheng.flows.house.why import Why
from yizheng.flows.house.writing_out import check_place, written_out
from yizheng.flows.runs import results_export
from yizheng.kernel.errors import Refused
from yizheng.kernel.time import FixedClock


def test_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with refused(Why.NO_FOLDER, folder=tmp_path / "no"):
        check_place(tmp_path / "no" / "x.csv")
    (tmp_path / "file").write_text("")
    with refused(Why.NO_FOLDER):
        check_place(tmp_path / "file" / "x.csv")


def test_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    with refused(Why.IS_FOLDER):
        check_place(tmp_path)


def test_place_in_an_existing_folder_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check_place(tmp_path / "x.csv")
    monkeypatch.chdir(tmp_path)
    check_place(Path("x.csv"))


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "the disk is full. Free some room"),
        (errno.EDQUOT, "the disk is full. Free some room"),
        (errno.EACCES, "the system forbids it"),
        (errno.EROFS, "the system forbids it"),
        (errno.ENAMETOOLONG, "the system says: File name too long"),
    ],
)
def test_what_the_system_says_is_told_apart(number: int, said: str) -> None:
    with pytest.raises(Refused) as refusal, written_out(Path("x.csv")):
        raise OSError(number, os.strerror(number))
    words = refusal_in(refusal.value, "en")
    assert said in words
    assert ("room" in words) == (number in (errno.ENOSPC, errno.EDQUOT))


@pytest.mark.django_db
def test_results_export_into_nowhere_says_so_before_anything_else(tmp_path: Path) -> None:
    with refused(Why.NO_FOLDER):
        results_export.export(
            hands_of(
                "test", clock=FixedClock(datetime(2026, 10, 31, tzinfo=UTC)), store=LocalStore(tmp_path)
            ),
            as_of=date(2026, 10, 31),
            out=tmp_path / "no" / "x.csv",
            rules=load_agency(AGENCY).evidence_rules,
        )
