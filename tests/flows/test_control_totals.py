"""Control totals: a file that is not as its sender declares is refused with both figures, and nothing of it stays."""

from pathlib import Path

import pyarrow as pa
import pytest

from link_situations import DEATHS, NAMES, City, four_people, number, write
from roster_situations import DAY, person, take
from roster_situations import write as write_roster
from yizheng.adapters.store.local import LocalStore
from yizheng.adapters.tables.control import declared_beside
from yizheng.adapters.tables.folder import look_through
from yizheng.flows.arrivals.control_totals import ControlTotals
from yizheng.kernel.errors import Refused
from yizheng.rooms import people
from yizheng.rooms.evidence.data import CellKind, Column
from yizheng.rooms.evidence.ports import Declared

FILE = "death_certificate_2026-09_2026-10-05.csv"


@pytest.mark.parametrize(
    ("name", "text", "declared"),
    [
        ("{file}.total", "31", (31, None)),
        ("{file}.ok", "rows=31\namount=3,120.50\n", (31, 312_050)),
        ("{stem}.total", "记录数：31\n金额合计：3120.5 元", (31, 312_050)),
        ("{stem}.ctl", '{"file": "{file}", "rows": 31, "amount": 3120.50}', (31, 312_050)),
        ("{file}.total", "a.csv,7\n{file},31,3120.50\nb.csv,8", (31, 312_050)),
        ("{file}.ok", "", (None, None)),
        ("{file}.ok", "a.csv,7", (None, None)),
        ("{file}.ok", "2026-10-05 12:30", (None, None)),
        ("MANIFEST.txt", "{file} 31", (31, None)),
    ],
)
def test_figures_beside_a_file_are_read(
    tmp_path: Path, name: str, text: str, declared: tuple[int | None, int | None]
) -> None:
    path = tmp_path / FILE
    beside = tmp_path / name.replace("{file}", FILE).replace("{stem}", path.stem)
    beside.write_text(text.replace("{file}", FILE), "gb18030")
    found = declared_beside(path, ("MANIFEST.txt", "../{stem}.ok", ""))
    assert (found.rows, found.fen) == declared
    assert found == Declared() or found.where == beside.name


def test_files_with_control_totals_are_no_deliveries(tmp_path: Path) -> None:
    for name in (FILE, f"{FILE}.total", "all.txt"):
        (tmp_path / name).write_text("31")
    assert [path.name for path in look_through(tmp_path, beside=("all.txt",)).files] == [FILE]


@pytest.fixture
def city(tmp_path: Path) -> City:
    return four_people(tmp_path)


def deliver(city: City, *, declared: str = "", behind: list[str] | None = None) -> dict[str, int]:
    """A delivery of two deaths, with what is declared beside it or behind the table."""
    path = city.folder / "death_certificate_2026-01_2026-10-05.csv"
    if declared:
        path.with_name(f"{path.name}.total").write_text(declared)
    rows = [[number(at), NAMES[at], "", "2026-09-20", "家中", "某医院", "2026-09-21"] for at in (0, 1)]
    city._files = 0
    write(path, DEATHS, rows)
    return city.deliver("death_certificate", DEATHS, *rows, *([behind] if behind else [])).control


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("declared", "behind", "holds"),
    [
        ("", None, {}),
        ("2", None, {"rows": 2}),
        ("", ["合计", "2人", "", "", "", "", ""], {"rows": 2}),
        ("", ["合计", "9", "", "", "", "", ""], {}),  # a number alone may be anything
        ("", ["本页小计", "1人", "", "", "", "", ""], {}),
    ],
)
def test_control_total_that_holds_is_in_the_report(
    city: City, declared: str, behind: list[str] | None, holds: dict[str, int]
) -> None:
    assert deliver(city, declared=declared, behind=behind) == holds


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("declared", "behind"),
    [("31", None), ("", ["合计：31人", "", "", "", "", "", ""]), ("", ["共31条", *[""] * 6])],
)
def test_file_that_is_not_as_its_control_total_declares_is_refused_with_both_figures(
    city: City, declared: str, behind: list[str] | None
) -> None:
    with pytest.raises(Refused, match="arrivals:rows_not_as_declared") as refused:
        deliver(city, declared=declared, behind=behind)
    assert (refused.value.facts["declared"], refused.value.facts["came"]) == (31, 2)


def test_amounts_are_added_to_the_fen_as_they_are_written() -> None:
    """Of large sums floating point loses the fen; and marks of money are no fault."""
    columns = {"monthly": Column(names=("金额",), kind=CellKind.YUAN)}
    totals = ControlTotals("a.csv", columns, {"monthly": "金额"})
    cells = ["90071992547409.33", "￥1,000.10", "0.01元", ""] * 3
    for cell in cells:
        totals.add(pa.table({"金额": [cell]}))
    assert totals.fen == 3 * (9_007_199_254_740_933 + 100_010 + 1)


@pytest.mark.django_db
@pytest.mark.parametrize(("amount", "holds"), [("6,241.00", True), ("6,241.01", False), ("", True)])
def test_amount_of_a_roster_is_held_against_its_total(tmp_path: Path, amount: str, holds: bool) -> None:
    total = {"公民身份号码": "合计", "姓名": "2人", "月待遇金额": amount}
    path = write_roster(tmp_path / "roster.csv", [person(1), person(2), total])
    store = LocalStore(tmp_path / "store")
    if holds:
        expected = {"rows": 2} | ({"fen": 624_100} if amount else {})
        assert take(path, store, DAY).control == expected
        return
    with pytest.raises(Refused, match="arrivals:amount_not_as_declared"):
        take(path, store, DAY)
    assert people.queries.roster_size() == 0
