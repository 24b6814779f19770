"""A clerk decides whose an uncertain row is: what follows for the person, for other candidates, and for pay."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from case_situations import CASE_RULES
from hands import hands_of
from link_situations import AS_OF, DAY, NAMES, City, Found, four_people, number
from pay_situations import CERTIFIER, RECHECKER, SUPERVISOR, clock_on
from standing import begin_with
from yizheng.flows.cases import doubt_is_resolved
from yizheng.flows.sources import link_is_reviewed
from yizheng.kernel.errors import Misused, Refused
from yizheng.rooms import casework, certification, decisions, evidence, ledger
from yizheng.rooms.casework.data import CaseState, CaseView, Loss, Outcome
from yizheng.rooms.casework.models import Case
from yizheng.rooms.certification.data import Result
from yizheng.rooms.entitlements.models import PayStateChange
from yizheng.rooms.evidence.data import LinkRecord, LinkState
from yizheng.rooms.evidence.models import Link, Ruling

pytestmark = pytest.mark.django_db
SURE, LIKELY = 0.9999, 0.6
NEXT = AS_OF + timedelta(days=1)
LATER = date(2026, 11, 30)
WHY = "两边的出生日期和住址一致，电话问过家属"


@pytest.fixture
def city(tmp_path: Path) -> City:
    """Four people on the roster: numbers 0 to 3 in the order of NAMES; 0 came through a railway gate."""

    def build(folder: Path) -> None:
        four_people(folder).trains((number(0), NAMES[0]))

    begin_with("four people, one of them on a train", tmp_path, build)
    return City(tmp_path, files=2)


def found(city: City, told: dict[int, float], name: str = "王方") -> list[LinkRecord]:
    """A death certificate without a number, and whom the finder finds for it."""
    city.deaths(("", name))
    city.seek(Found({name: told}))
    (record,) = {link.evidence_no for link in Link.objects.all()}
    return evidence.queries.links_of_row(record)


def result_of(pno: int) -> Result:
    standing = certification.queries.find_standing(pno)
    assert standing is not None
    return standing.result


def confirm(link: LinkRecord, day: date = NEXT) -> LinkRecord:
    return link_is_reviewed.confirm(
        hands_of(CERTIFIER, clock=clock_on(day)), link_id=link.link_id, reason=WHY
    )


def reject(link: LinkRecord, day: date = NEXT) -> LinkRecord:
    return link_is_reviewed.reject(hands_of(CERTIFIER, clock=clock_on(day)), link_id=link.link_id, reason=WHY)


def state(link: LinkRecord) -> LinkState:
    return evidence.queries.get_link(link.link_id).state


# --- what follows ---


def test_confirmed_link_is_evidence_from_that_day_on(city: City) -> None:
    (link,) = found(city, {0: LIKELY})
    city.certify()
    assert result_of(0) is Result.PASSED
    made = confirm(link)
    assert (made.state, made.decided_by, made.reason) == (LinkState.CONFIRMED, "wang", WHY)
    city.certify(AS_OF - timedelta(days=1), today=NEXT)  # nobody had looked by then
    assert casework.queries.case_of_person(0) is None
    city.certify(LATER)
    assert result_of(0) is Result.DOUBTFUL
    entries = ledger.queries.entries_of(f"evidence_link:{link.link_id}")
    assert [entry.kind for entry in entries] == ["evidence:link:found", "evidence:link:decided"]
    assert (entries[1].actor, entries[1].detail) == ("wang", {"from": "waiting", "to": "confirmed"})
    city.verify()


def test_person_is_no_longer_doubted_for_a_rejected_suspicion(city: City) -> None:
    (link,) = found(city, {0: SURE})
    city.certify()
    assert result_of(0) is Result.DOUBTFUL
    reject(link)
    city.certify(LATER)
    assert result_of(0) is Result.PASSED
    city.verify()


def test_rejected_suspicion_opens_no_case_even_as_of_a_day_before(city: City) -> None:
    (link,) = found(city, {0: SURE})
    reject(link)
    report = city.certify(today=NEXT)  # as of the day before the decision
    assert (result_of(0), report.counts.cases_opened) == (Result.DOUBTFUL, 0)


def test_rejected_suspicion_lets_the_next_candidate_come_forward(city: City) -> None:
    best, other = found(city, {0: SURE, 2: 0.3})
    assert (best.state, other.state) == (LinkState.SUSPECTED, LinkState.ELSEWHERE)
    reject(best)
    assert state(other) is LinkState.WAITING
    confirm(other)
    city.certify(LATER)
    assert (result_of(0), result_of(2)) == (Result.PASSED, Result.DOUBTFUL)
    city.verify()


def test_row_of_one_person_is_nobody_elses(city: City) -> None:
    first, second = found(city, {0: LIKELY, 2: LIKELY / 2})
    confirm(second)
    assert state(first) is LinkState.ELSEWHERE
    with pytest.raises(Refused, match="evidence:link_is_nobodys"):
        confirm(first)
    city.certify(LATER)
    assert (result_of(0), result_of(2)) == (Result.PASSED, Result.DOUBTFUL)


def test_confirmed_row_is_not_linked_anew_by_a_roster(city: City) -> None:
    city.deaths((number(4), "王方"))
    city.seek(Found({"王方": {0: LIKELY}}))
    (link,) = evidence.queries.links_of(0)
    confirm(link)
    city.roster("王方", first=4, day=DAY)
    assert city.seek(Found({"王方": {4: SURE}})).linked == 0
    assert [(one.pno, one.state) for one in Link.objects.all()] == [(0, "confirmed")]


def test_rejected_pair_is_never_asked_again(city: City) -> None:
    (link,) = found(city, {0: LIKELY})
    reject(link)
    city.roster("赵六", first=4, day=DAY)
    assert city.seek(Found({"王方": {0: SURE}})).suspected == 0
    assert state(link) is LinkState.REJECTED


# --- who may, and two at once ---


@pytest.mark.parametrize("actor", [RECHECKER, SUPERVISOR])
def test_only_a_certifier_decides(city: City, actor: object) -> None:
    (link,) = found(city, {0: LIKELY})
    for decide in (link_is_reviewed.confirm, link_is_reviewed.reject):
        with pytest.raises(Refused, match="evidence:link:decide"):
            decide(hands_of(actor, clock=clock_on(NEXT)), link_id=link.link_id, reason=WHY)  # type: ignore[arg-type]
    assert state(link) is LinkState.WAITING


@pytest.mark.parametrize("reason", ["", " 是 ", "长" * 301])
def test_decision_needs_a_reason_that_somebody_reads(city: City, reason: str) -> None:
    (link,) = found(city, {0: LIKELY})
    with pytest.raises(Misused, match="evidence:link_reason_length"):
        link_is_reviewed.confirm(
            hands_of(CERTIFIER, clock=clock_on(NEXT)), link_id=link.link_id, reason=reason
        )
    assert state(link) is LinkState.WAITING


def test_two_at_once_the_second_is_told_who_decided(city: City) -> None:
    (link,) = found(city, {0: LIKELY})
    confirm(link)
    with pytest.raises(Refused, match=r"evidence:link_decided .*state=confirmed by=wang at=2026-11-01"):
        reject(link)
    assert state(link) is LinkState.CONFIRMED


def test_link_that_does_not_exist_is_refused(city: City) -> None:
    with pytest.raises(Refused, match="evidence:link_unknown"):
        link_is_reviewed.confirm(hands_of(CERTIFIER, clock=clock_on(NEXT)), link_id=77, reason=WHY)


# --- likeness never stops pay ---


def case_of(pno: int) -> CaseView:
    case = casework.queries.case_of_person(pno)
    assert case is not None
    return case


def propose(pno: int, outcome: Outcome, loss: Loss | None = None) -> CaseView:
    case = case_of(pno)
    return doubt_is_resolved.propose(
        hands_of(CERTIFIER, clock=clock_on(NEXT)),
        case_id=case.case_id,
        outcome=outcome,
        loss=loss or "",
        reason="上门核实",
        outcome_day=date(2026, 9, 20),
        expected_version=case.version,
        case_rules=CASE_RULES,
    )


def agree(case: CaseView) -> CaseView:
    return doubt_is_resolved.confirm(
        hands_of(RECHECKER, clock=clock_on(NEXT)),
        case_id=case.case_id,
        agree=True,
        note="",
        expected_version=case.version,
        case_rules=CASE_RULES,
    )


def test_loss_on_likeness_alone_is_refused_until_somebody_has_compared(city: City) -> None:
    (link,) = found(city, {0: SURE})
    city.certify()
    with pytest.raises(Refused) as refusal:
        propose(0, Outcome.LOST_CONFIRMED, Loss.DEATH)
    assert refusal.value.why is decisions.Why.LEADS_UNSURE
    assert refusal.value.facts["links"] == (str(link.link_id),)
    assert case_of(0).state == CaseState.OPEN
    confirm(link)
    agree(propose(0, Outcome.LOST_CONFIRMED, Loss.DEATH))
    assert PayStateChange.objects.get().reason_code == "1401"
    city.verify()


def test_proposal_from_before_is_stopped_where_it_would_take_effect(city: City) -> None:
    (link,) = found(city, {0: SURE})
    city.certify()
    Case.objects.update(
        state="proposed",
        outcome="lost_confirmed",
        loss="death",
        outcome_day=DAY,
        proposed_by="wang",
        version=2,
    )
    with pytest.raises(Refused) as refusal:
        agree(case_of(0))
    assert refusal.value.why is decisions.Why.LEADS_UNSURE
    assert case_of(0).state == CaseState.PROPOSED
    assert not PayStateChange.objects.exists()
    reject(link)
    with pytest.raises(Refused, match="decisions:leads_unsure"):
        agree(case_of(0))
    assert not PayStateChange.objects.exists()


def test_sure_lead_beside_a_likely_one_is_enough(city: City) -> None:
    city.deaths((number(0), NAMES[0]))
    city.deliver(
        "missing_report",
        ("身份证号", "姓名", "失踪日期", "报案日期", "报案派出所"),
        [number(90), "王方", "2026-09-29", "2026-09-30", "某所"],
    )
    city.seek(Found({"王方": {0: SURE}}))
    city.certify()
    assert len(case_of(0).leads) == 2
    agree(propose(0, Outcome.LOST_CONFIRMED, Loss.DEATH))
    assert PayStateChange.objects.get().to_state == 3


def test_likeness_does_not_hide_a_sure_lead_of_a_later_day(city: City) -> None:
    city.deaths(("", "王方"))
    city.deliver(
        "cremation",
        ("逝者姓名", "公民身份号码", "殡仪馆", "火化日期"),
        [NAMES[0], number(0), "某馆", "2026-09-28"],
    )
    city.seek(Found({"王方": {0: SURE}}))
    city.certify()
    likely, sure = case_of(0).leads
    assert [evidence.queries.raw_row(lead, city.store).source for lead in (likely, sure)] == [
        "death_certificate",
        "cremation",
    ]
    agree(propose(0, Outcome.LOST_CONFIRMED, Loss.DEATH))
    assert PayStateChange.objects.get().to_state == 3


def test_eligible_person_loses_the_link_and_the_row_stays_free_for_its_own(city: City) -> None:
    best, other = found(city, {0: SURE, 2: 0.3})
    city.certify()
    agree(propose(0, Outcome.ELIGIBLE))
    assert (state(best), state(other)) == (LinkState.REJECTED, LinkState.WAITING)
    assert not Ruling.objects.exists()
    confirm(other)
    city.certify(LATER)
    assert result_of(2) is Result.DOUBTFUL
    assert result_of(0) is not Result.DOUBTFUL
    city.verify()


def test_row_that_went_back_to_its_source_is_nobodys_and_nobody_is_asked(city: City) -> None:
    best, other = found(city, {0: SURE, 2: 0.3})
    city.certify()
    agree(propose(0, Outcome.RETURNED_TO_SOURCE))
    assert set(Ruling.objects.values_list("ruling", flat=True)) == {"set_aside"}
    assert (state(best), state(other)) == (LinkState.ELSEWHERE, LinkState.ELSEWHERE)
    for link in (best, other):
        with pytest.raises(Refused, match="evidence:link_is_nobodys"):
            confirm(link)
    city.certify(LATER)
    assert result_of(0) is Result.PASSED
    city.verify()


def test_link_whose_row_was_set_aside_elsewhere_is_not_confirmed(city: City) -> None:
    (link,) = found(city, {0: LIKELY})
    Ruling.objects.create(
        evidence_no=link.evidence_no,
        pno=2,
        ruling="set_aside",
        case_id=1,
        ruled_at=clock_on(AS_OF).now(),
        ruled_by="li",
    )
    with pytest.raises(Refused, match="evidence:link_row_set_aside"):
        confirm(link)
    assert state(link) is LinkState.WAITING
