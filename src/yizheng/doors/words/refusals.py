"""A refusal in words: what was expected, what came, what to do; and what is told beside refusals, in the same way.

One table a room, in a file of the room's name, opened when it is needed.

A code without words is a mistake that a test finds; at run time the machine's form is shown, so that nobody is left
without an answer.
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from functools import cache
from importlib import import_module

from django.conf import settings
from django.utils import translation

from yizheng.doors.words.base import Words
from yizheng.doors.words.codes import kinds, word
from yizheng.kernel.errors import Code, Refused
from yizheng.kernel.time import Month
from yizheng.kernel.told import Coded, Named, Told

_ROOMS = (
    "access",
    "agency_files",
    "arrivals",
    "biometrics",
    "casework",
    "certification",
    "comparison",
    "corrections",
    "decisions",
    "doors",
    "entitlements",
    "evidence",
    "house",
    "kernel",
    "ledger",
    "mandates",
    "notices",
    "passes",
    "payments",
    "people",
    "privacy",
    "risk",
    "simulators",
    "suppliers",
    "tables",
)
FILES: Mapping[str, str] = {
    **{room: room for room in _ROOMS},
    **dict.fromkeys(("face", "keys", "spark", "store", "voice"), "machine"),
}
"""The file of words for each beginning of a code (`casework:...`)."""


@cache
def table_of(beginning: str) -> Mapping[str, Words]:
    """The words of all codes with this beginning, read when the first is told: a command that goes well reads none."""
    if beginning not in FILES:
        return {}
    table: Mapping[Code, Words] = import_module(f"yizheng.doors.words.{FILES[beginning]}").REFUSALS
    return {str(code): words for code, words in table.items()}


def words_of(code: str) -> Words | None:
    """The words of a code of refusals or of what is told; None where there are none."""
    return table_of(code.partition(":")[0]).get(code)


def refusal_in(refusal: Refused, language: str | None = None) -> str:
    """The words of a refusal in a language; without one, in the language of the page or command at hand."""
    words = words_of(str(refusal.why)) if isinstance(refusal.why, Code) else None
    return _said(words, refusal, refusal.facts, language)


def told_in(told: Told | str, language: str | None = None) -> str:
    """The words of what is told; a sentence that a version before kept is shown as it is."""
    if isinstance(told, str):
        return told
    return _said(words_of(str(told.what)), told, told.facts, language)


def _said(words: Words | None, what: object, facts: Mapping[str, object], language: str | None) -> str:
    if words is None:
        return str(what)
    return filled(words, facts, language or translation.get_language() or settings.LANGUAGE_CODE)


def code_in(kind: str, code: object, language: str) -> str:
    """The words of that kind for a code, in a language."""
    with translation.override("zh-hans" if language.startswith("zh") else "en"):
        return word(kind, code)


def filled(words: Words, facts: Mapping[str, object], language: str) -> str:
    """A text with its facts. Raises KeyError where one is missing: a test holds words and facts together."""
    return words.in_(language).format(**{name: fact_in(fact, language) for name, fact in facts.items()})


def fact_in(fact: object, language: str) -> str:
    """A fact as a reader of the language expects it: a code in words, a list, a time, a number, another refusal."""
    if isinstance(fact, tuple | list):
        between = "、" if language.startswith("zh") else ", "
        return between.join(fact_in(one, language) for one in fact)
    if isinstance(fact, Refused | Told | Words | Named | Coded | Enum):
        return _words_in(fact, language)
    if isinstance(fact, date | Month):
        return _time_in(fact, language)
    if isinstance(fact, int) and not isinstance(fact, bool) and abs(fact) >= 10_000:
        return f"{fact:,}"
    return str(fact)


def _words_in(fact: Refused | Told | Words | Named | Coded | Enum, language: str) -> str:
    if isinstance(fact, Words | Named):
        return fact.zh if language.startswith("zh") else fact.en
    if isinstance(fact, Refused):
        return refusal_in(fact, language)
    if isinstance(fact, Told):
        return told_in(fact, language)
    if isinstance(fact, Coded):
        return code_in(fact.kind, fact.code, language)
    kind = kinds().get(type(fact))
    return code_in(kind, fact, language) if kind else str(fact)


def _time_in(fact: date | Month, language: str) -> str:
    clock = f" {fact:%H:%M}" if isinstance(fact, datetime) else ""
    if not language.startswith("zh"):
        return f"{fact:%Y-%m-%d}{clock}" if isinstance(fact, date) else str(fact)
    day = f"{fact.day}日" if isinstance(fact, date) else ""
    return f"{fact.year}年{fact.month}月{day}{clock}"
