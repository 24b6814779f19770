"""What a password must be (密码要求): long, not one that everybody knows, not made of what is known of its owner.

No rule about capitals, digits or signs, and none to change it every so often: both make passwords worse.
"""

import unicodedata
from collections.abc import Iterable
from functools import cache

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from yizheng.kernel.errors import Misused
from yizheng.rooms.access.data import LONGEST_PASSWORD
from yizheng.rooms.access.why import Why

LEAST = 12
LEFT_OVER = 8
"""So many characters must be left when the words that everybody can guess are taken out."""

_GUESSED = ("yizheng", "颐证", "password", "12333", "shebao", "社保", "woaini", "5201314")
_RUNS = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv",
)


@cache
def _common() -> CommonPasswordValidator:
    """Django's list of common passwords, unpacked when the first password is chosen."""
    return CommonPasswordValidator()


def check(password: str, *, known: Iterable[str] = ()) -> None:
    """Raises Misused for a password that is too short, too long, on the list of common ones, or easily guessed.

    `known` are words about the owner: the user name, the number, the phone, the name.
    """
    plain = unicodedata.normalize("NFKC", password)
    if not LEAST <= len(plain) <= LONGEST_PASSWORD:
        raise Misused(Why.PASSWORD_LENGTH, least=LEAST, most=LONGEST_PASSWORD)
    if _is_common(plain) or len(_without_guessed(plain, known)) < LEFT_OVER:
        raise Misused(Why.PASSWORD_GUESSABLE)


def hash_of(password: str) -> str:
    """The Argon2id hash of a password: some 30 ms of work."""
    return make_password(unicodedata.normalize("NFKC", password))


def fits(password: str, kept: str | None) -> bool:
    """Whether a password is the one behind a hash. Without a hash it takes as long, and the answer is no."""
    if not kept or kept.startswith("!"):
        hash_of(password)
        return False
    return check_password(unicodedata.normalize("NFKC", password), kept)


def _is_common(password: str) -> bool:
    """On Django's list of twenty thousand, or one key again and again, or a run along the keyboard."""
    lower = password.lower()
    if len(set(lower)) < 4 or any(lower in run * 2 or lower in run[::-1] * 2 for run in _RUNS):
        return True
    try:
        _common().validate(lower)
    except ValidationError:
        return True
    return False


def _without_guessed(password: str, known: Iterable[str]) -> str:
    """What is left of a password when the words that everybody can guess are taken out."""
    left = password.lower()
    for guessed in (*known, *_GUESSED):
        word = unicodedata.normalize("NFKC", guessed).lower().strip()
        if len(word) >= 3 or (word and not word.isascii()):
            left = left.replace(word, "")
    return left
