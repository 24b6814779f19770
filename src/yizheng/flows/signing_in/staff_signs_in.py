"""A member of staff signs in: the attempt is kept whatever comes of it, and only then the answer is given.

Whoever has enrolled a second factor shows it, at every door. A passkey is two factors in one.
"""

from yizheng.flows.signing_in.factors_are_proved import (
    Asked,
    Proof,
    by_app_code,
    by_password,
    by_recovery_code,
)
from yizheng.kernel.errors import Refused
from yizheng.kernel.time import CHINA, Clock
from yizheng.rooms import access
from yizheng.rooms.access.data import HELPER, Account, Holder

__all__ = ["Asked", "check_open", "check_password", "check_second", "needs_second", "sign_in"]


def sign_in(*, username: str, password: str, clock: Clock, code: str = "", device: bytes = b"") -> Account:
    """The account whose password fits, and whose second factor where one is enrolled. Raises Refused.

    The refusal does not say whether the name exists. `code` is of the authenticator app, or a recovery code.
    """
    asked = Asked(typed=username, device=device)
    account = check_password(asked, password, clock=clock)
    if needs_second(account):
        check_second(account, code, asked=asked, clock=clock)
    return account


def check_password(asked: Asked, password: str, *, clock: Clock) -> Account:
    """The account whose password fits: the first factor. Raises Refused, in words that do not say whether it exists."""
    found = access.queries.find_account(asked.typed)
    known = found if found and found.is_active and found.role != HELPER else None
    holder = Holder.account(known.account_id) if known else None
    proof = by_password(holder, password, asked=asked, clock=clock)
    check_open(proof)
    if known is None or not proof.succeeded:
        raise Refused(access.Why.PASSWORD_WRONG)
    return known


def needs_second(account: Account) -> bool:
    """Whether the account has enrolled a second factor, which it then has to show."""
    return bool(access.queries.factors_of(Holder.account(account.account_id)).strong)


def check_second(account: Account, code: str, *, asked: Asked, clock: Clock) -> Proof:
    """The proof by a code of the app or a recovery code: the second factor. Raises Refused."""
    holder = Holder.account(account.account_id)
    if len(code.strip()) == 6:
        proof = by_app_code(holder, code.strip(), asked=asked, clock=clock)
    else:
        proof, _ = by_recovery_code(holder, code, asked=asked, clock=clock)
    check_open(proof)
    if not proof.succeeded:
        raise Refused(access.Why.SECOND_FACTOR_WRONG)
    return proof


def check_open(proof: Proof) -> None:
    """Raises Refused where the name is locked for a while, or this way is closed until a person has seen the holder."""
    if proof.closed:
        raise Refused(access.Why.WAY_CLOSED)
    if proof.locked_until is not None:
        raise Refused(access.Why.LOCKED, until=proof.locked_until.astimezone(CHINA))
