"""The same face is sought under two numbers: a case for a person to read, once, and nothing else whatever it finds."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from case_situations import CASE_RULES
from hands import hands_of
from link_situations import NAMES, City, four_people
from signing_in import as_staff
from yizheng import wiring
from yizheng.adapters.face.index import FaceIndex
from yizheng.flows.vault import same_face_is_sought
from yizheng.flows.vault.same_face_is_sought import SoughtReport
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import FixedClock
from yizheng.rooms import biometrics, casework
from yizheng.rooms.biometrics.data import (
    FACE_TEXT,
    Channel,
    EngineId,
    EnrolSource,
    Modality,
    RevokeReason,
    Vector,
)
from yizheng.rooms.biometrics.models import AlikeFaces, FaceSearch
from yizheng.rooms.biometrics.search import Agrees, Strength
from yizheng.rooms.casework.data import CaseState
from yizheng.rooms.casework.models import Case
from yizheng.rooms.entitlements.models import PayStateChange
from yizheng.rooms.evidence.models import Ruling
from yizheng.rooms.ledger.models import Entry
from yizheng.rooms.notices.models import Message
from yizheng.rooms.passes.models import Pass
from yizheng.rooms.privacy.models import Look

pytestmark = pytest.mark.django_db
ENGINE = EngineId(name="test", weights="ab" * 32)
CLOCK = FixedClock.on(date(2026, 11, 2))
PNOS = [Pno(at) for at in range(4)]


@pytest.fixture
def city(tmp_path: Path) -> City:
    """Four people, born on the same day in one county, with other names."""
    return four_people(tmp_path)


def unit(vector: np.ndarray) -> Vector:
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def face(seed: int) -> Vector:
    return unit(np.random.default_rng(seed).standard_normal(128))


def like(other: Vector, cosine: float, seed: int = 99) -> Vector:
    """A face that is so alike to another."""
    away = face(seed)
    away = unit(away - (away @ other) * other)
    return unit(cosine * other + np.sqrt(1 - cosine**2) * away)


def enrol(pno: Pno, *vectors: Vector, engine: EngineId = ENGINE, text: str = FACE_TEXT) -> None:
    at = CLOCK.now()
    biometrics.actions.give_consent(
        pno, Modality.FACE, text_version=text, channel=Channel.WEB, actor="c", at=at
    )
    biometrics.actions.enrol(
        pno, Modality.FACE, vectors, engine=engine, source=EnrolSource.SERVICE_POINT, actor="clerk", at=at
    )


def seek(*, most: int | None = None) -> SoughtReport:
    return same_face_is_sought.seek(
        hands_of("test", clock=CLOCK), index=FaceIndex(), engine=ENGINE.code, most=most, case_rules=CASE_RULES
    )


def alike_of(pno: Pno) -> Sequence[tuple[int, int, Strength]]:
    case = casework.queries.case_of_person(pno)
    assert case is not None
    return [
        (one.pno, one.other, one.strength) for one in biometrics.queries.alike_faces(case_id=case.case_id)
    ]


def test_one_face_under_two_numbers_opens_one_case_and_says_what_agrees(city: City) -> None:
    enrol(PNOS[0], face(0), face(10))
    enrol(PNOS[1], face(1))
    enrol(PNOS[2], like(face(0), 0.8))
    report = seek()
    assert (report.against, report.sought, report.pairs, report.cases) == (4, 4, 1, 1)
    (case,) = Case.objects.all()
    assert (case.pno, case.reasons, case.leads) == (0, ["same_face"], [])
    (pair,) = biometrics.queries.alike_faces(case_id=case.pk)
    assert (pair.pno, pair.other, pair.place) == (PNOS[0], PNOS[2], 1)
    assert pair.strength is Strength.VERY_ALIKE
    assert set(pair.agrees) >= {Agrees.BIRTH_DAY, Agrees.BIRTH_YEAR}
    assert Agrees.NAME not in pair.agrees


def test_less_alike_is_asked_about_where_the_day_of_birth_agrees_and_not_below_the_mark(city: City) -> None:
    enrol(PNOS[0], face(0))
    enrol(PNOS[1], like(face(0), 0.55))
    enrol(PNOS[2], like(face(0), 0.45, seed=7))
    seek()
    assert alike_of(PNOS[0]) == [(0, 1, Strength.ALIKE)]
    assert Case.objects.count() == 1


def test_same_pair_is_never_asked_about_twice_not_even_after_the_case_was_decided(city: City) -> None:
    enrol(PNOS[0], face(0))
    enrol(PNOS[1], like(face(0), 0.9))
    assert seek().pairs == 1
    assert seek() == SoughtReport(against=2)
    Case.objects.update(state=CaseState.CLOSED.value)
    enrol(PNOS[1], like(face(0), 0.95))  # enrolled anew: sought again
    report = seek()
    assert (report.sought, report.known, report.pairs, report.cases) == (1, 1, 0, 0)
    assert Case.objects.count() == 1


def test_somebody_enrolled_later_is_sought_among_all_and_only_that_one(city: City) -> None:
    enrol(PNOS[0], face(0))
    enrol(PNOS[1], face(1))
    assert seek().pairs == 0
    enrol(PNOS[3], like(face(1), 0.9))
    report = seek()
    assert (report.against, report.sought, report.pairs) == (3, 1, 1)
    assert alike_of(PNOS[3]) == [(3, 1, Strength.VERY_ALIKE)]


def test_search_goes_on_where_it_stopped(city: City) -> None:
    for pno in PNOS:
        enrol(pno, like(face(0), 0.9, seed=50 + pno))
    first = seek(most=1)
    assert (first.sought, first.left) == (1, 3)
    rest = seek()
    assert (rest.sought, rest.left) == (3, 0)
    assert AlikeFaces.objects.count() == 6  # every pair of four, each once
    assert list(FaceSearch.objects.values_list("sought", flat=True)) == [1, 3]


def test_open_case_takes_the_question_in_and_is_told(city: City) -> None:
    enrol(PNOS[0], face(0))
    enrol(PNOS[1], like(face(0), 0.9))
    enrol(PNOS[2], like(face(0), 0.85, seed=5))
    seek(most=1)
    case = casework.queries.case_of_person(PNOS[0])
    assert case is not None
    assert len(alike_of(PNOS[0])) == 2
    enrol(PNOS[3], like(face(0), 0.9, seed=6))
    enrol(PNOS[0], face(0))  # sought anew while its case is open
    report = seek()
    again = casework.queries.case_of_person(PNOS[0])
    assert again is not None
    assert again.case_id == case.case_id
    assert sum("also_alike" in str(step.note) for step in casework.queries.steps(case.case_id)) == 1
    assert report.cases >= 1


def test_deleted_template_and_another_engines_are_in_no_index(city: City) -> None:
    enrol(PNOS[0], face(0))
    enrol(PNOS[1], like(face(0), 0.9))
    enrol(PNOS[2], like(face(0), 0.9, seed=4), engine=EngineId(name="other", weights="cd" * 32))
    biometrics.actions.revoke(
        PNOS[1], Modality.FACE, reason=RevokeReason.WITHDRAWN, actor="c", at=CLOCK.now() + timedelta(hours=1)
    )
    report = seek()
    assert (report.against, report.pairs) == (1, 0)


def test_who_agreed_to_words_that_do_not_name_the_search_is_neither_sought_nor_found(city: City) -> None:
    enrol(PNOS[0], face(0), text="face-2026-11")
    enrol(PNOS[1], like(face(0), 0.9))
    enrol(PNOS[2], like(face(0), 0.9, seed=5), text="face-2026-11")
    assert seek() == SoughtReport(against=1, sought=1)
    assert not Case.objects.exists()
    biometrics.actions.withdraw_consent(
        PNOS[0], Modality.FACE, actor="c", at=CLOCK.now() + timedelta(hours=1)
    )
    enrol(PNOS[0], face(0))  # agreed anew, to the words of now
    report = seek()
    assert (report.against, report.sought, report.pairs) == (2, 1, 1)
    assert alike_of(PNOS[0]) == [(0, 1, Strength.VERY_ALIKE)]


def test_a_hit_goes_to_a_case_and_nothing_else(city: City) -> None:
    """Nobody's result, pay, notices or evidence change, and nothing that is written down says a name or a score."""
    for pno in PNOS:
        enrol(pno, like(face(0), 0.95, seed=20 + pno))
    before = (
        PayStateChange.objects.count(),
        Pass.objects.count(),
        Ruling.objects.count(),
        Message.objects.count(),
    )
    kinds = set(Entry.objects.values_list("kind", flat=True))
    seek()
    assert before == (
        PayStateChange.objects.count(),
        Pass.objects.count(),
        Ruling.objects.count(),
        Message.objects.count(),
    )
    assert set(Entry.objects.values_list("kind", flat=True)) - kinds == {
        "biometrics:alike:found",
        "biometrics:search:made",
        "casework:case:opened",
    }
    for case in Case.objects.all():
        assert (case.state, case.outcome, case.loss) == (CaseState.OPEN.value, "", "")


def test_clerk_sees_both_people_and_what_agrees_and_each_look_is_recorded(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "clock", lambda: CLOCK)
    enrol(PNOS[0], face(0))
    enrol(PNOS[2], like(face(0), 0.8))
    seek()
    (case,) = Case.objects.all()
    account = get_user_model().objects.create(
        username="clerk", display_name="认证岗", role="certifier", created_at=CLOCK.now(), created_by="test"
    )
    clerk = Client()
    as_staff(clerk, account.pk)
    shown = clerk.get(reverse("staff:case-faces", args=[case.pk])).content.decode()
    for words in (NAMES[0], NAMES[2], "非常相似", "出生日期", "相似不是证据"):
        assert words in shown
    assert "0.8" not in shown
    looks = Look.objects.filter(what=f"faces:{case.pk}").values_list("pno", flat=True)
    assert set(looks) == {PNOS[0], PNOS[2]}
    assert (
        reverse("staff:case-faces", args=[case.pk])
        in clerk.get(reverse("staff:case", args=[case.pk])).content.decode()
    )
    assert clerk.get(reverse("staff:case-voice", args=[case.pk])).status_code == 404
