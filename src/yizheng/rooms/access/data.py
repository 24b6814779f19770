"""What may be known about access (账号与权限): permissions, accounts and how signing in went."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from yizheng.kernel.ids import Pno
from yizheng.rooms.ledger.data import WitnessedTable

ACCOUNTS = WitnessedTable(
    "access_account",
    "id",
    ("username", "display_name", "role", "password", "is_active", "created_at", "created_by"),
)
"""The witnessed columns of an account: a password or a role changed behind the product's back shows."""

HELPERS = WitnessedTable("access_helper", "account_id", ("phone_index", "contact_sealed", "known_since"))
"""The witnessed columns of what is known of a family helper: sealed contact and the phone's blind index."""

STAFF, HELPER, CITIZEN = "staff", "helper", "citizen"
"""The kinds of people who sign in. Of staff the role says more; a helper's account has the role `helper`."""


class Permission(StrEnum):
    """Everything that a member of staff may be allowed to do: `room:thing:action`."""

    SEE_DASHBOARD = "insight:dashboard:see"
    FIND_PERSON = "people:person:find"
    SEE_PERSON = "people:person:see"
    SEE_SOURCES = "evidence:source:see"
    SEE_LINKS = "evidence:link:see"
    DECIDE_LINK = "evidence:link:decide"
    HAND_OUT_ROWS = "corrections:row:hand_out"
    TAKE_ANSWERS = "corrections:answer:take"
    SEE_RUNS = "certification:run:see"
    START_RUN = "certification:run:start"
    SEE_CASES = "casework:case:see"
    PROPOSE_OUTCOME = "casework:case:propose"
    CONFIRM_OUTCOME = "casework:case:confirm"
    SEE_PAUSE_LIST = "payments:pause_list:see"
    RELEASE_PAUSE_LIST = "payments:pause_list:release"
    SEE_PAY_RUN = "payments:pay_run:see"
    SEE_NOTICES = "notices:message:see"
    SEE_LEDGER = "ledger:entry:see"
    VERIFY_LEDGER = "ledger:entry:verify"
    SEE_LOOKS = "privacy:look:see"
    CREATE_ACCOUNT = "access:account:create"
    SEE_MANDATES = "mandates:mandate:see"
    RECORD_MANDATE = "mandates:mandate:record"
    SEE_ALERTS = "risk:alert:see"
    LOOK_AT_ALERT = "risk:alert:look_at"


class Actor(Protocol):
    """Whoever acts: an account, as a value or as the web's user."""

    @property
    def username(self) -> str:
        """The name by which the ledger knows the actor."""
        ...

    @property
    def role(self) -> str:
        """The stable code of the actor's role."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A member of staff or a family helper (role `helper`), as a value. Of a helper `display_name` is the opened name."""

    account_id: int
    username: str
    display_name: str
    role: str
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """An account to be made. The password is kept nowhere but as its Argon2id hash."""

    username: str
    display_name: str
    role: str
    password: str = field(repr=False)


class SignInResult(StrEnum):
    """How an attempt to sign in ended."""

    SUCCEEDED = "succeeded"
    REFUSED = "refused"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """The end of an attempt to sign in: the account when it succeeded, the end of the wait when it is locked."""

    result: SignInResult
    account: Account | None = None
    locked_until: datetime | None = None


class CodeResult(StrEnum):
    """How the check of a one-time code ended."""

    ACCEPTED = "accepted"
    WRONG = "wrong"
    EXPIRED = "expired"
    SPENT = "spent"
    NONE = "none"


class Factor(StrEnum):
    """How somebody proved who they are (认证要素). Stable codes: sessions and the ledger hold them."""

    SMS_CODE = "sms_code"
    PASSWORD = "password"  # noqa: S105 (a code, not a secret)
    APP_CODE = "app_code"
    PASSKEY = "passkey"
    CARD = "card"
    FACE = "face"
    RECOVERY = "recovery"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Whoever is signed in, on any door: a beneficiary (`pno`), an account (`account_id`), or both in one.

    `factors` are those shown in this session, `since` is when it began, `device` the keyed index of the device.
    """

    pno: Pno | None = None
    account_id: int | None = None
    role: str = "citizen"
    factors: frozenset[Factor] = frozenset()
    since: datetime
    device: bytes = b""


class OnceKind(StrEnum):
    """What may be used once only (一次性凭据). A new kind is a new line here; its values never meet another kind's."""

    SMS_CODE = "sms_code"
    APP_CODE = "app_code"
    RECOVERY_CODE = "recovery_code"
    PASSKEY_CHALLENGE = "passkey_challenge"
    CARD_CHALLENGE = "card_challenge"
    CAPTURE_NONCE = "capture_nonce"
    IDEMPOTENCY_KEY = "idempotency_key"
    MESSAGE_NONCE = "message_nonce"
