"""Kinds of cases as files: a kind that exists is whole, and a wrong file says what is wrong with it."""

import re
from pathlib import Path

import pytest

from case_situations import KINDS, agency_with
from worlds import AGENCY
from yizheng.adapters.agency_files.agency import load_agency
from yizheng.doors.staff.panels import PANELS
from yizheng.kernel.errors import Refused

HOW_TO = AGENCY.parents[1] / "docs" / "how-to" / "add-a-case-kind.md"
GOOD = (KINDS / "address_check.yaml").read_text("utf-8")


def test_a_file_alone_is_a_new_kind(tmp_path: Path) -> None:
    agency = agency_with(tmp_path / "agency", "address_check")
    kind = agency.case_rules.kind("address_check")
    assert [clock.code for clock in kind.clocks] == ["check", "papers"]
    assert kind.life.state("papers_asked").clocks == ("papers",)
    assert kind.work_steps("open") == ("ask_papers",)
    assert kind.work_steps("papers_asked") == ("papers_came",)  # papers_late is the clock's
    assert kind.templates == {"case_closed_eligible", "case_must_act"}
    assert kind in agency.case_rules.by_hand()


def test_how_to_add_a_kind_is_followed(tmp_path: Path) -> None:
    """The page's first steps: a copied file, another code, another precedence, no reasons."""
    assert len(HOW_TO.read_text("utf-8").splitlines()) <= 10
    agency_with(tmp_path / "agency")
    cases = tmp_path / "agency" / "cases"
    text = (cases / "visit.yaml").read_text("utf-8")
    text = text.replace("code: visit", "code: second_visit", 1).replace("precedence: 110", "precedence: 111")
    (cases / "second_visit.yaml").write_text(text.replace("[visit_needed]", "[]"), "utf-8")
    kind = load_agency(tmp_path / "agency").case_rules.kind("second_visit")
    assert (kind.reasons, kind.by_hand, kind.clocks[0].days) == ((), True, 20)


def test_every_panel_that_a_kind_names_exists() -> None:
    for kind in load_agency(AGENCY).case_rules.kinds.values():
        assert set(kind.panels) <= set(PANELS), kind.code


WRONG = [
    # what is changed in the file, into what, what the refusal says
    ("code: address_check", "code: address", "case_code_not_file"),
    ("precedence: 500", "precedence: 10", "two kinds have the precedence 10"),
    ("precedence: 500", "preference: 500", "preference"),
    ("owner: rechecker", "owner: certifier", "taken by a role with a permission that it holds"),
    ("owner: rechecker", "owner: chief", "taken by a role with a permission"),
    ("to: closed, permission", "to: open, permission", "unreached_states|agrees"),
    (
        "does: sends_letter, template: case_must_act",
        "does: sends_letter, template: poem",
        "case_letters_missing.*poem",
    ),
    ("does: sends_letter, template: case_must_act", "does: ends_pay", "an effect does one of"),
    ("does: sends_letter, template: case_must_act", "does: sends_letter", "has exactly template beside it"),
    (
        "does: sends_letter, template: case_must_act",
        "does: moves_pay, to: resumed, reason: '1', ends: died",
        "leads to one of",
    ),
    ("starts_on: [papers_asked]", "starts_on: [papers]", "names a state or step that the life has not"),
    ("starts_on: [open]", "starts_on: [proposed]", "a clock that starts on open was expected"),
    ("remind_before: 2", "remind_before: 5", "reminds before its end"),
    ("step: papers_late}", "step: papers_came}", "taken by the machine"),
    ("step: papers_late}", "step: agree}", "lapses by a step of work"),
    ("escalate_to: supervisor", "escalate_to: mayor", "mayor is none"),
    (
        "escalate_to: supervisor",
        "escalate_to: supervisor, step: papers_late",
        "either takes a step or escalates",
    ),
    ("by_hand: true", "by_hand: true\nsecond_review: false", "propose leads to closed"),
    ("by: machine", "permission: 'casework:case:confirm'", "taken by a role with a permission"),
    ("code: papers_asked,", "code: the_papers_were_asked_for_by_post,", "unknown_states|24 letters"),
]


@pytest.mark.parametrize(("what", "into", "said"), WRONG)
def test_a_wrong_file_says_what_is_wrong(tmp_path: Path, what: str, into: str, said: str) -> None:
    agency_with(tmp_path / "agency")
    path = tmp_path / "agency" / "cases" / "address_check.yaml"
    assert what in GOOD
    path.write_text(GOOD.replace(what, into, 1), "utf-8")
    with pytest.raises(Refused, match=said) as refused:
        load_agency(tmp_path / "agency")
    assert re.search(r"cases", str(refused.value))


def test_a_kind_that_touches_pay_needs_two_people(tmp_path: Path) -> None:
    agency_with(tmp_path / "agency")
    path = tmp_path / "agency" / "cases" / "visit.yaml"
    alone = path.read_text("utf-8").replace("life: two_people", "life: one_person\nsecond_review: false")
    path.write_text(alone.replace("    extended_by: [agree_to_check_on]\n", ""), "utf-8")
    with pytest.raises(Refused, match="does more than send a letter: it needs a second review"):
        load_agency(tmp_path / "agency")


def test_an_agency_without_a_kind_that_the_product_opens_is_refused(tmp_path: Path) -> None:
    agency_with(tmp_path / "agency")
    (tmp_path / "agency" / "cases" / "visit.yaml").unlink()
    with pytest.raises(Refused, match=r"case_kinds_missing.*visit"):
        load_agency(tmp_path / "agency")


def test_every_doubt_of_a_run_has_a_kind(tmp_path: Path) -> None:
    agency_with(tmp_path / "agency")
    path = tmp_path / "agency" / "cases" / "custody.yaml"
    path.write_text(path.read_text("utf-8").replace("[custody_reported]", "[]"), "utf-8")
    with pytest.raises(Refused, match=r"case_reasons_missing.*custody_reported"):
        load_agency(tmp_path / "agency")
