"""The words of an agency's kinds of cases, for both webs: kinds, states, steps, outcomes, clocks, and notes in a case.

What an agency wrote in its files comes first; what the product knows by itself (states of the shared lives) comes from
`doors/words`. A code without words is shown as it is, so that no page fails for want of a word.
"""

from django.utils.translation import get_language

from yizheng import wiring
from yizheng.doors.words import word
from yizheng.doors.words.base import Words
from yizheng.doors.words.casework import ANOTHER_CASE, CHECKS, NOTES
from yizheng.kernel.told import Named
from yizheng.rooms.casework.data import Kind, noted_in


def kind_word(code: str) -> str:
    """The name of a kind."""
    kind = _kind(code)
    return in_language(kind.words) if kind else code


def state_word(kind: str, state: str) -> str:
    """The name of a state of a case of this kind."""
    found = _kind(kind)
    own = found.state_words.get(state) if found else None
    return in_language(own) if own else word("case_state", state)


def step_word(kind: str, step: str) -> str:
    """The name of a step of work."""
    found = _kind(kind)
    own = found.step_words.get(step) if found else None
    return in_language(own) if own else step


def outcome_word(kind: str, outcome: str) -> str:
    """The name of an outcome."""
    found = _kind(kind)
    terms = found.outcomes.get(outcome) if found else None
    return in_language(terms.words) if terms else outcome


def outcome_hint(kind: str, outcome: str) -> str:
    """What an outcome means and does, before it is chosen."""
    found = _kind(kind)
    terms = found.outcomes.get(outcome) if found else None
    return in_language(terms.hint) if terms else ""


def loss_word(kind: str, loss: str) -> str:
    """The name of a sort of loss."""
    found = _kind(kind)
    for terms in found.outcomes.values() if found else ():
        if loss in terms.losses:
            return in_language(terms.losses[loss].words)
    return loss


def clock_word(kind: str, clock: str) -> str:
    """The name of a term."""
    found = _kind(kind)
    names = [one.words for one in found.clocks if one.code == clock] if found else []
    return in_language(names[0]) if names else clock


def note_words(kind: str, text: str) -> str:
    """A note in a case's history: a person's words as they are, what the product noted in the reader's language."""
    noted = noted_in(text)
    if noted is None:
        return text
    if noted.code not in NOTES:
        return noted.code
    facts = {name: str(fact) for name, fact in noted.facts.items()}
    if "clock" in facts:
        facts["clock"] = clock_word(kind, facts["clock"])
    if "post" in facts:
        facts["post"] = word("role", facts["post"])
    said = _said(NOTES[noted.code], facts)
    checks = noted.facts.get("checks")
    if isinstance(checks, list) and checks:
        said += _said(CHECKS, {"checks": "；".join(word("liveness_reason", code) for code in checks)})
    return said + (_said(ANOTHER_CASE, {}) if noted.facts.get("is_new") is False else "")


def in_language(named: Named) -> str:
    """A name in the reader's language."""
    return named.zh if _is_chinese() else named.en


def _said(words: Words, facts: dict[str, str]) -> str:
    return words.in_(get_language() or "zh-hans").format(**facts)


def _is_chinese() -> bool:
    return (get_language() or "zh-hans").startswith("zh")


def _kind(code: str) -> Kind | None:
    return wiring.agency().case_rules.kinds.get(code)
