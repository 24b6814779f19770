"""A service point helps somebody back in who lost what they sign in with (窗口补办登录).

A clerk looks at the card and at the person, as at the first enrolment, and hands over a slip with one code: ten digits,
a day, once. The look is recorded first; the person is told by text, so that a slip for somebody else does not stay
hidden. The slip lets its bearer in and lets them change their factors; it changes none by itself.
"""

from django.db import transaction

from yizheng.flows.house.person_is_looked_at import look
from yizheng.flows.signing_in.citizen_signs_in import find_holder
from yizheng.flows.telling import holder_is_told
from yizheng.flows.telling.holder_is_told import Post, Text
from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import Hands
from yizheng.rooms import access
from yizheng.rooms.access.data import HELPER, Holder, Permission

TEMPLATE = "recovery_slip"
PURPOSE = "service"


def issue(hands: Hands, *, typed: str, card_checked: bool, post: Post) -> str:
    """The code of a slip for the person with this identity number, or the helper with this mobile number.

    Raises Refused where the actor may not, the card was not checked, or nobody has the number.
    """
    access.queries.check_can(hands.actor, Permission.ISSUE_RECOVERY)
    if not card_checked:
        raise Refused(access.Why.CARD_NOT_COMPARED)
    holder = find_holder(typed)
    if holder is None:
        raise Refused(access.Why.NUMBER_UNKNOWN)
    if holder.pno is not None:
        look(hands, pno=holder.pno, purpose=PURPOSE, what="recovery")
    at = hands.now()
    text = Text(holder=holder, template=TEMPLATE, facts={}, at=at)
    with transaction.atomic():
        code = access.actions.make_slip_code(holder=holder, actor=hands.username, at=at)
        access.actions.forgive(str(holder), at=at)
        holder_is_told.queue(text, actor=hands.username)
    holder_is_told.deliver(text, clock=hands.clock, post=post)
    return code


def issue_to_staff(hands: Hands, username: str) -> str:
    """The code of a slip for a member of staff, in place of a lost second factor; the password is still needed.

    Whoever runs the command line of an installation answers for it. Raises Refused where there is no such account.
    """
    with transaction.atomic():
        found = access.queries.find_account(username)
        if found is None or found.role == HELPER or not found.is_active:
            raise Refused(access.Why.ACCOUNT_NOT_OPEN)
        holder = Holder.account(found.account_id)
        access.actions.forgive(str(holder), at=hands.now())
        return access.actions.make_slip_code(holder=holder, actor=hands.username, at=hands.now())
