"""How templates write dates, amounts, icons and the words for codes. Loaded into every template."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from django import template
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from yizheng.doors import words
from yizheng.doors.words import comparison as words_of_comparison
from yizheng.doors.words import findings
from yizheng.kernel.errors import Refused
from yizheng.kernel.money import yuan_text
from yizheng.kernel.time import Month, from_day_number
from yizheng.kernel.told import Told
from yizheng.rooms import privacy

if TYPE_CHECKING:
    from yizheng.rooms.comparison.tail.says import FieldSays

register = template.Library()

_PATHS = {
    "check": '<circle cx="12" cy="12" r="10"/><path d="m7.5 12.5 3 3 6-7"/>',
    "clock": '<circle cx="12" cy="12" r="10"/><path d="M12 6.5V12l3.5 2.5"/>',
    "search": '<circle cx="10.5" cy="10.5" r="7"/><path d="m16 16 5 5"/>',
    "phone": '<path d="M6.5 3h3l1.5 5-2 1.5a12 12 0 0 0 5.5 5.5l1.5-2 5 1.5v3c0 1.5-1.2 2.5-2.5 2.5'
    'C10.5 20 4 13.5 4 5.5 4 4.2 5 3 6.5 3z"/>',
    "info": '<circle cx="12" cy="12" r="10"/><path d="M12 11v6M12 7.2v.3"/>',
    "list": '<path d="M8 6h13M8 12h13M8 18h13M3.5 6h.5M3.5 12h.5M3.5 18h.5"/>',
    "eye": '<path d="M2 12s3.6-6.5 10-6.5S22 12 22 12s-3.6 6.5-10 6.5S2 12 2 12z"/>'
    '<circle cx="12" cy="12" r="3"/>',
    "steps": '<path d="M4 20v-5h5v-5h5V5h6"/><path d="m17 2 3 3-3 3"/>',
    "home": '<path d="m3 11 9-8 9 8"/><path d="M5.5 9.5V21h13V9.5"/><path d="M10 21v-6h4v6"/>',
    "bell": '<path d="M6 16V10a6 6 0 0 1 12 0v6l2 2H4z"/><path d="M10 21h4"/>',
    "lock": '<rect x="5" y="11" width="14" height="10" rx="2"/><path d="M8 11V7.5a4 4 0 0 1 8 0V11"/>',
    "warn": '<path d="M12 3 2 20.5h20z"/><path d="M12 10v5M12 17.6v.3"/>',
    "speaker": '<path d="M4 9.5v5h4l5 4.5V5L8 9.5z"/><path d="M16.5 8.5a5 5 0 0 1 0 7M19 6a8.5 8.5 0 0 1 0 12"/>',
    "mic": '<rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5 11a7 7 0 0 0 14 0M12 18v3"/>',
    "camera": '<path d="M4 8h4l1.5-3h5L16 8h4a1.5 1.5 0 0 1 1.5 1.5v9A1.5 1.5 0 0 1 20 20H4a1.5 1.5 0 0 1-1.5-1.5v-9'
    'A1.5 1.5 0 0 1 4 8z"/><circle cx="12" cy="13.5" r="3.5"/>',
    "face": '<path d="M3 8V4.5A1.5 1.5 0 0 1 4.5 3H8M16 3h3.5A1.5 1.5 0 0 1 21 4.5V8M21 16v3.5a1.5 1.5 0 0 1-1.5 1.5H16'
    'M8 21H4.5A1.5 1.5 0 0 1 3 19.5V16"/><path d="M9 9.5v.5M15 9.5v.5M8.5 14.5c1.8 2 5.2 2 7 0"/>',
    "family": '<circle cx="8.5" cy="8" r="3.5"/><path d="M2 20c.6-4 3-6 6.5-6s5.9 2 6.5 6"/>'
    '<circle cx="17" cy="9.5" r="2.5"/><path d="M17 14.5c2.8 0 4.5 1.7 5 5"/>',
    "gear": '<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2"/><circle cx="9" cy="17" r="2"/>',
    "print": '<path d="M7 9V3.5h10V9M7 18H4v-7.5A1.5 1.5 0 0 1 5.5 9h13a1.5 1.5 0 0 1 1.5 1.5V18h-3"/>'
    '<path d="M7 14.5h10v6H7z"/>',
    "video": '<rect x="2.5" y="6" width="13" height="12" rx="2"/><path d="m15.5 11 6-3.5v9l-6-3.5"/>',
    "person": '<circle cx="12" cy="8" r="4.5"/><path d="M4 21c1-4.5 4-6.5 8-6.5s7 2 8 6.5"/>',
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """A small picture beside words that say the same; hidden from screen readers."""
    return mark_safe(  # noqa: S308 (only the constant table above)
        '<svg class="icon" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor"'
        ' stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">'
        f"{_PATHS[name]}</svg>"
    )


@register.filter
def day(value: date | datetime | int | None) -> str:
    """A day for a reader: `2026年10月31日`, `31 October 2026`. Accepts a date or a day number; none is a dash."""
    if value is None or value == "":
        return "—"
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    elif isinstance(value, int):
        if value <= 0:
            return "—"
        value = from_day_number(value)
    if translation.get_language() == "en":
        return f"{value.day} {value:%B} {value.year}"
    return f"{value.year}年{value.month}月{value.day}日"


@register.filter
def short_day(value: date | datetime | int | None) -> str:
    """A day for a table: `2026-10-31`."""
    if value is None or value == "":
        return "—"
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    elif isinstance(value, int):
        if value <= 0:
            return "—"
        value = from_day_number(value)
    return value.isoformat()


@register.filter
def moment(value: datetime | None) -> str:
    """A moment for a table, in the agency's time: `2026-10-31 09:05`."""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else "—"


