"""Numbers in addresses: no longer than any database can hold. A longer one is an address that does not exist."""

from django.urls import register_converter
from django.urls.converters import IntConverter, get_converters


class Number(IntConverter):
    """A whole number of at most 18 digits (`<number:case_id>`): 2^63, which a column holds, has 19."""

    regex = "[0-9]{1,18}"


def make_known() -> None:
    """Let addresses name it: called before the first of them is read, whichever file comes first."""
    if "number" not in get_converters():
        register_converter(Number, "number")
