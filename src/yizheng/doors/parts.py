"""The parts that templates of both webs are built from, as tags: `{% tag %}`, `{% field %}`, `{% card %}` and the rest.

Loaded into every template. The markup stands in `doors/templates/parts/`; a part has one look wherever it stands.
"""

from collections.abc import Mapping

from django import template
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from yizheng.doors.forms import Bound
from yizheng.doors.words import word

register = template.Library()
OTHERWISE = ""
TONES: Mapping[str, Mapping[str, str]] = {
    "agreement": {"same": "good", "differs": "bad", "similar": "care"},
    "alert_kind": {OTHERWISE: "care"},
    "case_state": {"closed": "good", "proposed": "care"},
    "face_strength": {"very_alike": "care"},
    "grade": {"good": "good", "watch": "care", "poor": "bad"},
    "group": {OTHERWISE: "care"},
    "health": {"well": "good", OTHERWISE: "care"},
    "link_state": {"suspected": "bad", "waiting": "care"},
    "roster_hold_state": {"held": "care"},
    "held_pay_state": {"waiting": "care"},
    "list_state": {"released": "good", OTHERWISE: "care"},
    "mandate_state": {"in_force": "good", "asked": "care"},
    "pay_state": {"1": "good", OTHERWISE: "care"},
    "result": {"passed": "good", "not_due": "good", "due": "care", "failed": "care", "doubtful": "bad"},
    "verdict": {"abuse": "bad", OTHERWISE: "good"},
}
"""The colour of a state, by the kind of its words; plain for a state that is not named here."""


@register.simple_tag
def tag(text: object, tone: str = "plain") -> SafeString:
    """A state in a coloured box; the tone is good, care, bad or plain, and never says more than the text."""
    return _part("tag", text=text, tone=tone)


@register.simple_tag
def state(code: object, kind: str) -> SafeString:
    """A state in its words and its colour: `{% state case.state "case_state" %}`."""
    return _part("tag", text=word(kind, code), tone=tone_of(code, kind))


@register.filter
def tone(code: object, kind: str) -> str:
    """The colour of a state whose words a page brings itself: `{% tag state case.state|tone:"case_state" %}`."""
    return tone_of(code, kind)


def tone_of(code: object, kind: str) -> str:
    """The colour of a state."""
    tones = TONES.get(kind, {})
    plain = code.word if kind == "result" and hasattr(code, "word") else getattr(code, "value", code)
    return tones.get(str(plain), tones.get(OTHERWISE, "plain"))


@register.simple_tag
def field(bound: Bound, *, typing: bool = False) -> SafeString:
    """A field of a form with its label, hint and error. `typing` marks it for the rhythm of typing."""
    return render_to_string(bound.part, {"field": bound, "typing": typing})


@register.simple_tag
def head(label: str | Promise, *, num: bool = False) -> SafeString:
    """The head of a table's column; numbers stand to the right."""
    return _part("head", label=label, num=num)


@register.simple_block_tag
def facts(content: str) -> SafeString:
    """A list of facts: `{% facts %}{% fact "..." %}...{% endfact %}{% endfacts %}`."""
    return _part("facts", content=content)


@register.simple_block_tag
def fact(content: str, label: str | Promise) -> SafeString:
    """One fact with its name."""
    return _part("fact", content=content, label=label)


@register.simple_block_tag
def card(content: str, anchor: str, title: str | Promise, note: str | Promise = "") -> SafeString:
    """A section of a page with a heading; `anchor` is its id, `note` stands beside the heading."""
    return _part("card", content=content, anchor=anchor, title=title, note=note)


@register.simple_block_tag
def table(content: str, label: str | Promise, *, tight: bool = False, kind: str = "") -> SafeString:
    """A table that scrolls sideways by keyboard too, with its name for readers of the screen."""
    return _part("table", content=content, label=label, tight=tight, kind=kind)


def _part(name: str, **context: object) -> SafeString:
    return render_to_string(f"parts/{name}.html", context)
