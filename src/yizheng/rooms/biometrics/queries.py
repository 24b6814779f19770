"""The reads of biometrics: who agreed, who is enrolled, and templates opened for a comparison on the server."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta

import numpy as np
from django.db import connection
from django.db.models import Max, Min
from numpy.typing import NDArray

from yizheng.kernel.ids import Pno
from yizheng.kernel.portions import portions
from yizheng.kernel.time import CHINA
from yizheng.rooms import privacy
from yizheng.rooms.biometrics import models, renewal, rules
from yizheng.rooms.biometrics.data import (
    Channel,
    Consent,
    Enrolled,
    EnrolSource,
    Filing,
    Match,
    Modality,
    TemplateRecord,
)
from yizheng.rooms.biometrics.keys import VAULT_KEYS
from yizheng.rooms.biometrics.search import Agrees, Alike, Strength
from yizheng.rooms.biometrics.voice import AnswerView, DigitsRead
from yizheng.rooms.ledger.data import WitnessedTable
from yizheng.rooms.privacy.ports import FIELD_KEYS

Numbers = NDArray[np.int64]

CONSENTS = WitnessedTable(
    "biometrics_consent",
    "id",
    ("pno", "modality", "text_version", "channel", "given_at", "given_by", "withdrawn_at", "withdrawn_by"),
)
ENROLMENTS = WitnessedTable(
    "biometrics_enrolment",
    "id",
    (
        "pno",
        "modality",
        "engine",
        "source",
        "pictures",
        "made_at",
        "made_by",
        "revoked_at",
        "revoked_by",
        "revoke_reason",
    ),
)
FILINGS = WitnessedTable(
    "biometrics_filingmade", "id", ("filed_on", "reference", "faces", "recorded_at", "recorded_by")
)
VOICE_ANSWERS = WitnessedTable(
    "biometrics_voiceanswer",
    "id",
    ("pno", "case_id", "answered_at", "digits", "engine", "source", "match", "digits_read"),
)
"""All but where the recording lies, which changes when it is deleted."""
ALIKE_FACES = WitnessedTable(
    "biometrics_alikefaces",
    "id",
    ("pair", "pno", "other", "case_id", "engine", "place", "strength", "facts", "found_at"),
)
FACE_SEARCHES = WitnessedTable(
    "biometrics_facesearch",
    "id",
    ("engine", "upto", "sought", "against", "pairs", "searched_at", "searched_by"),
)


def witnessed() -> tuple[WitnessedTable, ...]:
    """The tables whose every row has an entry in the ledger. The vault is none of them: its rows can be deleted."""
    return (CONSENTS, ENROLMENTS, FILINGS, VOICE_ANSWERS, ALIKE_FACES, FACE_SEARCHES)


def consent(pno: Pno, modality: Modality) -> Consent | None:
    """The consent that is in force."""
    found = models.Consent.objects.filter(pno=pno, modality=modality, withdrawn_at__isnull=True).first()
    return as_consent(found) if found else None


def consented(pno: Pno, modality: Modality) -> bool:
    """Whether a person agreed to this kind of comparison, and has not taken it back."""
    return consent(pno, modality) is not None


def consents(pno: Pno) -> list[Consent]:
    """Everything that a person agreed to, newest first, what was taken back too."""
    return [as_consent(row) for row in models.Consent.objects.filter(pno=pno).order_by("-id")]


def enrolments(pno: Pno, modality: Modality) -> list[Enrolled]:
    """The enrolments of a person, newest first, deleted ones too."""
    rows = models.Enrolment.objects.filter(pno=pno, modality=modality).order_by("-id")
    return [as_enrolled(row) for row in rows]


def has_template(pno: Pno, modality: Modality, *, engine: str | None = None) -> bool:
    """Whether the vault holds a template of a person; of this engine (its code), if one is named."""
    found = models.Template.objects.filter(pno=pno, modality=modality)
    return (found.filter(engine=engine) if engine else found).exists()


def templates_of(pno: Pno, modality: Modality, *, engine: str | None = None) -> list[TemplateRecord]:
    """The templates of a person, opened. Of one engine, if its code is named: another engine's fit nothing of it.

    Raises SealBroken where one was altered or moved, Refused where the vault's key is not here.
    """
    found = models.Template.objects.filter(pno=pno, modality=modality).order_by("id")
    return [_opened(row) for row in (found.filter(engine=engine) if engine else found)]


def template_lots(
    modality: Modality,
    *,
    engine: str,
    after: int = 0,
    lot: int = 20_000,
    texts: Collection[str] | None = None,
) -> Iterator[tuple[Numbers, Numbers, NDArray[np.float32]]]:
    """Every template of a kind and engine in lots, in the order of the vault: template numbers, person numbers, and the
    templates, a row each. From behind the template `after` on; with `texts`, only of people whose consent in force is to
    words of these versions. Raises SealBroken, Refused.
    """
    agreed = models.Consent.objects.filter(modality=modality, withdrawn_at=None, text_version__in=texts or ())
    while True:
        rows = models.Template.objects.filter(modality=modality, engine=engine, id__gt=after).order_by("id")
        if texts is not None:
            rows = rows.filter(pno__in=agreed.values("pno"))
        found = list(rows.values_list("id", "pno", "place", "seed_sealed", "vector_sealed")[:lot])
        if not found:
            return
        after = found[-1][0]
        vault = VAULT_KEYS.get()
        fields = FIELD_KEYS.get()
        seeds, kept = [], []
        for _, pno, place, seed, vector in found:
            for_seed = seed_place(Pno(pno), modality, bytes(place))
            for_vector = vector_place(Pno(pno), modality, bytes(place))
            seeds.append(
                privacy.queries.open_sealed(key_for=fields.field_key, place=for_seed, sealed=bytes(seed))
            )
            kept.append(
                privacy.queries.open_sealed(key_for=vault.vault_key, place=for_vector, sealed=bytes(vector))
            )
        matrix = np.frombuffer(b"".join(kept), "<f4").astype(np.float32).reshape(len(found), -1)
        yield (
            np.array([row[0] for row in found], np.int64),
            np.array([row[1] for row in found], np.int64),
            renewal.turned_back_many(matrix, seeds),
        )


def stored(modality: Modality) -> int:
    """Of how many people the vault holds templates of a kind."""
    return models.Template.objects.filter(modality=modality).values("pno").distinct().count()


def tries_left(
    pno: Pno,
    at: datetime,
    *,
    modality: Modality = Modality.FACE,
    tries: int = rules.TRIES,
    window: timedelta = rules.TRY_WINDOW,
) -> int:
    """How many comparisons a person may still make now."""
    recent = models.Try.objects.filter(pno=pno, modality=modality, tried_at__gt=at - window)
    return rules.tries_left(
        list(recent.values_list("tried_at", flat=True)), at=at, tries=tries, window=window
    )


def filing(*, filing_from: int) -> Filing:
    """How the office stands with the rule of filing for stored faces.

    The count was reached on the day of the enrolment that, of those still kept, made it full.
    """
    faces = stored(Modality.FACE)
    reached_on = None
    if rules.reached(faces, filing_from):
        firsts = (
            models.Enrolment.objects.filter(modality=Modality.FACE, revoked_at__isnull=True)
            .values("pno")
            .annotate(first=Min("made_at"))
            .order_by("first")
        )
        reached_on = firsts[filing_from - 1]["first"].astimezone(CHINA).date()
    made = models.FilingMade.objects.order_by("-filed_on", "-id").first()
    return Filing(
        faces=faces,
        filing_from=filing_from,
        reached_on=reached_on,
        filed_on=made.filed_on if made else None,
        reference=made.reference if made else "",
    )


def has_table_spaces() -> bool:
    """Whether the database can keep a table in a space of its own."""
    return connection.vendor == "postgresql"


def engines_in_use(modality: Modality) -> dict[str, int]:
    """How many templates of a kind each engine made, by its code."""
    codes = models.Template.objects.filter(modality=modality).values_list("engine", flat=True)
    counted: dict[str, int] = {}
    for code in codes.iterator(5000):
        counted[code] = counted.get(code, 0) + 1
    return counted


def answers(*, case_id: int) -> list[AnswerView]:
    """The voice's answers that a case holds, newest first."""
    return [_as_answer(row) for row in models.VoiceAnswer.objects.filter(case_id=case_id).order_by("-id")]


