"""The reads of access: accounts, roles, and who may do what."""

import json

from yizheng.kernel.hands import Actor
from yizheng.rooms import privacy
from yizheng.rooms.access import app_codes, card_proofs, models, passwords, rules
from yizheng.rooms.access.data import (
    ACCOUNTS,
    APP_KEYS,
    HELPER,
    HELPERS,
    PASSKEYS,
    PASSWORDS,
    RECOVERY_CODES,
    Account,
    Factor,
    Factors,
    Holder,
    Passkey,
    Permission,
    Session,
    Way,
)
from yizheng.rooms.access.roles import Role
from yizheng.rooms.ledger.data import WitnessedTable

APP_SECRET = (APP_KEYS.table, "secret")
"""The place that an authenticator's secret is sealed for."""

can = rules.can
check_can = rules.check_can
can_propose = rules.can_propose
check_can_propose = rules.check_can_propose
can_confirm = rules.can_confirm
check_can_confirm = rules.check_can_confirm
can_decide_hold = rules.can_decide_hold
check_can_decide_hold = rules.check_can_decide_hold
check_can_decide_held_pay = rules.check_can_decide_held_pay
can_release = rules.can_release
check_can_release = rules.check_can_release
may_change_factors = rules.may_change_factors
is_two_factors = rules.is_two_factors
is_over = rules.is_over
normalise_phone = rules.normalise_phone

app_address = app_codes.address_of
card_file = card_proofs.card_file
check_card = card_proofs.check_card
password_fits = passwords.fits


def find_role(code: str) -> type[Role] | None:
    """The role with this code, if there is one."""
    return rules.find_role(code)


def permissions_of(actor: Actor) -> frozenset[Permission]:
    """All that the actor may do."""
    role = rules.find_role(actor.role)
    return role.permissions if role else frozenset()


def find_account(username: str) -> Account | None:
    """The account with this name, if there is one."""
    found = models.Account.objects.filter(username=username).first()
    return as_account(found) if found else None


def account_of(account_id: int) -> Account | None:
    """The account with this number, of staff or of a helper, if there is one."""
    found = models.Account.objects.filter(pk=account_id).first()
    return as_account(found) if found else None


def is_staff(account_id: int) -> bool:
    """Whether the account is one of staff, open or closed."""
    return models.Account.objects.exclude(role=HELPER).filter(pk=account_id).exists()


def helper_by_phone(phone: str) -> Account | None:
    """The family helper who signs in with this mobile number, if there is one."""
    digits = rules.normalise_phone(phone)
    if digits is None:
        return None
    known = models.Helper.objects.filter(phone_index=phone_index(digits)).first()
    return account_of(known.account_id) if known else None


def helper_phone(account_id: int) -> str | None:
    """The mobile number of a helper, opened for the moment of sending; None where the account is no helper's."""
    known = models.Helper.objects.filter(pk=account_id).first()
    return _contact(known)[0] if known else None


def phone_index(digits: str) -> bytes:
    """The blind index of a helper's mobile number."""
    return privacy.queries.blind("helper-phone", digits)


def accounts() -> list[Account]:
    """Every account of staff, by name. Family helpers are not among them."""
    return [as_account(found) for found in models.Account.objects.exclude(role=HELPER).order_by("username")]


def as_account(found: models.Account) -> Account:
    """An account as a value."""
    display_name = found.display_name
    if found.role == HELPER:
        display_name = _contact(models.Helper.objects.get(pk=found.pk))[1]
    return Account(
        account_id=found.pk,
        username=found.username,
        display_name=display_name,
        role=found.role,
        is_active=found.is_active,
    )


def factors_of(holder: Holder) -> Factors:
    """What a holder has enrolled to prove who they are."""
    code = str(holder)
    account = holder.account_id is not None and is_staff(holder.account_id)
    kept = models.HolderPassword.objects.filter(holder=code, ended_at=None)
    apps = models.AppKey.objects.filter(holder=code, ended_at=None).exclude(confirmed_at=None)
    lists = models.RecoveryCode.objects.filter(holder=code, kind="list", used_at=None)
    return Factors(
        password=account or kept.exists(),
        app_key=apps.exists(),
        passkeys=tuple(passkeys_of(holder)),
        recovery_codes_left=lists.count(),
    )


def passkeys_of(holder: Holder) -> list[Passkey]:
    """The passkeys of a holder that are good, oldest first."""
    kept = models.Passkey.objects.filter(holder=str(holder), ended_at=None).order_by("id")
    return [as_passkey(found) for found in kept]


