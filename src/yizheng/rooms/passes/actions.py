"""The only writes of passes. Each leaves its entry in the ledger, in the transaction of the flow that calls it."""

from collections.abc import Iterable
from datetime import date, datetime
from random import Random

from django.db import connection

from yizheng.kernel.errors import Refused
from yizheng.kernel.time import day_number
from yizheng.rooms import ledger, privacy
from yizheng.rooms.ledger.data import NewEntry
from yizheng.rooms.passes.capture import state_after
from yizheng.rooms.passes.data import (
    CAPTURE_LIVES,
    MOST_FRAMES,
    PICTURES_KEPT,
    CaptureEnd,
    CaptureMove,
    CaptureState,
    CaptureView,
    CaptureWhy,
    NewPass,
    ReceiptView,
)
from yizheng.rooms.passes.models import Capture, CaptureFrames, CapturePicture, Pass, Receipt
from yizheng.rooms.passes.queries import (
    CAPTURES,
    PASSES,
    PICTURE_CONTEXT,
    RECEIPTS,
    SEALED_CHALLENGE,
    SEALED_PICTURE,
    SEALED_SEEN,
    capture_view,
    receipt_view,
    sending_index,
)
from yizheng.rooms.passes.receipts import new_number
from yizheng.rooms.passes.why import Why

_IMPORTS = 0x70617373  # "pass": any number that no other part of the product locks


def record_pass(
    *, pno: int, channel: str, event_day: int, case_id: int | None, actor: str, at: datetime
) -> None:
    """A certification on a channel other than comparison: on a case, at a window, by another agency."""
    record_passes(
        [NewPass(pno=pno, channel=channel, event_day=event_day, case_id=case_id)], actor=actor, at=at
    )


