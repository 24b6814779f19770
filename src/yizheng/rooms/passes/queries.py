"""What is read of passes (认证登记): who certified on which channel, captures by face, receipts."""

from collections.abc import Collection
from datetime import date, datetime

from yizheng.kernel.errors import Refused
from yizheng.kernel.portions import portions
from yizheng.kernel.time import from_day_number
from yizheng.rooms import privacy
from yizheng.rooms.ledger.data import WitnessedTable
from yizheng.rooms.passes.capture import CaptureFacts as CaptureFacts
from yizheng.rooms.passes.capture import decide_capture as decide_capture
from yizheng.rooms.passes.data import CaptureState, CaptureView, CaptureWhy, PassRecord, ReceiptView
from yizheng.rooms.passes.models import Capture, CaptureFrames, CapturePicture, Pass, Receipt
from yizheng.rooms.passes.rules import settles as settles
from yizheng.rooms.passes.why import Why

PASSES = WitnessedTable(
    "certification_pass", "id", ("pno", "channel", "event_day", "case_id", "known_since", "known_by")
)
CAPTURES = WitnessedTable(
    "certification_capture",
    "id",
    ("code", "pno", "state", "why", "of", "begun_at", "begun_by", "ended_at", "case_id"),
)
RECEIPTS = WitnessedTable(
    "certification_receipt",
    "number",
    ("pno", "channel", "event_day", "until_day", "issued_at", "issued_by", "capture_id"),
)
SEALED_CHALLENGE = ("certification_capture", "challenge_sealed")
SEALED_SEEN = ("certification_captureframes", "seen_sealed")
SEALED_PICTURE = ("certification_capturepicture", "sealed")
PICTURE_CONTEXT = b"capture:"
"""What stands before the bytes of a sealed picture, so that no other sealed value passes for one."""


def witnessed() -> tuple[WitnessedTable, ...]:
    """The tables of this room whose every row the ledger commits to."""
    return (PASSES, CAPTURES, RECEIPTS)


def newest_pass_of(pnos: Collection[int]) -> dict[int, tuple[int, str]]:
    """The newest event day of each of these people on another channel, and the channel."""
    newest: dict[int, tuple[int, str]] = {}
    for some in portions(pnos):
        rows = Pass.objects.filter(pno__in=some).order_by("event_day", "id")
        newest |= {
            pno: (day, channel) for pno, day, channel in rows.values_list("pno", "event_day", "channel")
        }
    return newest


def passes_of(pno: int) -> list[PassRecord]:
    """A person's certifications on other channels, the newest event first."""
    found = Pass.objects.filter(pno=pno).order_by("-event_day", "-id")
    return [
        PassRecord(
            pno=row.pno,
            channel=row.channel,
            event_day=from_day_number(row.event_day),
            case_id=row.case_id,
            known_since=row.known_since,
            known_by=row.known_by,
        )
        for row in found
    ]


def newest_known(pno: int, *, channel: str) -> datetime | None:
    """When the newest pass of a person on a channel became known; None where there is none."""
    found = Pass.objects.filter(pno=pno, channel=channel).order_by("-known_since").first()
    return found.known_since if found else None


def known_passes(pnos: Collection[int]) -> set[tuple[int, str, int]]:
    """Person number, channel and event day of every pass of these people: what is known is not recorded twice."""
    found: set[tuple[int, str, int]] = set()
    for some in portions(pnos):
        found |= set(Pass.objects.filter(pno__in=some).values_list("pno", "channel", "event_day"))
    return found


def newest_passes(*, known_before: datetime, first: int = 0, last: int = 2**62) -> dict[int, int]:
    """The newest event day of each person certified on another channel and known by then, for a range of people."""
    known = Pass.objects.filter(known_since__lt=known_before, pno__range=(first, last)).order_by("event_day")
    return dict(known.values_list("pno", "event_day"))


# --- captures and receipts ---


def find_capture(code: str) -> CaptureView | None:
    """The capture of that name, if there is one."""
    found = Capture.objects.filter(code=code).first()
    return capture_view(found) if found else None


def capture_begun_with(*, pno: int, key: str) -> CaptureView | None:
    """The capture that this very request opened before, if it did."""
    found = Capture.objects.filter(pno=pno, begin_index=sending_index(key)).first()
    return capture_view(found) if found else None