def find_passkey(credential_id: bytes) -> Passkey | None:
    """The good passkey with this credential, whoever holds it."""
    found = models.Passkey.objects.filter(credential_id=credential_id, ended_at=None).first()
    return as_passkey(found) if found else None


def passkey_for_update(passkey_id: int) -> Passkey | None:
    """A good passkey, held against others until the transaction ends."""
    kept = models.Passkey.objects.select_for_update()
    found = kept.filter(pk=passkey_id, ended_at=None).first()
    return as_passkey(found) if found else None


def passkey_is_known(credential_id: bytes) -> bool:
    """Whether a credential was ever registered, by anybody, given up or not."""
    return models.Passkey.objects.filter(credential_id=credential_id).exists()


def user_handle(holder: Holder) -> bytes:
    """What a passkey calls its holder: 16 bytes that say nothing to anybody else."""
    return privacy.queries.blind("passkey-user", str(holder))


def password_hash(holder: Holder) -> str | None:
    """The hash of a holder's password: staff's from the account, others' from their own; None where there is none."""
    if holder.account_id is not None:
        kept = models.Account.objects.exclude(role=HELPER).filter(pk=holder.account_id, is_active=True)
        if found := kept.values_list("password", flat=True).first():
            return found
    own = models.HolderPassword.objects.filter(holder=str(holder), ended_at=None).order_by("-id")
    return own.values_list("hash", flat=True).first()


def unconfirmed_app_secret(holder: Holder) -> str | None:
    """The secret that waits to be confirmed, opened for the holder's own screen; None where none waits."""
    waits = models.AppKey.objects.filter(holder=str(holder), confirmed_at=None, ended_at=None)
    found = waits.order_by("-id").first()
    return privacy.queries.opener(*APP_SECRET).open(found.pk, bytes(found.secret_sealed)) if found else None


def device_is_known(device: bytes) -> bool:
    """Whether anybody has signed in on this device before."""
    return models.KnownDevice.objects.filter(device_index=device).exists()


def is_own_device(holder: Holder, device: bytes) -> bool:
    """Whether this holder has signed in on this device before."""
    return models.KnownDevice.objects.filter(holder=str(holder), device_index=device).exists()


def find_session(index: bytes) -> Session | None:
    """The session with this index, ended or not."""
    found = models.Session.objects.filter(session_index=index).first()
    return as_session(found) if found else None


def sessions_of(holder: Holder) -> list[Session]:
    """The sessions of a holder that were not ended, the one used last first."""
    kept = models.Session.objects.filter(holder=str(holder), ended_at=None).order_by("-seen_at", "-id")
    return [as_session(found) for found in kept]


def session_index(key: str) -> bytes:
    """The keyed index (16 bytes) under which the session with this key is kept."""
    return privacy.queries.blind("session", key)


def as_session(found: models.Session) -> Session:
    """A session as a value."""
    return Session(
        session_id=found.pk,
        holder=Holder.parse(found.holder),
        role=found.role,
        way=Way(found.way),
        device=bytes(found.device_index),
        device_name=found.device_name,
        new_device=found.new_device,
        begun_at=found.begun_at,
        seen_at=found.seen_at,
        factors=frozenset(Factor(value) for value in found.factors),
        fresh_at=found.fresh_at,
        fresh=frozenset(Factor(value) for value in found.fresh),
        ended_by=found.ended_by,
    )


def as_passkey(found: models.Passkey) -> Passkey:
    """A passkey as a value."""
    return Passkey(
        passkey_id=found.pk,
        holder=Holder.parse(found.holder),
        credential_id=bytes(found.credential_id),
        public_key=bytes(found.public_key),
        sign_count=found.sign_count,
        label=found.label,
        synced=found.synced,
        made_at=found.made_at,
        used_at=found.used_at,
    )


def witnessed() -> tuple[WitnessedTable, ...]:
    """The tables of this room whose every row has an entry in the ledger."""
    return (ACCOUNTS, HELPERS, PASSWORDS, APP_KEYS, PASSKEYS, RECOVERY_CODES)


def _contact(known: models.Helper) -> tuple[str, str]:
    """Phone and name of a helper, opened."""
    opened = privacy.queries.opener(HELPERS.table, "contact").open(
        known.account_id, bytes(known.contact_sealed)
    )
    phone, name = json.loads(opened)
    return phone, name
