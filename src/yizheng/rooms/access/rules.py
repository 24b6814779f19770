"""Who may do what, and when a sign-in or a code is too much: each rule as `check_` (raises) and `can_` (answers)."""

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from yizheng.kernel.errors import Misused, Refused
from yizheng.kernel.hands import Actor
from yizheng.rooms.access.data import (
    ALONE_ENOUGH,
    LOCKED_FOR,
    STRONG,
    Factor,
    Factors,
    Permission,
    Session,
    SessionLimits,
)
from yizheng.rooms.access.roles import ROLES, Role
from yizheng.rooms.access.why import Why

FAILURES_ALLOWED = 5
CODE_TRIES = 5
CODE_PAUSE = timedelta(minutes=1)
CODES_AN_HOUR = 10
"""To one phone, from however many browsers."""
FRESH_FOR = timedelta(minutes=5)
CLOCKS_DIFFER = timedelta(minutes=5)
"""By so much the clocks of two nodes may differ."""
RECOVERY_LIST = 10
RECOVERY_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
RECOVERY_LENGTH = 10
SLIP_DIGITS = 10
SLIP_LIVES = timedelta(hours=24)
TICKET_LIVES = timedelta(minutes=2)
_MOBILE = re.compile(r"1[3-9]\d{9}")


def find_role(code: str) -> type[Role] | None:
    """The role with this code, if there is one."""
    return next((role for role in ROLES if role.code == code), None)


def can(actor: Actor, permission: Permission) -> bool:
    """Whether the actor's role holds the permission. A role that does not exist holds none."""
    role = find_role(actor.role)
    return role is not None and permission in role.permissions


def check_can(actor: Actor, permission: Permission) -> None:
    """Raises Refused where the actor's role does not hold the permission."""
    if not can(actor, permission):
        holders = tuple(role.code for role in ROLES if permission in role.permissions)
        raise Refused(Why.ROLE_NOT_ALLOWED, permission=permission, holders=holders, username=actor.username)


def can_propose(actor: Actor) -> bool:
    """Whether the actor may propose how a case ends."""
    return can(actor, Permission.PROPOSE_OUTCOME)


def check_can_propose(actor: Actor) -> None:
    """Raises Refused where the actor may not propose how a case ends."""
    check_can(actor, Permission.PROPOSE_OUTCOME)


def can_confirm(actor: Actor, *, proposed_by: str) -> bool:
    """Whether the actor may confirm what `proposed_by` proposed: never what the actor proposed."""
    return can(actor, Permission.CONFIRM_OUTCOME) and actor.username != proposed_by


def check_can_confirm(actor: Actor, *, proposed_by: str) -> None:
    """Raises Refused where the actor may not confirm, or is the one who proposed (经办复核分离)."""
    check_can(actor, Permission.CONFIRM_OUTCOME)
    if actor.username == proposed_by:
        raise Refused(Why.SECOND_PERSON_NEEDED)


def can_release(actor: Actor) -> bool:
    """Whether the actor may release a month's pause list."""
    return can(actor, Permission.RELEASE_PAUSE_LIST)


def check_can_release(actor: Actor) -> None:
    """Raises Refused where the actor may not release a month's pause list."""
    check_can(actor, Permission.RELEASE_PAUSE_LIST)


def can_decide_hold(actor: Actor) -> bool:
    """Whether the actor may decide what a roster would change of many people at once."""
    return can(actor, Permission.DECIDE_ROSTER_HOLD)


def check_can_decide_hold(actor: Actor, *, held_by: str) -> None:
    """Raises Refused where the actor may not decide it, or imported the roster: two people stand behind it."""
    check_can(actor, Permission.DECIDE_ROSTER_HOLD)
    if actor.username == held_by:
        raise Refused(Why.SECOND_PERSON_NEEDED)


def check_can_decide_held_pay(actor: Actor) -> None:
    """Raises Refused where the actor may not decide about pay that waits."""
    check_can(actor, Permission.DECIDE_HELD_PAY)


def check_new_account(*, username: str, display_name: str, role: str) -> None:
    """Raises Misused for an account that cannot be made. The password has rules of its own (`passwords.check`)."""
    if not (
        1 <= len(username) <= 64
        and username.isascii()
        and username.replace("-", "").replace(".", "").isalnum()
    ):
        raise Misused(Why.USERNAME_NOT_ALLOWED)
    if not 1 <= len(display_name.strip()) <= 64:
        raise Misused(Why.DISPLAY_NAME_NOT_ALLOWED)
    if find_role(role) is None:
        codes = tuple(known.code.value for known in ROLES)
        raise Misused(Why.ROLE_UNKNOWN, roles=codes, came=role)


