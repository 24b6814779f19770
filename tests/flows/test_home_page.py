"""The citizen's home page after real flows: what is true of pay and of one's case stands on it, the same minute."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.test import Client

from case_situations import CASE_RULES
from hands import hands_of
from pay_situations import (
    AS_OF,
    AT,
    CERTIFIER,
    CLOCK,
    NOVEMBER,
    POLICY,
    RECHECKER,
    SUPERVISOR,
    Pension,
    clock_on,
    doubt,
    make,
    make_run,
    stand,
)
from signing_in import as_citizen
from yizheng import wiring
from yizheng.adapters.store.local import LocalStore
from yizheng.flows.cases import doubt_is_resolved
from yizheng.flows.pay import pause_list
from yizheng.kernel.time import FixedClock, day_number
from yizheng.rooms import casework, notices
from yizheng.rooms.casework.data import NewCase, Outcome
from yizheng.rooms.certification.data import Result
from yizheng.rooms.notices.models import Message

pytestmark = pytest.mark.django_db
DUE = date(2026, 9, 30)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> FixedClock:
    monkeypatch.setattr(wiring, "clock", lambda: CLOCK)
    return CLOCK


def page_of(client: Client, pno: int = 1) -> str:
    as_citizen(client, pno)
    answer = client.get("/me/")
    assert answer.status_code == 200
    return answer.content.decode()


def overdue_and_on_a_drawn_list(pno: int = 1) -> None:
    """Somebody overdue and fully reminded, and November's list drawn up."""
    make(Pension(pno=pno))
    make_run()
    stand(pno, Result.DUE, due=DUE)
    for step, ago in ((1, 50), (2, 30)):
        with transaction.atomic():
            notices.actions.queue(
                f"reminder:{pno}:{day_number(DUE)}:{step}",
                pno=pno,
                template=POLICY.ladder[step - 1].template,
                facts={"due_date": DUE.isoformat()},
                at=AT - timedelta(days=ago),
            )
    Message.objects.filter(pno=pno).update(state="sent")
    pause_list.draw_up(
        hands_of("run", clock=CLOCK), as_of=AS_OF, month=NOVEMBER, policies=[POLICY], case_rules=CASE_RULES
    )


def open_case(reasons: tuple[str, ...] = (), pno: int = 1) -> int:
    with transaction.atomic():
        case, _new = casework.actions.open_case(
            NewCase(pno=doubt(pno).pno, reasons=reasons or doubt(pno).reasons, leads=()),
            as_of=AS_OF,
            at=AT,
            actor="run",
            case_rules=CASE_RULES,
        )
    return case.case_id


def test_drawn_list_is_told_before_anybody_releases_it(client: Client) -> None:
    overdue_and_on_a_drawn_list()
    said = page_of(client)
    assert "请尽快认证" in said
    assert "可能从2026年11月起暂停发放。现在认证，就不会停。" in said
    assert "没关系" not in said


def test_released_list_is_told_before_the_first_month_without_pay(client: Client, tmp_path: object) -> None:
    overdue_and_on_a_drawn_list()
    pause_list.release(
        hands_of(SUPERVISOR, clock=CLOCK, store=LocalStore(tmp_path)), month=NOVEMBER, policies=[POLICY]
    )
    said = page_of(client)
    assert "您的养老金将从2026年11月起暂停发放。现在认证，就不会停。" in said
    assert "没关系" not in said


def test_pause_is_told_first(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    make(Pension(pno=1, steps=(("2026-08", 2, "1201"),)))
    make_run()
    stand(1, Result.DUE, due=DUE)
    said = page_of(client)
    assert "您的养老金从2026年8月起暂停了。认证后下个月恢复，停发的月份全部补发。" in said
    assert "没关系" not in said
    assert said.index("从2026年8月起暂停了") < said.index("现在认证")


def test_case_that_was_closed_today_is_told_today(client: Client) -> None:
    make(Pension(pno=1))
    make_run()
    stand(1, Result.DOUBTFUL, due=date(2026, 11, 20))
    number = open_case()
    assert "我们正在核对" in page_of(Client())
    doubt_is_resolved.propose(
        hands_of(CERTIFIER, clock=CLOCK),
        case_id=number,
        outcome=Outcome.RETURNED_TO_SOURCE,
        reason="查无此事",
        outcome_day=None,
        expected_version=1,
        case_rules=CASE_RULES,
    )
    doubt_is_resolved.confirm(
        hands_of(RECHECKER, clock=CLOCK),
        case_id=number,
        agree=True,
        note="",
        expected_version=2,
        case_rules=CASE_RULES,
    )
    said = page_of(client)
    assert "核对完了，没有问题" in said
    assert "我们正在核对" not in said


def test_what_lies_with_staff_is_not_asked_for_again(client: Client) -> None:
    make(Pension(pno=1))
    make_run()
    stand(1, Result.DUE, due=date(2026, 11, 20))
    open_case(("face_review",))
    said = page_of(client)
    assert "已收到，工作人员正在核对" in said
    assert "现在认证" not in said


def test_list_of_a_month_that_is_over_is_not_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    overdue_and_on_a_drawn_list()
    monkeypatch.setattr(wiring, "clock", lambda: clock_on(date(2026, 12, 2)))
    said = page_of(client)
    assert "2026年11月起" not in said
    assert "期限已过，请尽快认证" in said


def ended_for_death(pno: int = 1) -> None:
    make(Pension(pno=pno, steps=(("2026-08", 3, "1401"),)))
    make_run()
    stand(pno, Result.EXEMPT, due=DUE)


def test_who_is_alive_and_ended_for_death_reads_an_apology_and_asks_again_by_one_press(
    client: Client,
) -> None:
    ended_for_death()
    said = page_of(client)
    assert "我们非常抱歉" in said
    assert "我还健在，请重新核对" in said
    assert client.get("/me/alive/")["Location"] == "/me/"
    assert casework.queries.cases_of_person(1) == []
    for _ in range(2):
        assert client.post("/me/alive/")["Location"] == "/me/"
    (case,) = casework.queries.cases_of_person(1)
    assert case.reasons == ("person_asks",)
    after = client.get("/me/").content.decode()
    assert "我们正在重新核对" in after
    assert "我还健在，请重新核对" not in after


def test_press_of_somebody_whose_pay_did_not_end_opens_nothing(client: Client) -> None:
    make(Pension(pno=1))
    make_run()
    stand(1, Result.DUE, due=DUE)
    as_citizen(client, 1)
    client.post("/me/alive/")
    assert casework.queries.cases_of_person(1) == []
