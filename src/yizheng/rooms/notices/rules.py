"""The rules of notices (通知), pure: how a text is filled, and when a failed attempt is tried again.

Rules that always hold: a text with a hole in it is never sent; a placeholder is a plain word, so that no fact and no
letter can reach into the program.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from yizheng.kernel.errors import Refused
from yizheng.rooms.notices.data import EN, LANGUAGE, MOST_ATTEMPTS, ZH, MessageState
from yizheng.rooms.notices.why import Why

Say = Callable[[str, str, str], str]
"""A fact by name and value in words of a language: a letter brings it."""

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_BLANK_IN_CHINESE = re.compile(
    r"(?<=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef])\s+(?=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef])"
)

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)


def placeholders(text: str) -> frozenset[str]:
    """The names that a template wants filled."""
    return frozenset(_PLACEHOLDER.findall(text))


def fill(text: str, facts: Mapping[str, str], *, language: str, say: Say) -> str:
    """The template with its facts in words. Raises Refused naming the fact that is missing; other braces stay."""
    missing = tuple(sorted(placeholders(text) - facts.keys()))
    if missing:
        raise Refused(Why.LETTER_HAS_HOLE, missing=missing, came=tuple(sorted(facts)) or "-")
    filled = _PLACEHOLDER.sub(lambda found: say(found[1], facts[found[1]], language), text)
    return _BLANK_IN_CHINESE.sub("", filled).strip() if language == ZH else " ".join(filled.split())


def asked_in(language: str) -> dict[str, str]:
    """The fact for a text that was asked for on a page in this language; none where the page says nothing."""
    return {LANGUAGE: letters_language(language)} if language else {}


def letters_language(language: str) -> str:
    """The language of letters for a language of pages: `en` for English, else Chinese."""
    return EN if language.startswith(EN) else ZH


def wait_after(attempts: int, *, key: str) -> timedelta:
    """How long to wait after so many attempts: doubling, at most six hours, spread a little by the message's key."""
    doubled: int = 2 ** min(attempts - 1, 20)
    wait = min(FIRST_WAIT * doubled, LONGEST_WAIT)
    spread = hashlib.sha256(f"{key}:{attempts}".encode()).digest()[0] / 255
    return wait * (1 + spread / 4)


def after_failure(attempts: int, *, key: str, at: datetime) -> tuple[MessageState, datetime | None]:
    """What becomes of a message that could not be sent: tried again at a time, or dead after the last attempt."""
    if attempts >= MOST_ATTEMPTS:
        return MessageState.DEAD, None
    return MessageState.QUEUED, at + wait_after(attempts, key=key)