def locked_until(failures: Sequence[datetime], *, at: datetime) -> datetime | None:
    """Until when a name is locked, given its failures since the last success, newest first; None when it is free.

    A failure that is still to come was written before the clock was set back: it locks nobody for days. The try that is
    let through for it is the newest one then, and locks by today's clock.
    """
    if len(failures) < FAILURES_ALLOWED or failures[0] > at:
        return None
    end = failures[0] + LOCKED_FOR
    return end if at < end else None


def check_code_request(made: Sequence[datetime], *, here: Sequence[datetime], at: datetime) -> None:
    """Raises Refused when codes are asked for too fast; `made` are the last hour's of a holder, newest first.

    `here` are those of this browser: it waits a minute for each. Another browser does not wait for this one's.
    """
    if here and timedelta() <= at - here[0] < CODE_PAUSE:
        raise Refused(Why.CODE_TOO_SOON)
    if len([one for one in made if timedelta() <= at - one < timedelta(hours=1)]) >= CODES_AN_HOUR:
        raise Refused(Why.CODES_TOO_MANY, most=CODES_AN_HOUR)


def check_name_is_free(*, taken: bool) -> None:
    """Raises Refused where the user name is in use."""
    if taken:
        raise Refused(Why.USERNAME_TAKEN)


def normalise_phone(text: str) -> str | None:
    """A mobile number as its eleven digits; None for what is none. Blanks, hyphens and +86 are nobody's mistake."""
    plain = unicodedata.normalize("NFKC", text)
    digits = "".join(letter for letter in plain if not (letter.isspace() or letter in "-+"))
    digits = digits.removeprefix("86") if len(digits) == 13 else digits
    return digits if digits.isascii() and _MOBILE.fullmatch(digits) else None


def check_helper(*, phone: str, display_name: str) -> str:
    """The phone's eleven digits. Raises Misused for a helper whose phone or name cannot be."""
    normalised = normalise_phone(phone)
    if normalised is None:
        raise Misused(Why.HELPER_PHONE_NOT_ALLOWED)
    if not 1 <= len(display_name.strip()) <= 64:
        raise Misused(Why.HELPER_NAME_NOT_ALLOWED)
    return normalised


def check_phone_is_free(*, taken: bool) -> None:
    """Raises Refused where a helper's account has the phone."""
    if taken:
        raise Refused(Why.PHONE_HAS_ACCOUNT)


def recovery_code(choose: Callable[[str], str]) -> str:
    """A recovery code of ten letters and digits that nobody mistakes for others, in two groups: 49 bits."""
    letters = "".join(choose(RECOVERY_LETTERS) for _ in range(RECOVERY_LENGTH))
    half = RECOVERY_LENGTH // 2
    return f"{letters[:half]}-{letters[half:]}"


def plain_recovery_code(text: str) -> str:
    """A recovery code as it is compared: small letters, blanks, hyphens and full-width signs are nobody's mistake."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(letter for letter in plain if letter.isascii() and letter.isalnum())


def is_over(session: Session, limits: SessionLimits, *, at: datetime) -> str:
    """Why a session is over by the clock: `too_old`, `idle`, or nothing while it lasts. One that was used in the future
    is over too: the clock was set back, and it would last for as long again.
    """
    if session.seen_at - at > CLOCKS_DIFFER:
        return "too_old"
    if at - session.begun_at >= limits.whole:
        return "too_old"
    return "idle" if at - session.seen_at >= limits.idle else ""


def may_change_factors(session: Session, enrolled: Factors, *, at: datetime) -> bool:
    """Whether factors may be changed now: something was shown within five minutes, and something strong if there is.

    A recovery code counts as strong: its list was printed by the holder, its slip given after looking at the card.
    """
    shown = session.fresh & (STRONG | {Factor.RECOVERY})
    return at - session.fresh_at <= FRESH_FOR and bool(shown or (not enrolled.strong and session.fresh))


def is_two_factors(shown: Collection[Factor]) -> bool:
    """Whether what was shown counts as two factors."""
    return len(set(shown)) >= 2 or bool(set(shown) & ALONE_ENOUGH)
