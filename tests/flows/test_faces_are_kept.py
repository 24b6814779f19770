"""What an office does with stored faces: batches, shortest retention, the duty of filing, a table space of its own."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import connection

from faces import astronaut, dimmed, jpeg
from hands import hands_of
from yizheng import wiring
from yizheng.doors.words import refusal_in
from yizheng.flows.vault import faces_are_filed, faces_are_tidied, faces_by_file, vault_is_moved
from yizheng.flows.vault.faces_by_file import Means, enrol_file
from yizheng.kernel.errors import Misused, Refused
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import FixedClock, Month
from yizheng.rooms import biometrics
from yizheng.rooms.access.data import Account
from yizheng.rooms.biometrics.data import Channel, EngineId, EnrolSource, Modality
from yizheng.rooms.biometrics.face_terms import FaceRules
from yizheng.rooms.calendar.data import WorkCalendar
from yizheng.rooms.entitlements.pay_states import PayState
from yizheng.rooms.entitlements.queries import StoppedPay

NOTICES = WorkCalendar()
pytestmark = pytest.mark.django_db

CLOCK = FixedClock(datetime(2026, 11, 2, 1, tzinfo=UTC))
CERTIFIER = Account(
    account_id=1, username="certifier", display_name="认证岗", role="certifier", is_active=True
)
AUDITOR = Account(account_id=2, username="auditor", display_name="审计", role="auditor", is_active=True)
NUMBERS = {"110101195003070018": Pno(3), "110101195003070026": Pno(4)}


class Border:
    """A border that lets through what it gets: the border itself is tried elsewhere."""

    def take(self, data: bytes) -> bytes:
        return data


def _list(folder: Path, *lines: str) -> Path:
    (folder / "good.jpg").write_bytes(jpeg(astronaut()))
    (folder / "dark.jpg").write_bytes(jpeg(dimmed(astronaut(), 0.2)))
    file = folder / "list.csv"
    file.write_text("\n".join(["number,pictures,signed", *lines]) + "\n", "utf-8")
    return file


def _means() -> Means:
    return Means(
        read_table=wiring.read_table, border=Border(), engine=wiring.face_engine(), rules=FaceRules()
    )


def test_batch_enrols_who_signed_and_tells_the_others_by_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faces_by_file.people.queries, "find_by_number", NUMBERS.get)
    file = _list(
        tmp_path,
        "110101195003070018,good.jpg|good.jpg,yes",
        "110101195003070026,good.jpg,no",
        "110101195003070026,dark.jpg,yes",
        "110101195003070026,missing.jpg,yes",
        "110101195003079999,good.jpg,yes",
    )
    report = enrol_file(
        hands_of(CERTIFIER, clock=CLOCK), file=file, source=EnrolSource.SERVICE_POINT, means=_means()
    )
    assert (report.rows, report.enrolled) == (5, 1)
    assert [row for row, _ in report.refused] == [3, 4, 5, 6]
    told = " ".join(refusal_in(why, "en") for _, why in report.refused)
    assert "separate consent" in told
    assert "None of these pictures will do" in told
    assert "(too dark: take it again in better light)" in told
    assert "missing.jpg" in told
    assert "nobody on the roster" in told
    assert "1101011950" not in told
    assert biometrics.queries.stored(Modality.FACE) == 1


def test_batch_is_for_those_who_may_enrol(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        enrol_file(
            hands_of(AUDITOR, clock=CLOCK), file=_list(tmp_path), source=EnrolSource.ID_PHOTO, means=_means()
        )


def _enrolled(pno: int) -> None:
    biometrics.actions.give_consent(
        Pno(pno), Modality.FACE, text_version="t", channel=Channel.WEB, actor="citizen", at=CLOCK.now()
    )
    vector = wiring.face_engine().look(jpeg(astronaut())).embedding
    assert vector is not None
    biometrics.actions.enrol(
        Pno(pno),
        Modality.FACE,
        [vector],
        engine=EngineId(name="test", weights="0" * 64),
        source=EnrolSource.ID_PHOTO,
        actor="certifier",
        at=CLOCK.now(),
    )


def test_face_of_an_ended_benefit_is_deleted_and_a_paused_one_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    for pno in (1, 2, 3):
        _enrolled(pno)

    def stopped(month: Month) -> list[StoppedPay]:
        assert month == Month(2026, 11)
        return [
            StoppedPay(
                pno=Pno(pno), state=state, reason_code="1401", since=month, decision="d", known_by="clerk"
            )
            for pno, state in ((1, PayState.ENDED), (2, PayState.PAUSED), (9, PayState.ENDED))
        ]

    monkeypatch.setattr(faces_are_tidied.entitlements.queries, "out_of_payment", stopped)
    done = faces_are_tidied.tidy(clock=CLOCK)
    assert (done.people, done.templates) == (1, 1)
    assert not biometrics.queries.has_template(Pno(1), Modality.FACE)
    assert biometrics.queries.has_template(Pno(2), Modality.FACE)
    assert [kept.revoke_reason for kept in biometrics.queries.enrolments(Pno(1), Modality.FACE)] == ["ended"]
    assert faces_are_tidied.tidy(clock=CLOCK).templates == 0


def test_filing_is_owed_thirty_working_days_after_the_count_was_reached() -> None:
    _enrolled(1)
    assert faces_are_filed.duty(FaceRules(filing_from=2), NOTICES).until is None
    owed = faces_are_filed.duty(FaceRules(filing_from=1), NOTICES)
    assert owed.filing.reached_on == date(2026, 11, 2)
    assert owed.until == date(2026, 12, 14)
    for day in ("2026-11-03", "tomorrow", ""):
        with pytest.raises(Refused, match="biometrics:filing_day"):
            faces_are_filed.record(hands_of("boss", clock=CLOCK), filed_on=day, reference="17")
    faces_are_filed.record(hands_of("boss", clock=CLOCK), filed_on="2026-11-02", reference="京网备 17")
    done = faces_are_filed.duty(FaceRules(filing_from=1), NOTICES)
    assert (done.until, done.filing.reference) == (None, "京网备 17")


def test_table_space_is_moved_only_where_there_is_one() -> None:
    if connection.vendor == "postgresql":
        assert vault_is_moved.move(tablespace="pg_default") >= 1
        return
    with pytest.raises(Misused, match="biometrics:no_table_spaces"):
        vault_is_moved.move(tablespace="vault")
