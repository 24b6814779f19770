"""Control characters and halves of characters are answered alike whichever the database: by a field's message, by an
address that does not exist, by a row that is refused, by a sentence of the command.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from refused import refused
from yizheng import wiring
from yizheng.adapters.tables.folder import look_through
from yizheng.adapters.tables.why import Why as Name
from yizheng.doors import forms
from yizheng.doors.staff.views.sources import ANSWERS
from yizheng.doors.words import refusal_in
from yizheng.flows.house.staff_files import read_rows
from yizheng.flows.house.why import Why
from yizheng.kernel.text import is_plain, only_plain

UNMEANT = ["a\x00b", "\x0b", "\x1b[31m", "\x85", "\ud800", "两\udcff"]


@pytest.mark.parametrize("text", UNMEANT)
def test_what_nobody_means_is_no_text(text: str) -> None:
    assert not is_plain(text)
    assert is_plain(only_plain(text))


@pytest.mark.parametrize("text", ["", "两个字\r\n\t还有", "e\u0301", "\U00020bb7", "\u200b", "\ue000"])
def test_what_people_type_is_text(text: str) -> None:
    assert is_plain(text)
    assert only_plain(text) == text


@pytest.mark.parametrize(
    "field",
    [forms.Text("x", "理由"), forms.Secret("x", "密码"), forms.Day("x", "日期"), forms.Phone("x", "手机号")],
    ids=lambda one: type(one).__name__,
)
def test_every_field_says_that_it_holds_control_characters(field: forms.Field[object]) -> None:
    filled = forms.Form("trial", field).read(RequestFactory().post("/", {"x": "a\x00b"}))
    assert [line.text for line in filled.errors] == [
        f"{field.label}里有看不见的控制字符，请重新输入，不要从别处粘贴。"
    ]
    assert filled.texts["x"] == ("ab",)


def test_name_of_a_file_is_a_text() -> None:
    upload = SimpleUploadedFile("a\x00b.csv", b"x")
    filled = forms.Form("trial", ANSWERS).read(RequestFactory().post("/", {"answers": upload}))
    assert not filled.good or is_plain(str(filled.value(ANSWERS).name))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"railway_2026-08_\x1b[31m.csv", r"railway_2026-08_\x1b[31m.csv"),
        (b"railway_\n2026-08.csv", r"railway_\n2026-08.csv"),
        ("railway_铁路.csv".encode("gb18030"), None),
        (b"sent\x07/railway.csv", r"sent\x07/railway.csv"),
    ],
)
def test_file_of_a_name_that_is_no_text_is_refused_alone(
    tmp_path: Path, name: bytes, shown: str | None
) -> None:
    (tmp_path / "railway_铁路　局.csv").touch()
    place = os.path.join(os.fsencode(tmp_path), name)  # noqa: PTH118 (a path of bytes)
    os.makedirs(os.path.dirname(place), exist_ok=True)  # noqa: PTH103, PTH120
    Path(os.fsdecode(place)).touch()
    found = look_through(tmp_path)
    assert [path.name for path in found.files] == ["railway_铁路　局.csv"]
    (refusal,) = found.refused
    assert refusal.why is Name.NAME_NOT_TEXT
    assert refusal.facts["file"] == shown or shown is None
    assert refusal_in(refusal).isprintable() or "　" in refusal_in(refusal)
    refusal_in(refusal).encode()


@pytest.mark.django_db
def test_stranger_who_sends_a_nul_gets_a_message() -> None:
    answer = Client().post("/staff/login/", {"username": "a\x00b", "password": "x"}, follow=True)
    assert answer.status_code == 200
    assert "看不见的控制字符" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/r/%00/", "/?next=%00", "/?a%00=1", "/staff/login/?next=%1b", "/x%0b/"])
def test_address_with_a_control_character_does_not_exist(address: str) -> None:
    assert Client().get(address).status_code == 404


def test_row_with_a_control_character_is_refused_by_itself(tmp_path: Path) -> None:
    file = tmp_path / "proposals.csv"
    file.write_bytes("case_id,reason\n1,好\n2,a\x0bb\n3,a\x1bb\n".encode())
    rows = [cells for _, cells in read_rows(file, wiring.read_table, ("case_id", "reason"))]
    assert rows[0]["reason"] == "好"
    for cells in rows[1:]:
        assert cells["case_id"]
        with refused(Why.CELL_NOT_TEXT, column="reason"):
            cells["reason"]


def test_command_says_that_an_argument_is_no_text(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "yizheng", "cases", "propose", b"a\xff.csv", "--as", "chen"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
