"""The bytes of a text table on their way to Arrow: as UTF-8, without the lines above the column names, and counted.

Arrow drops a line feed at the start of a block when the block before ended with a carriage return, even inside a quoted
cell. So no block given out here ends between the two.
"""

import codecs
import re
from pathlib import Path

_ENDS = re.compile(rb"\r\n|\r|\n")
_AS_IT_IS = ("utf-8", "utf-8-sig")


def without_last_end(data: bytes) -> bytes:
    """The data without the end of its last line, which is none of a cell, even where a quotation mark is never closed.

    Blank lines at the end stay: what they end is not the last line that says something.
    """
    for end in (b"\r\n", b"\n", b"\r"):
        if data.endswith(end):
            body = data[: -len(end)]
            return body if body and body[-1:] not in (b"\r", b"\n") else data
    return data


class LineStream:
    """A file that Arrow reads. `lines` counts the physical lines that were given out or passed over.

    `closes_a_break`: whether the last thing in it, blank lines aside, is a line break and a quotation mark behind it.
    """

    def __init__(self, path: Path, encoding: str, *, skip: int = 0) -> None:
        """`skip`: so many lines stand above the column names. Reading raises UnicodeDecodeError for damaged text."""
        self._file = path.open("rb")
        self._decoder = None if encoding in _AS_IT_IS else codecs.getincrementaldecoder(encoding)("strict")
        self.closes_a_break = False
        self._skip = skip
        self._ahead = b""
        self._ended = 0
        self._open_line = False

    @property
    def lines(self) -> int:
        """How many lines there were so far; the last one counts whether it is ended or not."""
        return self._ended + self._open_line

    @property
    def closed(self) -> bool:
        """Whether it was closed, as Arrow asks."""
        return self._file.closed

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def read(self, most: int) -> bytes:
        """The next bytes, at most so many; none at the end."""
        while data := self._ahead or self._next(most):
            self._ahead = self._next(most)
            if data.endswith(b"\r") and self._ahead.startswith(b"\n"):
                data, self._ahead = data + b"\n", self._ahead[1:] or self._next(most)
            self._ended += data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")
            self.closes_a_break = data.rstrip(b"\r\n").endswith((b'\n"', b'\r"'))
            self._open_line = not data.endswith((b"\r", b"\n"))
            if data := self._below(data if self._ahead else without_last_end(data)):
                return data
        return b""

    def _next(self, most: int) -> bytes:
        """The next bytes as UTF-8, fewer than `most`; none only at the end of the file."""
        if self._decoder is None:
            return self._file.read(most - 1)
        # Text in two bytes a character grows by half at the most when it becomes UTF-8.
        while raw := self._file.read(most // 2):
            if text := self._decoder.decode(raw):
                return text.encode()
        return self._decoder.decode(b"", final=True).encode()

    def _below(self, data: bytes) -> bytes:
        """The data without the lines that are still to be passed over."""
        if not self._skip:
            return data
        for end in _ENDS.finditer(data):
            self._skip -= 1
            if not self._skip:
                return data[end.end() :]
        return b""
