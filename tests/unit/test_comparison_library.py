"""The comparison as a library: two Parquet files, five lines. What README.md of the room shows is run here."""

import re
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from yizheng.kernel.time import day_number
from yizheng.rooms.comparison import layout
from yizheng.rooms.comparison.data import Key
from yizheng.rooms.people.rules import check_digit

ROOM = Path(__file__).parents[2] / "src" / "yizheng" / "rooms" / "comparison"


def number(serial: int) -> str:
    first = f"44080219491231{serial:03d}"
    return first + check_digit(first)


def test_five_lines_of_the_readme_compare_two_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    wide = number(2).translate({ord("0") + digit: ord("０") + digit for digit in range(10)})
    broken = number(3)[:-1] + ("1" if number(3)[-1] != "1" else "2")
    pq.write_table(
        pa.table({"pno": [0, 1, 2, 3], "number": [number(serial) for serial in range(4)]}), "roster.parquet"
    )
    pq.write_table(
        pa.table(
            {
                "number": [number(0), number(1), wide, broken, "不详", number(9)],
                "kind": [1, 2, 1, 2, 1, 1],
                "day": [date(2026, 3, day) for day in range(1, 7)],
            }
        ),
        "evidence.parquet",
    )
    lines, *_ = re.findall(
        r"```python\n(.*?)```", (ROOM / "README.md").read_text(encoding="utf-8"), re.DOTALL
    )
    names: dict[str, pa.Table] = {}
    exec(lines, names)  # noqa: S102 (the lines are ours)
    found = {row["pno"]: row for row in names["people"].to_pylist()}
    assert set(found) == {0, 1, 2}
    assert Key.unpack(found[0]["proof_key"]) == Key(day_number(date(2026, 3, 1)), 1, 0)
    assert Key.unpack(found[1]["death_key"]) == Key(day_number(date(2026, 3, 2)), 2, 1)
    assert Key.unpack(found[2]["proof_key"]) == Key(day_number(date(2026, 3, 3)), 1, 2)


def test_file_of_other_columns_is_refused_with_what_was_expected(tmp_path: Path) -> None:
    name = str(tmp_path / "other.parquet")
    pq.write_table(pa.table({"pno": [1], "day": [2]}), name)
    with pytest.raises(ValueError, match="pno and key were expected"):
        layout.read([name])
