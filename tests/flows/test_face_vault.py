"""The vault of templates: no template without consent, deleted at once, sealed, bound to its person, tries few."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from django.db import connection

from yizheng.adapters.keys.vault import LocalVaultKeys
from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.rooms import biometrics
from yizheng.rooms.biometrics.data import Channel, EngineId, EnrolSource, Modality, RevokeReason, Vector
from yizheng.rooms.biometrics.keys import VAULT_KEYS
from yizheng.rooms.biometrics.models import Template
from yizheng.rooms.ledger.models import Entry
from yizheng.rooms.privacy.data import SealBroken

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 2, 1, tzinfo=UTC)
ENGINE = EngineId(name="test", weights="00" * 32)
WHO = Pno(7)


def _vectors(count: int = 2, seed: int = 1) -> list[Vector]:
    made = np.random.default_rng(seed).normal(size=(count, 128)).astype(np.float32)
    return list(made / np.linalg.norm(made, axis=1, keepdims=True))


def _agreed(pno: Pno = WHO) -> None:
    biometrics.actions.give_consent(
        pno, Modality.FACE, text_version="2026-11", channel=Channel.WEB, actor="citizen", at=AT
    )


def _enrolled(pno: Pno = WHO, vectors: list[Vector] | None = None, at: datetime = AT) -> list[Vector]:
    vectors = vectors or _vectors(seed=pno)
    _agreed(pno)
    biometrics.actions.enrol(
        pno, Modality.FACE, vectors, engine=ENGINE, source=EnrolSource.SERVICE_POINT, actor="clerk", at=at
    )
    return vectors


def test_nobody_is_enrolled_without_consent() -> None:
    with pytest.raises(Refused, match="biometrics:no_consent"):
        biometrics.actions.enrol(
            WHO,
            Modality.FACE,
            _vectors(),
            engine=ENGINE,
            source=EnrolSource.ID_PHOTO,
            actor="clerk",
            at=AT,
        )
    biometrics.actions.give_consent(
        WHO, Modality.VOICE, text_version="2026-11", channel=Channel.WEB, actor="citizen", at=AT
    )
    assert not biometrics.queries.consented(
        WHO, Modality.FACE
    )  # agreeing to one kind is not agreeing to another


def test_templates_come_back_as_they_were_made() -> None:
    vectors = _enrolled()
    opened = biometrics.queries.templates_of(WHO, Modality.FACE)
    assert [record.engine for record in opened] == [ENGINE.code] * 2
    for record, vector in zip(opened, vectors, strict=True):
        np.testing.assert_allclose(record.vector, vector, atol=2e-6)
    assert biometrics.queries.templates_of(WHO, Modality.FACE, engine="another:engine") == []
    assert not biometrics.queries.has_template(WHO, Modality.FACE, engine="another:engine")
    assert biometrics.queries.has_template(WHO, Modality.FACE, engine=ENGINE.code)
    assert "vector" not in repr(opened[0])


def test_table_shows_neither_template_nor_what_belongs_together() -> None:
    """Two people with the same face: nothing that is stored is alike, and nothing stored is the template."""
    vectors = _vectors(1)
    _enrolled(Pno(1), vectors)
    _enrolled(Pno(2), vectors)
    one, two = Template.objects.order_by("id")
    assert bytes(one.vector_sealed) != bytes(two.vector_sealed)
    assert bytes(one.vector_sealed)[1:5] != bytes(one.seed_sealed)[1:5]  # two keys: none opens both
    raw = vectors[0].astype("<f4").tobytes()
    for row in (one, two):
        assert raw not in bytes(row.vector_sealed)


def test_template_moved_to_another_person_does_not_open() -> None:
    _enrolled(Pno(1))
    Template.objects.update(pno=2)
    with pytest.raises(SealBroken):
        biometrics.queries.templates_of(Pno(2), Modality.FACE)


def test_withdrawal_deletes_at_once_and_leaves_a_record() -> None:
    _enrolled()
    done = biometrics.actions.withdraw_consent(WHO, Modality.FACE, actor="citizen", at=AT + timedelta(days=1))
    assert done is not None
    assert done.templates == 2
    assert done.consent.receipt.startswith("BIO-2026-")
    assert Template.objects.count() == 0
    assert not biometrics.queries.consented(WHO, Modality.FACE)
    (kept,) = biometrics.queries.enrolments(WHO, Modality.FACE)
    assert (kept.revoke_reason, kept.pictures) == (RevokeReason.WITHDRAWN, 2)
    assert biometrics.actions.withdraw_consent(WHO, Modality.FACE, actor="citizen", at=AT) is None
    kinds = list(Entry.objects.order_by("index").values_list("kind", flat=True))
    assert kinds == [
        "biometrics:consent:given",
        "biometrics:enrolment:made",
        "biometrics:consent:withdrawn",
        "biometrics:enrolment:revoked",
    ]


def test_new_enrolment_takes_the_place_of_the_old_one() -> None:
    _enrolled()
    newer = _vectors(seed=9)
    _enrolled(vectors=newer, at=AT + timedelta(days=1))
    opened = biometrics.queries.templates_of(WHO, Modality.FACE)
    assert len(opened) == 2
    np.testing.assert_allclose(opened[0].vector, newer[0], atol=2e-6)
    assert [kept.revoke_reason for kept in biometrics.queries.enrolments(WHO, Modality.FACE)] == [
        "",
        "replaced",
    ]


def test_agreeing_twice_is_one_consent() -> None:
    _agreed()
    _agreed()
    assert len(biometrics.queries.consents(WHO)) == 1


@pytest.mark.parametrize("count", [0, 13])
def test_too_few_and_too_many_pictures_are_refused(count: int) -> None:
    _agreed()
    with pytest.raises(Refused, match="biometrics:templates_count most=12"):
        biometrics.actions.enrol(
            WHO,
            Modality.FACE,
            _vectors(count) if count else [],
            engine=ENGINE,
            source=EnrolSource.ID_PHOTO,
            actor="clerk",
            at=AT,
        )


def test_five_tries_in_fifteen_minutes() -> None:
    times = [AT + timedelta(minutes=minute) for minute in (0, 1, 2, 3, 4, 5, 14, 16)]
    allowed = [biometrics.actions.note_try(WHO, at=at) for at in times]
    assert allowed == [True] * 5 + [False, False, True]
    assert biometrics.actions.note_try(Pno(8), at=AT)
    assert biometrics.queries.tries_left(WHO, times[-1]) == 1
    assert biometrics.queries.tries_left(WHO, times[-1], modality=Modality.VOICE) == 5
    assert biometrics.actions.forget_tries(at=AT + timedelta(hours=1)) == 7
    assert "7" not in "".join(Entry.objects.values_list("subject", flat=True))


def test_filing_is_owed_from_the_day_the_count_was_reached() -> None:
    for number in range(1, 4):
        _enrolled(Pno(number), at=AT + timedelta(days=number))
    assert not biometrics.queries.filing(filing_from=4).due
    owed = biometrics.queries.filing(filing_from=2)
    assert (owed.faces, owed.due) == (3, True)
    assert owed.reached_on == (AT + timedelta(days=2)).date()
    with pytest.raises(Refused, match="biometrics:filing_reference"):
        biometrics.actions.record_filing(filed_on=AT.date(), reference=" ", actor="boss", at=AT)
    biometrics.actions.record_filing(filed_on=AT.date(), reference="京网人脸备2026-17", actor="boss", at=AT)
    assert not biometrics.queries.filing(filing_from=2).due


def test_vault_whose_key_was_lost_takes_nothing_more_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _enrolled()
    monkeypatch.setattr(VAULT_KEYS, "_thing", LocalVaultKeys(tmp_path / "vault-keys.json"))
    with pytest.raises(Refused, match="keys:vault_key_missing"):
        biometrics.queries.templates_of(WHO, Modality.FACE)
    with pytest.raises(Refused, match="keys:vault_key_missing"):
        _enrolled(Pno(8))


def test_template_never_enters_the_ledger() -> None:
    vectors = _enrolled()
    with connection.cursor() as cursor:
        cursor.execute("SELECT detail FROM ledger_entry")
        details = " ".join(str(row[0]) for row in cursor.fetchall())
    assert "pictures" in details
    assert str(float(vectors[0][0]))[:6] not in details
