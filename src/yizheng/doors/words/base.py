"""Words in both languages, and how facts stand in them: days, months, amounts and lists as each language writes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from yizheng.kernel.time import Month


@dataclass(frozen=True, slots=True)
class Words:
    """A text in Chinese and in English; `{name}` stands for a fact."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        """The text in a language, `zh...` or anything else for English."""
        return self.zh if language.startswith("zh") else self.en

    def with_facts(self, facts: Mapping[str, object], language: str) -> str:
        """The text with its facts. Raises KeyError where one is missing: a test holds words and facts together."""
        return self.in_(language).format(**{name: fact_in(fact, language) for name, fact in facts.items()})


def fact_in(fact: object, language: str) -> str:
    """A fact as a reader of the language expects it. Codes with words of their own come as `Words`."""
    if isinstance(fact, tuple | list):
        between = "、" if language.startswith("zh") else ", "
        return between.join(fact_in(one, language) for one in fact)
    if isinstance(fact, date | Month):
        return _time_in(fact, language)
    if isinstance(fact, Words):
        return fact.in_(language)
    if isinstance(fact, int) and not isinstance(fact, bool) and abs(fact) >= 10_000:
        return f"{fact:,}"
    return str(fact)


def _time_in(fact: date | Month, language: str) -> str:
    clock = f" {fact:%H:%M}" if isinstance(fact, datetime) else ""
    if not language.startswith("zh"):
        return f"{fact:%Y-%m-%d}{clock}" if isinstance(fact, date) else str(fact)
    day = f"{fact.day}日" if isinstance(fact, date) else ""
    return f"{fact.year}年{fact.month}月{day}{clock}"
