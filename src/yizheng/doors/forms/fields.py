"""The kinds of field that a form is made of. A field is a constant: its name, its words and its rule.

`Field[T].read` gives a value of type T or a fault; `optional(field)` gives None for what was left empty. What the page
shows beside an input (label, hint) stands here too, so that page, summary and error say the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar, cast

from yizheng.doors.forms import parsing
from yizheng.doors.forms.parsing import Fault, Posted, Wrong
from yizheng.doors.forms.words import Words
from yizheng.kernel.time import Month

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

T_co = TypeVar("T_co", covariant=True)
Said = Callable[[object], str]
"""What a page calls one of the values of a choice."""


@dataclass(frozen=True, slots=True)
class Field(Generic[T_co]):
    """What every kind of field has. `own` holds words of its own for a fault.

    What came for a `secret` field is never shown or kept again; a `fresh` one always shows what the page proposes, such
    as the version of what it shows now.
    """

    name: str
    label: Words = ""
    hint: Words = field(default="", kw_only=True)
    required: bool = field(default=True, kw_only=True)
    own: Mapping[Wrong, Words] = field(default_factory=dict, kw_only=True)
    secret: bool = field(default=False, kw_only=True)
    fresh: bool = field(default=False, kw_only=True)
    autocomplete: str = field(default="", kw_only=True)
    part: ClassVar[str] = "input"
    type: ClassVar[str] = "text"
    inputmode: ClassVar[str] = ""
    empty: ClassVar[Wrong] = Wrong.MISSING

    def read(self, posted: Posted) -> T_co | Fault:
        """The value, or what is wrong. Empty is a fault where the field is required, else the kind's empty value."""
        if not self.came(posted):
            return Fault(self.empty) if self.required else cast("T_co", self.blank())
        return self.parse(posted)

    def came(self, posted: Posted) -> bool:
        """Whether anything came at all."""
        return bool(posted.text.strip())

    def blank(self) -> object:
        """The value of an empty field that is not required."""
        return None

    def parse(self, posted: Posted) -> T_co | Fault:
        """The kind's own parser, for what is not empty."""
        raise NotImplementedError


def optional(one: Field[T_co]) -> Field[T_co | None]:
    """The same field where it may stay empty: its value is then None."""
    return cast("Field[T_co | None]", replace(one, required=False))


@dataclass(frozen=True, slots=True)
class Text(Field[str]):
    """A text. Not required: an empty text. `rows` above 1 makes it an area; `hidden` carries it along unseen."""

    most: int = field(default=200, kw_only=True)
    least: int = field(default=0, kw_only=True)
    rows: int = field(default=1, kw_only=True)
    hidden: bool = field(default=False, kw_only=True)

    def blank(self) -> object:
        return ""

    def parse(self, posted: Posted) -> str | Fault:
        return parsing.text(posted.text, least=self.least, most=self.most)


@dataclass(frozen=True, slots=True)
class Secret(Field[str]):
    """A password, or what a device signed: taken as it is, never shown again, never kept."""

    most: int = field(default=128, kw_only=True)
    secret: bool = field(default=True, kw_only=True)
    type: ClassVar[str] = "password"

    def blank(self) -> object:
        return ""

    def came(self, posted: Posted) -> bool:
        return bool(posted.text)

    def parse(self, posted: Posted) -> str | Fault:
        if len(posted.text) > self.most:
            return Fault(Wrong.TOO_LONG, {"most": self.most})
        return posted.text


@dataclass(frozen=True, slots=True)
class Day(Field[date]):
    """A day."""

    type: ClassVar[str] = "date"

    def parse(self, posted: Posted) -> date | Fault:
        return parsing.day(posted.text)


@dataclass(frozen=True, slots=True)
class MonthOf(Field[Month]):
    """A payroll month."""

    type: ClassVar[str] = "month"

    def parse(self, posted: Posted) -> Month | Fault:
        return parsing.month(posted.text)


@dataclass(frozen=True, slots=True)
class Whole(Field[int]):
    """A whole number, such as the version of what the page showed."""

    least: int = field(default=0, kw_only=True)
    most: int = field(default=10**9, kw_only=True)
    hidden: bool = field(default=False, kw_only=True)
    inputmode: ClassVar[str] = "numeric"

    def parse(self, posted: Posted) -> int | Fault:
        return parsing.whole(posted.text, least=self.least, most=self.most)


@dataclass(frozen=True, slots=True)
class Money(Field[int]):
    """An amount in yuan; its value is whole fen."""

    inputmode: ClassVar[str] = "decimal"

    def parse(self, posted: Posted) -> int | Fault:
        return parsing.money(posted.text)


@dataclass(frozen=True, slots=True)
class IdentityNumber(Field[str]):
    """An identity number (公民身份号码) in its one form."""

    most: int = field(default=24, kw_only=True)

    def parse(self, posted: Posted) -> str | Fault:
        return parsing.identity_number(posted.text, today=posted.today)


