"""A member of staff signs in: the attempt is kept whatever comes of it, and only then the answer is given."""

from django.db import transaction

from yizheng.kernel.errors import Refused
from yizheng.kernel.time import CHINA, Clock
from yizheng.rooms.access import actions
from yizheng.rooms.access.data import Account


def sign_in(*, username: str, password: str, clock: Clock) -> Account:
    """The account that signed in. Raises Refused, in words that do not say whether the name exists."""
    with transaction.atomic():
        outcome = actions.sign_in(username=username, password=password, at=clock.now())
    if outcome.locked_until is not None:
        until = outcome.locked_until.astimezone(CHINA)
        raise Refused(
            f"连续登录失败次数过多，请于 {until:%H:%M} 以后再试。Too many failures: try again after {until:%H:%M}."
        )
    if outcome.account is None:
        raise Refused(
            "用户名或密码不正确，请核对后再试。User name and password do not fit: check both and try again."
        )
    return outcome.account