def captures_of(pno: int, limit: int = 20) -> list[CaptureView]:
    """A person's captures, the newest first."""
    return [capture_view(found) for found in Capture.objects.filter(pno=pno).order_by("-id")[:limit]]


def challenge_of(capture_id: int) -> bytes:
    """What the capture asks, opened. Raises Refused where there is no such capture, or it has ended."""
    sealed = Capture.objects.filter(pk=capture_id).values_list("challenge_sealed", flat=True).first()
    if not sealed:
        raise Refused(Why.CAPTURE_ENDED)
    return privacy.queries.opener(*SEALED_CHALLENGE).open_bytes(capture_id, bytes(sealed))


def answer_of(*, capture_id: int, key: str) -> str | None:
    """What was answered to a sending that was judged before; None for one that was not."""
    found = CaptureFrames.objects.filter(capture_id=capture_id, key_index=sending_index(key))
    answer: str | None = found.values_list("answer", flat=True).first()
    return answer


def frames_of(capture_id: int) -> list[tuple[int, bytes]]:
    """What was measured so far: step number and packed frames of each sending, in their order."""
    seen = privacy.queries.opener(*SEALED_SEEN)
    rows = CaptureFrames.objects.filter(capture_id=capture_id, frames__gt=0).order_by("post_no")
    return [
        (row.step_no, seen.open_bytes(capture_id * 1024 + row.post_no, bytes(row.seen_sealed)))
        for row in rows
    ]


def pictures_of(capture_id: int) -> list[bytes]:
    """The pictures that are kept of a capture, opened, the newest first."""
    picture = privacy.queries.opener(*SEALED_PICTURE)
    rows = CapturePicture.objects.filter(capture_id=capture_id).order_by("-post_no")
    opened = [picture.open_bytes(capture_id * 1024 + row.post_no, bytes(row.sealed)) for row in rows]
    return [one.removeprefix(PICTURE_CONTEXT) for one in opened]


def picture_count(capture_id: int) -> int:
    """How many pictures are kept of a capture."""
    return CapturePicture.objects.filter(capture_id=capture_id).count()


def captures_of_case(case_id: int) -> list[CaptureView]:
    """The captures that were handed to this case, the newest first."""
    return [capture_view(found) for found in Capture.objects.filter(case_id=case_id).order_by("-id")]


def receipt_of_capture(capture_id: int) -> ReceiptView | None:
    """The receipt that a capture ended with, if it did."""
    found = Receipt.objects.filter(capture_id=capture_id).first()
    return receipt_view(found) if found else None


def find_receipt(number: str) -> ReceiptView | None:
    """The receipt with this number, if there is one."""
    found = Receipt.objects.filter(number=number).first()
    return receipt_view(found) if found else None


def receipts_of(pno: int, limit: int = 20) -> list[ReceiptView]:
    """A person's receipts, the newest first."""
    return [receipt_view(found) for found in Receipt.objects.filter(pno=pno).order_by("-issued_at")[:limit]]


def sending_index(key: str) -> bytes:
    """The blind index of an idempotency key."""
    return privacy.queries.blind("capture-sending", key)


def capture_view(found: Capture) -> CaptureView:
    """A capture as a value."""
    return CaptureView(
        capture_id=found.pk,
        code=found.code,
        pno=found.pno,
        state=CaptureState(found.state),
        why=CaptureWhy(found.why) if found.why else None,
        step_no=found.step_no,
        of=found.of,
        misses=found.misses,
        posts=found.posts,
        begun_at=found.begun_at,
        begun_by=found.begun_by,
        ended_at=found.ended_at,
        case_id=found.case_id,
        version=found.version,
    )


def receipt_view(found: Receipt) -> ReceiptView:
    """A receipt as a value."""
    return ReceiptView(
        number=found.number,
        pno=found.pno,
        channel=found.channel,
        event_day=from_day_number(found.event_day),
        until=_day(found.until_day),
        issued_at=found.issued_at,
        capture_id=found.capture_id,
    )


def _day(number: int) -> date | None:
    return from_day_number(number) if number else None
