"""The made world is deterministic, and every number in it is right, or wrong on purpose and written down."""

import hashlib
from collections import defaultdict
from pathlib import Path

import pytest

from worlds import places, read_manifest, read_rows, read_truth, small_world
from yizheng.kernel.time import Month
from yizheng.simulators.world.plan import Plan

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
WRONG_NUMBERS = {"id_missing", "id_mistyped", "id_15_digits", "id_full_width", "id_lower_x", "row_damaged"}
NUMBER_HEADERS = {
    "公民身份号码",
    "证件号码",
    "证件号",
    "人员证件号码",
    "身份证号",
    "身份证号码",
    "社会保障号码",
}


def _is_valid(number: object) -> bool:
    """GB 11643, worked out by hand, capital X only."""
    if (
        not isinstance(number, str)
        or len(number) != 18
        or not number.isascii()
        or not number[:17].isdecimal()
    ):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False))
    return number[17] == "10X98765432"[total % 11]


def _hashes(world: Path) -> dict[str, str]:
    return {
        str(path.relative_to(world)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(world.rglob("*"))
        if path.is_file()
    }


def test_the_check_itself() -> None:
    assert _is_valid("11010519491231002X")
    assert not _is_valid("110105194912310021")


def test_same_seed_makes_the_same_bytes_and_another_does_not(tmp_path: Path) -> None:
    for name, seed in (("one", 7), ("two", 7), ("other", 8)):
        small_world(tmp_path / name, people=500, seed=seed, months=4)
    assert _hashes(tmp_path / "one") == _hashes(tmp_path / "two")
    assert _hashes(tmp_path / "one") != _hashes(tmp_path / "other")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_number_is_valid_or_wrong_on_purpose(tmp_path: Path, seed: int) -> None:
    small_world(tmp_path / "made", people=3_000, seed=seed)
    world = tmp_path / "made"
    faults: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for fault in read_truth(world, "faults.csv"):
        faults[fault["path"]][int(fault["row"])].add(fault["fault"])
    manifest = read_manifest(world)
    wrong = 0
    for entry in [manifest["roster"], *manifest["feeds"]]:
        headers, rows = read_rows(world / entry["path"])
        at = next(place for place, header in enumerate(headers) if header in NUMBER_HEADERS)
        for row, cells in enumerate(rows):
            number = cells[at] if at < len(cells) else None
            on_purpose = faults[entry["path"]][row] & WRONG_NUMBERS
            assert _is_valid(number) or on_purpose, (entry["path"], row)
            assert not _is_valid(number) or on_purpose <= {"row_damaged"}, (entry["path"], row)
            wrong += bool(on_purpose)
    assert wrong > 100


def test_roster_numbers_are_unique_and_agree_with_birth_and_sex(tmp_path: Path) -> None:
    small_world(tmp_path / "made", people=20_000, months=3)
    manifest = read_manifest(tmp_path / "made")
    headers, rows = read_rows(tmp_path / "made" / manifest["roster"]["path"])
    number, birth, sex = (headers.index(name) for name in ("公民身份号码", "出生日期", "性别"))
    assert len({row[number].upper() for row in rows}) == 20_000
    assert all(row[number][6:14] == row[birth].replace("-", "") for row in rows)
    assert all((int(row[number][16]) % 2 == 1) == (row[sex] == "男") for row in rows)
    years = [int(row[birth][:4]) for row in rows]
    assert 1917 <= min(years) <= 1930
    assert max(years) == 1976


def test_parts_of_chance_do_not_disturb_each_other() -> None:
    plan = Plan(people=1_000, seed=3, months=12, last_month=Month(2026, 10))
    assert plan.rng("names").random() == plan.rng("names").random()
    assert plan.rng("names").random() != plan.rng("numbers").random()
    assert len(places()) == 9
