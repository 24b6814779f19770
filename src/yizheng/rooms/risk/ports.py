"""What risk needs from outside: where a network address lies, coarsely."""

from typing import Protocol


class Networks(Protocol):
    """A table of networks and the places they lie in, as an agency supplies it. No address is ever kept."""

    def place_of(self, address: str) -> str:
        """The coarse place of an address (a code of the agency's table of places); empty where it is not known."""
        ...
