"""The channels (认证渠道) on which people certify besides comparison: each is one value, and its code is kept for ever.

A new channel is one value in `CHANNELS` here, and its words in `CHANNELS` of `doors/words/passes.py`.
"""

from dataclasses import dataclass
from enum import StrEnum


class Acts(StrEnum):
    """Who acts on a channel."""

    ONESELF = "oneself"
    CLERK = "clerk"
    OTHER_AGENCY = "other_agency"
    TWO_PEOPLE = "two_people"


class Assurance(StrEnum):
    """What makes a pass on it sure: a machine compared a face, a person saw the person, two people decided."""

    FACE_COMPARED = "face_compared"
    SEEN = "seen"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A way on which a pass is recorded.

    `receipt`: the person gets a receipt for it. `may_settle`: a pass on it also settles what is in doubt, since two
    people looked; elsewhere a doubt goes to people (`rules.settles`). `may_enrol`: a face may be enrolled on the same
    occasion. `by_file`: its passes may come in a file of a clerk's.
    """

    code: str
    acts: Acts
    assurance: Assurance
    receipt: bool = True
    may_settle: bool = False
    may_enrol: bool = False
    by_file: bool = False


WINDOW = Channel(code="window", acts=Acts.CLERK, assurance=Assurance.SEEN, may_enrol=True, by_file=True)
"""At a window or terminal (窗口)."""

VISIT = Channel(code="visit", acts=Acts.CLERK, assurance=Assurance.SEEN, may_enrol=True, by_file=True)
"""On a home visit (上门)."""

OTHER_AGENCY = Channel(code="other_agency", acts=Acts.OTHER_AGENCY, assurance=Assurance.SEEN, by_file=True)
"""At another region's agency (异地机构)."""

FACE_WEB = Channel(code="face_web", acts=Acts.ONESELF, assurance=Assurance.FACE_COMPARED)
"""By face from home (网上刷脸): written by the product alone, never taken from a file."""

CASE = Channel(code="case", acts=Acts.TWO_PEOPLE, assurance=Assurance.DECIDED, receipt=False, may_settle=True)
"""By the decision of a case (疑点核查): the letter of the decision is what the person holds, so it has no receipt."""

CHANNELS = {channel.code: channel for channel in (WINDOW, VISIT, OTHER_AGENCY, FACE_WEB, CASE)}
"""Every channel by its code."""
