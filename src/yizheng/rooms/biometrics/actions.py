"""The writes of biometrics: consents, enrolments and their deletion, tries. Each leaves its entry in the ledger.

Rules that always hold: no template without a consent in force; a withdrawal deletes every template of its kind in the
same transaction; a template never enters the ledger, nor does a score. What was deleted is gone from the tables at
once; the record that there was something, and that it was deleted, stays.
"""

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import numpy as np
from django.db import connection
from django.db.models import QuerySet

from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.rooms import ledger, privacy
from yizheng.rooms.biometrics import models, renewal, rules
from yizheng.rooms.biometrics.data import (
    Channel,
    Consent,
    EngineId,
    Enrolled,
    EnrolSource,
    Modality,
    RevokeReason,
    Vector,
    Withdrawn,
)
from yizheng.rooms.biometrics.keys import VAULT_KEYS
from yizheng.rooms.biometrics.queries import (
    ALIKE_FACES,
    CONSENTS,
    ENROLMENTS,
    FACE_SEARCHES,
    FILINGS,
    VOICE_ANSWERS,
    as_consent,
    as_enrolled,
    consented,
    seed_place,
    stored,
    vector_place,
)
from yizheng.rooms.biometrics.search import NewAlike, pair_of
from yizheng.rooms.biometrics.voice import NewAnswer
from yizheng.rooms.biometrics.why import Why
from yizheng.rooms.privacy.ports import FIELD_KEYS


def give_consent(
    pno: Pno, modality: Modality, *, text_version: str, channel: Channel, actor: str, at: datetime
) -> Consent:
    """Record that a person agreed. One that is in force already stays as it is."""
    standing = _in_force(pno, modality).first()
    if standing is not None:
        return as_consent(standing)
    made = models.Consent.objects.create(
        pno=pno, modality=modality, text_version=text_version, channel=channel, given_at=at, given_by=actor
    )
    _witness_consent(made, "given", actor=actor, at=at)
    return as_consent(made)


def withdraw_consent(pno: Pno, modality: Modality, *, actor: str, at: datetime) -> Withdrawn | None:
    """End a consent and delete every template of its kind, at once. None where no consent is in force."""
    standing = _in_force(pno, modality).select_for_update().first()
    if standing is None:
        return None
    standing.withdrawn_at, standing.withdrawn_by = at, actor
    standing.save(update_fields=["withdrawn_at", "withdrawn_by"])
    _witness_consent(standing, "withdrawn", actor=actor, at=at)
    gone = revoke(pno, modality, reason=RevokeReason.WITHDRAWN, actor=actor, at=at)
    return Withdrawn(consent=as_consent(standing), templates=gone)


def enrol(
    pno: Pno,
    modality: Modality,
    vectors: Sequence[Vector],
    *,
    engine: EngineId,
    source: EnrolSource,
    actor: str,
    at: datetime,
) -> Enrolled:
    """Keep the templates of a person, one for each picture; those kept before are deleted. Raises Refused."""
    rules.check_consent(given=consented(pno, modality))
    rules.check_vectors(vectors)
    _check_key_is_here()
    revoke(pno, modality, reason=RevokeReason.REPLACED, actor=actor, at=at)
    made = models.Enrolment.objects.create(
        pno=pno,
        modality=modality,
        engine=engine.code,
        source=source,
        pictures=len(vectors),
        made_at=at,
        made_by=actor,
    )
    models.Template.objects.bulk_create(_sealed(made, vector) for vector in vectors)
    _witness_enrolment(made, "made", actor=actor, at=at, detail={"pictures": len(vectors)})
    return as_enrolled(made)


def revoke(pno: Pno, modality: Modality, *, reason: RevokeReason, actor: str, at: datetime) -> int:
    """Delete every template of a kind that a person has; gives how many there were."""
    standing = models.Enrolment.objects.select_for_update().filter(
        pno=pno, modality=modality, revoked_at__isnull=True
    )
    for enrolment in standing:
        enrolment.revoked_at, enrolment.revoked_by, enrolment.revoke_reason = at, actor, reason
        enrolment.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
        _witness_enrolment(enrolment, "revoked", actor=actor, at=at, detail={"reason": reason.value})
    gone, _ = models.Template.objects.filter(pno=pno, modality=modality).delete()
    return gone


