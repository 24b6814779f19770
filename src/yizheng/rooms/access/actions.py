"""The writes of access: accounts, attempts to sign in, one-time codes. Each leaves its entry in the ledger.

An attempt that fails is written too. So nothing here raises for a wrong password or code: the flow commits what
happened, and then the door says it.
"""

import hmac
import json
import secrets
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import connection

from yizheng.rooms.access import models, rules
from yizheng.rooms.access.data import (
    ACCOUNTS,
    HELPER,
    HELPERS,
    Account,
    CodeResult,
    NewAccount,
    OnceKind,
    SignIn,
    SignInResult,
)
from yizheng.rooms.access.queries import as_account, phone_index
from yizheng.rooms.ledger.actions import append
from yizheng.rooms.privacy.actions import sealer
from yizheng.rooms.privacy.queries import blind


def create_account(new: NewAccount, *, actor: str, at: datetime) -> Account:
    """Make an account. Raises Misused for one that cannot be, and Refused where the name is taken."""
    rules.check_new_account(
        username=new.username, display_name=new.display_name, role=new.role, password=new.password
    )
    rules.check_name_is_free(taken=models.Account.objects.filter(username=new.username).exists())
    made = models.Account.objects.create(
        username=new.username,
        display_name=new.display_name,
        role=new.role,
        password=make_password(new.password),
        created_at=at,
        created_by=actor,
    )
    _witness(made, kind="access:account:created", actor=actor, at=at)
    return as_account(made)


def open_helper_account(*, phone: str, display_name: str, actor: str, at: datetime) -> Account:
    """Open the account of a family helper, who may be on no roster and signs in by phone and one-time code.

    Phone and name are kept sealed. Raises Misused for a phone or name that cannot be, and Refused where the phone has
    an account (`queries.helper_by_phone` finds it).
    """
    digits = rules.check_helper(phone=phone, display_name=display_name)
    index = phone_index(digits)
    rules.check_phone_is_free(taken=models.Helper.objects.filter(phone_index=index).exists())
    made = models.Account.objects.create(
        username=f"{HELPER}-{secrets.token_hex(6)}",
        display_name="",
        role=HELPER,
        password=make_password(None),
        created_at=at,
        created_by=actor,
    )
    _witness(made, kind="access:helper:opened", actor=actor, at=at)
    contact = json.dumps([digits, display_name.strip()], ensure_ascii=False)
    known = models.Helper.objects.create(
        account_id=made.pk,
        phone_index=index,
        contact_sealed=sealer(HELPERS.table, "contact").seal(made.pk, contact),
        known_since=at,
    )
    append(
        kind="access:helper:known",
        actor=actor,
        at=at,
        subject=HELPERS.subject(known.pk),
        row=HELPERS.row_of(known),
    )
    return as_account(made)


def set_active(username: str, *, active: bool, actor: str, at: datetime) -> Account:
    """Open or close an account; a closed one cannot sign in. Raises LookupError for a name that does not exist."""
    found = models.Account.objects.select_for_update().filter(username=username).first()
    if found is None:
        raise LookupError("an account with this name was expected")
    found.is_active = active
    found.save(update_fields=["is_active"])
    _witness(found, kind=f"access:account:{'opened' if active else 'closed'}", actor=actor, at=at)
    return as_account(found)


def sign_in(*, username: str, password: str, at: datetime) -> SignIn:
    """Try to sign in. After five failures in a row the name is locked for 15 minutes, whether it exists or not."""
    name = blind("sign-in", username)
    until = rules.locked_until(_failures(name), at=at)
    account = models.Account.objects.exclude(role=HELPER).filter(username=username, is_active=True).first()
    who = account.username if account else "unknown"
    if until is not None:
        _append_sign_in(who, SignInResult.LOCKED, at)
        return SignIn(result=SignInResult.LOCKED, locked_until=until)
    succeeded = _password_fits(password, account)
    models.SignInAttempt.objects.create(name_index=name, tried_at=at, succeeded=succeeded)
    result = SignInResult.SUCCEEDED if succeeded else SignInResult.REFUSED
    _append_sign_in(who, result, at)
    return SignIn(result=result, account=as_account(account) if account and succeeded else None)


