"""Workbooks and Parquet, read in a child process with limits (`apart_child`): a file cannot take the product down.

What the libraries do with a hostile file happens where there are no keys and no database, with little memory and little
time; a child that dies is a refusal in one sentence. Children are kept for the next file: starting one takes longer than
reading most files.
"""

import atexit
import os
import weakref
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import msgspec
import pyarrow as pa

from yizheng.adapters.children import Child, ChildLost
from yizheng.adapters.tables.why import Why
from yizheng.kernel.errors import Refused, again
from yizheng.rooms.evidence.ports import RaggedRow

MEGABYTES = 4096
"""Enough for a workbook of half a million rows by twenty columns; more is delivered as CSV or Parquet."""
SECONDS = 180.0
"""The longest that one answer may take: opening a workbook reads all of it."""
USES = 100
"""After so many files a child is replaced by a fresh one."""
_MODULE = "yizheng.adapters.tables.apart_child"


class _Children:
    """Children that wait for the next file, at most two."""

    def __init__(self) -> None:
        self._idle: SimpleQueue[tuple[Child, int]] = SimpleQueue()

    def take(self) -> tuple[Child, int]:
        """A child that lives, and how many files it has read."""
        while True:
            try:
                child, uses = self._idle.get_nowait()
            except Empty:
                return Child(_MODULE, megabytes=MEGABYTES), 0
            if child.is_alive() and uses < USES:
                return child, uses
            child.close()

    def give_back(self, child: Child, uses: int) -> None:
        """Keep a child whose file is read."""
        if self._idle.qsize() < 2:
            self._idle.put((child, uses))
        else:
            child.close()

    def close(self) -> None:
        """End those that wait."""
        while not self._idle.empty():
            self._idle.get()[0].close()


@cache
def _children_of(pid: int) -> _Children:
    """Those of a process; they end with it. A fork of it has its own."""
    kept = _Children()
    atexit.register(lambda: kept.close() if os.getpid() == pid else None)
    return kept


def _children() -> _Children:
    return _children_of(os.getpid())


class ApartReader:
    """A workbook's or Parquet file's rows, batch by batch (`shape.Reader`)."""

    def __init__(self, path: Path, kind: str, *, hidden: bool) -> None:
        """`kind` is `sheet` or `parquet`; `hidden`: take the rows that are hidden too."""
        self._path = path
        self._child, self._uses = _children().take()
        self._finish = weakref.finalize(self, self._child.kill)
        self.ragged: list[RaggedRow] = []
        self.lines = 0
        self.notes: dict[str, int] = {}
        self.places: dict[str, str] = {}
        opened = self._ask({"do": "open", "kind": kind, "path": str(path.absolute()), "hidden": hidden})
        found = msgspec.json.decode(opened[1:])
        self.headers: list[str] = found["headers"]
        self.has_hidden: bool = found["hidden"]

    def raw_batches(self) -> Iterator[tuple[list[pa.Array], pa.Array]]:
        """Columns of text in the headers' order, and the rows' numbers as Excel shows them."""
        while True:
            answer = self._ask({"do": "next"})
            if answer[:1] == b".":
                break
            with pa.ipc.open_stream(memoryview(answer)[1:]) as stream:
                for batch in stream:
                    yield batch.columns[:-1], batch.columns[-1]
        end = msgspec.json.decode(answer[1:])
        self.ragged = [
            RaggedRow(row=row, expected=expected, came=came) for row, expected, came in end["ragged"]
        ]
        self.lines, self.notes, self.places = end["lines"], end["notes"], end["places"]
        self._leave()

    def _leave(self) -> None:
        """The child is ready for the next file."""
        if self._finish.detach():
            _children().give_back(self._child, self._uses + 1)

    def _ask(self, question: dict[str, Any]) -> bytes:
        try:
            answer = self._child.ask(msgspec.json.encode(question), seconds=SECONDS)
        except (ChildLost, OSError):
            raise Refused(Why.TABLE_TOO_LARGE, file=self._path.name) from None
        if answer[:1] != b"-":
            return answer
        self._leave()
        said = msgspec.json.decode(answer[1:])
        raise again(Refused, Why(said["why"]), said["facts"])
