"""What the citizens' and the staff's web share about proving who one is: challenges in sessions, pictures, the pace.

A challenge lives in the session of the browser that asked and leaves it with the first answer. What is typed is kept
between two pages as a keyed index only.
"""

import time
import unicodedata
from dataclasses import dataclass
from datetime import datetime

import segno
from django.http import HttpRequest
from django.utils.translation import gettext as _

from yizheng import wiring
from yizheng.doors import forms
from yizheng.doors.identity import device_index, session_of
from yizheng.flows.signing_in import factors_are_kept, passkey_proves
from yizheng.flows.signing_in.factors_are_proved import Asked, Proof
from yizheng.kernel.time import CHINA
from yizheng.rooms import access, privacy
from yizheng.rooms.access.data import Holder, Passkey, Session

PACE_SECONDS = 0.3
CHALLENGE, CHALLENGED = "passkey_challenge", "passkey_asked"
ANSWER = forms.Secret("answer", required=False, most=20_000)  # a signature with its certificates, as JSON
LABEL = forms.Text("label", required=False, most=64)
SIGNED = forms.Form("passkey", ANSWER, LABEL)
"""What the script of a passkey's form sends: the browser's answer, and the name that a new key is given."""


def asked(request: HttpRequest, typed: str) -> Asked:
    """How a proof is asked for in this request: under this name, on this device."""
    return Asked(
        typed=typed,
        device=device_index(request),
        most_in_a_row=wiring.agency().sign_in.failures_in_a_row,
    )


def keep_pace(started: float) -> None:
    """Answer no sooner than `PACE_SECONDS` after the start: how long it takes must not say whether a number exists."""
    time.sleep(max(0.0, PACE_SECONDS - (time.monotonic() - started)))


def locked_words(proof: Proof) -> str:
    """The words for a name that is locked for a while, or a way that is closed; nothing for what is neither."""
    if proof.closed:
        return _("这种方式输错的次数太多，已经停用。请换一种登录方式，或者带身份证到窗口，核对以后就能再用。")
    if proof.locked_until is None:
        return ""
    until = proof.locked_until.astimezone(CHINA)
    today = until.date() == wiring.clock().now().astimezone(CHINA).date()
    time_said = f"{until:%H:%M}" if today else f"{until:%Y-%m-%d %H:%M}"
    return _("试的次数多了，请在 %(time)s 以后再试，或者找人工。") % {"time": time_said}


def typed_name(text: str) -> str:
    """The name under which tries are counted for what was typed: a keyed index, whatever it was."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return f"typed:{privacy.queries.blind('typed', ''.join(letter for letter in plain if letter.isalnum())).hex()}"


def ask_passkey(request: HttpRequest, known: tuple[Passkey, ...] = ()) -> str:
    """What the browser is asked to sign, as JSON; the challenge stays in this session."""
    return access.passkeys.options_to_sign(
        place=wiring.passkey_place(), challenge=_new_challenge(request), known=known
    )


def has_signed(request: HttpRequest) -> bool:
    """Whether what came is the answer of a passkey, and not a typed code."""
    return bool(SIGNED.read(request).get(ANSWER, ""))


def passkey_answer(request: HttpRequest, *, expected: Holder | None = None) -> Proof:
    """What the browser's answer proves: nothing, where this session asked nothing or had its answer."""
    challenge, asked_at = _take_challenge(request)
    if challenge is None or asked_at is None:
        return Proof()
    return passkey_proves.by_passkey(
        SIGNED.read(request).get(ANSWER, ""),
        challenge=challenge,
        asked_at=asked_at,
        place=wiring.passkey_place(),
        clock=wiring.clock(),
        expected=expected,
    )


def ask_new_passkey(request: HttpRequest, session: Session, *, name: str) -> str:
    """What the browser is asked to make, as JSON; `name` is how the key calls its holder, no number and no phone."""
    agency = wiring.agency()
    return access.passkeys.options_to_make(
        place=wiring.passkey_place(),
        challenge=_new_challenge(request),
        handle=access.queries.user_handle(session.holder),
        name=name,
        rp_name=agency.name,
        known=access.queries.passkeys_of(session.holder),
    )


def keep_new_passkey(request: HttpRequest, session: Session) -> Passkey:
    """Keep the passkey that the browser made. Raises Refused, also where this session asked for none."""
    challenge, asked_at = _take_challenge(request)
    if challenge is None or asked_at is None:
        raise factors_are_kept.not_made()
    signed = SIGNED.read(request)
    return factors_are_kept.add_passkey(
        session,
        signed.get(ANSWER, ""),
        challenge=challenge,
        asked_at=asked_at,
        place=wiring.passkey_place(),
        label=signed.get(LABEL, "") or _label(session),
        clock=wiring.clock(),
    )


def _label(session: Session) -> str:
    """The name of a passkey to which its holder gave none."""
    return f"{_('通行密钥')} {len(access.queries.passkeys_of(session.holder)) + 1}"


def picture(text: str) -> str:
    """A QR code as an address of its own (`data:`), for an img."""
    return str(segno.make(text, error="m", micro=False).svg_data_uri(scale=6, border=4))


def app_picture(secret: str, *, name: str) -> str:
    """The QR code that an authenticator app reads."""
    return picture(access.queries.app_address(secret, name=name, issuer=wiring.agency().name))


def in_groups(secret: str) -> str:
    """A secret in groups of four, as a person types it."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionShown:
    """An open session; `here` for the one that asks."""

    session: Session
    here: bool


def sessions_shown(request: HttpRequest) -> list[SessionShown]:
    """The open sessions of whoever asks."""
    mine = session_of(request)
    if mine is None:
        return []
    return [
        SessionShown(session=one, here=one.session_id == mine.session_id)
        for one in access.queries.sessions_of(mine.holder)
    ]


def _new_challenge(request: HttpRequest) -> bytes:
    challenge = passkey_proves.new_challenge()
    request.session[CHALLENGE] = challenge.hex()
    request.session[CHALLENGED] = wiring.clock().now().isoformat()
    return challenge


def _take_challenge(request: HttpRequest) -> tuple[bytes | None, datetime | None]:
    challenge = request.session.pop(CHALLENGE, None)
    asked = request.session.pop(CHALLENGED, None)
    if not challenge or not asked:
        return None, None
    return bytes.fromhex(challenge), datetime.fromisoformat(asked)
