"""A refusal in words: what was expected, what came, what to do. One table a room, in a file of the room's name.

A code without words is a mistake that a test finds; at run time the machine's form is shown, so that nobody is left
without an answer.
"""

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import get_language

from yizheng.doors.words.base import Words
from yizheng.kernel.errors import Code, Refused

REFUSALS: Mapping[Code, Words] = {}
"""Every refusal's words, joined from the rooms' tables."""


def refusal_in(refusal: Refused, language: str | None = None) -> str:
    """The words of a refusal in a language; without one, in the language of the page or command at hand."""
    words = REFUSALS.get(refusal.why) if isinstance(refusal.why, Code) else None
    if words is None:
        return str(refusal)
    return words.with_facts(refusal.facts, language or get_language() or settings.LANGUAGE_CODE)
