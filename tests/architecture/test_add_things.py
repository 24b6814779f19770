"""The page "add things" is followed: each recipe is short, and does what it says or names a test that follows it."""

import re
from pathlib import Path
from random import Random

import pytest
import yaml
from django.urls import reverse

from case_situations import CASE_RULES, KINDS, agency_with
from hands import hands_of
from pay_situations import CLOCK, POLICY, Pension, make
from yizheng import wiring
from yizheng.adapters.agency_files.agency import load_agency
from yizheng.flows.channels.passes_arrive import PassesReport, import_passes
from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.rooms import passes
from yizheng.rooms.notices.rules import fill
from yizheng.rooms.passes.data import CHANNELS, Acts, Assurance, Channel

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-to" / "add-things.md").read_text("utf-8")
RECIPES = {part.partition(" (")[0]: part.split("\n", 1)[1] for part in PAGE.split("\n## ")[1:]}
LONGEST = 10
FOLLOWED_ELSEWHERE = {
    "A kind of case": ("unit/test_case_kinds.py", "test_how_to_add_a_kind_is_followed"),
    "A supplier": ("unit/test_suppliers_of_an_agency.py", "test_how_to_add_a_supplier_works"),
    "A source": ("architecture/test_docs.py", "test_examples_of_sources_and_policies_load"),
}
POST_OFFICE = Channel(code="post_office", acts=Acts.CLERK, assurance=Assurance.SEEN, by_file=True)


def test_every_recipe_is_followed_by_a_test() -> None:
    assert set(RECIPES) == set(FOLLOWED_ELSEWHERE) | {"A channel", "A letter", "A page"}
    for file, name in FOLLOWED_ELSEWHERE.values():
        assert f"def {name}(" in (ROOT / "tests" / file).read_text("utf-8")


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_recipe_is_short(recipe: str) -> None:
    assert len([line for line in recipe.splitlines() if line.strip()]) <= LONGEST


def _bring(file: Path, channel: str) -> PassesReport:
    file.write_text(f"id_number,name,day,channel\n440802195001010001,测试1,2026-10-20,{channel}\n", "utf-8")
    return import_passes(
        hands_of("wang", clock=CLOCK),
        file=file,
        read_table=wiring.read_table,
        policies=(POLICY,),
        case_rules=CASE_RULES,
        rng=Random(1),
    )


@pytest.mark.django_db
def test_channel_that_is_added_comes_in_files_and_gives_receipts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(Pension(pno=1))
    monkeypatch.setattr("yizheng.rooms.people.queries.find_by_number", lambda _: Pno(1))
    assert len(_bring(tmp_path / "before.csv", POST_OFFICE.code).refused) == 1
    monkeypatch.setitem(CHANNELS, POST_OFFICE.code, POST_OFFICE)
    report = _bring(tmp_path / "after.csv", POST_OFFICE.code)
    assert (report.recorded, report.refused) == (1, ())
    assert [receipt.channel for receipt in passes.queries.receipts_of(1)] == [POST_OFFICE.code]


def test_letter_that_is_added_is_found_and_said(tmp_path: Path) -> None:
    block = re.search(r"```yaml\n(.*?)```", RECIPES["A letter"], re.DOTALL)
    assert block is not None
    agency_with(tmp_path / "agency")
    kind = (KINDS / "address_check.yaml").read_text("utf-8")
    kind = kind.replace("template: case_closed_eligible", "template: address_right")
    (tmp_path / "agency" / "cases" / "address_check.yaml").write_text(kind, "utf-8")
    with pytest.raises(Refused, match="address_right"):
        load_agency(tmp_path / "agency")
    lines = [line.removeprefix("   ") for line in block[1].splitlines()]
    (tmp_path / "agency" / "letters" / "ourcity.yaml").write_text("\n".join(lines), "utf-8")
    agency = load_agency(tmp_path / "agency")
    assert set(yaml.safe_load("\n".join(lines))) == {"address_right"}
    assert "address_right" in agency.case_rules.kind("address_check").templates
    facts = {"agency_name": "社保中心", "agency_phone": "12333", "name": "王*英"}
    for language in ("zh", "en"):
        letter = agency.letters["address_right"]
        text = fill(getattr(letter, language), facts, language=language, say=letter.say)
        assert "{" not in text
        assert "12333" in text


def test_files_of_a_page_are_where_the_recipe_says() -> None:
    named = re.findall(r"`((?:doors|tests)/[\w./-]+)`", RECIPES["A page"])
    assert len(named) >= 10
    lost = [
        name
        for name in named
        if not (ROOT / name if name.startswith("tests") else ROOT / "src" / "yizheng" / name).exists()
    ]
    assert lost == []
    views = (ROOT / "src/yizheng/doors/citizen/views/settings.py").read_text("utf-8")
    assert '@citizen_page("settings")' in views
    assert "settings.settings" in (ROOT / "src/yizheng/doors/citizen/urls.py").read_text("utf-8")
    assert reverse("citizen:settings") == "/me/settings/"
