"""Codes that are sent or printed: one-time codes to a phone, lists of recovery codes, slips of a service point."""

import hmac
import secrets
from datetime import datetime, timedelta

from yizheng.rooms import ledger, privacy
from yizheng.rooms.access import models, rules
from yizheng.rooms.access.actions.once import use_once
from yizheng.rooms.access.data import CODE_LIVES, RECOVERY_CODES, CodeResult, Holder, OnceKind, RecoveryKind


def make_code(*, holder: Holder, request: bytes, at: datetime) -> str:
    """Make a one-time code of six digits for a holder in one browser; `request` is that browser's index (16 bytes).

    An earlier one of the same browser is worth nothing any more. Raises Refused when codes are asked for too fast.
    """
    recent = models.OneTimeCode.objects.filter(holder=str(holder), made_at__gt=at - timedelta(hours=1))
    newest = recent.order_by("-made_at")
    rules.check_code_request(
        list(newest.values_list("made_at", flat=True)),
        here=list(newest.filter(request_index=request).values_list("made_at", flat=True)),
        at=at,
    )
    code = f"{secrets.randbelow(1_000_000):06d}"
    made = models.OneTimeCode.objects.create(
        holder=str(holder),
        request_index=request,
        code_hash=_code_hash(holder, request, code),
        made_at=at,
        expires_at=at + CODE_LIVES,
    )
    ledger.actions.append(
        kind="access:code:made", actor=holder.kind, at=at, subject=f"access_onetimecode:{made.pk}"
    )
    return code


def check_code(*, holder: Holder, request: bytes, code: str, at: datetime) -> CodeResult:
    """Check a code against the newest one of this holder in this browser: ten minutes, five tries, used once."""
    newest = (
        models.OneTimeCode.objects.select_for_update()
        .filter(holder=str(holder), request_index=request)
        .order_by("-id")
        .first()
    )
    if newest is None:
        return CodeResult.NONE
    if newest.used_at is not None or newest.tries >= rules.CODE_TRIES:
        result = CodeResult.SPENT
    elif not newest.made_at <= at < newest.expires_at:  # also where the clock was set back
        result = CodeResult.EXPIRED
    else:
        fits = hmac.compare_digest(bytes(newest.code_hash), _code_hash(holder, request, code))
        first = fits and use_once(OnceKind.SMS_CODE, str(newest.pk), at=at, until=newest.expires_at)
        result = CodeResult.ACCEPTED if first else CodeResult.WRONG
        newest.tries += 1
        newest.used_at = at if first else None
        newest.save(update_fields=["tries", "used_at"])
    ledger.actions.append(
        kind=f"access:code:{'accepted' if result is CodeResult.ACCEPTED else 'refused'}",
        actor=holder.kind,
        at=at,
        subject=f"access_onetimecode:{newest.pk}",
        detail={"result": result.value},
    )
    return result


def make_recovery_list(*, holder: Holder, actor: str, at: datetime) -> list[str]:
    """Make ten recovery codes for a holder to print; an earlier list is worth nothing any more."""
    _void(holder, RecoveryKind.LIST, at=at)
    codes = [rules.recovery_code(secrets.choice) for _ in range(rules.RECOVERY_LIST)]
    for code in codes:
        _keep(holder, RecoveryKind.LIST, code, actor=actor, at=at, expires_at=None)
    return codes


def make_slip_code(*, holder: Holder, actor: str, at: datetime) -> str:
    """Make the one code of a service point's slip: ten digits, a day, once. An earlier slip is worth nothing any more."""
    _void(holder, RecoveryKind.SLIP, at=at)
    code = f"{secrets.randbelow(10**rules.SLIP_DIGITS):0{rules.SLIP_DIGITS}d}"
    _keep(holder, RecoveryKind.SLIP, code, actor=actor, at=at, expires_at=at + rules.SLIP_LIVES)
    return code


def use_recovery_code(*, holder: Holder, code: str, at: datetime) -> RecoveryKind | None:
    """Use a recovery code of a holder up; which kind it was, or None where it is none, too old or used."""
    found = (
        models.RecoveryCode.objects.select_for_update()
        .filter(holder=str(holder), code_hash=_recovery_hash(holder, code), used_at=None)
        .first()
    )
    if found is None or (found.expires_at is not None and at >= found.expires_at):
        return None
    far = found.expires_at or at + timedelta(days=3650)
    if not use_once(OnceKind.RECOVERY_CODE, str(found.pk), at=at, until=far):
        return None
    found.used_at = at
    found.save(update_fields=["used_at"])
    _witness(found, "access:recovery_code:used", actor=holder.kind, at=at)
    return RecoveryKind(found.kind)


def _keep(
    holder: Holder, kind: RecoveryKind, code: str, *, actor: str, at: datetime, expires_at: datetime | None
) -> None:
    made = models.RecoveryCode.objects.create(
        holder=str(holder),
        kind=kind.value,
        code_hash=_recovery_hash(holder, code),
        made_at=at,
        made_by=actor,
        expires_at=expires_at,
    )
    _witness(made, "access:recovery_code:made", actor=actor, at=at)


def _void(holder: Holder, kind: RecoveryKind, *, at: datetime) -> None:
    for old in models.RecoveryCode.objects.filter(holder=str(holder), kind=kind.value, used_at=None):
        old.used_at = at
        old.save(update_fields=["used_at"])
        _witness(old, "access:recovery_code:voided", actor=holder.kind, at=at)


def _witness(code: models.RecoveryCode, kind: str, *, actor: str, at: datetime) -> None:
    ledger.actions.append(
        kind=kind,
        actor=actor,
        at=at,
        subject=RECOVERY_CODES.subject(code.pk),
        row=RECOVERY_CODES.row_of(code),
        detail={"kind": code.kind},
    )


def _code_hash(holder: Holder, request: bytes, code: str) -> bytes:
    return privacy.queries.blind("one-time-code", f"{holder}:{request.hex()}:{code}")


def _recovery_hash(holder: Holder, code: str) -> bytes:
    return privacy.queries.blind("recovery-code", f"{holder}:{rules.plain_recovery_code(code)}")
