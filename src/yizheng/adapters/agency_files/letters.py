"""An agency's letters (通知文本), and how a letter says its facts: days, months, amounts, what a helper may do."""

from dataclasses import dataclass
from datetime import date

from yizheng.kernel.money import yuan_text
from yizheng.kernel.time import Month

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_WORDS = {
    "view": ("查看认证情况", "see the state"),
    "certify": ("帮助认证", "help to confirm"),
    "notices": ("收取提醒", "receive reminders"),
    "copy": ("（抄送代办人）", " (Copy to the helper.)"),
}
"""The words of a fact that ends in `_words`: Chinese, English."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One notice's text in both languages, with `{placeholders}`."""

    zh: str
    en: str

    def say(self, name: str, value: str, language: str) -> str:
        """A fact as a reader of the letter says it (`zh` or `en`)."""
        return say(name, value, language)


def say(name: str, value: str, language: str) -> str:
    """A fact in words, by the ending of its name: `_date`, `_month`, `_fen`, `_words` (codes with commas between)."""
    zh = language == "zh"
    if name.endswith("_words"):
        return _words(value, zh=zh)
    if name.endswith("_date"):
        day = date.fromisoformat(value)
        return (
            f"{day.year}年{day.month}月{day.day}日"
            if zh
            else f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
        )
    if name.endswith("_month"):
        month = Month.parse(value)
        return f"{month.year}年{month.month}月" if zh else f"{_MONTHS[month.month - 1]} {month.year}"
    if name.endswith("_fen"):
        amount = yuan_text(int(value))
        return f"{amount}元" if zh else f"CNY {amount}"
    return value


def _words(value: str, *, zh: bool) -> str:
    """Codes in words. A message of a version before brings both languages itself, with a bar between."""
    if "|" in value:
        chinese, _, english = value.partition("|")
        return chinese if zh else english
    words = [_WORDS[code][0 if zh else 1] for code in value.split(",") if code]
    return ("、" if zh else ", ").join(words)
