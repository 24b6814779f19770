"""What is true of identity numbers, names and telephone numbers as they are delivered (GB 11643-1999).

Pure functions, the reference that the vectorised SQL of the comparison room is tested against. A number is accepted
by its length, check digit and birth day alone: the region at its front is the region at issue, which abolished codes
and the codes 81, 82, 83 of Hong Kong, Macao and Taiwan residents keep for life, so it is information and never a test.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta

from yizheng.rooms.people.data import (
    BLANKS,
    CHECK_DIGITS,
    CROSSES,
    DOTS,
    ENDED_BY,
    FILLER_BIRTHS,
    FILLER_REGIONS,
    INVISIBLE,
    MONEY_MARKS,
    NEARLY_MIDNIGHT,
    SETTLED,
    SUMMER_YEARS,
    VARIANTS,
    WEIGHTS,
    LifeEventKind,
    LifeFact,
)

FIRST_BIRTH_YEAR = 1900

_HALF = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_NO_BLANKS = dict.fromkeys(map(ord, BLANKS + INVISIBLE))
_ONE_BLANK = dict.fromkeys(map(ord, BLANKS), " ") | dict.fromkeys(map(ord, INVISIBLE))
_ONE_DOT = dict.fromkeys(map(ord, DOTS), "\u00b7")
_SETTLED = dict(zip(map(ord, VARIANTS), SETTLED, strict=True))
_UPPER = {ord(small): small.upper() for small in "abcdefghijklmnopqrstuvwxyz"}


def check_digit(first_17: str) -> str:
    """The 18th character of a number (MOD 11-2). `first_17` must be 17 digits."""
    return CHECK_DIGITS[
        sum(int(digit) * weight for digit, weight in zip(first_17, WEIGHTS, strict=True)) % 11
    ]


def normalise_number(text: str, *, today: date) -> str | None:
    """An identity number (公民身份号码) in its one form of 18 characters, or None where it cannot be one.

    Full-width digits, blanks, a leading apostrophe, a small or foreign x are put right; 15 digits become 18. The check
    digit must fit and the birth day must lie between 1900 and `today`. A filler is no number, whatever its check digit.
    """
    plain = plain_number(text)
    if re.fullmatch(r"[0-9]{15}", plain):
        first_17 = plain[:6] + "19" + plain[6:]
        plain = first_17 + check_digit(first_17)
    if not re.fullmatch(r"[0-9]{17}[0-9X]", plain) or check_digit(plain[:17]) != plain[17]:
        return None
    born = birth_of(plain)
    return plain if not is_filler(plain) and born and date(FIRST_BIRTH_YEAR, 1, 1) <= born <= today else None


def plain_number(text: str) -> str:
    """A number's characters in their one form, whether they are a number or not."""
    plain = text.translate(_HALF).translate(_NO_BLANKS).lstrip("'")
    if plain and plain[-1] in CROSSES:
        plain = plain[:-1] + "X"
    return plain


def is_filler(number: str) -> bool:
    """Whether a number of 15 or 18 digits is what people type where they know none (`111111...`, `123456...`)."""
    born = number[6:14] if len(number) > 15 else f"19{number[6:12]}"
    return number[:6] in FILLER_REGIONS or born in FILLER_BIRTHS


def id17(number: str) -> int:
    """The number without its check digit as an integer: the key of exact comparison. `number` must be normalised."""
    return int(number[:17])


def birth_of(number: str) -> date | None:
    """The birth day inside an 18-character number; None where there is no such day."""
    return _day(number[6:10], number[10:12], number[12:14])


def sex_of(number: str) -> int:
    """1 male, 2 female, as the 17th digit says (odd is male)."""
    return 1 if int(number[16]) % 2 else 2


def region_of(number: str) -> str:
    """The region at issue: information only."""
    return number[:6]


def normalise_name(text: str) -> str:
    """A name in its one written form: NFC, half-width, one kind of middle dot, no stray blanks. Empty where none is.

    Private-use characters of older systems and radicals that look like characters become the characters they stand for.

    Names with a character beyond ASCII lose every blank, since Chinese names have none; names in Latin letters keep
    single blanks and their full stops.
    """
    plain = unicodedata.normalize("NFC", text).translate(_SETTLED).translate(_HALF).translate(_ONE_BLANK)
    if re.fullmatch(r"[ -~]*", plain):
        return re.sub(" +", " ", plain).strip(" ")
    return plain.replace(" ", "").translate(_ONE_DOT)


def name_key(text: str) -> str:
    """What two names are compared by: the normalised name in capitals without blanks."""
    return normalise_name(text).replace(" ", "").translate(_UPPER)


