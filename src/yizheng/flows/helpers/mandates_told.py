"""Both sides of a mandate are told (双方告知): what each of them reads when it is asked for, begins, changes or ends.

A message to the helper goes to the phone of the helper's account, one to the beneficiary to the phone on record. Names
are added at delivery, masked; the outbox holds codes, days and the number of the account.
"""

from datetime import datetime, timedelta

from yizheng.flows.telling import notices_go_out
from yizheng.flows.telling.holder_is_told import Post, at_once
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import Clock
from yizheng.rooms import notices
from yizheng.rooms.mandates.data import EndReason, Mandate, Scope
from yizheng.rooms.notices.data import HELPER_ACCOUNT, HELPER_SMS, SMS, NewMessage

TEMPLATES = (
    "mandate_asked",
    "mandate_asked_helper",
    "mandate_wished",
    "mandate_begun",
    "mandate_begun_helper",
    "mandate_changed",
    "mandate_changed_helper",
    "mandate_declined",
    "mandate_declined_helper",
    "mandate_ended",
    "mandate_ended_helper",
)
AT_ONCE = 20


def asked_by_beneficiary(mandate: Mandate, *, actor: str, at: datetime) -> None:
    """The helper is asked; the beneficiary is told that it was done in their name."""
    _tell(mandate, {"mandate_asked": SMS, "mandate_asked_helper": HELPER_SMS}, actor=actor, at=at)


def asked_by_helper(mandate: Mandate, *, actor: str, at: datetime) -> None:
    """The beneficiary is asked whether this helper may act for them."""
    _tell(mandate, {"mandate_wished": SMS}, actor=actor, at=at)


def begun(mandate: Mandate, *, actor: str, at: datetime) -> None:
    """Both are told that the mandate begins."""
    _tell(mandate, {"mandate_begun": SMS, "mandate_begun_helper": HELPER_SMS}, actor=actor, at=at)


def changed(mandate: Mandate, *, actor: str, at: datetime) -> None:
    """Both are told what the mandate holds from now on."""
    _tell(mandate, {"mandate_changed": SMS, "mandate_changed_helper": HELPER_SMS}, actor=actor, at=at)


def declined(mandate: Mandate, *, actor: str, at: datetime) -> None:
    """Both are told that nothing came of it."""
    _tell(mandate, {"mandate_declined": SMS, "mandate_declined_helper": HELPER_SMS}, actor=actor, at=at)


def ended(mandate: Mandate, *, actor: str, at: datetime) -> None:
    """Both are told that it is over; of the dead, only the helper."""
    letters = {"mandate_ended": SMS, "mandate_ended_helper": HELPER_SMS}
    if mandate.end_reason == EndReason.DEATH:
        del letters["mandate_ended"]
    _tell(mandate, letters, actor=actor, at=at)


def deliver(pno: Pno, *, clock: Clock, post: Post) -> bool:
    """Deliver what waits of these texts about a person now, outside any transaction; whether all of it is out.

    Somebody waits for them like for a code. What fails waits for the worker's next round.
    """
    report = notices_go_out.deliver(
        channels=at_once(post),
        letters=post.letters,
        clock=clock,
        worker="mandates",
        limit=AT_ONCE,
        agency=post.facts,
        only=TEMPLATES,
        about=pno,
    )
    return report.claimed == report.sent


def _tell(mandate: Mandate, letters: dict[str, str], *, actor: str, at: datetime) -> None:
    scopes = [scope.value for scope in Scope if scope in mandate.scopes]
    facts = {
        HELPER_ACCOUNT: str(mandate.helper_id),
        "from_date": mandate.from_day.isoformat(),
        "last_date": (mandate.until_day - timedelta(days=1)).isoformat(),
        "may_words": ",".join(scopes),
    }
    notices.actions.queue_many(
        [
            NewMessage(
                key=f"{template}:{mandate.mandate_id}",
                pno=mandate.pno,
                template=template,
                channel=channel,
                facts=facts,
            )
            for template, channel in letters.items()
        ],
        at=at,
        actor=actor,
        subject=f"mandates_mandate:{mandate.mandate_id}",
    )
