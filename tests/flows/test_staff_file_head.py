"""The head of a person's file says to staff what the person's own home page says, the same minute."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from case_situations import CASE_RULES
from flows.test_home_page import DUE, ended_for_death, open_case, overdue_and_on_a_drawn_list
from hands import hands_of
from pay_situations import (
    AT,
    CERTIFIER,
    CLOCK,
    NOVEMBER,
    POLICY,
    RECHECKER,
    SUPERVISOR,
    Pension,
    make,
    make_run,
    stand,
)
from signing_in import as_staff
from yizheng import wiring
from yizheng.adapters.store.local import LocalStore
from yizheng.flows.cases import doubt_is_resolved
from yizheng.flows.pay import pause_list
from yizheng.rooms.casework.data import Outcome
from yizheng.rooms.certification.data import Result

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "clock", lambda: CLOCK)


def head_of_the_file(language: str = "zh-hans") -> list[str]:
    """What stands in the coloured boxes of the file's head."""
    account, _made = get_user_model().objects.get_or_create(
        username="auditor",
        display_name="auditor",
        role="auditor",
        password="!",
        created_at=AT,
        created_by="test",
    )
    client = Client()
    client.cookies["language"] = language
    as_staff(client, account.pk)
    answer = client.post(reverse("staff:person", args=[1]), {"purpose": "audit"}, follow=True)
    heading = re.search(r"<h1>(.*?)</h1>", answer.content.decode(), re.DOTALL)
    assert heading is not None
    return [" ".join(box.split()) for box in re.findall(r"<span[^>]*>(.*?)</span>", heading[1], re.DOTALL)]


def due() -> None:
    make(Pension(pno=1))
    make_run()
    stand(1, Result.DUE, due=DUE)


def drawn(_: Path) -> None:
    overdue_and_on_a_drawn_list()


def released(folder: Path) -> None:
    overdue_and_on_a_drawn_list()
    pause_list.release(
        hands_of(SUPERVISOR, clock=CLOCK, store=LocalStore(folder)), month=NOVEMBER, policies=[POLICY]
    )


def paused(_: Path) -> None:
    make(Pension(pno=1, steps=(("2026-08", 2, "1201"),)))
    make_run()
    stand(1, Result.DUE, due=DUE)


def paused_and_certified(_: Path) -> None:
    make(Pension(pno=1, steps=(("2026-08", 2, "1201"),)))
    make_run()
    stand(1, Result.PASSED, due=DUE)


def ended(_: Path) -> None:
    ended_for_death()


def asked_for_another_look(_: Path) -> None:
    due()
    open_case(("person_asks",))


def under_review(_: Path) -> None:
    due()
    open_case()


def sent_a_face(_: Path) -> None:
    due()
    open_case(("face_review",))


def closed_today(_: Path) -> None:
    make(Pension(pno=1))
    make_run()
    stand(1, Result.DOUBTFUL, due=DUE)
    number = open_case()
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


def nothing_but_due(_: Path) -> None:
    due()


SITUATIONS: list[tuple[Callable[[Path], None], list[str]]] = [
    (nothing_but_due, ["需认证", "正常发放"]),
    (drawn, ["需认证", "已列入2026年11月暂停名单，待审批", "正常发放"]),
    (released, ["需认证", "正常发放，2026年11月起暂停发放（未按期认证）"]),
    (paused, ["需认证", "2026年8月起暂停发放（未按期认证）"]),
    (paused_and_certified, ["已通过", "将恢复发放", "2026年8月起暂停发放（未按期认证）"]),
    (ended, ["2026年8月起终止发放（死亡）"]),
    (asked_for_another_look, ["本人要求重新核对", "正常发放"]),
    (under_review, ["正在核实", "正常发放"]),
    (sent_a_face, ["本人已提交，待核对", "正常发放"]),
    (closed_today, ["已核实，没有问题", "正常发放"]),
]


@pytest.mark.parametrize(("situation", "told"), SITUATIONS, ids=[made.__name__ for made, _ in SITUATIONS])
def test_head_of_the_file_tells(situation: Callable[[Path], None], told: list[str], tmp_path: Path) -> None:
    situation(tmp_path)
    assert head_of_the_file() == told


def test_head_of_the_file_is_told_in_english(tmp_path: Path) -> None:
    drawn(tmp_path)
    assert "on the pause list of 2026-11, not released yet" in head_of_the_file("en")