def answers_with_sound() -> list[AnswerView]:
    """The answers whose recordings are still there, oldest first."""
    return [_as_answer(row) for row in models.VoiceAnswer.objects.exclude(sound="").order_by("id")]


def sound_is_kept(sound: str) -> bool:
    """Whether an answer's recording lies under this name."""
    return models.VoiceAnswer.objects.filter(sound=sound).exists()


def alike_faces(*, case_id: int) -> list[Alike]:
    """The pairs of alike faces that a case holds, by their place in the list."""
    rows = models.AlikeFaces.objects.filter(case_id=case_id).order_by("pno", "place", "id")
    return [
        Alike(
            alike_id=row.pk,
            pno=Pno(row.pno),
            other=Pno(row.other),
            case_id=row.case_id,
            place=row.place,
            strength=Strength(row.strength),
            agrees=tuple(Agrees(fact) for fact in row.facts.split(",") if fact),
            found_at=row.found_at,
        )
        for row in rows
    ]


def asked_pairs(pairs: Iterable[str]) -> frozenset[str]:
    """Those of these pairs that a person was asked about already, whatever came of it."""
    found: set[str] = set()
    for some in portions(pairs):
        found |= set(models.AlikeFaces.objects.filter(pair__in=some).values_list("pair", flat=True))
    return frozenset(found)