@register.filter
def month(value: int | Month | None) -> str:
    """A payroll month: `2026年10月`, `October 2026`. Accepts a Month or its index."""
    if value is None:
        return "—"
    if isinstance(value, int):
        value = Month.from_index(value)
    if translation.get_language() == "en":
        return f"{value.first():%B} {value.year}"
    return f"{value.year}年{value.month}月"


@register.filter
def month_key(value: int | Month) -> str:
    """A payroll month as in addresses: `2026-10`."""
    return str(Month.from_index(value) if isinstance(value, int) else value)


@register.filter
def yuan(fen: int | None) -> str:
    """An amount in yuan: `3,120.50`."""
    return "—" if fen is None else yuan_text(fen)


@register.filter
def count(value: int | None) -> str:
    """A number with thousands apart: `100,000`."""
    return "—" if value is None else f"{value:,}"


@register.filter
def share(part: int, whole: int) -> str:
    """A share of a whole in percent: `97.4%`; a dash where there is no whole."""
    return f"{part * 100 / whole:.1f}%" if whole else "—"


@register.filter
def word(code: object, kind: str) -> str:
    """The words for a code: `{{ case.state|word:"case_state" }}`. An unknown code is shown as it is."""
    return words.word(kind, code)


@register.filter
def named(username: str, names: dict[str, str]) -> str:
    """The name of a member of staff; the user name where the account is not known (the product itself, an operator)."""
    return names.get(username, username)


@register.filter
def field_says(one: "FieldSays") -> str:
    """What one field of an uncertain link says."""
    return words_of_comparison.field_says(one, translation.get_language() or "zh-hans")


@register.filter
def told(what: Told | Refused | str) -> str:
    """What is told, in the reader's language; texts that an older version kept as they are."""
    if isinstance(what, Refused):
        return words.refusal_in(what)
    return words.told_in(what)


@register.filter
def sentence(parts: Iterable[Told]) -> str:
    """What a check of a source found, as one sentence in the reader's language."""
    return findings.sentence(parts).in_(translation.get_language() or "zh-hans")


@register.filter
def mask_number(value: str) -> str:
    """An identity number in a list: only first and last character."""
    return privacy.queries.mask_number(value)


@register.filter
def mask_name(value: str) -> str:
    """A name in a list: first and last character."""
    return privacy.queries.mask_name(value)


@register.filter
def receipt_number(number: str) -> str:
    """A receipt's number as it is printed and read out: in groups, `2611 2248 3920 17`."""
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


@register.filter
def spaced_number(value: str) -> SafeString:
    """An identity number in groups that are easy to compare: 6, 8 and 4 characters."""
    parts = (value[:6], value[6:14], value[14:])
    return format_html('<span class="number">{} {} {}</span>', *parts)