def note_try(
    pno: Pno,
    modality: Modality = Modality.FACE,
    *,
    at: datetime,
    actor: str = "citizen",
    tries: int = rules.TRIES,
    window: timedelta = rules.TRY_WINDOW,
) -> bool:
    """Count one comparison before it is made; False, and nothing counted, where too many were made already.

    Call it in a transaction of its own that is committed before the comparison, so that a comparison that fails counts.
    The ledger's line is where two that come at once wait for each other.
    """
    ledger.actions.append(
        kind="biometrics:comparison:asked",
        actor=actor,
        at=at,
        subject=f"{TRIES_SUBJECT}:{modality.value}",
    )
    recent = models.Try.objects.filter(pno=pno, modality=modality, tried_at__gt=at - window)
    if (
        rules.tries_left(list(recent.values_list("tried_at", flat=True)), at=at, tries=tries, window=window)
        < 1
    ):
        return False
    models.Try.objects.create(pno=pno, modality=modality, tried_at=at)
    return True


TRIES_SUBJECT = "biometrics_try"


def forget_tries(*, at: datetime, window: timedelta = rules.TRY_WINDOW) -> int:
    """Forget tries that count no more; gives how many."""
    gone, _ = models.Try.objects.filter(tried_at__lt=at - 2 * window).delete()
    return gone


def record_filing(*, filed_on: date, reference: str, actor: str, at: datetime) -> None:
    """Record that the office filed its stored faces. Raises Refused without a reference."""
    if not reference.strip():
        raise Refused(Why.FILING_REFERENCE)
    made = models.FilingMade.objects.create(
        filed_on=filed_on,
        reference=reference.strip()[:64],
        faces=stored(Modality.FACE),
        recorded_at=at,
        recorded_by=actor,
    )
    ledger.actions.append(
        kind="biometrics:filing:made",
        actor=actor,
        at=at,
        subject=FILINGS.subject(made.pk),
        row=FILINGS.row_of(made),
    )


def keep_answer(answer: NewAnswer, *, actor: str, at: datetime) -> int:
    """Keep a voice's answer that waits for a call; gives its number. The recording lies sealed in the store by then."""
    made = models.VoiceAnswer.objects.create(
        pno=answer.pno,
        case_id=answer.case_id,
        answered_at=at,
        digits=answer.digits,
        engine=answer.engine,
        source=answer.source,
        match=answer.verdict.match,
        digits_read=answer.verdict.digits,
        sound=answer.sound,
    )
    ledger.actions.append(
        kind="biometrics:voice:answered",
        actor=actor,
        at=at,
        subject=VOICE_ANSWERS.subject(made.pk),
        row=VOICE_ANSWERS.row_of(made),
    )
    return int(made.pk)


def forget_sound(answer_id: int, *, actor: str, at: datetime) -> None:
    """Note that the recording of an answer was deleted. What it was worth stays."""
    models.VoiceAnswer.objects.filter(pk=answer_id).update(sound="")
    ledger.actions.append(
        kind="biometrics:voice:recording_deleted",
        actor=actor,
        at=at,
        subject=f"{VOICE_ANSWERS.subject(answer_id)}:sound",
    )


def keep_alike(found: Sequence[NewAlike], *, case_id: int, engine: str, actor: str, at: datetime) -> None:
    """Keep pairs of people whose faces are alike, with the case in which a person looks at them."""
    for one in found:
        made = models.AlikeFaces.objects.create(
            pair=pair_of(one.pno, one.other),
            pno=one.pno,
            other=one.other,
            case_id=case_id,
            engine=engine,
            place=one.place,
            strength=one.strength,
            facts=",".join(one.agrees),
            found_at=at,
        )
        ledger.actions.append(
            kind="biometrics:alike:found",
            actor=actor,
            at=at,
            subject=ALIKE_FACES.subject(made.pk),
            row=ALIKE_FACES.row_of(made),
        )


