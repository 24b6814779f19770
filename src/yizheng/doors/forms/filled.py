"""A form, and a form as it was filled in: values by field, errors by field, and what the page draws of each."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar, cast

from django.core.files.uploadedfile import UploadedFile
from django.forms.utils import flatatt
from django.http import HttpRequest
from django.utils.safestring import SafeString

from yizheng.doors.forms.fields import Choice, Choices, Field, Text, Uploads, Whole
from yizheng.doors.forms.parsing import Fault, Posted, Wrong, written
from yizheng.doors.forms.words import Told, Words, fault_told, in_language, told
from yizheng.kernel.text import is_plain, only_plain

T = TypeVar("T")
WHOLE = ""
"""The name under which an error of the form itself stands, which no single field can mend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One value of a choice as a page draws it."""

    id: str
    value: str
    label: str
    hint: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorLine:
    """One line of the summary: the sentence, and the id that it leads to; none where it concerns the whole form."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Bound:
    """A field with what was typed into it: what `{% field form.name %}` draws."""

    field: Field[Any]
    texts: tuple[str, ...]
    error: str
    id: str

    @property
    def value(self) -> str:
        return "" if self.field.secret or not self.texts else self.texts[-1]

    @property
    def part(self) -> str:
        """The template that draws it."""
        field = self.field
        if isinstance(field, Text | Whole) and field.hidden:
            return "parts/hidden.html"
        if isinstance(field, Text) and field.rows > 1:
            return "parts/area.html"
        if isinstance(field, Choice) and field.listed:
            return "parts/listed.html"
        return f"parts/{field.part}.html"

    @property
    def many(self) -> bool:
        return isinstance(self.field, Choices) or (isinstance(self.field, Uploads) and self.field.most > 1)

    @property
    def described_by(self) -> str:
        """The ids of hint and error, for readers of the screen; empty for neither."""
        said = [f"{self.id}-hint"] if self.field.hint else []
        return " ".join([*said, f"{self.id}-error"] if self.error else said)

    @property
    def attributes(self) -> SafeString:
        """The attributes that every input has: its id and name, what describes it, and whether it is to be mended."""
        said: dict[str, str | bool] = {"id": self.id, "name": self.field.name}
        if self.described_by:
            said["aria-describedby"] = self.described_by
        return flatatt({**said, "aria-invalid": "true"} if self.error else said)

    @property
    def options(self) -> list[Option]:
        """The values of a choice. The first has the id of the field, so that a summary leads to it."""
        field = self.field
        if not isinstance(field, Choice | Choices):
            return []
        return [
            Option(
                id=f"{self.id}-{place}" if place else self.id,
                value=written(one),
                label=field.words(one),
                hint=field.hints(one) if field.hints else "",
                chosen=written(one) in self.texts,
            )
            for place, one in enumerate(field.among)
        ]


class Form:
    """A form by its name: the fields in their order. `prefix` keeps ids apart where a page holds several forms."""

    __slots__ = ("fields", "name", "prefix")

    def __init__(self, name: str, *fields: Field[Any], prefix: str = "") -> None:
        self.name, self.prefix = name, prefix
        self.fields = {field.name: field for field in fields}

    def read(self, request: HttpRequest, *, today: date = date.max) -> "Filled":
        """What the browser sent, parsed. The one place that reads it."""
        texts = {name: tuple(map(str, request.POST.getlist(name))) for name in self.fields}
        values: dict[str, object] = {}
        errors: dict[str, Told] = {}
        for name, field in self.fields.items():
            files = tuple(one for one in request.FILES.getlist(name) if isinstance(one, UploadedFile))
            plain = all(map(is_plain, texts[name]))
            posted = Posted(texts=texts[name], files=files, today=today)
            found = field.read(posted) if plain else Fault(Wrong.NOT_TEXT)
            texts[name] = tuple(map(only_plain, texts[name]))
            if isinstance(found, Fault):
                errors[name] = fault_told(found, label=field.label, own=field.own)
            else:
                values[name] = found
        return Filled(self, texts=texts, values=values, faults=errors)

    def empty(self, initial: Mapping[str, object] | None = None) -> "Filled":
        """The form before anything was typed, with what it proposes."""
        texts = {
            name: tuple(map(written, value)) if isinstance(value, tuple | list) else (written(value),)
            for name, value in (initial or {}).items()
            if value is not None
        }
        return Filled(self, texts=texts, values={}, faults={})


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it was filled in. `{{ form.reason }}` in a template is its field, `value(REASON)` in a view its value."""

    form: Form
    texts: Mapping[str, tuple[str, ...]]
    values: Mapping[str, object]
    faults: Mapping[str, Told]
    token: str = ""

    def value(self, field: Field[T]) -> T:
        """The value of a field that had no fault."""
        return cast("T", self.values[field.name])

    def get(self, field: Field[T], otherwise: T) -> T:
        """The value of a field; `otherwise` where it had a fault."""
        return cast("T", self.values.get(field.name, otherwise))

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def wrong(self, words: Words | Told, field: Field[Any] | None = None) -> "Filled":
        """The same with an error that only the view or a flow could see, at a field or at the whole form."""
        sentence = words if isinstance(words, Mapping) else told(words)
        name = field.name if field is not None else WHOLE
        return replace(self, faults={**self.faults, name: sentence})

    def faulty(self, field: Field[Any], code: Wrong, **facts: object) -> "Filled":
        """The same with a fault at a field, in the field's words."""
        sentence = fault_told(Fault(code, facts), label=field.label, own=field.own)
        return replace(self, faults={**self.faults, field.name: sentence})

    @property
    def errors(self) -> list[ErrorLine]:
        """What the summary says, in the order of the form; what concerns the whole form first."""
        ordered = [name for name in (WHOLE, *self.form.fields) if name in self.faults]
        return [
            ErrorLine(id=f"{self.form.prefix}{name}" if name else "", text=in_language(self.faults[name]))
            for name in ordered
        ]

    def __getitem__(self, name: str) -> Bound:
        """A field as the page draws it. Raises KeyError for a name that the form has not."""
        said = in_language(self.faults[name]) if name in self.faults else ""
        return Bound(self.form.fields[name], self.texts.get(name, ()), said, f"{self.form.prefix}{name}")

    def as_kept(self) -> dict[str, object]:
        """What may wait in a session: everything but secrets and files."""
        texts = {
            name: list(given)
            for name, given in self.texts.items()
            if given and not (self.form.fields[name].secret or self.form.fields[name].fresh)
        }
        return {"texts": texts, "faults": {name: dict(said) for name, said in self.faults.items()}}


def from_kept(form: Form, waited: Mapping[str, Any], token: str, fresh: Filled) -> Filled:
    """The form as it was when it was sent back; `fresh` fields as the page proposes them now."""
    texts = {name: tuple(given) for name, given in waited["texts"].items() if name in form.fields}
    texts |= {name: given for name, given in fresh.texts.items() if form.fields[name].fresh}
    faults = {name: said for name, said in waited["faults"].items() if name == WHOLE or name in form.fields}
    return Filled(form, texts=texts, values={}, faults=faults, token=token)
