"""What every file of rows to correct must keep to: it comes back as it went out, and no cell of it runs as a formula."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from contract.parties import Parties, each
from yizheng.adapters.department_files.corrections import CorrectionFile
from yizheng.adapters.tables.reading import read_table
from yizheng.kernel.errors import Refused
from yizheng.rooms.corrections.data import Asked, RowToSend
from yizheng.rooms.corrections.ports import CorrectionFiles
from yizheng.rooms.quality.data import Problem

FILES = {CorrectionFile: lambda _: CorrectionFile()}
PARTIES: Parties = {CorrectionFiles: FILES}
MADE_AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
ROWS = [
    RowToSend(
        ref="A1B2C3",
        file_name="cremation_2026-10.csv",
        row=7,
        cells={"姓名": "=HYPERLINK(1)", "证件号码": "44080219491231001"},
        asked=(Asked(problem=Problem.NO_NUMBER.value, column="证件号码"),),
    ),
    RowToSend(
        ref="D4E5F6",
        file_name="cremation_2026-10.csv",
        row=9,
        cells={"姓名": "王芳", "火化日期": "2026-10-01"},
        asked=(Asked(problem=Problem.DEATH_DAYS_DIFFER.value),),
    ),
]


@pytest.fixture(**each(FILES))
def files(request: pytest.FixtureRequest, tmp_path: Path) -> CorrectionFiles:
    return request.param(tmp_path)


def test_columns_are_the_departments_own_each_once(files: CorrectionFiles) -> None:
    assert files.their_columns(ROWS) == ["姓名", "证件号码", "火化日期"]


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_file_comes_back_with_every_row_and_nothing_answered(
    files: CorrectionFiles, suffix: str, tmp_path: Path
) -> None:
    path = tmp_path / f"back{suffix}"
    path.write_bytes(files.as_bytes(ROWS, suffix, made_at=MADE_AT))
    answers = list(files.answers(read_table(path), path.name))
    assert [one.ref for one in answers] == ["A1B2C3", "D4E5F6"]
    assert all(one.is_empty and one.answer is None for one in answers)


def test_no_cell_begins_as_a_formula(files: CorrectionFiles) -> None:
    text = files.as_bytes(ROWS, ".csv", made_at=MADE_AT).decode("utf-8-sig")
    assert "HYPERLINK" in text
    assert not any(
        cell.strip('"').startswith(("=", "+", "@")) for cell in text.replace("\r\n", ",").split(",")
    )


def test_another_file_is_refused_by_its_name(files: CorrectionFiles, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("姓名,日期\n王芳,2026-10-01\n", encoding="utf-8")
    with pytest.raises(Refused) as refusal:
        list(files.answers(read_table(path), path.name))
    assert refusal.value.facts["file"] == "other.csv"
