"""Why a person is doubted or certified, to the row: which row won, its cells, how it was linked, and by which rules."""

from datetime import timedelta
from pathlib import Path

import pytest

from hands import hands_of
from link_situations import AGENCY_DATA, AS_OF, DAY, NAMES, SOURCES, City, Found, four_people, number
from pay_situations import CERTIFIER, clock_on
from yizheng.doors.words import told_in
from yizheng.doors.words.comparison import field_says
from yizheng.flows.runs.explanation import EvidenceLine, Explanation, explain
from yizheng.flows.sources import link_is_reviewed
from yizheng.flows.sources.link_sides import Agreement, sides
from yizheng.rooms import evidence
from yizheng.rooms.certification.data import Rulebook

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(tmp_path: Path) -> City:
    """Four people on the roster; a fifth comes later."""
    return four_people(tmp_path)


def why(city: City, pno: int) -> Explanation:
    return explain(
        pno=pno,
        as_of=AS_OF + timedelta(days=60),
        rulebook=Rulebook(policies=AGENCY_DATA.policies, rules=AGENCY_DATA.evidence_rules, sources=SOURCES),
        store=city.store,
    )


def line_of(explained: Explanation, kind: str) -> EvidenceLine:
    (found,) = [line for line in explained.evidence if line.kind == kind]
    return found


def test_proof_and_lead_each_name_their_row_and_how_it_was_linked(city: City) -> None:
    city.trains((number(0), NAMES[0]))
    city.deaths(("", "王方"))
    city.seek(Found({"王方": {0: 0.9999}}))
    city.certify()
    explained = why(city, 0)
    assert explained.rules_version == AGENCY_DATA.evidence_rules.version
    assert explained.same_today
    proof, lead = line_of(explained, "铁路实名进站"), line_of(explained, "死亡医学证明")
    assert proof.won == ("proof",)
    assert told_in(proof.linked.how, "en") == "number and name agree"
    assert proof.cells["车次"] == "G1"
    assert lead.won == ("death",)
    assert lead.cells["死者姓名"] == "王方"
    assert "confirmed by nobody" in told_in(lead.linked.how, "en")
    assert field_says(lead.linked.fields[1], "zh-hans") == "姓名：一致；+13.0 分"
    (link,) = evidence.queries.links_of(0)
    link_is_reviewed.confirm(
        hands_of(CERTIFIER, clock=clock_on(AS_OF + timedelta(days=1))), link_id=link.link_id, reason="已比对"
    )
    city.certify(AS_OF + timedelta(days=30))
    assert "wang" in told_in(line_of(why(city, 0), "死亡医学证明").linked.how, "zh-hans")


def test_row_that_was_linked_to_a_later_roster_says_so(city: City) -> None:
    city.trains((number(4), "赵六"))
    city.roster("赵六", first=4, day=DAY)
    city.seek()
    city.certify()
    assert "a roster brought the person" in told_in(line_of(why(city, 4), "铁路实名进站").linked.how, "en")


def test_two_records_side_by_side_say_field_by_field_what_agrees(city: City) -> None:
    city.deaths(("", "王方"))
    city.seek(Found({"王方": {0: 0.6, 2: 0.3}}))
    (link,) = evidence.queries.links_of(0)
    kind = AGENCY_DATA.evidence_rules.kind(link.kind_no)
    shown = sides(link, kind=kind, source=AGENCY_DATA.source("death_certificate"), store=city.store)
    fields = {one.field: one for one in shown.fields}
    assert (fields["name"].theirs, fields["name"].ours) == ("王方", "王芳")
    assert (fields["name"].agreement, fields["number"].agreement) == (Agreement.SAME, Agreement.MISSING)
    assert (fields["number"].theirs, fields["number"].ours) == ("", number(0))
    assert (fields["birth"].ours, fields["sex"].ours) == ("1949-12-31", "女")
    assert [one.pno for one in shown.others] == [2]
    assert shown.raw.cells["死亡地点"] == "家中"
