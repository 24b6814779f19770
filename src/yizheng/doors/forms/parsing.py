"""One parser per kind of value: the value, or a fault that says which rule it broke. No words, no requests.

What people type without meaning anything by it is nobody's mistake: blanks around and inside numbers, full-width digits,
a small x. Lengths are counted in characters.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar

from django.core.files.uploadedfile import UploadedFile

from yizheng.kernel.text import is_plain
from yizheng.kernel.time import Month
from yizheng.rooms import access, people

T = TypeVar("T")
_FIFTEEN, _EIGHTEEN = re.compile(r"[0-9]{15}"), re.compile(r"[0-9]{17}[0-9X]")


class Wrong(StrEnum):
    """What can be wrong with what was typed. The words are in `doors/forms/words.py`."""

    MISSING = "missing"
    NOT_CHOSEN = "not_chosen"
    NOT_TICKED = "not_ticked"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NOT_A_DAY = "not_a_day"
    NOT_A_MONTH = "not_a_month"
    NOT_A_WHOLE_NUMBER = "not_a_whole_number"
    NOT_MONEY = "not_money"
    NOT_AN_IDENTITY_NUMBER = "not_an_identity_number"
    ONE_DIGIT_IS_WRONG = "one_digit_is_wrong"
    NOT_A_PHONE = "not_a_phone"
    NOT_A_CODE = "not_a_code"
    NOT_TEXT = "not_text"
    NO_FILE = "no_file"
    FILE_TOO_LARGE = "file_too_large"
    FILE_OF_ANOTHER_KIND = "file_of_another_kind"
    TOO_MANY_FILES = "too_many_files"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one value, and the numbers or names that its words need."""

    code: Wrong
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What came for one field. `today` bounds days of birth."""

    texts: tuple[str, ...] = ()
    files: tuple["UploadedFile[bytes]", ...] = ()
    today: date = date.max

    @property
    def text(self) -> str:
        """The last text that came, as browsers mean it; empty for none."""
        return self.texts[-1] if self.texts else ""


def plain(text: str) -> str:
    """A number as people type it, without blanks, in half-width capitals."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).upper() if not letter.isspace())


def text(given: str, *, least: int, most: int) -> str | Fault:
    """A text of so many characters, without the blanks around it."""
    stripped = given.replace("\r\n", "\n").strip()
    if len(stripped) > most:
        return Fault(Wrong.TOO_LONG, {"most": most})
    return stripped if len(stripped) >= least else Fault(Wrong.TOO_SHORT, {"least": least})


def day(given: str) -> date | Fault:
    """A day, as a date field sends it or as people write it: 2026-10-31, 2026年10月31日, 20261031."""
    return people.queries.parse_day(given) or Fault(Wrong.NOT_A_DAY)


def month(given: str) -> Month | Fault:
    """A payroll month: 2026-10."""
    try:
        return Month.parse(given)
    except ValueError:
        return Fault(Wrong.NOT_A_MONTH)


def whole(given: str, *, least: int, most: int) -> int | Fault:
    """A whole number within its bounds."""
    digits = plain(given)
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 18 and least <= int(digits) <= most):
        return Fault(Wrong.NOT_A_WHOLE_NUMBER)
    return int(digits)


def money(given: str) -> int | Fault:
    """An amount in yuan, as whole fen."""
    found = people.queries.parse_fen(given)
    return Fault(Wrong.NOT_MONEY) if found is None else found


def identity_number(given: str, *, today: date) -> str | Fault:
    """An identity number of 18 characters.

    A number of the right form whose check digit or birth day cannot be has a digit wrong: that is told at once, and says
    nothing about who is on any roster (GB 11643 is public).
    """
    found = people.queries.normalise_number(given, today=today)
    if found is not None:
        return found
    digits = plain(given)
    formed = _EIGHTEEN.fullmatch(digits) or _FIFTEEN.fullmatch(digits)
    return Fault(Wrong.ONE_DIGIT_IS_WRONG if formed else Wrong.NOT_AN_IDENTITY_NUMBER)


def phone(given: str) -> str | Fault:
    """A mobile number as its eleven digits."""
    return access.queries.normalise_phone(given) or Fault(Wrong.NOT_A_PHONE)


def number_or_phone(given: str, *, today: date) -> str | Fault:
    """An identity number, or a helper's mobile number: whichever was typed."""
    return access.queries.normalise_phone(given) or identity_number(given, today=today)


def code(given: str, *, lengths: Iterable[int]) -> str | Fault:
    """A code of digits from a phone, an app or a slip, without the blanks and hyphens that it is printed with."""
    wanted = tuple(lengths)
    digits = plain(given).replace("-", "")
    if digits.isascii() and digits.isdecimal() and len(digits) in wanted:
        return digits
    return Fault(Wrong.NOT_A_CODE, {"length": wanted[0]})


def choice(given: str, among: Iterable[T]) -> T | Fault:
    """The one of the values that is written as what came."""
    return next((one for one in among if written(one) == given), Fault(Wrong.NOT_CHOSEN))


def written(value: object) -> str:
    """A value as it travels in a form: an enum as its code."""
    return str(getattr(value, "value", value))


def files(
    given: tuple["UploadedFile[bytes]", ...], *, most: int, most_bytes: int, suffixes: tuple[str, ...]
) -> tuple["UploadedFile[bytes]", ...] | Fault:
    """The files, each of an allowed kind by its name and not too large. Nothing was chosen is NO_FILE."""
    if not given or not all(one.size for one in given):
        return Fault(Wrong.NO_FILE)
    if len(given) > most:
        return Fault(Wrong.TOO_MANY_FILES, {"most": most})
    if any((one.size or 0) > most_bytes for one in given):
        return Fault(Wrong.FILE_TOO_LARGE, {"most": most_bytes >> 20})
    if not all(is_plain(str(one.name)) for one in given):
        return Fault(Wrong.NOT_TEXT)
    if suffixes and not all(str(one.name).lower().endswith(suffixes) for one in given):
        return Fault(Wrong.FILE_OF_ANOTHER_KIND, {"kinds": "、".join(suffixes)})
    return given
