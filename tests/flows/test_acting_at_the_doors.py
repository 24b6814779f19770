"""Acting for another at the web's doors: checked in every request, listed, recorded, and over the moment it ends."""

from dataclasses import replace

import pytest
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from mandate_situations import DAUGHTER_PHONE, MOTHER, NAME, begun, daughter_of, make_mother, number_of
from pay_situations import AT
from signing_in import as_staff
from yizheng import wiring
from yizheng.doors.citizen.views.pages import HELPERS_MAY
from yizheng.doors.identity import MARK
from yizheng.flows.helpers import mandates_end
from yizheng.flows.signing_in import sessions_are_kept
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import FixedClock
from yizheng.rooms import mandates, privacy, risk
from yizheng.rooms.access.data import CITIZEN, HELPER, Factor, Holder, Way
from yizheng.rooms.access.queries import session_index
from yizheng.rooms.mandates.data import Mandate, MandateState, Scope
from yizheng.rooms.risk.data import Act, Asked
from yizheng.rooms.risk.models import Weighing
from yizheng.rooms.risk.table import Step

pytestmark = pytest.mark.django_db
CLOCK = FixedClock(AT)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "clock", lambda: CLOCK)


def signed_in(holder: Holder, *, role: str, factors: tuple[Factor, ...] = (Factor.SMS_CODE,)) -> Client:
    """A browser in which somebody has signed in."""
    client = Client()
    session = client.session
    session[MARK] = True
    session.save()
    sessions_are_kept.begin(
        session_index(str(session.session_key)),
        holder=holder,
        role=role,
        way=Way.CITIZENS_WEB,
        factors=factors,
        device=b"",
        device_name="",
        clock=CLOCK,
    )
    return client


def mother() -> Client:
    return signed_in(Holder.person(MOTHER), role=CITIZEN)


def daughter(mandate: Mandate) -> Client:
    return signed_in(Holder.account(mandate.helper_id), role=HELPER)


