"""Forms: one parser a kind of value, what waits between a POST and the page after it, and how a page draws a field."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.template import Context as Names
from django.template import Engine, Template
from django.test import RequestFactory
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from yizheng import wiring
from yizheng.doors import forms
from yizheng.doors.forms import Fault, Posted, Wrong
from yizheng.doors.forms.kept import LASTS, MOST
from yizheng.kernel.time import FixedClock, Month

TODAY = date(2026, 10, 31)


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


REASON = forms.Text("reason", _("理由"), hint="为什么", most=10, rows=4)
NUMBER = forms.IdentityNumber("number", _("身份证号码"))
PASSWORD = forms.Secret("password", "密码")
COLOUR = forms.Choice("colour", "颜色", (Colour.RED, Colour.BLUE), words=lambda one: str(one).title())
DAY = forms.optional(forms.Day("day", _("日期")))
SURE = forms.Tick("sure", "确认")
FORM = forms.Form("trial", REASON, NUMBER, PASSWORD, COLOUR, DAY, SURE)


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        (forms.Text("x"), "  两个 字 ", "两个 字"),
        (forms.Text("x", most=3), "abcd", Wrong.TOO_LONG),
        (forms.Text("x", least=3), "ab", Wrong.TOO_SHORT),
        (forms.Text("x"), "  ", Wrong.MISSING),
        (forms.Text("x", required=False), " ", ""),
        (forms.Day("x"), "2026-10-31", TODAY),
        (forms.Day("x"), "2026年10月31日", TODAY),
        (forms.Day("x"), "2026-02-30", Wrong.NOT_A_DAY),
        (forms.Day("x"), "9999-12-31", Wrong.NOT_A_DAY),  # it has no day after it
        (forms.optional(forms.Day("x")), "", None),
        (forms.MonthOf("x"), "2026-10", Month(2026, 10)),
        (forms.MonthOf("x"), "2026-13", Wrong.NOT_A_MONTH),
        (forms.Money("x"), "3,120.5", 312050),
        (forms.Money("x"), "-1", Wrong.NOT_MONEY),
        (forms.Whole("x"), "４２", 42),
        (forms.Whole("x"), "4.2", Wrong.NOT_A_WHOLE_NUMBER),
        (forms.Whole("x"), "9" * 5_000, Wrong.NOT_A_WHOLE_NUMBER),  # too many for int()
        (forms.IdentityNumber("x"), "110105 19491231 002x", "11010519491231002X"),
        (forms.IdentityNumber("x"), "440882194205297223", Wrong.ONE_DIGIT_IS_WRONG),
        (forms.IdentityNumber("x"), "11010519491331002X", Wrong.ONE_DIGIT_IS_WRONG),
        (forms.IdentityNumber("x"), "12345", Wrong.NOT_AN_IDENTITY_NUMBER),
        (forms.Phone("x"), "+86 138-0013-8000", "13800138000"),
        (forms.Phone("x"), "0755 1234", Wrong.NOT_A_PHONE),
        (forms.NumberOrPhone("x"), "13800138000", "13800138000"),
        (forms.NumberOrPhone("x"), "440882194205297223", Wrong.ONE_DIGIT_IS_WRONG),
        (forms.Code("x"), "12 34 56", "123456"),
        (forms.Code("x"), "12345", Wrong.NOT_A_CODE),
        (forms.Code("x", lengths=(6, 10)), "12345-67890", "1234567890"),
        (COLOUR, "blue", Colour.BLUE),
        (COLOUR, "green", Wrong.NOT_CHOSEN),
        (COLOUR, "", Wrong.NOT_CHOSEN),
        (SURE, "yes", True),
        (SURE, "", Wrong.NOT_TICKED),
        (PASSWORD, " kept as it is ", " kept as it is "),
    ],
)
def test_a_kind_gives_the_value_or_what_is_wrong(field: forms.Field[Any], typed: str, value: object) -> None:
    found = field.read(Posted(texts=(typed,), today=TODAY))
    assert (found.code if isinstance(found, Fault) else found) == value


@pytest.mark.parametrize(
    ("name", "size", "value"),
    [
        ("a.csv", 3, None),
        ("a.CSV", 3, None),
        ("a.exe", 3, Wrong.FILE_OF_ANOTHER_KIND),
        ("a.csv", 0, Wrong.NO_FILE),
        ("a.csv", 11, Wrong.FILE_TOO_LARGE),
    ],
)
def test_a_file_is_of_its_kind_and_size(name: str, size: int, value: Wrong | None) -> None:
    file = SimpleUploadedFile(name, b"x" * size)
    found = forms.Upload("x", most_bytes=10, suffixes=(".csv",)).read(Posted(files=(file,)))
    assert (found.code if isinstance(found, Fault) else None) == value


def test_several_values_come_in_the_order_of_the_form() -> None:
    field = forms.Choices("x", "", (Colour.RED, Colour.BLUE))
    assert field.read(Posted(texts=("blue", "green", "red"))) == (Colour.RED, Colour.BLUE)


def _request(method: str = "get", address: str = "/x/", **typed: str) -> HttpRequest:
    request = getattr(RequestFactory(), method)(address, typed)
    request.session = SessionStore()
    return request


def _after(request: HttpRequest, address: str) -> HttpRequest:
    """The next request of the same browser."""
    following = RequestFactory().get(address)
    following.session = request.session
    return following


@pytest.mark.django_db
def test_what_was_typed_waits_sealed_without_secrets_and_is_shown_after_the_redirect() -> None:
    request = _request(
        "post", reason="x" * 11, number="440882194205297223", password="secret!", colour="blue"
    )
    filled = FORM.read(request, today=TODAY)
    assert not filled.good
    answer = forms.back(request, filled, "/staff/cases/1/")
    assert answer.status_code == 302
    address, _hash, fragment = answer["Location"].partition("#")
    assert fragment == "errors"
    request.session.save()
    row = Session.objects.get(session_key=request.session.session_key)
    assert "440882" not in str(row.get_decoded())

    shown = forms.shown(_after(request, address), FORM)
    assert shown["reason"].value == "x" * 11
    assert shown["number"].error == "这个号码有一位不对，请对照身份证再看一遍。"
    assert shown["password"].texts == ()
    assert [option.chosen for option in shown["colour"].options] == [False, True]
    assert [line.id for line in shown.errors] == ["reason", "number", "sure"]
    with translation.override("en"):
        assert "digit" in shown["number"].error


@pytest.mark.django_db
def test_a_token_of_another_form_or_another_browser_shows_nothing() -> None:
    request = _request("post", reason="x")
    address = forms.back(request, FORM.read(request), "/x/")["Location"]
    assert forms.shown(_after(request, address), forms.Form("other", REASON)).errors == []
    assert forms.shown(_request("get", address), FORM).errors == []


@pytest.mark.django_db
def test_an_error_of_a_flow_stands_at_its_field_or_over_the_form() -> None:
    filled = FORM.read(_request("post"), today=TODAY).wrong({"zh-hans": "不行", "en": "No"})
    assert (filled.errors[0].id, filled.errors[0].text) == ("", "不行")
    with translation.override("en"):
        assert filled.errors[0].text == "No"
    assert filled.wrong("要写明", REASON)["reason"].error == "要写明"
    assert filled.faulty(REASON, Wrong.MISSING)["reason"].error == "请填理由。"


@pytest.mark.django_db
def test_only_the_newest_wait_and_none_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    request = _request()
    tokens = [forms.keep(request, "thing", number) for number in range(MOST + 2)]
    assert forms.kept(request, "thing", tokens[0]) is None
    assert forms.kept(request, "other", tokens[-1]) is None
    assert forms.kept(request, "thing", tokens[-2]) == MOST
    assert forms.kept(request, "thing", tokens[-1], once=True) == MOST + 1
    assert forms.kept(request, "thing", tokens[-1]) is None
    later = FixedClock(wiring.clock().now() + LASTS + timedelta(minutes=1))
    monkeypatch.setattr(wiring, "clock", lambda: later)
    assert forms.kept(request, "thing", tokens[-2]) is None


def _drawn(name: str, filled: forms.Filled) -> str:
    template: Template = Engine.get_default().from_string(f"{{% field form.{name} %}}")
    return template.render(Names({"form": filled}))


def test_a_field_is_drawn_with_its_label_hint_and_error() -> None:
    filled = FORM.empty({"reason": "<b>", "colour": Colour.RED}).wrong("改一下", REASON)
    area = _drawn("reason", filled)
    assert '<label class="govuk-label" for="reason">理由</label>' in area
    assert 'aria-describedby="reason-hint reason-error"' in area
    assert "&lt;b&gt;</textarea>" in area
    choice = _drawn("colour", filled)
    assert 'id="colour-1"' in choice
    assert choice.count("checked") == 1
    assert 'type="password"' in _drawn("password", filled)
