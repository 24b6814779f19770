"""What payments needs from outside: somebody who says whose a bank account is, before money goes there."""

from enum import StrEnum
from typing import Protocol


class AccountMatch(StrEnum):
    """What the banks say of an account (银行卡核验结论)."""

    SAME = "same"
    NOT_SAME = "not_same"
    """Name or number are another's, as the bank wrote them: a person looks, nothing is refused for it."""
    NO_ACCOUNT = "no_account"
    CLOSED = "closed"
    ASKED_TOO_OFTEN = "asked_too_often"
    UNAVAILABLE = "unavailable"
    """No answer. Unknown, never counted against anybody."""


class BankCardCheck(Protocol):
    """A gateway of the banks. Called outside any transaction, since it is slow; it never raises for what one does."""

    def check(self, *, account: str, name: str, number: str, request: str) -> AccountMatch:
        """Whether an account belongs to this name and identity number; `request` names the question in both sides' logs
        and makes it safe to ask again."""
        ...
