"""What the product says of its work, beside refusals: a code with its facts. The doors hold the words.

A finding of the ledger, a signal of risk, a state of a source: rooms say which, with the figures; every door says it in
its reader's language. What is kept in a table is the code and the facts, never a sentence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from re import fullmatch

from yizheng.kernel.errors import Code

_CODE, _KIND = "code", "kind"


@dataclass(frozen=True, slots=True)
class Told:
    """A code and the facts that its words need (never personal data). `told(What.X, rows=3)` makes one.

    `what` is text, so that a file or a table can keep it and give it back.
    """

    what: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return " ".join([str(self.what), *(f"{name}={fact}" for name, fact in self.facts.items())])

    def stored(self) -> dict[str, object]:
        """What a table keeps: the code and the facts side by side, days as `2026-10-31`."""
        return {_CODE: str(self.what)} | {name: _stored(fact) for name, fact in self.facts.items()}


@dataclass(frozen=True, slots=True)
class Coded:
    """A fact that is a code with words of its own: which table of the doors (`kind`), and the code in it."""

    kind: str
    code: str

    def __str__(self) -> str:
        return self.code


def told(what: Code, /, **facts: object) -> Told:
    """A code with its facts."""
    return Told(what, facts)


def told_of(stored: object) -> Told | str:
    """What a table kept. A sentence of a version before stays the sentence that it is."""
    if not isinstance(stored, dict):
        return str(stored)
    facts = {str(name): _again(fact) for name, fact in stored.items() if name != _CODE}
    return Told(str(stored[_CODE]), facts)


def _stored(fact: object) -> object:
    if isinstance(fact, date):
        return fact.isoformat()
    if isinstance(fact, Coded):
        return {_KIND: fact.kind, _CODE: fact.code}
    return [_stored(one) for one in fact] if isinstance(fact, tuple | list) else fact


def _again(fact: object) -> object:
    if isinstance(fact, dict) and _KIND in fact:
        return Coded(str(fact[_KIND]), str(fact[_CODE]))
    if isinstance(fact, list):
        return tuple(_again(one) for one in fact)
    is_day = isinstance(fact, str) and fullmatch(r"\d{4}-\d{2}-\d{2}", fact)
    return date.fromisoformat(str(fact)) if is_day else fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A name in both languages."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en
