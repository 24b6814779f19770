"""The honest ways in and back in, through the doors: number and code, password and app, slip, list, phone, sessions."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from click.testing import CliRunner
from django.conf import settings
from django.db import transaction
from django.test import Client

from hands import hands_of
from signing_in import as_citizen, as_helper, as_staff, person
from yizheng import wiring
from yizheng.adapters.store.local import LocalStore
from yizheng.doors.cli.accounts import account as account_command
from yizheng.flows.house import ledger_is_verified
from yizheng.flows.signing_in import accounts_are_managed, staff_signs_in
from yizheng.flows.signing_in.risk_is_weighed import note_act
from yizheng.kernel.errors import Misused, Refused
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import FixedClock
from yizheng.rooms import access, ledger, privacy
from yizheng.rooms.access import app_codes, passwords
from yizheng.rooms.access.data import Factor, Holder, NewAccount, Session, SignedIn
from yizheng.rooms.access.models import Passkey
from yizheng.rooms.access.models import Session as SessionRow
from yizheng.rooms.risk.data import Act
from yizheng.rooms.risk.models import Served, Weighing
from yizheng.settings import SettingsWrong, read_settings

AT = datetime(2026, 11, 22, 1, tzinfo=UTC)
NUMBER = "11010519491231002X"
SENTENCE = "seven boats on the river"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "clock", lambda: FixedClock(AT))


def _texts(phone: str) -> list[str]:
    return [one.text for one in wiring.sms_gateway().inbox(phone)]


def _staff(username: str = "chen", role: str = "certifier") -> int:
    new = NewAccount(username=username, display_name="陈", role=role, password=SENTENCE)
    return accounts_are_managed.add(hands_of("test", clock=FixedClock(AT)), new).account_id


def _app(holder: Holder) -> pyotp.TOTP:
    before = AT - timedelta(hours=1)
    with transaction.atomic():
        app = pyotp.TOTP(access.actions.begin_app_key(holder, at=before))
        assert access.actions.confirm_app_key(holder, app.at(before), at=before)
    return app


def _session(holder: Holder) -> Session:
    (found,) = access.queries.sessions_of(holder)
    return found


def test_helper_signs_in_by_phone_and_code_and_lands_among_relatives() -> None:
    with transaction.atomic():
        made = access.actions.open_helper_account(
            phone="13900139001", display_name="李小梅", actor="window", at=AT
        )
    client = Client(headers={"user-agent": "Mozilla/5.0 (Linux; Android 14) Chrome/120.0"})
    assert client.post("/family/", {"phone": "139 0013 9001"})["Location"] == "/code/"
    code = re.findall(r"\d{6}", _texts("13900139001")[0])[0]
    entered = client.post("/code/", {"code": code})
    assert entered["Location"] == "/helper/"
    found = _session(Holder.account(made.account_id))
    assert (found.role, found.factors, found.device_name) == (
        "helper",
        {Factor.SMS_CODE},
        "Chrome · 安卓",
    )
    assert client.get("/me/security/").status_code == 200
    assert client.get("/")["Location"] == "/helper/"
    assert client.get("/staff/").status_code == 302


def test_password_and_app_let_a_citizen_in_with_both_factors() -> None:
    person(7, NUMBER)
    holder = Holder.person(7)
    with transaction.atomic():
        access.actions.set_password(holder, SENTENCE, known=(), at=AT)
    app = _app(holder)
    client = Client()
    given = {"number": NUMBER, "password": SENTENCE}
    assert client.post("/enter/password/", given)["Location"] == "/enter/second/"
    assert client.post("/enter/second/", {"code": app.at(AT)})["Location"] == "/me/"
    assert _session(holder).factors == {Factor.PASSWORD, Factor.APP_CODE}


def test_password_and_code_to_the_phone_let_a_citizen_in_who_has_no_app() -> None:
    person(7, NUMBER, phone="13800138077")
    with transaction.atomic():
        access.actions.set_password(Holder.person(7), SENTENCE, known=(), at=AT)
    client = Client()
    client.post("/enter/password/", {"number": NUMBER, "password": SENTENCE})
    assert client.post("/enter/second/phone/")["Location"] == "/code/"
    code = re.findall(r"\d{6}", _texts("13800138077")[0])[0]
    assert client.post("/code/", {"code": code})["Location"] == "/me/"
    assert _session(Holder.person(7)).factors == {Factor.PASSWORD, Factor.SMS_CODE}


@pytest.mark.parametrize("wrong", ["number", "password", "code"])
def test_which_of_number_password_and_code_is_wrong_is_not_told(wrong: str) -> None:
    person(7, NUMBER)
    with transaction.atomic():
        access.actions.set_password(Holder.person(7), SENTENCE, known=(), at=AT)
    app = _app(Holder.person(7))
    client = Client()
    given = {
        "number": "110105194912310038" if wrong == "number" else NUMBER,
        "password": "something else" if wrong == "password" else SENTENCE,
    }
    asked = client.post("/enter/password/", given)
    assert asked["Location"] == "/enter/second/"
    code = app.at(AT) if wrong != "code" else app.at(AT + timedelta(hours=1))
    answer = client.post("/enter/second/", {"code": code}, follow=True)
    assert "有一样不对" in answer.content.decode()


def test_clerks_slip_is_recorded_told_and_lets_in_to_change_how_one_signs_in() -> None:
    person(7, NUMBER, phone="13800138078")
    _app(Holder.person(7))
    clerk = Client()
    as_staff(clerk, _staff())
    asked = clerk.post("/staff/recovery/", {"number": NUMBER}, follow=True)
    whose = asked.content.decode()
    assert all(said in whose for said in ("王秀英", "男", "1950 年生"))
    assert 'class="slip' not in whose
    form = asked.redirect_chain[-1][0]
    refused = clerk.post(form, {}, follow=True).content.decode()
    assert "请先核对证件原件和来的人" in refused
    shown = clerk.post(form, {"card": "yes"}, follow=True).content.decode()
    assert "24 小时内有效，只能用一次" in shown
    code = re.findall(r'class="slip number">(\d{5} \d{5})<', shown)[0]
    assert "办了登录用的恢复码" in _texts("13800138078")[0]
    assert code.replace(" ", "") not in "".join(_texts("13800138078"))
    looks = [(look.actor, look.purpose, look.what) for look in privacy.queries.looks_at(7)]
    assert set(looks) == {("chen", "service", "recovery")}
    client = Client()
    entered = client.post("/enter/slip/", {"number": NUMBER, "code": code})
    assert entered["Location"] == "/me/security/"
    assert _session(Holder.person(7)).factors == {Factor.RECOVERY}
    assert client.post("/me/security/app/", {"step": "end"}).status_code == 302
    assert not access.queries.factors_of(Holder.person(7)).app_key


@pytest.mark.parametrize("role", ["rechecker", "supervisor", "auditor"])
def test_only_clerks_give_slips(role: str) -> None:
    person(7, NUMBER)
    other = Client()
    as_staff(other, _staff(role, role))
    assert other.post("/staff/recovery/", {"number": NUMBER}).status_code == 403
    assert other.post("/staff/recovery/none/", {"card": "yes"}).status_code == 403
    assert privacy.queries.looks_at(7) == []


def test_helper_gets_a_slip_by_phone_number() -> None:
    with transaction.atomic():
        access.actions.open_helper_account(phone="13900139002", display_name="李小梅", actor="window", at=AT)
    clerk = Client()
    as_staff(clerk, _staff())
    asked = clerk.post("/staff/recovery/", {"number": "13900139002"}, follow=True)
    assert "李小梅" in asked.content.decode()
    shown = clerk.post(asked.redirect_chain[-1][0], {"card": "yes"}, follow=True)
    assert 'class="slip number"' in shown.content.decode()
    assert "恢复码" in _texts("13900139002")[0]
    nobody = clerk.post("/staff/recovery/", {"number": "13900139999"}, follow=True).content.decode()
    assert "没有找到这个号码" in nobody
    assert 'value="13900139999"' in nobody


def test_own_password_is_set_checked_and_ends_other_sessions() -> None:
    person(7, NUMBER)
    here, elsewhere = Client(), Client()
    as_citizen(here, 7)
    as_citizen(elsewhere, 7)
    for easy in ("short", "aaaaaaaaaaaaaa", f"{NUMBER}", "13800138000 王秀英"):
        answer = here.post("/me/security/password/", {"password": easy, "again": easy})
        assert answer["Location"].startswith("/me/security/password/?form="), easy
    unequal = here.post("/me/security/password/", {"password": SENTENCE, "again": "x"}, follow=True)
    assert "两次填的不一样" in unequal.content.decode()
    done = here.post("/me/security/password/", {"password": SENTENCE, "again": SENTENCE})
    assert done.status_code == 302
    assert access.queries.factors_of(Holder.person(7)).password
    assert here.get("/me/security/").status_code == 200
    assert elsewhere.get("/me/security/").status_code == 302


def test_change_is_asked_for_again_after_five_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    person(7, NUMBER, phone="13800138079")
    client = Client()
    as_citizen(client, 7)
    monkeypatch.setattr(wiring, "clock", lambda: FixedClock(AT + timedelta(minutes=6)))
    asked = client.get("/me/security/password/")
    assert asked["Location"] == "/me/security/confirm/?next=/me/security/password/"
    confirm = {"next": "/me/security/password/"}
    client.post("/me/security/confirm/", confirm | {"step": "send"})
    code = re.findall(r"\d{6}", _texts("13800138079")[0])[0]
    done = client.post("/me/security/confirm/", confirm | {"step": "phone", "code": code})
    assert done["Location"] == "/me/security/password/"
    assert client.get("/me/security/password/").status_code == 200


def test_pages_of_a_helper_hold_no_phone() -> None:
    with transaction.atomic():
        made = access.actions.open_helper_account(
            phone="13900139003", display_name="李小梅", actor="window", at=AT
        )
    client = Client()
    as_helper(client, made.account_id)
    for page in ("", "passkeys/", "password/", "app/", "codes/", "sessions/", "qr/", "confirm/"):
        answer = client.get(f"/me/security/{page}")
        assert answer.status_code == 200, page
        assert "13900139003" not in answer.content.decode()


# --- a change is weighed ---


def _tried_in_vain(holder: Holder, *, times: int) -> None:
    """Acts of today that did not succeed: five points each."""
    who = SignedIn(
        pno=Pno(holder.key) if holder.pno is not None else None, account_id=holder.account_id, since=AT
    )
    for _ in range(times):
        note_act(who=who, pno=Pno(holder.key), act=Act.CERTIFY, done=False, clock=FixedClock(AT))


def _weighed() -> list[tuple[int | None, str, bool]]:
    rows = Weighing.objects.filter(act=Act.CHANGE_FACTOR.value).order_by("id")
    return list(rows.values_list("pno", "asked", "met"))


def test_change_of_a_citizen_is_weighed_each_time_and_a_look_never() -> None:
    person(7, NUMBER)
    client = Client()
    as_citizen(client, 7)
    client.get("/me/security/password/")
    assert _weighed() == []
    client.post("/me/security/password/", {"password": SENTENCE, "again": SENTENCE})
    client.post("/me/security/sessions/", {"end": "others"})
    assert _weighed() == [(7, "nothing_more", True)]


def test_change_that_is_out_of_the_ordinary_is_asked_about_kindly_and_nothing_is_changed() -> None:
    person(7, NUMBER)
    client = Client()
    as_citizen(client, 7)
    _tried_in_vain(Holder.person(7), times=4)
    for page, given in (
        ("password", {"password": SENTENCE, "again": SENTENCE}),
        ("app", {"step": "begin"}),
        ("passkeys", {"credential": "{}"}),
        ("codes", {}),
    ):
        asked = client.post(f"/me/security/{page}/", given)
        text = asked.content.decode()
        assert asked.status_code == 403, page
        assert "这不是您的错" in text
        assert "到窗口" in text
        assert "/me/security/confirm/" not in text  # nothing is there to confirm with
    factors = access.queries.factors_of(Holder.person(7))
    assert not factors.password
    assert not factors.strong
    assert access.queries.unconfirmed_app_secret(Holder.person(7)) is None
    assert _weighed() == [(7, "second_factor", False)] * 4


def test_who_showed_the_app_for_the_page_is_not_asked_again_by_the_weighing() -> None:
    person(7, NUMBER)
    app = _app(Holder.person(7))
    client = Client()
    as_citizen(client, 7)
    _tried_in_vain(Holder.person(7), times=4)
    asked = client.post("/me/security/password/", {"password": SENTENCE, "again": SENTENCE})
    assert asked["Location"].startswith("/me/security/confirm/")
    assert _weighed() == []  # the page's own question comes first
    client.post("/me/security/confirm/", {"step": "code", "code": app.at(AT)})
    done = client.post("/me/security/password/", {"password": SENTENCE, "again": SENTENCE})
    assert done.status_code == 302
    assert _weighed() == [(7, "second_factor", True)]


def test_who_came_back_by_a_slip_is_led_to_the_factor_that_is_there() -> None:
    person(7, NUMBER)
    _app(Holder.person(7))
    client = Client()
    as_citizen(client, 7, factors=[Factor.RECOVERY])
    _tried_in_vain(Holder.person(7), times=4)
    text = client.post("/me/security/app/", {"step": "end"}).content.decode()
    assert "/me/security/confirm/?next=/me/security/app/" in text
    assert access.queries.factors_of(Holder.person(7)).app_key


def test_change_of_a_helper_is_about_no_person_and_counts_nobody_as_served(tmp_path: Path) -> None:
    with transaction.atomic():
        made = access.actions.open_helper_account(
            phone="13900139003", display_name="李小梅", actor="window", at=AT
        )
    client = Client()
    as_helper(client, made.account_id)
    assert client.post("/me/security/password/", {"password": SENTENCE, "again": SENTENCE}).status_code == 302
    assert _weighed() == [(None, "nothing_more", True)]
    assert not Served.objects.exists()
    witnessed, trees = wiring.witnessed(), wiring.witnessed_trees()
    store = LocalStore(tmp_path / "store")
    assert ledger_is_verified.verify(witnessed=witnessed, trees=trees, store=store).verified


def test_change_of_staff_is_weighed_and_ending_a_session_is_not() -> None:
    number = _staff()
    client = Client()
    as_staff(client, number)
    client.post("/staff/security/", {"step": "end-others"})
    assert _weighed() == []
    client.post("/staff/security/", {"step": "app"})
    assert _weighed() == [(None, "nothing_more", True)]
    _tried_in_vain(Holder.account(number), times=4)
    told = client.post("/staff/security/", {"step": "codes"}, follow=True).content.decode()
    assert "登录方式先没有改" in told
    assert access.queries.factors_of(Holder.account(number)).recovery_codes_left == 0
    assert _weighed()[1:] == [(None, "second_factor", False)]


# --- staff ---


def test_enrolled_second_factor_is_asked_for_on_the_command_line_too() -> None:
    account = _staff()
    assert staff_signs_in.sign_in(username="chen", password=SENTENCE, clock=FixedClock(AT)).username == "chen"
    app = _app(Holder.account(account))
    with pytest.raises(Refused):
        staff_signs_in.sign_in(username="chen", password=SENTENCE, clock=FixedClock(AT))
    code = app.at(AT)
    staff_signs_in.sign_in(username="chen", password=SENTENCE, code=code, clock=FixedClock(AT))


@pytest.mark.parametrize(("asked", "role", "works"), [(True, "auditor", False), (True, "certifier", True)])
def test_role_that_asks_for_two_factors_works_with_two_only(
    monkeypatch: pytest.MonkeyPatch, asked: bool, role: str, works: bool
) -> None:
    monkeypatch.setattr(wiring, "two_factors_asked", lambda: asked)
    account, client = _staff(role=role), Client()
    as_staff(client, account)
    assert (client.get("/staff/").status_code == 200) is works
    assert client.get("/staff/security/").status_code == 200
    both = Client()
    as_staff(both, account, factors=[Factor.PASSWORD, Factor.APP_CODE])
    assert both.get("/staff/").status_code == 200


def test_demo_says_what_it_does_not_hold_to() -> None:
    assert "正式环境里" in Client().get("/staff/login/").content.decode()


def test_operator_gives_another_password_and_a_slip() -> None:
    account, client = _staff(), Client()
    as_staff(client, account)
    changed = CliRunner().invoke(
        account_command, ["password", "chen", "--password-stdin"], input="nine cranes in the reed"
    )
    assert changed.exit_code == 0, changed.output
    assert client.get("/staff/").status_code == 302
    with pytest.raises(Refused):
        staff_signs_in.sign_in(username="chen", password=SENTENCE, clock=FixedClock(AT))
    _app(Holder.account(account))
    slip = CliRunner().invoke(account_command, ["recover", "chen"])
    assert re.fullmatch(r"\d{10}\n", slip.output)
    staff_signs_in.sign_in(
        username="chen", password="nine cranes in the reed", code=slip.output.strip(), clock=FixedClock(AT)
    )
    assert CliRunner().invoke(account_command, ["recover", "nobody"]).exit_code == 1


def test_sessions_of_a_closed_account_do_not_come_back_with_it() -> None:
    client = Client()
    as_staff(client, _staff())
    accounts_are_managed.set_active(hands_of("boss", clock=FixedClock(AT)), "chen", active=False)
    accounts_are_managed.set_active(hands_of("boss", clock=FixedClock(AT)), "chen", active=True)
    assert client.get("/staff/").status_code == 302
    assert SessionRow.objects.get().ended_by == "account_closed"


# --- what the ledger keeps ---


def test_every_sign_in_is_kept_with_its_factors_and_whether_the_device_is_new() -> None:
    as_citizen(Client(), 7, factors=[Factor.PASSKEY])
    as_citizen(Client(), 7)
    begun = [entry.detail for entry in ledger.queries.entries() if entry.kind == "access:session:begun"]
    assert [(one["factors"], one["new_device"]) for one in begun] == [
        (["passkey"], True),
        (["sms_code"], False),
    ]


def test_passkey_put_in_behind_the_products_back_is_found(tmp_path: Path) -> None:
    _app(Holder.person(7))
    store = LocalStore(tmp_path)
    assert ledger_is_verified.verify(witnessed=access.queries.witnessed(), store=store).faults == ()
    Passkey.objects.create(holder="person:7", credential_id=b"thief", public_key=b"k", label="x", made_at=AT)
    report = ledger_is_verified.verify(witnessed=access.queries.witnessed(), store=store)
    assert [fault.table for fault in report.faults] == ["access_passkey"]


def test_secrets_lie_nowhere_in_clear() -> None:
    with transaction.atomic():
        secret = access.actions.begin_app_key(Holder.person(7), at=AT)
        codes = access.actions.make_recovery_list(holder=Holder.person(7), actor="citizen", at=AT)
    kept = json.dumps([str(entry) for entry in ledger.queries.entries()])
    assert secret not in kept
    assert not any(code in kept for code in codes)


# --- passwords, the app's vectors, settings ---


@pytest.mark.parametrize(
    "password",
    [
        "",
        "elevenchars",
        "x" * 129,
        "aaaaaaaaaaaaaaaa",
        "ababababababab",
        "1234567890123456",
        "abcdefghijklmnop",
        "qwertyuiopasdf",
        "ilovechenchenchen",
        "chen.yizheng",
        "justinbieber",
    ],
)
def test_password_that_everybody_guesses_is_refused(password: str) -> None:
    with pytest.raises(Misused):
        passwords.check(password, known=("chen",))


@pytest.mark.parametrize(
    "password", [SENTENCE, "全家福二零一九年冬天下雪了", "Demo-certifier-2026", "kein Wort 4 alle"]
)
def test_password_without_rules_of_composition_is_taken(password: str) -> None:
    passwords.check(password, known=("certifier",))
    assert passwords.fits(password, passwords.hash_of(password))
    assert not passwords.fits(password + "x", passwords.hash_of(password))
    assert not passwords.fits(password, None)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_app_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    at = datetime.fromtimestamp(seconds, UTC)
    assert app_codes.step_of(secret, code, at=at) == seconds // 30


@pytest.mark.parametrize(
    "origin",
    ["http://pension.example.cn", "https://127.0.0.1", "https://a.cn/path", "a.cn", "ftp://localhost"],
)
def test_origin_that_no_browser_makes_keys_for_is_refused(origin: str) -> None:
    with pytest.raises(SettingsWrong):
        read_settings({"YIZHENG_AGENCY": str(settings.YIZHENG.agency), "YIZHENG_ORIGIN": origin})


def test_two_factors_are_held_to_unless_it_is_a_demo() -> None:
    agency = {"YIZHENG_AGENCY": str(settings.YIZHENG.agency)}
    assert read_settings(agency).two_factors
    assert not read_settings(agency | {"YIZHENG_DEMO": "1"}).two_factors
    assert read_settings(agency | {"YIZHENG_DEMO": "1", "YIZHENG_TWO_FACTORS": "1"}).two_factors
    assert read_settings(agency | {"YIZHENG_ORIGIN": "https://a.cn:8443"}).origin == "https://a.cn:8443"