def text(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def mandate() -> Mandate:
    make_mother()
    return begun()


def test_helper_acts_sees_the_banner_on_every_page_and_stops(mandate: Mandate) -> None:
    client = daughter(mandate)
    assert "替测试7办" in text(client.get("/helper/"))
    assert client.get("/me/")["Location"] == "/helper/"
    assert client.post(f"/helper/{mandate.mandate_id}/act/")["Location"] == "/me/"
    for path in ("/me/", "/me/why/", "/me/history/", "/me/ways/", "/helper/", "/nothing-here/"):
        assert "正在替 测试7 办" in text(client.get(path)), path
    client.post("/helper/stop/")
    assert "正在替" not in text(client.get("/helper/"))
    assert client.get("/me/")["Location"] == "/helper/"


def test_mother_ends_it_and_the_next_click_is_refused(mandate: Mandate) -> None:
    hers, client = mother(), daughter(mandate)
    client.post(f"/helper/{mandate.mandate_id}/act/")
    assert client.get("/me/").status_code == 200
    assert (
        hers.post(f"/me/helpers/{mandate.mandate_id}/", {"step": "end"})["Location"]
        == "/me/helpers/?said=end"
    )
    assert client.get("/me/why/")["Location"] == "/helper/?over=1"
    shown = text(client.get("/helper/?over=1"))
    assert "这份代办已经结束" in shown
    assert NAME not in shown
    assert client.post(f"/helper/{mandate.mandate_id}/act/")["Location"] == "/helper/?over=1"


def test_camera_is_refused_the_moment_the_mandate_ends(mandate: Mandate) -> None:
    client = daughter(mandate)
    client.post(f"/helper/{mandate.mandate_id}/act/")
    mandates_end.by_beneficiary(mandate_id=mandate.mandate_id, pno=MOTHER, clock=CLOCK)
    assert client.post("/me/face/begin/").status_code == 401


def test_mother_sees_who_looked_and_at_what(mandate: Mandate) -> None:
    client = daughter(mandate)
    client.post(f"/helper/{mandate.mandate_id}/act/")
    client.get("/me/")
    client.get("/me/history/")
    assert {one.actor for one in privacy.queries.looks_at(MOTHER)} == {daughter_of(mandate).username}
    shown = text(mother().get("/me/looks/"))
    assert "代办人 王*兰" in shown
    assert "替您看或办：我的认证" in shown
    assert "替您看或办：以前的记录" in shown
    assert "王小兰" not in shown


OWN = ("/me/looks/", "/me/helpers/", "/me/helpers/what/", "/me/settings/", "/me/helpers/who/")


@pytest.mark.parametrize("path", OWN)
def test_what_is_not_listed_is_the_beneficiarys_own(mandate: Mandate, path: str) -> None:
    client = daughter(mandate)
    client.post(f"/helper/{mandate.mandate_id}/act/")
    answer = client.get(path)
    assert answer.status_code == 403
    assert "这一项只能本人办" in text(answer)


def test_sign_in_page_of_a_helper_is_the_helpers_own_also_while_acting(mandate: Mandate) -> None:
    client = daughter(mandate)
    client.post(f"/helper/{mandate.mandate_id}/act/")
    client.get("/me/security/")
    assert not [one for one in privacy.queries.looks_at(MOTHER) if one.what == "security"]


def test_table_of_what_helpers_may_never_names_what_is_the_beneficiarys_own() -> None:
    never = {
        "looks",
        "helpers",
        "settings",
        "security",
        "consent",
        "face_consent",
        "face_enrol",
        "voice",
        "phone",
        "bank",
    }
    assert not never & set(HELPERS_MAY)
    assert set(HELPERS_MAY.values()) <= {Scope.VIEW, Scope.CERTIFY}


def test_scope_is_asked_page_by_page() -> None:
    make_mother()
    mandate = begun(scopes=frozenset({Scope.CERTIFY}))
    client = daughter(mandate)
    assert client.post(f"/helper/{mandate.mandate_id}/act/")["Location"] == "/me/face/"
    assert client.get("/me/").status_code == 403
    assert client.get("/me/face/able/").status_code == 200


def test_helper_cannot_act_by_another_helpers_mandate(mandate: Mandate) -> None:
    make_mother(8)
    other = begun(make_mother(9), phone="13911113333")
    client = daughter(other)
    assert client.post(f"/helper/{mandate.mandate_id}/act/")["Location"] == "/helper/"
    session = client.session
    session["acting_for"] = mandate.mandate_id
    session.save()
    assert client.get("/me/")["Location"] == "/helper/?over=1"


def test_citizen_with_a_forged_mandate_number_sees_just_themselves(mandate: Mandate) -> None:
    make_mother(8)
    client = signed_in(Holder.person(8), role=CITIZEN)
    session = client.session
    session["acting_for"] = mandate.mandate_id
    session.save()
    assert "测试8" in text(client.get("/me/"))


def test_mother_names_a_helper_in_three_steps_who_agrees_by_her_name() -> None:
    make_mother()
    hers = mother()
    assert "现在没有人能替您办" in text(hers.get("/me/helpers/"))
    assert hers.get("/me/helpers/who/")["Location"] == "/me/helpers/what/"
    nothing = hers.post("/me/helpers/what/", {}, follow=True)
    assert "请至少选一件要帮您办的事" in text(nothing)
    assert hers.post("/me/helpers/what/", {"scope": ["view", "certify"]})["Location"] == "/me/helpers/until/"
    assert hers.post("/me/helpers/until/", {"months": "12"})["Location"] == "/me/helpers/who/"
    wrong = hers.post("/me/helpers/who/", {"name": "王小兰", "phone": "12"}, follow=True)
    assert "请填 11 位手机号码" in text(wrong)
    assert "王小兰" in text(wrong)
    done = hers.post("/me/helpers/who/", {"name": "王小兰", "phone": DAUGHTER_PHONE})
    assert done["Location"] == "/me/helpers/?said=asked"
    shown = text(hers.get("/me/helpers/?said=asked"))
    assert "王*兰" in shown
    assert "等对方答复" in shown
    (waits,) = mandates.queries.of_person(MOTHER)
    client = daughter(waits)
    assert "测*7" in text(client.get("/helper/"))
    assert NAME not in text(client.get(f"/helper/{waits.mandate_id}/"))
    no = client.post(f"/helper/{waits.mandate_id}/", {"step": "agree", "name": "李四"}, follow=True)
    assert "对不上" in text(no)
    yes = client.post(f"/helper/{waits.mandate_id}/", {"step": "agree", "name": NAME})
    assert yes["Location"] == "/helper/?said=agree"
    assert "替测试7办" in text(client.get("/helper/"))


def test_mother_changes_what_her_daughter_may_do(mandate: Mandate) -> None:
    hers = mother()
    assert (
        hers.post(f"/me/helpers/{mandate.mandate_id}/", {"step": "change"})["Location"] == "/me/helpers/what/"
    )
    hers.post("/me/helpers/what/", {"scope": ["view"]})
    assert hers.post("/me/helpers/until/", {"months": "3"})["Location"] == "/me/helpers/?said=changed"
    now = next(one for one in mandates.queries.of_person(MOTHER) if one.state is MandateState.IN_FORCE)
    assert now.scopes == {Scope.VIEW}


def test_daughter_asks_and_mother_answers_on_her_own_page(mandate: Mandate) -> None:
    make_mother(8)
    client = daughter(mandate)
    for number in (number_of(8), "110101194901010018"):
        done = client.post("/helper/ask/", {"number": number, "name": "测试8"})
        assert done["Location"] == "/helper/?said=wished"
    hers = signed_in(Holder.person(8), role=CITIZEN)
    (wish,) = mandates.queries.of_person(8)
    assert "等您答复" in text(hers.get("/me/helpers/"))
    assert (
        hers.post(f"/me/helpers/{wish.mandate_id}/", {"step": "agree"})["Location"]
        == "/me/helpers/?said=agree"
    )
    assert mandates.queries.in_force(mandate.helper_id, 8, Scope.CERTIFY, on=AT.date()) is not None


def test_nobody_reads_or_ends_another_ones_mandate(mandate: Mandate) -> None:
    make_mother(8)
    stranger = signed_in(Holder.person(8), role=CITIZEN)
    assert stranger.get(f"/me/helpers/{mandate.mandate_id}/")["Location"] == "/me/helpers/"
    stranger.post(f"/me/helpers/{mandate.mandate_id}/", {"step": "end"})
    assert mandates.queries.in_force(mandate.helper_id, MOTHER, Scope.VIEW, on=AT.date()) is not None


def test_looking_is_weighed_once_a_session_and_again_on_another_device(mandate: Mandate) -> None:
    client = mother()
    client.get("/me/")
    client.get("/me/why/")
    assert Weighing.objects.filter(pno=MOTHER).count() == 1
    client.cookies["device"] = "x" * 43
    client.get("/me/")
    assert [row.points > 0 for row in Weighing.objects.order_by("id")] == [False, True]
    assert "points" not in text(client.get("/me/"))


def test_page_that_asks_for_more_is_kind_and_leaves_the_camera_open(
    mandate: Mandate, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = mother()
    client.get("/me/")
    strict = wiring.agency()
    table = strict.risk
    acts = dict(table.acts)
    acts[Act.VIEW] = (
        Step(from_points=0, asks=Asked.NOTHING_MORE),
        Step(from_points=10, asks=Asked.SECOND_FACTOR),
    )
    monkeypatch.setattr(wiring, "agency", lambda: replace(strict, risk=replace(table, acts=acts)))
    client.cookies["device"] = "x" * 43
    more = client.get("/me/")
    assert more.status_code == 403
    assert "这不是您的错" in text(more)
    assert reverse("citizen:face") in text(more)
    assert client.get("/me/face/able/").status_code == 200


def test_helper_who_may_certify_reaches_the_camera_and_another_may_not(mandate: Mandate) -> None:
    client = daughter(mandate)
    client.post(f"/helper/{mandate.mandate_id}/act/")
    answer = client.get("/me/face/able/")
    assert answer.status_code == 200
    make_mother(8)
    only_view = begun(make_mother(9), phone="13911114444", scopes=frozenset({Scope.VIEW}))
    other = daughter(only_view)
    other.post(f"/helper/{only_view.mandate_id}/act/")
    assert other.get("/me/face/able/").status_code == 403


def staff(role: str) -> Client:
    """A browser of a member of staff."""
    account = get_user_model().objects.create(
        username=role, display_name=role, role=role, password="!", created_at=AT, created_by="test"
    )
    client = Client()
    as_staff(client, account.pk, factors=(Factor.PASSWORD, Factor.APP_CODE))
    return client


def test_supervisor_reads_reasons_in_words_and_notes_what_was_found() -> None:
    for pno in (7, 8, 9):
        make_mother(pno)
        begun(Pno(pno))
    client = staff("supervisor")
    shown = text(client.get("/staff/alerts/"))
    assert "王*兰 · 亲友" in shown
    assert "这位代办人有 3 份委托" in shown
    assert "王小兰" not in shown
    assert DAUGHTER_PHONE not in shown
    (alert,) = risk.queries.alerts(waiting=True)
    path = f"/staff/alerts/{alert.alert_id}/looked-at/"
    chosen = text(client.post(path, {"note": "看过了，是一家人"}, follow=True))
    assert all(said in chosen for said in ("请选核看结论", "看过了，是一家人"))
    kept = text(client.post(path, {"verdict": "harmless", "note": "x"}, follow=True))
    assert "写明核看的情况" in kept
    assert client.post(path, {"verdict": "harmless", "note": "看过了，是一家人"}).status_code == 302
    assert risk.queries.alerts(waiting=True) == []
    assert "看过了，是一家人" in text(client.get("/staff/alerts/"))


def test_clerk_records_a_helper_at_the_window_and_ends_one() -> None:
    make_mother()
    client = staff("certifier")
    path = f"/staff/people/{MOTHER}/helpers/"
    given = {
        "step": "record",
        "name": "王小兰",
        "phone": DAUGHTER_PHONE,
        "scope": ["view", "certify"],
        "from_day": "2026-10-31",
        "last_day": "2027-10-30",
        "both": "yes",
    }
    assert "日期要写成" in text(client.post(path, given | {"last_day": "morgen"}, follow=True))
    assert client.post(path, given)["Location"] == path
    (mandate,) = mandates.queries.of_person(MOTHER)
    assert mandate.state is MandateState.IN_FORCE
    assert "139****2222" in text(client.get(path))
    client.post(path, {"step": "end", "mandate": mandate.mandate_id})
    assert mandates.queries.of_person(MOTHER)[0].state is MandateState.ENDED


def test_auditor_sees_mandates_and_records_none() -> None:
    make_mother()
    client = staff("auditor")
    path = f"/staff/people/{MOTHER}/helpers/"
    assert client.get(path).status_code == 200
    assert client.post(path, {"step": "record"}).status_code == 403
