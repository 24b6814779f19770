"""A kind of case that no code knows is added by a file and walked through the staff web, from opening to the letter."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from case_situations import agency_with
from pay_situations import AT, Pension, make
from signing_in import as_staff
from yizheng import wiring
from yizheng.doors.cli.main import cli
from yizheng.flows.house import ledger_is_verified
from yizheng.kernel.time import CHINA, FixedClock
from yizheng.rooms import casework
from yizheng.rooms.casework.data import CaseView
from yizheng.rooms.notices.models import Message

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 2)


class Office:
    """The staff web on the day of its clock."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.accounts = {
            role: get_user_model()
            .objects.create(
                username=role, role=role, display_name=role, password="!", created_at=AT, created_by="test"
            )
            .pk
            for role in ("certifier", "rechecker", "supervisor")
        }
        self.go_to(MONDAY)

    def go_to(self, day: date) -> None:
        clock = FixedClock(datetime.combine(day, time(9), CHINA))
        self._monkeypatch.setattr(wiring, "clock", lambda: clock)
        self.clients: dict[str, Client] = {}

    def client(self, role: str) -> Client:
        """Somebody's browser, signed in today."""
        if role not in self.clients:
            self.clients[role] = Client()
            as_staff(self.clients[role], self.accounts[role])
        return self.clients[role]

    def page(self, name: str, *args: object, role: str = "certifier") -> str:
        answer = self.client(role).get(reverse(name, args=args))
        assert answer.status_code == 200, (name, answer.status_code)
        return answer.content.decode()

    def post(self, name: str, *args: object, role: str = "certifier", **given: object) -> str:
        """What the page says after the answer."""
        answer = self.client(role).post(reverse(name, args=args), given, follow=True)
        assert answer.status_code == 200, (name, answer.status_code)
        return answer.content.decode()


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    agency = agency_with(tmp_path / "agency", "address_check")
    monkeypatch.setattr(wiring, "agency", lambda: agency)
    make(Pension(pno=0), Pension(pno=1))
    return Office(monkeypatch)


def the_case() -> CaseView:
    (case,) = casework.queries.cases_of_person(1)
    return case


def strike(day: date) -> str:
    done = CliRunner().invoke(cli, ["cases", "clocks", "--as-of", day.isoformat()])
    assert done.exit_code == 0, done.output
    return done.output


def test_kind_with_two_clocks_is_opened_worked_reminded_lapsed_decided_by_two_and_told(
    office: Office,
) -> None:
    # opened by hand, from the person's file
    assert "住址核实" in office.page("staff:case-opening", 1)
    opened = office.post("staff:case-open", 1, kind="address_check", reason="来电说搬家了")
    assert "已立案" in opened
    case = the_case()
    assert (case.kind, case.state, case.deadline) == ("address_check", "open", date(2026, 12, 14))
    page = office.page("staff:case", case.case_id)
    assert "核实期限" in page
    assert "来电说搬家了" in page
    assert "请本人补材料" in page
    assert "确认丧失" not in page  # its own outcomes alone
    assert "住址核实" in office.page("staff:cases")

    # worked on: the second clock begins
    office.post(
        "staff:case-work", case.case_id, step="ask_papers", work_note="电话请他带户口本", version=case.version
    )
    case = the_case()
    assert (case.state, case.deadline) == ("papers_asked", date(2026, 11, 9))
    page = office.page("staff:case", case.case_id)
    assert "等材料" in page
    assert "补材料期限" in page

    # reminded, once
    assert strike(MONDAY + timedelta(days=2)).startswith("0 reminded, 0 lapsed")
    assert strike(MONDAY + timedelta(days=3)).startswith("1 reminded, 0 lapsed")
    assert strike(MONDAY + timedelta(days=4)).startswith("0 reminded, 0 lapsed")
    assert "“补材料期限”将于 2026-11-09 到期" in office.page("staff:case", case.case_id)

    # lapsed, once: the case moves on and nothing is decided
    office.go_to(MONDAY + timedelta(days=8))
    assert strike(MONDAY + timedelta(days=8)).startswith("0 reminded, 1 lapsed")
    assert strike(MONDAY + timedelta(days=8)).startswith("0 reminded, 0 lapsed")
    case = the_case()
    assert (case.state, case.outcome, case.deadline) == ("open", "", date(2026, 12, 14))
    assert "“补材料期限”已于 2026-11-09 到期" in office.page("staff:case", case.case_id)

    # decided by two, and the letter goes out
    office.post(
        "staff:case-propose",
        case.case_id,
        outcome="address_wrong",
        loss="",
        reason="上门核实，已搬走",
        version=case.version,
    )
    case = the_case()
    assert (case.state, case.outcome, case.proposed_by) == ("proposed", "address_wrong", "certifier")
    assert "住址有误" in office.page("staff:case", case.case_id, role="rechecker")
    office.post(
        "staff:case-confirm", case.case_id, role="rechecker", agree="yes", note="", version=case.version
    )
    case = the_case()
    assert (case.state, case.confirmed_by) == ("closed", "rechecker")
    assert all(clock.stopped_on for clock in casework.queries.clocks(case.case_id))
    assert list(Message.objects.values_list("pno", "template")) == [(1, "case_must_act")]
    found = ledger_is_verified.verify(
        witnessed=wiring.witnessed(), trees=wiring.witnessed_trees(), store=wiring.store()
    )
    assert [fault for fault in found.faults if fault.table != "access_account"] == []  # made without an entry


def test_a_case_that_nobody_works_on_is_told_to_the_post_and_decides_nothing(office: Office) -> None:
    office.post("staff:case-open", 1, kind="address_check", reason="来电说搬家了")
    office.go_to(date(2026, 12, 15))
    assert strike(date(2026, 12, 15)).startswith("0 reminded, 1 lapsed")
    case = the_case()
    assert (case.state, case.outcome) == ("open", "")
    assert "已报主管" in office.page("staff:case", case.case_id)
    assert not Message.objects.exists()


def test_a_person_has_one_open_case_of_a_kind_and_several_in_all(office: Office) -> None:
    office.post("staff:case-open", 1, kind="address_check", reason="来电说搬家了")
    again = office.post("staff:case-open", 1, kind="address_check", reason="又来电")
    assert "已经有一件没有办结" in again
    office.post("staff:case-open", 1, kind="visit", reason="上门看看")  # a visit joins what is open
    assert len(casework.queries.open_cases_of(1)) == 1
    office.post("staff:case-open", 0, kind="visit", reason="上门看看")
    office.post("staff:case-open", 0, kind="address_check", reason="来电说搬家了")
    assert [case.kind for case in casework.queries.open_cases_of(0)] == ["visit", "address_check"]


def test_only_kinds_for_people_are_opened_by_hand_and_by_certifiers(office: Office) -> None:
    assert "死亡线索核查" not in office.page("staff:case-opening", 1)
    office.post("staff:case-open", 1, kind="death", reason="听说")
    assert casework.queries.cases_of_person(1) == []
    refused = office.client("rechecker").get(reverse("staff:case-opening", args=[1]))
    assert refused.status_code == 403


def test_what_is_wrong_with_a_step_is_said_on_the_page(office: Office) -> None:
    office.post("staff:case-open", 1, kind="address_check", reason="来电说搬家了")
    case = the_case()
    assert "请写明做了什么" in office.post(
        "staff:case-work", case.case_id, step="ask_papers", work_note="", version=case.version
    )
    assert "别人刚办过" in office.post(
        "staff:case-work", case.case_id, step="ask_papers", work_note="电话", version=case.version + 1
    )
