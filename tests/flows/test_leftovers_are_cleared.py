"""What means nothing any more is deleted once a day; what is delivered lies nowhere in clear; a row that was edited by
hand stops no verification.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.contrib.sessions.models import Session as Visit
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from hands import hands_of
from yizheng.doors import uploads
from yizheng.doors.cli.certify import explain
from yizheng.doors.staff.views import sources
from yizheng.flows.house import leftovers_are_cleared
from yizheng.kernel.time import FixedClock
from yizheng.rooms.access.models import SignInAttempt, Tally
from yizheng.rooms.certification import queries as certification_queries
from yizheng.rooms.people import queries as people_queries

AT = datetime(2026, 10, 31, 1, tzinfo=UTC)


@pytest.mark.django_db
def test_what_means_nothing_any_more_is_deleted_and_the_rest_stays() -> None:
    for days in (-1, 1):
        Visit.objects.create(session_key=f"k{days}", session_data="", expire_date=AT + timedelta(days=days))
    for days in (0, 3):
        Tally.objects.create(place_index=b"p" * 16, hour=AT - timedelta(days=days))
    for days, nobody in ((0, True), (8, True), (8, False)):
        SignInAttempt.objects.create(
            name_index=b"n" * 16, tried_at=AT - timedelta(days=days), succeeded=False, nobody=nobody
        )
    assert leftovers_are_cleared.clear(hands_of("", clock=FixedClock(AT))) == 3
    assert leftovers_are_cleared.clear(hands_of("", clock=FixedClock(AT))) == 0
    assert [visit.session_key for visit in Visit.objects.all()] == ["k1"]
    assert (Tally.objects.count(), SignInAttempt.objects.count()) == (1, 2)


def test_explained_number_may_come_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(people_queries, "find_by_number", asked.append)
    done = CliRunner().invoke(explain, ["-"], input="11010519491231002X\n")
    assert (done.exit_code, asked) == (1, ["11010519491231002X"])


def test_file_of_a_department_lies_in_memory_while_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Path] = []
    monkeypatch.setattr(
        sources.corrections_come_back, "take_in", lambda _hands, *, file, **_: seen.append(file)
    )
    sources._take_in(hands_of("chen", clock=FixedClock(AT)), SimpleUploadedFile("answers.csv", b"x"))
    assert seen[0].is_relative_to(uploads.folder_in_memory())
    assert not seen[0].exists()


def test_file_of_a_department_may_have_what_the_page_promises() -> None:
    upload = SimpleUploadedFile("answers.csv", b"x" * sources.MOST_BYTES)
    there = RequestFactory().post("/staff/sources/railway/answers/", {"answers": upload})
    assert there.FILES["answers"].size == sources.MOST_BYTES
    upload.seek(0)
    with pytest.raises(RequestDataTooBig):
        _ = RequestFactory().post("/certify/", {"answers": upload}).FILES


@pytest.mark.parametrize("edited", [{"roster": 1}, {"more": 1}, [1], "x", {"silence": [1]}])
def test_counts_that_were_edited_are_read_as_none(edited: object) -> None:
    assert certification_queries._counts(edited) is None


@pytest.mark.parametrize("edited", [[1], "x", {"railway": {}}])
def test_reasons_that_were_edited_are_read_as_none(edited: object) -> None:
    assert certification_queries._frozen(edited) == {}
