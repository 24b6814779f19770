"""How what was seen of a face becomes the end of a certification by face (刷脸认证), pure.

Rules that always hold: the machine passes, or it hands over; it never refuses, pauses or ends anything. A face that does
not fit is no evidence against anybody: another way is opened at once and no case is made of it. What is not certain is
told in the same words whatever made it so, and a person looks at it.
"""

from dataclasses import dataclass

from yizheng.rooms.biometrics.data import Match
from yizheng.rooms.passes.data import CAPTURE_LIFE, CaptureEnd, CaptureMove, CaptureState, CaptureWhy


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureFacts:
    """What is known when a capture is decided.

    `alive`: every step was done as asked, by somebody who is there. `match` is the comparison with the templates.
    `asked_is_met`: the session showed all that the risk of this act asks for. `in_doubt`: a death or another loss is
    reported, a case about one is open, or pay was ended: a face alone does not settle that.
    """

    alive: bool
    match: Match
    asked_is_met: bool
    in_doubt: bool


def decide_capture(found: CaptureFacts) -> CaptureEnd:
    """The one decision of a capture. Read from the top; the first line that holds decides.

    | holds | end |
    |---|---|
    | the face is surely another's | another way, at once; no case |
    | not surely alive, or not surely the same | a person looks |
    | a loss is reported or pay has ended | a person looks, and knows that the person came |
    | the risk asks for more than was shown | a person looks |
    | none of these | passed |
    """
    if found.match is Match.DIFFERENT:
        return CaptureEnd(CaptureMove.TO_OTHER_WAY, CaptureWhy.DIFFERENT)
    if not found.alive or found.match is not Match.SAME:
        return CaptureEnd(CaptureMove.TO_PERSON, CaptureWhy.UNSURE)
    if found.in_doubt:
        return CaptureEnd(CaptureMove.TO_PERSON, CaptureWhy.IN_DOUBT)
    if not found.asked_is_met:
        return CaptureEnd(CaptureMove.TO_PERSON, CaptureWhy.NEEDS_PERSON)
    return CaptureEnd(CaptureMove.PASS, CaptureWhy.SAME)


def state_after(step: CaptureMove) -> CaptureState:
    """Where a step leads."""
    return CAPTURE_LIFE.check(CaptureState.ASKING, step).to