def keep_search(
    *, engine: str, upto: int, sought: int, against: int, pairs: int, actor: str, at: datetime
) -> None:
    """Keep that templates up to a number were sought among so many: the next search begins behind them."""
    made = models.FaceSearch.objects.create(
        engine=engine,
        upto=upto,
        sought=sought,
        against=against,
        pairs=pairs,
        searched_at=at,
        searched_by=actor,
    )
    ledger.actions.append(
        kind="biometrics:search:made",
        actor=actor,
        at=at,
        subject=FACE_SEARCHES.subject(made.pk),
        row=FACE_SEARCHES.row_of(made),
        detail={"sought": sought, "against": against, "pairs": pairs},
    )


def move_vault(tablespace: str) -> int:
    """Move the vault's table and its indexes into a table space; gives how many indexes. PostgreSQL only."""
    table, quoted = "biometrics_template", connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = %s ORDER BY indexname", [table])
        indexes = [str(name) for (name,) in cursor.fetchall()]
        cursor.execute(f"ALTER TABLE {quoted(table)} SET TABLESPACE {quoted(tablespace)}")
        for index in indexes:
            cursor.execute(f"ALTER INDEX {quoted(index)} SET TABLESPACE {quoted(tablespace)}")
    return len(indexes)


def _in_force(pno: Pno, modality: Modality) -> QuerySet[models.Consent]:
    return models.Consent.objects.filter(pno=pno, modality=modality, withdrawn_at__isnull=True)


def _sealed(enrolment: models.Enrolment, vector: Vector) -> models.Template:
    """A row of the vault: the turned template under the vault's key, its seed under the key of names and numbers."""
    place, seed = secrets.token_bytes(16), secrets.token_bytes(renewal.SEED)
    vault = VAULT_KEYS.get()
    fields = FIELD_KEYS.get()
    vault_id, field_id = vault.active_vault_key(), fields.active_field_key()
    suite, key = vault.vault_key(vault_id)
    seed_suite, seed_key = fields.field_key(field_id)
    kept = renewal.turned(np.asarray(vector, np.float32), seed).astype("<f4").tobytes()
    pno, modality = Pno(enrolment.pno), Modality(enrolment.modality)
    return models.Template(
        enrolment_id=enrolment.pk,
        pno=pno,
        modality=modality,
        engine=enrolment.engine,
        place=place,
        vector_sealed=privacy.actions.seal_value(
            suite=suite, key_id=vault_id, key=key, place=vector_place(pno, modality, place), value=kept
        ),
        seed_sealed=privacy.actions.seal_value(
            suite=seed_suite,
            key_id=field_id,
            key=seed_key,
            place=seed_place(pno, modality, place),
            value=seed,
        ),
    )


def _check_key_is_here() -> None:
    """A vault whose key was lost takes nothing more in: its file would be made anew, and the loss go unseen. Refused."""
    newest = models.Template.objects.order_by("-id").values_list("vector_sealed", flat=True).first()
    if newest is not None:
        vault = VAULT_KEYS.get()
        vault.vault_key(int.from_bytes(bytes(newest)[1:5], "big"))


def _witness_consent(consent: models.Consent, happened: str, *, actor: str, at: datetime) -> None:
    ledger.actions.append(
        kind=f"biometrics:consent:{happened}",
        actor=actor,
        at=at,
        subject=CONSENTS.subject(consent.pk),
        row=CONSENTS.row_of(consent),
        detail={"modality": consent.modality},
    )


def _witness_enrolment(
    enrolment: models.Enrolment, happened: str, *, actor: str, at: datetime, detail: dict[str, object]
) -> None:
    ledger.actions.append(
        kind=f"biometrics:enrolment:{happened}",
        actor=actor,
        at=at,
        subject=ENROLMENTS.subject(enrolment.pk),
        row=ENROLMENTS.row_of(enrolment),
        detail={"modality": enrolment.modality, **detail},
    )
