"""Codes of an authenticator app (动态码): one-time passwords as RFC 6238 has them, six digits, new each half minute.

A code is good for its own half minute and for the one before and after, so that a clock may be a little off. That it
counts once is the matter of whoever calls: `step_of` says which half minute it was.
"""

import hmac
from datetime import datetime, timedelta

import pyotp

STEP = 30
WINDOW = 1
DIGITS = 6
REMEMBERED = timedelta(seconds=STEP * (2 * WINDOW + 2))
"""How long a used step is remembered: longer than any clock within the window could show it."""


def new_secret() -> str:
    """A secret of 160 bits in base 32."""
    return pyotp.random_base32(length=32)


def step_of(secret: str, code: str, *, at: datetime) -> int | None:
    """Which half minute since 1970 a code is for; None for one that is for none of the three around `at`."""
    if len(code) != DIGITS or not (code.isascii() and code.isdecimal()):
        return None
    app = pyotp.TOTP(secret, digits=DIGITS, interval=STEP)
    now = int(at.timestamp()) // STEP
    found = None
    for step in range(now - WINDOW, now + WINDOW + 1):
        if hmac.compare_digest(app.generate_otp(step), code):
            found = step
    return found


def address_of(secret: str, *, name: str, issuer: str) -> str:
    """The address (`otpauth:`) that an app reads from a QR code."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP).provisioning_uri(name=name, issuer_name=issuer)
