"""Factors are enrolled, used and given up: passwords, authenticator apps, passkeys. Each step is in the ledger."""

from datetime import datetime

from yizheng.rooms import ledger, privacy
from yizheng.rooms.access import app_codes, models, passwords
from yizheng.rooms.access.actions.once import use_once
from yizheng.rooms.access.data import APP_KEYS, PASSKEYS, PASSWORDS, Holder, NewPasskey, OnceKind, Passkey
from yizheng.rooms.access.queries import APP_SECRET, as_passkey
from yizheng.rooms.ledger.data import WitnessedTable


def set_password(holder: Holder, password: str, *, known: tuple[str, ...], at: datetime) -> None:
    """Give a citizen or helper a password, or another one. Raises Misused for one that is too short or well known.

    `known` are words about the person that a password must not live by: the number, the phone, the name.
    """
    passwords.check(password, known=known)
    end_password(holder, at=at)
    made = models.HolderPassword.objects.create(
        holder=str(holder), hash=passwords.hash_of(password), set_at=at
    )
    _witness(PASSWORDS, made, "access:password:set", holder, at)


def end_password(holder: Holder, *, at: datetime) -> None:
    """Take a citizen's or helper's password away."""
    for old in models.HolderPassword.objects.select_for_update().filter(holder=str(holder), ended_at=None):
        old.ended_at = at
        old.save(update_fields=["ended_at"])
        _witness(PASSWORDS, old, "access:password:ended", holder, at)


def begin_app_key(holder: Holder, *, at: datetime) -> str:
    """Make a secret for an authenticator app, in base 32. It counts for nothing until it is confirmed."""
    unconfirmed = models.AppKey.objects.filter(holder=str(holder), confirmed_at=None, ended_at=None)
    for old in unconfirmed:
        _end_app_key(old, holder, at)
    secret = app_codes.new_secret()
    made = models.AppKey.objects.create(holder=str(holder), secret_sealed=b"", made_at=at)
    made.secret_sealed = privacy.actions.sealer(*APP_SECRET).seal(made.pk, secret)
    made.save(update_fields=["secret_sealed"])
    _witness(APP_KEYS, made, "access:app_key:made", holder, at)
    return secret


def confirm_app_key(holder: Holder, code: str, *, at: datetime, app_time: datetime | None = None) -> bool:
    """Confirm the newest secret by a code of the app; an earlier confirmed one ends. False for a code that is wrong.

    `app_time` is the moment that the app's device shows, which the code is of; None where it is `at`.
    """
    keys = models.AppKey.objects.select_for_update().filter(holder=str(holder), ended_at=None)
    newest = keys.filter(confirmed_at=None).order_by("-id").first()
    if newest is None or not _use_app_code(newest, code, app_time or at):
        return False
    for old in keys.exclude(confirmed_at=None):
        _end_app_key(old, holder, at)
    newest.confirmed_at = at
    newest.save(update_fields=["confirmed_at"])
    _witness(APP_KEYS, newest, "access:app_key:confirmed", holder, at)
    return True


def check_app_code(holder: Holder, code: str, *, app_time: datetime) -> bool:
    """Whether a code is the app's for this half minute or the one before or after; each counts once."""
    keys = models.AppKey.objects.select_for_update().filter(holder=str(holder), ended_at=None)
    key = keys.exclude(confirmed_at=None).order_by("-id").first()
    return key is not None and _use_app_code(key, code, app_time)


def end_app_key(holder: Holder, *, at: datetime) -> None:
    """Take the authenticator app away."""
    for old in models.AppKey.objects.select_for_update().filter(holder=str(holder), ended_at=None):
        _end_app_key(old, holder, at)


def add_passkey(holder: Holder, new: NewPasskey, *, label: str, at: datetime) -> Passkey:
    """Keep a passkey whose making was verified."""
    made = models.Passkey.objects.create(
        holder=str(holder),
        credential_id=new.credential_id,
        public_key=new.public_key,
        sign_count=new.sign_count,
        label=label,
        synced=new.synced,
        made_at=at,
    )
    _witness(PASSKEYS, made, "access:passkey:added", holder, at)
    return as_passkey(made)


def passkey_signed(passkey_id: int, *, sign_count: int, at: datetime) -> None:
    """Note that a passkey signed, and what its counter says now."""
    models.Passkey.objects.filter(pk=passkey_id).update(sign_count=sign_count, used_at=at)


def end_passkey(holder: Holder, passkey_id: int, *, at: datetime) -> bool:
    """Take a passkey of the holder's away; False where there is none with this number."""
    keys = models.Passkey.objects.select_for_update()
    found = keys.filter(pk=passkey_id, holder=str(holder), ended_at=None).first()
    if found is None:
        return False
    found.ended_at = at
    found.save(update_fields=["ended_at"])
    _witness(PASSKEYS, found, "access:passkey:ended", holder, at)
    return True


def end_all(holder: Holder, *, at: datetime) -> None:
    """Take every factor away but the phone, and an account's password: what a recovery at a service point begins with."""
    end_password(holder, at=at)
    end_app_key(holder, at=at)
    for key in models.Passkey.objects.filter(holder=str(holder), ended_at=None).values_list("pk", flat=True):
        end_passkey(holder, key, at=at)


def _use_app_code(key: models.AppKey, code: str, at: datetime) -> bool:
    secret = privacy.queries.opener(*APP_SECRET).open(key.pk, bytes(key.secret_sealed))
    step = app_codes.step_of(secret, code, at=at)
    return step is not None and use_once(
        OnceKind.APP_CODE, f"{key.pk}:{step}", at=at, until=at + app_codes.REMEMBERED
    )


def _end_app_key(key: models.AppKey, holder: Holder, at: datetime) -> None:
    key.ended_at = at
    key.save(update_fields=["ended_at"])
    _witness(APP_KEYS, key, "access:app_key:ended", holder, at)


def _witness(table: WitnessedTable, row: object, kind: str, holder: Holder, at: datetime) -> None:
    ledger.actions.append(
        kind=kind,
        actor=holder.kind,
        at=at,
        subject=table.subject(getattr(row, table.key_column)),
        row=table.row_of(row),
        detail={"holder": str(holder)},
    )
