"""The parts that templates of both webs are built from, as tags: `{% tag %}`, `{% field %}`, `{% card %}` and the rest.

Loaded into every template. The markup stands in `doors/templates/parts/`; a part has one look wherever it stands.
"""

from django import template
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from yizheng.doors.forms import Bound

register = template.Library()


@register.simple_tag
def tag(text: object, tone: str = "plain") -> SafeString:
    """A state in a coloured box; the tone is good, care, bad or plain, and never says more than the text."""
    return _part("tag", text=text, tone=tone)


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
