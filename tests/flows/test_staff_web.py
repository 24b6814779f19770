"""The staff's pages as a clerk walks them: what a case shows, what a proposal asks, what a look says it is for."""

import re
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from case_situations import CASE_RULES
from hands import hands_of
from pay_situations import AS_OF, AT, CERTIFIER, Pension, clock_on, doubt, make
from signing_in import as_staff
from yizheng import wiring
from yizheng.doors.staff.views import cases, people
from yizheng.doors.words import Words
from yizheng.flows.cases import doubt_is_resolved
from yizheng.flows.decisions import decision_takes_effect
from yizheng.flows.runs.explanation import EvidenceLine
from yizheng.kernel.errors import Refused
from yizheng.rooms import access, casework, ledger, privacy
from yizheng.rooms.casework.data import Loss, Outcome
from yizheng.rooms.certification.data import Result

pytestmark = pytest.mark.django_db
TODAY = clock_on(date(2026, 12, 1))
LEAD = {
    "died": (41, date(2026, 8, 23)),
    "cancelled": (42, date(2026, 8, 25)),
    "cremated": (43, date(2026, 8, 26)),
}
REASON = "与家属核实，火化证明已看过。"


def line(number: int, day: date, kind: str, *, decided: bool = False, points: int = 0) -> EvidenceLine:
    return EvidenceLine(
        evidence_no=number,
        kind=kind,
        source=kind,
        owner="市某局",
        day=day,
        says=Words("报告死亡", "reports a death"),
        strength=Words("强", "strong"),
        points=points,
        valid_until=day,
        counted=True,
        set_aside=False,
        decided=decided,
        batch_id="b",
        file_name="f.csv",
        row=1,
        cells={},
    )


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two people; the second is reported dead by three registers, of which one opened the case."""
    monkeypatch.setattr(wiring, "clock", lambda: TODAY)
    make(
        Pension(pno=0, paid_through="2026-11"),
        Pension(pno=1, monthly_fen=19_598, paid_through="2026-11", phone="15400001667"),
    )
    explained = SimpleNamespace(
        evidence=(
            line(*LEAD["cremated"], "遗体火化"),
            line(*LEAD["died"], "死亡医学证明", decided=True),
            line(*LEAD["cancelled"], "户籍注销"),
        ),
        standing=SimpleNamespace(result=Result.DOUBTFUL),
        told=(),
        sentences=(),
        rules_version="r",
    )
    monkeypatch.setattr(cases, "explained_of", lambda _: explained)
    monkeypatch.setattr(people, "explained_of", lambda _: explained)
    with transaction.atomic():
        casework.actions.open_cases(
            [doubt(1, 43)], run_id="2026-10-31-test", as_of=AS_OF, at=AT, actor="run", case_rules=CASE_RULES
        )


@pytest.fixture
def desk() -> Callable[[str], Client]:
    """The browser of a member of staff, by role."""

    def sit(role: str) -> Client:
        account = get_user_model().objects.create(
            username=role, display_name=role, role=role, password="!", created_at=AT, created_by="test"
        )
        client = Client()
        as_staff(client, account.pk)
        return client

    return sit


def case_id() -> int:
    found = casework.queries.case_of_person(1)
    assert found is not None
    return found.case_id


def address(name: str) -> str:
    return reverse(f"staff:{name}", args=[case_id()])


def text(answer: HttpResponse) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def proposal(**more: str) -> dict[str, str]:
    return {"version": "1", "outcome": "lost_confirmed", "loss": "death", "reason": REASON, **more}


def proposed(day: date = LEAD["died"][1]) -> None:
    doubt_is_resolved.propose(
        hands_of(CERTIFIER, clock=TODAY),
        case_id=case_id(),
        outcome=Outcome.LOST_CONFIRMED,
        loss=Loss.DEATH,
        reason=REASON,
        outcome_day=day,
        expected_version=1,
        case_rules=CASE_RULES,
    )


# --- a case ---


def test_case_shows_every_lead_on_file_and_which_one_decides(desk: Callable[[str], Client]) -> None:
    shown = text(desk("certifier").get(address("case")))
    assert all(kind in shown for kind in ("遗体火化", "死亡医学证明", "户籍注销"))
    assert shown.index("起决定作用") < shown.index(
        "户籍注销 市某局" if "户籍注销 市某局" in shown else "2026-08-26"
    )
    assert shown.count("piece--lead") == 3


def test_wrong_proposal_comes_back_with_a_summary_that_leads_to_its_fields(
    desk: Callable[[str], Client],
) -> None:
    client = desk("certifier")
    answer = client.post(
        address("case-propose"), {"version": "1", "outcome": "lost_confirmed", "reason": REASON}
    )
    assert answer.status_code == 302
    assert answer["Location"].endswith("#errors")
    shown = text(client.get(answer["Location"]))
    assert re.search("<title> ?请改一下: ", shown)
    assert 'role="alert" tabindex="-1"' in shown
    assert all(f'href="#{field}"' in shown for field in ("loss", "outcome_day"))
    assert re.search(
        r'aria-describedby="loss-hint loss-error" aria-invalid="true" id="loss" name="loss"', shown
    )
    assert REASON in shown
    assert re.search(r'value="lost_confirmed" checked', shown)
    assert casework.queries.get_case(case_id()).version == 1


def test_refusal_speaks_the_language_of_the_page(
    desk: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise Refused(access.Why.SECOND_PERSON_NEEDED)

    monkeypatch.setattr(doubt_is_resolved, "propose", refuse)
    client = desk("certifier")
    answer = client.post(address("case-propose"), proposal(lead=str(LEAD["died"][0])))
    chinese = text(client.get(answer["Location"]))
    summary = chinese.split('id="errors-title"')[1].split("</ul>")[0]
    assert not re.search(r"[A-Za-z]{4,} [a-z]{3,}", re.sub(r"<[^>]*>", "", summary))
    client.cookies["language"] = "en"
    english = text(client.get(answer["Location"]))
    assert not re.search(r"[\u4e00-\u9fff]", english.split('id="errors-title"')[1].split("</ul>")[0])


def test_day_is_taken_from_the_chosen_lead(desk: Callable[[str], Client]) -> None:
    client = desk("certifier")
    client.post(address("case-propose"), proposal(lead=str(LEAD["cancelled"][0])))
    assert casework.queries.get_case(case_id()).outcome_day == LEAD["cancelled"][1]


def test_day_that_contradicts_every_register_is_asked_about(desk: Callable[[str], Client]) -> None:
    client = desk("certifier")
    early = proposal(outcome_day="2026-08-03")
    shown = text(client.post(address("case-propose"), early, follow=True))
    assert "您填的日期是 2026-08-03，报来的线索是 2026-08-23、2026-08-25、2026-08-26" in shown
    assert casework.queries.get_case(case_id()).version == 1
    client.post(address("case-propose"), early | {"differs": "yes"})
    assert casework.queries.get_case(case_id()).outcome_day == date(2026, 8, 3)


def test_second_person_reads_what_agreeing_brings_about_and_what_is_true_afterwards(
    desk: Callable[[str], Client],
) -> None:
    proposed()
    client = desk("rechecker")
    assert "自2026年12月起停发，9至11月已多发3个月 587.94元" in text(client.get(address("case")))
    done = text(client.post(address("case-confirm"), {"version": "2", "agree": "yes"}, follow=True))
    assert "已同意，结论生效。发放：" in done
    assert "2026年12月起终止发放（死亡）" in done
    assert "正常发放 </span>" not in done


def test_what_is_foreseen_is_what_is_carried_out(desk: Callable[[str], Client]) -> None:
    proposed()
    found = casework.queries.get_case(case_id())
    effects = casework.queries.effects_if_confirmed(found, CASE_RULES.kind(found.kind))
    assert effects is not None
    foreseen = decision_takes_effect.foresee(
        found.pno, effects, on=found.outcome_day or TODAY.now().date(), at=TODAY.now()
    )
    desk("rechecker").post(address("case-confirm"), {"version": "2", "agree": "yes"})
    entries = ledger.queries.entries(0, ledger.queries.size())
    (kept,) = [one.detail for one in entries if one.kind == "payments:decision:effective"]
    assert foreseen.change is not None
    assert (kept["overpaid_months"], kept["effective_month"]) == (
        foreseen.overpaid_months,
        str(foreseen.change.effective_month),
    )
    assert foreseen.overpaid_fen == 3 * 19_598


def test_sending_back_asks_for_words_at_the_field(desk: Callable[[str], Client]) -> None:
    proposed()
    shown = text(
        desk("rechecker").post(address("case-confirm"), {"version": "2", "agree": "no"}, follow=True)
    )
    assert "退回时请写明还缺什么" in shown
    assert 'href="#note"' in shown


def test_case_leads_on_to_the_next_and_back_to_the_list_as_it_was(desk: Callable[[str], Client]) -> None:
    with transaction.atomic():
        casework.actions.open_cases(
            [doubt(0, 51)], run_id="2026-10-31-test", as_of=AS_OF, at=AT, actor="run", case_rules=CASE_RULES
        )
    client = desk("certifier")
    client.get(reverse("staff:cases"), {"kind": "death", "state": "open"})
    shown = text(client.post(address("case-propose"), proposal(lead="41"), follow=True))
    other = casework.queries.case_of_person(0)
    assert other is not None
    assert f'href="{reverse("staff:case", args=[other.case_id])}"' in shown
    assert 'href="/staff/cases/?state=open&amp;kind=death"' in shown
    assert re.search(r"<title> ?第 \d+ 号疑点 · 测\*1", shown)


def test_worklist_says_why_in_a_few_words_and_offers_every_kind(desk: Callable[[str], Client]) -> None:
    shown = text(desk("certifier").get(reverse("staff:cases")))
    assert "<td>死亡线索</td>" in shown
    assert all(f'value="{code}"' in shown for code in CASE_RULES.kinds)


# --- looks ---


def purposes() -> list[tuple[str, str]]:
    return [(look.what.partition(":")[0], look.purpose) for look in privacy.queries.looks_at(1)][::-1]


def test_file_opened_from_a_case_was_opened_for_the_case(desk: Callable[[str], Client]) -> None:
    shown = text(desk("certifier").get(reverse("staff:person", args=[1]), {"case": case_id()}))
    assert "事由：办理疑点核查" in shown
    assert purposes() == [("file", "case")]


def test_file_opened_by_no_way_that_says_why_asks_first(desk: Callable[[str], Client]) -> None:
    client, file = desk("auditor"), reverse("staff:person", args=[1])
    asked = text(client.get(file))
    assert "为什么要看这份档案" in asked
    assert "测试1" not in asked
    assert " checked" not in asked
    assert purposes() == []
    assert "请选查看事由" in text(client.post(file, {}, follow=True))
    assert "测试1" in text(client.post(file, {"purpose": "audit"}, follow=True))
    assert purposes() == [("file", "audit")]


def test_search_is_found_again_under_its_token_with_its_own_purpose(desk: Callable[[str], Client]) -> None:
    client = desk("certifier")
    empty = text(client.get(reverse("staff:people")))
    assert " checked" not in empty
    answer = client.post(reverse("staff:people"), {"wanted": "1", "purpose": "service"})
    found = answer["Location"]
    assert "wanted" not in found
    for _again in range(2):
        assert "找到 1 人" in text(client.get(found))
    shown = text(client.get(reverse("staff:person", args=[1]) + "?" + found.partition("?")[2]))
    assert "事由：办理业务" in shown
    assert f'href="{found}"' in shown
    assert purposes() == [("find", "service"), ("file", "service")]


def test_phone_is_shown_after_a_press_which_is_a_look_of_its_own(desk: Callable[[str], Client]) -> None:
    client = desk("certifier")
    assert "15400001667" not in text(client.get(address("case")))
    pressed = client.post(reverse("staff:contact", args=[1]), {"case": str(case_id())})
    assert pressed["Location"].startswith(address("case"))
    assert "15400001667" in text(client.get(pressed["Location"]))
    assert ("contact", "case") in purposes()
    other = desk("rechecker")
    assert "15400001667" not in text(other.get(pressed["Location"]))
    assert desk("auditor").post(reverse("staff:contact", args=[1])).status_code == 403


# --- the rest ---


def test_forbidden_page_keeps_the_menu_and_lends_nobody_an_account(desk: Callable[[str], Client]) -> None:
    answer = desk("certifier").get(reverse("staff:ledger"))
    assert answer.status_code == 403
    shown = text(answer)
    assert 'href="/staff/cases/"' in shown
    assert "不要借用别人的账号" in shown


def test_wrong_sign_in_is_a_page_that_reloads(desk: Callable[[str], Client]) -> None:
    client = Client()
    answer = client.post(reverse("staff:login"), {"username": "nobody", "password": "wrong-password-17"})
    assert answer.status_code == 302
    shown = text(client.get(answer["Location"]))
    assert 'value="nobody"' in shown
    assert "wrong-password-17" not in shown
    assert "User name" not in shown
