"""A citizen or a family helper signs in: number, one-time code, session. Nobody learns whether a number is known.

The code is made and its message queued in one transaction; the gateway is called after it. Neither the number nor the
code is kept in clear: the outbox wipes the code when the message is out. A code is good in the browser that asked for
it and nowhere else.
"""

from django.db import transaction

from yizheng.flows.signing_in.factors_are_proved import Asked, Proof, begin_try
from yizheng.flows.telling import holder_is_told
from yizheng.flows.telling.holder_is_told import Post, Text
from yizheng.kernel.errors import Refused
from yizheng.kernel.time import Clock
from yizheng.rooms import access, notices, people
from yizheng.rooms.access.data import CodeResult, Factor, Holder

ACTOR = "citizen"
TEMPLATE = "login_code"

__all__ = ["Post", "check_code", "find_holder", "request_code", "send_code"]


def find_holder(typed: str) -> Holder | None:
    """Whoever an identity number or a helper's mobile number belongs to; None where it is nobody's."""
    if access.queries.normalise_phone(typed) is not None:
        helper = access.queries.helper_by_phone(typed)
        return Holder.account(helper.account_id) if helper and helper.is_active else None
    pno = people.queries.find_by_number(typed)
    return None if pno is None else Holder.person(pno)


def request_code(
    *, typed: str, request: bytes, clock: Clock, post: Post, language: str = ""
) -> Holder | None:
    """Send a code to the phone on record; None where there is nobody to send it to, which the door must not show.

    `typed` is an identity number or a helper's mobile number, `request` the index of the browser that asks, `language`
    the one that its page is read in. A code that was asked for too soon is not sent again, and nobody is told: the
    earlier one of this browser is still good.
    """
    holder = find_holder(typed)
    if holder is not None:
        send_code(holder=holder, request=request, language=language, clock=clock, post=post)
    return holder


def send_code(*, holder: Holder, request: bytes, clock: Clock, post: Post, language: str = "") -> bool:
    """Make a code and deliver it; False where the last one is too young, or too many were sent."""
    at = clock.now()
    try:
        with transaction.atomic():
            code = access.actions.make_code(holder=holder, request=request, at=at)
            text = Text(
                holder=holder,
                template=TEMPLATE,
                facts={"code": code, **notices.queries.asked_in(language)},
                at=at,
            )
            holder_is_told.queue(text, actor=ACTOR)
    except Refused:
        return False
    return holder_is_told.deliver(text, clock=clock, post=post)


def check_code(*, holder: Holder | None, code: str, request: bytes, asked: Asked, clock: Clock) -> Proof:
    """Whether the code is the holder's, of this browser, fresh and unused. The try is written whatever comes of it.

    For a number that is nobody's (`holder` None) the tries of the typed name are counted and locked just the same.
    """
    at = clock.now()
    with transaction.atomic():
        begun = begin_try(holder, asked, Factor.SMS_CODE, at=at)
        if begun.allowed and holder is not None:
            result = access.actions.check_code(holder=holder, request=request, code=code, at=at)
        else:
            result = CodeResult.NONE
        accepted = result is CodeResult.ACCEPTED
        access.actions.end_try(
            begun,
            succeeded=accepted,
            factor=Factor.SMS_CODE,
            who=ACTOR if holder else "unknown",
            at=at,
            holder=holder,
        )
    return Proof(
        holder=holder if accepted else None,
        factor=Factor.SMS_CODE if accepted else None,
        locked_until=begun.locked_until,
        closed=begun.closed,
        tries_left=begun.left,
    )
