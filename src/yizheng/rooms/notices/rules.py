"""The rules of notices (通知), pure: how a text is filled, and when a failed attempt is tried again.

Rules that always hold: a text with a hole in it is never sent; a placeholder is a plain word, so that no fact and no
letter can reach into the program.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from yizheng.kernel.errors import Refused
from yizheng.kernel.money import yuan_text
from yizheng.kernel.time import Month
from yizheng.rooms.notices.data import EN, LANGUAGE, MOST_ATTEMPTS, ZH, MessageState

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_BLANK_IN_CHINESE = re.compile(
    r"(?<=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef])\s+(?=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef])"
)
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)


def placeholders(text: str) -> frozenset[str]:
    """The names that a template wants filled."""
    return frozenset(_PLACEHOLDER.findall(text))


def fill(text: str, facts: Mapping[str, str], *, language: str) -> str:
    """The template with its facts. Raises Refused naming the fact that is missing; braces of other kinds stay."""
    missing = sorted(placeholders(text) - facts.keys())
    if missing:
        raise Refused(
            f"the letter needs {', '.join(missing)} and the message brought {', '.join(sorted(facts)) or 'nothing'}. "
            "Correct the letter or queue the message with that fact."
        )
    filled = _PLACEHOLDER.sub(lambda found: in_words(found[1], facts[found[1]], language=language), text)
    return _BLANK_IN_CHINESE.sub("", filled).strip() if language == "zh" else " ".join(filled.split())


def in_words(name: str, value: str, *, language: str) -> str:
    """A fact as a reader says it: days, months and amounts by the ending of the fact's name.

    A fact that ends in `_words` brings both languages, Chinese first, with a bar between.
    """
    if name.endswith("_words"):
        zh, _bar, en = value.partition("|")
        return zh if language == "zh" else en
    if name.endswith("_date"):
        return day_in_words(date.fromisoformat(value), language=language)
    if name.endswith("_month"):
        month = Month.parse(value)
        return (
            f"{month.year}年{month.month}月"
            if language == "zh"
            else f"{_MONTHS[month.month - 1]} {month.year}"
        )
    if name.endswith("_fen"):
        amount = yuan_text(int(value))
        return f"{amount}元" if language == "zh" else f"CNY {amount}"
    return value


def day_in_words(day: date, *, language: str) -> str:
    """`2026年10月31日` or `31 October 2026`."""
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


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