def make_code(*, pno: int, at: datetime) -> str:
    """Make a one-time code of six digits for a person; an earlier one is worth nothing any more. Raises Refused."""
    earlier = models.OneTimeCode.objects.filter(pno=pno, made_at__gt=at - timedelta(hours=1))
    rules.check_code_request(list(earlier.order_by("-made_at").values_list("made_at", flat=True)), at=at)
    code = f"{secrets.randbelow(1_000_000):06d}"
    made = models.OneTimeCode.objects.create(
        pno=pno, code_hash=_code_hash(pno, code), made_at=at, expires_at=at + rules.CODE_LIVES
    )
    append(kind="access:code:made", actor="citizen", at=at, subject=f"access_onetimecode:{made.pk}")
    return code


def check_code(*, pno: int, code: str, at: datetime) -> CodeResult:
    """Check a code against the newest one of the person: ten minutes, five tries, used once."""
    newest = models.OneTimeCode.objects.select_for_update().filter(pno=pno).order_by("-id").first()
    if newest is None:
        return CodeResult.NONE
    if newest.used_at is not None or newest.tries >= rules.CODE_TRIES:
        result = CodeResult.SPENT
    elif at >= newest.expires_at:
        result = CodeResult.EXPIRED
    else:
        fits = hmac.compare_digest(bytes(newest.code_hash), _code_hash(pno, code))
        result = CodeResult.ACCEPTED if fits else CodeResult.WRONG
        newest.tries += 1
        newest.used_at = at if fits else None
        newest.save(update_fields=["tries", "used_at"])
    kind = "accepted" if result is CodeResult.ACCEPTED else "refused"
    append(
        kind=f"access:code:{kind}",
        actor="citizen",
        at=at,
        subject=f"access_onetimecode:{newest.pk}",
        detail={"result": result.value},
    )
    return result


def use_once(kind: OnceKind, value: str | bytes, *, at: datetime, until: datetime) -> bool:
    """Use something up; True for the first who comes, False for everybody after, at whatever speed they come.

    `until` is when the value itself stops being good for anything: it is remembered so long and no longer. The one
    store of its kind: challenges, codes, nonces and idempotency keys of every door pass here, so none is used twice.
    """
    text = value.hex() if isinstance(value, bytes) else value
    moment = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_usedonce (kind, digest, used_at, until) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            [kind.value, blind(f"once:{kind.value}", text), moment(at), moment(until)],
        )
        return bool(cursor.rowcount == 1)


def forget_used(*, at: datetime) -> int:
    """Forget what is of no use to anybody any more; gives how many."""
    gone, _ = models.UsedOnce.objects.filter(until__lt=at).delete()
    return gone


def _failures(name: bytes) -> list[datetime]:
    """The failures of a name since its last success, newest first, as many as matter."""
    newest = models.SignInAttempt.objects.filter(name_index=name).order_by("-tried_at", "-id")
    failures = []
    for tried_at, succeeded in newest.values_list("tried_at", "succeeded")[: rules.FAILURES_ALLOWED]:
        if succeeded:
            break
        failures.append(tried_at)
    return failures


def _append_sign_in(who: str, result: SignInResult, at: datetime) -> None:
    append(kind=f"access:sign_in:{result.value}", actor=who, at=at, subject=f"access_signin:{who}")


def _witness(account: models.Account, *, kind: str, actor: str, at: datetime) -> None:
    append(
        kind=kind,
        actor=actor,
        at=at,
        subject=ACCOUNTS.subject(account.pk),
        row=ACCOUNTS.row_of(account),
        detail={"username": account.username, "role": account.role},
    )


def _password_fits(password: str, account: models.Account | None) -> bool:
    if account is None:
        make_password(password)  # as slow as a check: a name that does not exist must not answer sooner
        return False
    return check_password(password, account.password)


def _code_hash(pno: int, code: str) -> bytes:
    return blind("one-time-code", f"{pno}:{code}")