def wait_for_other_imports() -> None:
    """Let one import of passes write at a time, until its transaction ends: what is known is then known to both. On
    SQLite the transaction is the line.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_IMPORTS])


def record_passes(passes: Iterable[NewPass], *, actor: str, at: datetime) -> int:
    """Many certifications on other channels; gives how many. The caller leaves out what is known already."""
    made = Pass.objects.bulk_create(
        [
            Pass(
                pno=one.pno,
                channel=one.channel,
                event_day=one.event_day,
                case_id=one.case_id,
                known_since=at,
                known_by=actor,
            )
            for one in passes
        ],
        batch_size=500,
    )
    ledger.actions.append_many(
        NewEntry(
            kind="certification:pass:recorded",
            actor=actor,
            at=at,
            subject=PASSES.subject(row.pk),
            row=PASSES.row_of(row),
        )
        for row in made
    )
    return len(made)


# --- captures: certifying by face ---


def begin_capture(
    *, pno: int, code: str, challenge: bytes, of: int, key: str, actor: str, at: datetime
) -> CaptureView:
    """Open a capture of `of` steps; one that the person has open is replaced by it, and what it measured is deleted.

    `key` names the request: `queries.capture_begun_with` finds the capture that it opened.
    """
    for open_one in Capture.objects.select_for_update().filter(pno=pno, state=CaptureState.ASKING.value):
        _end(open_one, CaptureEnd(CaptureMove.REPLACE, CaptureWhy.TAKEN_OVER), actor=actor, at=at)
    made = Capture.objects.create(
        code=code,
        pno=pno,
        state=CaptureState.ASKING.value,
        begin_index=sending_index(key),
        challenge_sealed=b"",
        of=of,
        begun_at=at,
        begun_by=actor,
        touched_at=at,
    )
    made.challenge_sealed = privacy.actions.sealer(*SEALED_CHALLENGE).seal(made.pk, challenge)
    made.save(update_fields=["challenge_sealed"])
    _witness_capture(made, kind="certification:capture:begun", actor=actor, at=at)
    return capture_view(made)


def ask_anew(*, capture_id: int, challenge: bytes, of: int, at: datetime) -> CaptureView:
    """The same capture from its first step, with another challenge; what was measured so far is deleted."""
    found = _asking(capture_id)
    _forget_measured(found.pk)
    found.challenge_sealed = privacy.actions.sealer(*SEALED_CHALLENGE).seal(found.pk, challenge)
    found.of, found.step_no, found.misses, found.touched_at = of, 1, 0, at
    found.version += 1
    found.save()
    return capture_view(found)


def add_frames(
    *,
    capture_id: int,
    expected_version: int,
    key: str,
    answer: str,
    frames: int,
    seen: bytes,
    picture: bytes | None,
    done: bool,
    at: datetime,
) -> CaptureView | None:
    """Keep what one sending showed, sealed, with its answer, and go on to the next step when this one is `done`.

    None where this sending was judged before, or the capture moved on meanwhile: the caller reads again what stands.
    """
    found = Capture.objects.select_for_update().filter(pk=capture_id).first()
    if found is None or found.version != expected_version or found.state != CaptureState.ASKING.value:
        return None
    index = sending_index(key)
    if CaptureFrames.objects.filter(capture_id=capture_id, key_index=index).exists():
        return None
    post_no = found.posts + 1
    place = _row_key(capture_id, post_no)
    CaptureFrames.objects.create(
        capture_id=capture_id,
        post_no=post_no,
        key_index=index,
        step_no=found.step_no,
        answer=answer,
        frames=frames,
        seen_sealed=privacy.actions.sealer(*SEALED_SEEN).seal(place, seen),
    )
    if picture is not None:
        CapturePicture.objects.create(
            capture_id=capture_id,
            post_no=post_no,
            sealed=privacy.actions.sealer(*SEALED_PICTURE).seal(place, PICTURE_CONTEXT + picture),
        )
    _forget_old_frames(capture_id, found.step_no)
    found.posts, found.touched_at = post_no, at
    found.step_no, found.misses = (found.step_no + 1, 0) if done else (found.step_no, found.misses + 1)
    found.version += 1
    found.save()
    return capture_view(found)


def end_capture(
    *, capture_id: int, end: CaptureEnd, actor: str, at: datetime, case_id: int | None = None
) -> CaptureView:
    """End a capture. What was measured is deleted, and the pictures too, unless a person will look at them.

    Raises Refused where it has ended before: the caller reads what stands.
    """
    return _end(_asking(capture_id), end, actor=actor, at=at, case_id=case_id)


def keep_photo(
    *, pno: int, code: str, picture: bytes, key: str, case_id: int, actor: str, at: datetime
) -> CaptureView:
    """One photograph without any proof of life: a capture that goes straight to a person, with its picture."""
    made = Capture.objects.create(
        code=code,
        pno=pno,
        state=CaptureState.ASKING.value,
        begin_index=sending_index(key),
        challenge_sealed=b"",
        of=0,
        begun_at=at,
        begun_by=actor,
        touched_at=at,
    )
    CapturePicture.objects.create(
        capture_id=made.pk,
        post_no=1,
        sealed=privacy.actions.sealer(*SEALED_PICTURE).seal(_row_key(made.pk, 1), PICTURE_CONTEXT + picture),
    )
    _witness_capture(made, kind="certification:capture:begun", actor=actor, at=at)
    end = CaptureEnd(CaptureMove.TO_PERSON, CaptureWhy.PHOTO_ONLY)
    return _end(made, end, actor=actor, at=at, case_id=case_id)


def issue_receipt(
    *,
    pno: int,
    channel: str,
    event_day: date,
    until: date | None,
    capture_id: int | None,
    rng: Random,
    actor: str,
    at: datetime,
) -> ReceiptView:
    """Write a receipt under a number that nobody has. `until` is None where a person still looks."""
    number = new_number(event_day, rng)
    while Receipt.objects.filter(number=number).exists():
        number = new_number(event_day, rng)
    made = Receipt.objects.create(
        number=number,
        pno=pno,
        channel=channel,
        event_day=day_number(event_day),
        until_day=day_number(until) if until else 0,
        issued_at=at,
        issued_by=actor,
        capture_id=capture_id,
    )
    ledger.actions.append(
        kind="certification:receipt:issued",
        actor=actor,
        at=at,
        subject=RECEIPTS.subject(made.number),
        row=RECEIPTS.row_of(made),
        detail={"channel": channel},
    )
    return receipt_view(made)


def forget_captures(*, at: datetime, limit: int = 200) -> int:
    """Close captures that nobody went on with, and delete what is kept no longer; gives how many rows it touched.

    Cheap where there is nothing to do, so every capture that begins calls it.
    """
    left = Capture.objects.filter(state=CaptureState.ASKING.value, touched_at__lt=at - CAPTURE_LIVES)
    touched = 0
    for found in left.select_for_update().order_by("touched_at")[:limit]:
        _end(found, CaptureEnd(CaptureMove.EXPIRE, CaptureWhy.TOO_LONG), actor="machine", at=at)
        touched += 1
    gone, _ = CapturePicture.objects.filter(keep_until__lt=at).delete()
    return touched + gone


def forget_pictures_of(*, capture_id: int) -> int:
    """Delete the pictures of a capture: the person who looked at them is done with them. Gives how many."""
    gone, _ = CapturePicture.objects.filter(capture_id=capture_id).delete()
    return gone


def _asking(capture_id: int) -> Capture:
    found = Capture.objects.select_for_update().filter(pk=capture_id).first()
    if found is None or found.state != CaptureState.ASKING.value:
        raise Refused(Why.CAPTURE_ENDED)
    return found


def _end(
    found: Capture, end: CaptureEnd, *, actor: str, at: datetime, case_id: int | None = None
) -> CaptureView:
    to = state_after(end.step)
    found.state, found.why = to.value, end.why.value
    found.ended_at, found.case_id, found.challenge_sealed = at, case_id, b""
    found.touched_at = at
    found.version += 1
    found.save()
    _forget_measured(found.pk, keep_pictures=at if to is CaptureState.REVIEWING else None)
    _witness_capture(found, kind=f"certification:capture:{to.value}", actor=actor, at=at)
    return capture_view(found)


def _witness_capture(found: Capture, *, kind: str, actor: str, at: datetime) -> None:
    ledger.actions.append(
        kind=kind,
        actor=actor,
        at=at,
        subject=CAPTURES.subject(found.pk),
        row=CAPTURES.row_of(found),
        detail={"why": found.why} if found.why else {},
    )


def _forget_measured(capture_id: int, *, keep_pictures: datetime | None = None) -> None:
    """Delete what was measured. Pictures are kept for a person from `keep_pictures` on, else they go too."""
    CaptureFrames.objects.filter(capture_id=capture_id).delete()
    pictures = CapturePicture.objects.filter(capture_id=capture_id)
    if keep_pictures is None:
        pictures.delete()
        return
    best = list(pictures.order_by("-post_no").values_list("pk", flat=True)[:3])
    pictures.exclude(pk__in=best).delete()
    pictures.update(keep_until=keep_pictures + PICTURES_KEPT)


def _forget_old_frames(capture_id: int, step_no: int) -> None:
    """Of a step that takes long only the newest frames are of use; the answers stay, for a sending that comes again."""
    kept = 0
    for found in CaptureFrames.objects.filter(capture_id=capture_id, step_no=step_no).order_by("-post_no"):
        kept += found.frames
        if kept > MOST_FRAMES and found.frames:
            CaptureFrames.objects.filter(pk=found.pk).update(frames=0, seen_sealed=b"")


def _row_key(capture_id: int, post_no: int) -> int:
    return capture_id * 1024 + post_no