@dataclass(frozen=True, slots=True)
class Phone(Field[str]):
    """A mobile number of eleven digits."""

    most: int = field(default=20, kw_only=True)
    inputmode: ClassVar[str] = "tel"

    def parse(self, posted: Posted) -> str | Fault:
        return parsing.phone(posted.text)


@dataclass(frozen=True, slots=True)
class NumberOrPhone(Field[str]):
    """An identity number, or a helper's mobile number."""

    most: int = field(default=24, kw_only=True)

    def parse(self, posted: Posted) -> str | Fault:
        return parsing.number_or_phone(posted.text, today=posted.today)


@dataclass(frozen=True, slots=True)
class Code(Field[str]):
    """A code of digits from a phone, an app or a slip: never kept. The first of `lengths` is what the words name."""

    lengths: tuple[int, ...] = field(default=(6,), kw_only=True)
    most: int = field(default=24, kw_only=True)
    secret: bool = field(default=True, kw_only=True)
    inputmode: ClassVar[str] = "numeric"

    def parse(self, posted: Posted) -> str | Fault:
        return parsing.code(posted.text, lengths=self.lengths)


@dataclass(frozen=True, slots=True)
class Choice(Field[T_co]):
    """One of several values. `words` names a value, `hints` says more; `listed` draws a list instead of buttons."""

    among: tuple[T_co, ...] = ()
    words: Said = field(default=str, kw_only=True)
    hints: Said | None = field(default=None, kw_only=True)
    listed: bool = field(default=False, kw_only=True)
    none: Words = field(default="—", kw_only=True)
    part: ClassVar[str] = "choice"
    empty: ClassVar[Wrong] = Wrong.NOT_CHOSEN

    def parse(self, posted: Posted) -> T_co | Fault:
        return parsing.choice(posted.text, self.among)


@dataclass(frozen=True, slots=True)
class Choices(Field[tuple[T_co, ...]]):
    """Any number of several values, in the order of the form; at least one where it is required."""

    among: tuple[T_co, ...] = ()
    words: Said = field(default=str, kw_only=True)
    hints: Said | None = field(default=None, kw_only=True)
    part: ClassVar[str] = "choice"
    empty: ClassVar[Wrong] = Wrong.NOT_CHOSEN

    def blank(self) -> object:
        return ()

    def parse(self, posted: Posted) -> tuple[T_co, ...] | Fault:
        found = tuple(one for one in self.among if parsing.written(one) in posted.texts)
        return found if found or not self.required else Fault(Wrong.NOT_CHOSEN)


@dataclass(frozen=True, slots=True)
class Tick(Field[bool]):
    """A box to tick. Required: it must be ticked."""

    part: ClassVar[str] = "tick"
    empty: ClassVar[Wrong] = Wrong.NOT_TICKED

    def blank(self) -> object:
        return False

    def parse(self, posted: Posted) -> bool | Fault:
        del posted
        return True


@dataclass(frozen=True, slots=True)
class Uploads(Field["tuple[UploadedFile[bytes], ...]"]):
    """Files, each of at most `most_bytes`, named with one of `suffixes`; never kept."""

    most: int = field(default=1, kw_only=True)
    most_bytes: int = field(default=8 << 20, kw_only=True)
    suffixes: tuple[str, ...] = field(default=(), kw_only=True)
    accept: str = field(default="", kw_only=True)
    secret: bool = field(default=True, kw_only=True)
    part: ClassVar[str] = "upload"
    empty: ClassVar[Wrong] = Wrong.NO_FILE

    def came(self, posted: Posted) -> bool:
        return bool(posted.files)

    def blank(self) -> object:
        return ()

    def parse(self, posted: Posted) -> "tuple[UploadedFile[bytes], ...] | Fault":
        return parsing.files(posted.files, most=self.most, most_bytes=self.most_bytes, suffixes=self.suffixes)


@dataclass(frozen=True, slots=True)
class Upload(Field["UploadedFile[bytes]"]):
    """One file; see `Uploads`."""

    most_bytes: int = field(default=8 << 20, kw_only=True)
    suffixes: tuple[str, ...] = field(default=(), kw_only=True)
    accept: str = field(default="", kw_only=True)
    secret: bool = field(default=True, kw_only=True)
    part: ClassVar[str] = "upload"
    empty: ClassVar[Wrong] = Wrong.NO_FILE

    def came(self, posted: Posted) -> bool:
        return bool(posted.files)

    def parse(self, posted: Posted) -> "UploadedFile[bytes] | Fault":
        found = parsing.files(posted.files, most=1, most_bytes=self.most_bytes, suffixes=self.suffixes)
        return found if isinstance(found, Fault) else found[0]
