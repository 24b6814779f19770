"""A filter for log records: what looks like an identity number, a phone or a card number never reaches a log.

It is the last net, not the rule: the product does not log personal data in the first place. Better a number masked that
was none than one that is read; hashes and ids with letters beside the digits are left alone.
"""

import logging
import re

_FORMATTER = logging.Formatter()
_NUMBERS = re.compile(
    r"(?<![0-9A-Za-z])(?:"
    r"(?P<identity>\d{17}[0-9XxＸｘ]|[1-9]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3})"
    r"|(?P<phone>(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4})"
    r"|(?P<card>\d{4}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?)"
    r")(?![0-9A-Za-z])"
)


class MaskPersonalData(logging.Filter):
    """Masks numbers in a record's message, and in the text of its exception."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = mask_numbers(record.getMessage())
        record.args = ()
        if record.exc_info and not record.exc_text:
            record.exc_text = _FORMATTER.formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = mask_numbers(record.exc_text)
        if record.stack_info:
            record.stack_info = mask_numbers(record.stack_info)
        return True


def mask_numbers(text: str) -> str:
    """The text with every number of those kinds replaced by its kind: `[identity]`, `[phone]`, `[card]`."""
    return _NUMBERS.sub(lambda found: f"[{found.lastgroup}]", text)
