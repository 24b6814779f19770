"""A run's name comes from what its inputs say: another spelling of the same files is the same run."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from link_situations import City
from worlds import AGENCY
from yizheng.adapters.agency_files.agency import load_agency
from yizheng.flows.runs.certification_inputs import gather

pytestmark = pytest.mark.django_db


@pytest.fixture
def name_of(tmp_path: Path) -> Callable[[Path], str]:
    """The name of the run that an agency's folder makes of the same roster."""
    City(tmp_path).roster("王芳")

    def run_id(folder: Path) -> str:
        agency = load_agency(folder)
        inputs = gather(
            as_of=date(2026, 10, 31),
            rulebook=agency.rulebook,
        )
        return inputs.run_id

    return run_id


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(AGENCY, tmp_path / "agency"))


def _turn_round(path: Path, first: str, behind: str | None) -> None:
    """Write the lines from one that starts with `first` until `behind` in the other order."""
    lines = path.read_text("utf-8").splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith(first))
    end = next(place for place, line in enumerate(lines) if line == behind) if behind else len(lines)
    lines[start:end] = reversed(lines[start:end])
    path.write_text("\n".join(lines), "utf-8")


def test_another_spelling_of_the_same_files_is_the_same_run(
    folder: Path, name_of: Callable[[Path], str]
) -> None:
    before = name_of(folder)
    _turn_round(folder / "sources" / "prison.yaml", "  id_number:", "kinds:")
    _turn_round(folder / "evidence.yaml", "  - {no:", None)
    (folder / "sources" / "prison.yaml").rename(folder / "sources" / "a_prison.yaml")
    assert name_of(folder) == before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("evidence.yaml", "weak_cap: 40", "weak_cap: 41"),
        ("sources/prison.yaml", "no: 14", "no: 61"),
    ],
)
def test_changed_value_is_another_run(
    folder: Path, name_of: Callable[[Path], str], file: str, old: str, new: str
) -> None:
    before = name_of(folder)
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")
    assert name_of(folder) != before
