"""What may be known about access (账号与权限): permissions, accounts and how signing in went."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from yizheng.kernel.ids import Pno
from yizheng.rooms.access.cards import ANSWERS as ANSWERS
from yizheng.rooms.access.cards import CardAnswer as CardAnswer
from yizheng.rooms.access.cards import CardHolder as CardHolder
from yizheng.rooms.access.cards import CardNotProved as CardNotProved
from yizheng.rooms.access.cards import CardVerdict as CardVerdict
from yizheng.rooms.access.pace import Pace as Pace
from yizheng.rooms.access.pace import PlaceKind as PlaceKind
from yizheng.rooms.access.pace import SignInRules as SignInRules
from yizheng.rooms.access.permissions import Permission as Permission
from yizheng.rooms.access.permissions import RoleCode as RoleCode
from yizheng.rooms.access.roles import ROLES as ROLES
from yizheng.rooms.access.roles import Role as Role
from yizheng.rooms.ledger.data import WitnessedTable

ACCOUNTS = WitnessedTable(
    "access_account",
    "id",
    ("username", "display_name", "role", "password", "is_active", "created_at", "created_by"),
)
"""The witnessed columns of an account: a password or a role changed behind the product's back shows."""

HELPERS = WitnessedTable("access_helper", "account_id", ("phone_index", "contact_sealed", "known_since"))
"""The witnessed columns of what is known of a family helper: sealed contact and the phone's blind index."""

PASSWORDS = WitnessedTable("access_holderpassword", "id", ("holder", "hash", "set_at", "ended_at"))
APP_KEYS = WitnessedTable(
    "access_appkey", "id", ("holder", "secret_sealed", "made_at", "confirmed_at", "ended_at")
)
PASSKEYS = WitnessedTable(
    "access_passkey", "id", ("holder", "credential_id", "public_key", "label", "made_at", "ended_at")
)
RECOVERY_CODES = WitnessedTable(
    "access_recoverycode",
    "id",
    ("holder", "kind", "code_hash", "made_at", "made_by", "expires_at", "used_at"),
)
"""The witnessed columns of what proves somebody: a factor put in behind the product's back shows."""

STAFF, HELPER, CITIZEN = "staff", "helper", "citizen"
"""The kinds of people who sign in. Of staff the role says more; a helper's account has the role `helper`."""


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


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever holds factors and sessions: a beneficiary by person number, or an account by its number.

    `str(holder)` is the stable code under which the tables know it: `person:7`, `account:3`.
    """

    kind: str
    key: int

    @classmethod
    def person(cls, pno: int) -> Self:
        """The beneficiary with this person number."""
        return cls("person", int(pno))

    @classmethod
    def account(cls, account_id: int) -> Self:
        """The account (of staff or of a helper) with this number."""
        return cls("account", account_id)

    @classmethod
    def parse(cls, code: str) -> Self:
        """The holder that `str` wrote. Raises ValueError for what is none."""
        kind, _, key = code.partition(":")
        if kind not in ("person", "account"):
            raise ValueError(f"a holder as person:7 or account:3 was expected, but {code!r} came")
        return cls(kind, int(key))

    @property
    def pno(self) -> Pno | None:
        """The person number of a beneficiary; None of an account."""
        return Pno(self.key) if self.kind == "person" else None

    @property
    def account_id(self) -> int | None:
        """The number of an account; None of a beneficiary."""
        return self.key if self.kind == "account" else None

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """A try to prove something. It is counted as failed before it is looked at; `attempts` are its rows.

    With `locked_until` there is no try: nothing may be looked at before that moment. With `closed` there is none by this
    factor until a person has seen the holder. `left` is how many more may fail after this one before the name that was
    typed is locked.
    """

    attempts: tuple[int, ...] = ()
    locked_until: datetime | None = None
    closed: bool = False
    left: int = 0

    @property
    def allowed(self) -> bool:
        """Whether there is anything to look at."""
        return self.locked_until is None and not self.closed


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


class NotProved(Exception):
    """A passkey's answer that proves nothing; the text is a code for engineers, never for the screen."""


