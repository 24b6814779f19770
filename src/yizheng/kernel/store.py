"""What rooms and flows need of a place for files: names inside it, whole reads, writes whole or not at all."""

from typing import Protocol


class Place(Protocol):
    """A file's place on the machine, for a library that opens it by name."""

    def __fspath__(self) -> str: ...

    def is_file(self) -> bool:
        """Whether the file is there."""
        ...


class Store(Protocol):
    """The store of an installation. Names are relative and use `/`; a write that returns is durable."""

    def path(self, *parts: str) -> Place:
        """The place of a file, whether it exists or not."""
        ...

    def exists(self, relative: str) -> bool:
        """Whether there is such a file."""
        ...

    def read(self, relative: str) -> bytes:
        """The whole file. Raises Refused where it is missing."""
        ...

    def write(self, relative: str, data: bytes) -> Place:
        """Write the whole file in place of what was there. Raises Refused on a full disk."""
        ...

    def discard(self, relative: str) -> None:
        """Delete a file that can be made again from others. What is not there is no error."""
        ...