def normalise_phone(text: str) -> str | None:
    """A telephone number in China in digits, without +86 and signs between; None where it cannot be one."""
    plain = re.sub(r"[-()]", "", text.translate(_HALF).translate(_NO_BLANKS))
    plain = re.sub(r"^(?:\+|00)86", "", plain)
    return plain if re.fullmatch(r"1[3-9][0-9]{9}|0[0-9]{9,11}|[0-9]{7,8}", plain) else None


def parse_day(text: str) -> date | None:
    """A day as departments write it: 2026-10-31, 2026/10/31, 2026.10.31, 20261031, 2026年10月31日, Excel's 46326.

    A time behind it is read over (`2026-10-31 08:00:00`, `2026-10-31T08:00:00`, `20261031080000`, `46326.25`), but for
    one with an offset: that is an instant, and its day is China's (`2026-10-30T16:00:00Z`). Excel's 46325.9995 is the
    next day. None where no such day exists or it does not lie in the years 1900 to 2199.
    """
    plain = _day_in_china(_trimmed(text))
    if re.fullmatch(r"[1-9][0-9]{4}(?:\.[0-9]+)?", plain):
        up = plain[6:11].ljust(5, "0") >= NEARLY_MIDNIGHT
        return date(1899, 12, 30) + timedelta(days=int(plain[:5]) + up)
    found = re.fullmatch(
        r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})|\.([0-9]{1,2})\.([0-9]{1,2})"
        r"|年([0-9]{1,2})月([0-9]{1,2})日)(?:[ T][0-9:.]*)?",
        plain,
    ) or re.fullmatch(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:[0-9]{6})?", plain)
    if not found:
        return None
    year, month, day = (part for part in found.groups() if part is not None)
    return _day(year, month, day)


def parse_month(text: str) -> int | None:
    """A month (YYYY-MM, YYYYMM, YYYY/MM, YYYY.MM, YYYY年MM月, or any day in it) as months since year 0; None if none."""
    plain = _trimmed(text)
    found = re.fullmatch(r"([0-9]{4})(?:[-/.]([0-9]{1,2})|年([0-9]{1,2})月|([0-9]{2}))", plain)
    if found:
        year, month = (part for part in found.groups() if part is not None)
        day = _day(year, month, "1")
    else:
        day = parse_day(text)
    return day.year * 12 + day.month - 1 if day else None


def parse_fen(text: str) -> int | None:
    """An amount in yuan (`3120.50`, `3,120.5`, `￥3120`) as whole fen; None where it is not one. Never negative.

    Commas part thousands and nothing else: `3120,50` and `1,2,3.00` are no amounts.
    """
    plain = text.translate(_HALF).translate(_NO_BLANKS)
    if not re.fullmatch(r"[¥￥]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?元?", plain):
        return None
    found = re.fullmatch(r"([0-9]{1,12})(?:\.([0-9]{1,2})0*)?", re.sub(f"[{MONEY_MARKS}]", "", plain))
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else None


def parse_yes(text: str) -> bool | None:
    """Yes or no as people and their spreadsheets write it (`yes`, `TRUE`, `1`, `是`); None where it is neither."""
    plain = _trimmed(text).lower()
    if plain in ("yes", "true", "1", "是", "同意"):
        return True
    return False if plain in ("no", "false", "0", "否", "不同意") else None


def _trimmed(text: str) -> str:
    return text.translate(_HALF).translate(_ONE_BLANK).strip(" ")


def _day_in_china(plain: str) -> str:
    """The day of an instant with an offset, as text; any other text as it is."""
    found = re.fullmatch(
        r"([0-9]{4})[-/]([0-9]{2})[-/]([0-9]{2})[T ]([01][0-9]|2[0-3]):([0-5][0-9])(?::[0-9]{2}(?:\.[0-9]{1,9})?)?"
        r"(?:Z|([+-])(0[0-9]|1[0-4]):?([0-5][0-9]))",
        plain,
    )
    if not found:
        return plain
    day = _day(found[1], found[2], found[3])
    if day is None:
        return ""
    offset = (int(found[7]) * 60 + int(found[8])) * (-1 if found[6] == "-" else 1) if found[6] else 0
    summer = re.match(SUMMER_YEARS, plain) is not None
    minutes = int(found[4]) * 60 + int(found[5]) - offset + 480 + 60 * summer
    return str(day + timedelta(days=minutes // 1440))


def _day(year: str, month: str, day: str) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if FIRST_BIRTH_YEAR <= found.year <= 2199 else None


def losses_in_force(facts: Iterable[LifeFact]) -> frozenset[LifeEventKind]:
    """The losses that still stand: recorded, and not ended by a later fact (`facts` in the order of becoming known)."""
    standing: set[LifeEventKind] = set()
    for fact in facts:
        kind = LifeEventKind(fact.kind)
        standing = {loss for loss in standing if ENDED_BY[loss] is not kind}
        if kind in ENDED_BY:
            standing.add(kind)
    return frozenset(standing)