PENDING_FOR = timedelta(minutes=10)
"""How long a first factor waits for the second, and a challenge for its answer."""
LOCKED_FOR = timedelta(minutes=15)
CODE_LIVES = timedelta(minutes=10)
SEEN_EVERY = timedelta(minutes=1)
"""A session notes no more often that it is used: the idle time is kept to the minute."""
TICKET_MARK = "YZ1."
MOST_PASSKEYS = 10
CHALLENGE_BYTES = 32
LONGEST_PASSWORD = 128

STRONG = frozenset({Factor.APP_CODE, Factor.PASSKEY})
"""The factors that a stolen phone number does not give away."""

GUESSABLE = frozenset({Factor.SMS_CODE, Factor.PASSWORD, Factor.APP_CODE, Factor.RECOVERY})
"""The factors that somebody else can try by guessing. A signature cannot be: nobody's guesses close it."""

ALONE_ENOUGH = frozenset({Factor.PASSKEY})
"""Factors that are two in one: a passkey is a thing that one has, opened by a finger, a face or a PIN."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLimits:
    """How long a session holds: from its beginning, and without anything being asked."""

    whole: timedelta
    idle: timedelta


STAFF_LIMITS = SessionLimits(whole=timedelta(hours=12), idle=timedelta(minutes=30))
CITIZEN_LIMITS = SessionLimits(whole=timedelta(hours=24), idle=timedelta(hours=1))
"""Citizens and helpers."""


class Way(StrEnum):
    """By which door a session began. Stable codes."""

    CITIZENS_WEB = "citizens_web"
    STAFF_WEB = "staff_web"
    KIOSK_CARD = "kiosk_card"
    KIOSK_QR = "kiosk_qr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session as a value. `fresh` are the factors shown last, at `fresh_at`; `ended_by` is empty while it lasts."""

    session_id: int
    holder: Holder
    role: str
    way: Way
    device: bytes
    device_name: str
    new_device: bool
    begun_at: datetime
    seen_at: datetime
    factors: frozenset[Factor]
    fresh_at: datetime
    fresh: frozenset[Factor]
    ended_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A passkey or hardware key, as it is kept: never anything that could sign."""

    passkey_id: int
    holder: Holder
    credential_id: bytes
    public_key: bytes
    sign_count: int
    label: str
    synced: bool
    made_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where passkeys belong: the origin that pages are served from, and the host name that keys are bound to."""

    origin: str
    rp_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPasskey:
    """A passkey whose making was verified."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    synced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """What a holder can prove who they are with, beside the code to the phone."""

    password: bool
    app_key: bool
    passkeys: tuple[Passkey, ...]
    recovery_codes_left: int

    @property
    def strong(self) -> frozenset[Factor]:
        """The strong factors that are enrolled; empty for most people."""
        found = {Factor.APP_CODE} if self.app_key else set()
        return frozenset(found | ({Factor.PASSKEY} if self.passkeys else set()))


class RecoveryKind(StrEnum):
    """Where a recovery code comes from: a list that the holder printed, or a service point's slip."""

    LIST = "list"
    SLIP = "slip"


class OnceKind(StrEnum):
    """What may be used once only (一次性凭据). A new kind is a new line here; its values never meet another kind's."""

    SMS_CODE = "sms_code"
    APP_CODE = "app_code"
    RECOVERY_CODE = "recovery_code"
    PASSKEY_CHALLENGE = "passkey_challenge"
    CARD_CHALLENGE = "card_challenge"
    QR_TICKET = "qr_ticket"
    CAPTURE_NONCE = "capture_nonce"
    IDEMPOTENCY_KEY = "idempotency_key"
    MESSAGE_NONCE = "message_nonce"
