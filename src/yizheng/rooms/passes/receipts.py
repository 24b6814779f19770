"""Receipt numbers (受理号): fourteen digits that can be read out over a telephone, pure.

`YYMMDD` of the day, seven random digits, and a check digit by Damm's algorithm: it finds every single wrong digit and
every two neighbours exchanged, which are the slips of hearing and typing. Seven random digits keep a number from being
guessed from another; the number says nothing about the person.
"""

import random
import unicodedata
from datetime import date

LENGTH = 14
_RANDOM = 7
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
"""The totally anti-symmetric quasigroup of order 10 of H. M. Damm's thesis (Marburg 2004)."""


def check_digit(digits: str) -> str:
    """The digit that, put behind these, makes a whole number."""
    state = 0
    for digit in digits:
        state = _DAMM[state][int(digit)]
    return str(state)


def new_number(day: date, rng: random.Random) -> str:
    """A number for a receipt of that day."""
    head = f"{day:%y%m%d}{rng.randrange(10**_RANDOM):0{_RANDOM}d}"
    return head + check_digit(head)


def is_number(text: str) -> bool:
    """Whether a text is a receipt number with a right check digit."""
    return len(text) == LENGTH and text.isascii() and text.isdecimal() and check_digit(text) == "0"


def read_number(text: str) -> str | None:
    """The number that somebody typed with blanks, hyphens or full-width digits; None where it is none."""
    plain = unicodedata.normalize("NFKC", text)
    digits = "".join(letter for letter in plain if letter.isdecimal())
    others = {letter for letter in plain if not letter.isdecimal()}
    return digits if others <= {" ", "-", "–", "—"} and is_number(digits) else None