def searched_upto(engine: str) -> int:
    """Up to which template faces of this engine were sought; 0 before the first search."""
    found: int | None = models.FaceSearch.objects.filter(engine=engine).aggregate(upto=Max("upto"))["upto"]
    return found or 0


def _as_answer(row: models.VoiceAnswer) -> AnswerView:
    return AnswerView(
        answer_id=row.pk,
        pno=Pno(row.pno),
        case_id=row.case_id,
        answered_at=row.answered_at,
        digits=row.digits,
        engine=row.engine,
        source=row.source,
        match=Match(row.match),
        digits_read=DigitsRead(row.digits_read),
        sound=row.sound,
    )


def as_consent(row: models.Consent) -> Consent:
    """A row as a value."""
    return Consent(
        consent_id=row.pk,
        pno=Pno(row.pno),
        modality=Modality(row.modality),
        text_version=row.text_version,
        channel=Channel(row.channel),
        given_at=row.given_at,
        given_by=row.given_by,
        withdrawn_at=row.withdrawn_at,
    )


def as_enrolled(row: models.Enrolment) -> Enrolled:
    """A row as a value."""
    return Enrolled(
        enrolment_id=row.pk,
        pno=Pno(row.pno),
        modality=Modality(row.modality),
        engine=row.engine,
        source=EnrolSource(row.source),
        pictures=row.pictures,
        made_at=row.made_at,
        made_by=row.made_by,
        revoked_at=row.revoked_at,
        revoke_reason=row.revoke_reason,
    )


def vector_place(pno: Pno, modality: Modality, place: bytes) -> bytes:
    """What a sealed template opens for: this person, this kind, this row."""
    return f"biometrics_template.vector:{pno}:{modality.value}:{place.hex()}".encode()


def seed_place(pno: Pno, modality: Modality, place: bytes) -> bytes:
    """What a sealed seed opens for."""
    return f"biometrics_template.seed:{pno}:{modality.value}:{place.hex()}".encode()


def _opened(row: models.Template) -> TemplateRecord:
    pno, modality, place = Pno(row.pno), Modality(row.modality), bytes(row.place)
    vault = VAULT_KEYS.get()
    fields = FIELD_KEYS.get()
    seed = privacy.queries.open_sealed(
        key_for=fields.field_key, place=seed_place(pno, modality, place), sealed=bytes(row.seed_sealed)
    )
    kept = privacy.queries.open_sealed(
        key_for=vault.vault_key, place=vector_place(pno, modality, place), sealed=bytes(row.vector_sealed)
    )
    return TemplateRecord(
        template_id=row.pk,
        pno=pno,
        modality=modality,
        engine=row.engine,
        vector=renewal.turned_back(np.frombuffer(kept, "<f4").astype(np.float32), seed),
    )
