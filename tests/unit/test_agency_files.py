"""An agency's folder is read whole or refused at the file and place that is wrong."""

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from worlds import AGENCY
from yizheng.adapters.agency_files.agency import load_agency
from yizheng.doors.words import refusal_in
from yizheng.kernel.errors import Refused
from yizheng.rooms.quality.data import QualityRules


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(AGENCY, tmp_path / "agency"))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_demo_agency_is_whole() -> None:
    agency = load_agency(AGENCY)
    assert len(agency.sources) >= 10
    assert {kind.source for kind in agency.evidence_rules.kinds} == {source.key for source in agency.sources}
    assert agency.source("prison").name
    assert all(letter.zh and letter.en for letter in agency.letters.values())


WRONG: list[tuple[str, str, str, str]] = [
    ("agency.yaml", "key:", "  key:", "agency_files:not_yaml"),
    ("agency.yaml", "name_en:", "name:", "agency_files:key_twice"),
    ("sources/prison.yaml", "owner:", "owna:", "agency_files:key_unknown"),
    ("sources/prison.yaml", "no: 14", "no: fourteen", "agency_files:value_of_other_kind"),
    ("sources/prison.yaml", "no: 14", "no: 1", "agency_files:stands_twice"),
    ("sources/prison.yaml", "no: 14", "no: 63", "evidence:source_no_out_of_range"),
    ("sources/prison.yaml", "no: 14", "no: 0", "evidence:source_no_out_of_range"),
    ("sources/prison.yaml", "key: prison", "key: railway", "agency_files:stands_twice"),
    ("sources/prison.yaml", "key: prison", "key: jail", "agency_files:kind_without_source"),
    ("sources/prison.yaml", "kind: custody,", "kind: arrest,", "agency_files:kind_unknown"),
    ("sources/prison.yaml", "kind: custody,", "kind: missing,", "agency_files:kind_of_another"),
    ("sources/prison.yaml", "kind: id_number", "kind: number", "evidence:column_kind_unknown"),
    ("sources/prison.yaml", "day: from_day,", "day: on_day,", "evidence:kind_without_columns"),
    ("evidence.yaml", "weak_cap: 40", "weak_cap: 400", "evidence:weak_cap_too_high"),
    ("evidence.yaml", "{no: 2,", "{no: 1,", "evidence:kind_no_twice"),
    ("roster.yaml", "phone:", "telephone:", "agency_files:roster_fields_unknown"),
    ("regions.csv", "440802,", "44o802,", "agency_files:region_expected .*line=4"),
]


@pytest.mark.parametrize(("name", "old", "new", "said"), WRONG)
def test_wrong_file_is_refused_with_its_name(folder: Path, name: str, old: str, new: str, said: str) -> None:
    change(folder / name, old, new)
    with pytest.raises(Refused, match=said) as refusal:
        load_agency(folder)
    assert name.partition("/")[0].partition(".")[0] in refusal_in(refusal.value, "en")


@pytest.mark.parametrize("name", ["agency.yaml", "evidence.yaml", "roster.yaml", "regions.csv"])
def test_missing_file_is_refused(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(Refused, match=name):
        load_agency(folder)


def test_file_in_another_encoding_is_refused(folder: Path) -> None:
    (folder / "evidence.yaml").write_bytes("version: 演示".encode("gb18030"))
    with pytest.raises(Refused, match="agency_files:file_not_utf8"):
        load_agency(folder)


POLICY = "- {{key: city, name: 市, legal_basis: x, from_day: {from_day}, cycle: {{unit: day}}{more}}}\n"


def policies(folder: Path) -> Callable[[str], None]:
    for path in (folder / "policies").glob("*.yaml"):
        path.unlink()
    return lambda text: (folder / "policies" / "p.yaml").write_text(text, "utf-8") and None


def test_policy_versions_follow_each_other(folder: Path) -> None:
    write = policies(folder)
    write(POLICY.format(from_day="2026-07-01", more="") + POLICY.format(from_day="2024-01-01", more=""))
    found = [(policy.from_day, policy.until_day) for policy in load_agency(folder).policies]
    assert found == [(date(2024, 1, 1), date(2026, 7, 1)), (date(2026, 7, 1), None)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (POLICY.format(from_day="2024-01-01", more="") * 2, "agency_files:policy_twice"),
        (
            POLICY.format(from_day="2024-01-01", more=", until_day: 2023-01-01"),
            "agency_files:policy_ends_too_early",
        ),
        (POLICY.format(from_day="2024-13-01", more=""), "month must be in 1..12"),
        (POLICY.format(from_day="2024-01-01", more=", grace: 3"), "agency_files:key_unknown"),
        ("- {key: city}\n", "agency_files:field_missing"),
    ],
)
def test_wrong_policy_is_refused(folder: Path, text: str, said: str) -> None:
    policies(folder)(text)
    with pytest.raises(Refused, match=said):
        load_agency(folder)


def test_unknown_source_is_refused_with_those_that_exist() -> None:
    with pytest.raises(Refused, match="agency_files:source_unknown"):
        load_agency(AGENCY).source("railways")


def test_quality_may_be_left_out_and_names_sources_that_exist(folder: Path) -> None:
    assert load_agency(folder).quality_rules.death_register == "household_cancel"
    page = (AGENCY.parents[1] / "docs" / "how-to" / "work-with-a-source.md").read_text("utf-8")
    example, calendar = re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    (folder / "quality.yaml").write_text(example, "utf-8")
    (folder / "calendar.yaml").write_text(calendar, "utf-8")
    found = load_agency(folder)
    assert found.calendar.years[2027].workdays == (date(2027, 2, 14),)
    assert found.quality_rules.calendar == found.calendar
    (folder / "quality.yaml").write_text("death_register: police", "utf-8")
    with pytest.raises(Refused, match=r"agency_files:source_without_file .*quality\.yaml"):
        load_agency(folder)
    (folder / "quality.yaml").unlink()
    (folder / "calendar.yaml").unlink()
    assert load_agency(folder).quality_rules == QualityRules()
