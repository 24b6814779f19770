"""A person agrees to have the face compared, or takes it back (单独同意与撤回).

Rules that always hold: agreeing is a page of its own and a word of its own, apart from every other agreement; not
agreeing costs nothing, another way has the same standing; taking it back deletes the templates in the same transaction,
and says how many. The text that was agreed to is named by its version: a page whose words change gets another.
"""

from dataclasses import dataclass

from django.db import transaction

from yizheng.kernel.hands import Hands
from yizheng.kernel.ids import Pno
from yizheng.rooms import biometrics
from yizheng.rooms.biometrics.data import FACE_TEXT, NAMES_SEARCH, Channel, Consent, Modality, Withdrawn

TEXT_VERSION = FACE_TEXT
"""The words of the citizens' page and of the paper at the counter. Change it with them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """How a person stands: the consent in force, if any, and whether a face is stored."""

    consent: Consent | None
    stored: bool

    @property
    def is_sought(self) -> bool:
        """Whether the words name the search of one face under two numbers: those agreed to, else those of now."""
        return self.consent is None or self.consent.text_version in NAMES_SEARCH


def stands(pno: Pno) -> Stands:
    """How a person stands with the comparison of faces."""
    return Stands(
        consent=biometrics.queries.consent(pno, Modality.FACE),
        stored=biometrics.queries.has_template(pno, Modality.FACE),
    )


def agree(hands: Hands, *, pno: Pno, channel: Channel) -> Consent:
    """The person agrees. Agreeing twice is one consent."""
    with transaction.atomic():
        return biometrics.actions.give_consent(
            pno,
            Modality.FACE,
            text_version=TEXT_VERSION,
            channel=channel,
            actor=hands.username,
            at=hands.now(),
        )


def withdraw(hands: Hands, *, pno: Pno) -> Withdrawn | None:
    """The person takes it back: what is stored of the face is deleted at once. None where nothing was agreed to."""
    with transaction.atomic():
        return biometrics.actions.withdraw_consent(pno, Modality.FACE, actor=hands.username, at=hands.now())
