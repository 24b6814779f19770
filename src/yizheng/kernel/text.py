"""Text that people read and every database keeps: the one guard of what is typed, sent and delivered.

PostgreSQL keeps no NUL, no database keeps half a surrogate pair, and SQLite keeps control characters that nobody sees.
Nobody means any of them, so the same is refused everywhere.
"""

import unicodedata

_MEANT = "\t\n\r"
"""Control characters that people type."""


def is_plain(text: str) -> bool:
    """Whether a text holds nothing but characters, tabs and ends of lines."""
    return text.isprintable() or not any(map(_is_unmeant, text))


def only_plain(text: str) -> str:
    """The text without what nobody means, to be shown back."""
    return "".join(letter for letter in text if not _is_unmeant(letter))


def is_plain_name(name: str) -> bool:
    """Whether the name of a file holds nothing but characters: an end of a line is none of a name."""
    return is_plain(name) and not any(letter in _MEANT for letter in name)


def escaped_name(name: str) -> str:
    """The name of a file to be shown to whoever has to find it: what nobody means stands as an escape."""
    return "".join(
        letter.encode("unicode_escape").decode() if _is_unmeant(letter) or letter in _MEANT else letter
        for letter in name
    )


def _is_unmeant(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cs") and letter not in _MEANT
