"""The child that reads workbooks and Parquet. `python -m` starts it; see `apart`.

Answers: `+` and what was asked for, `.` and the account of a table that is at its end, `-` and a refusal.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

from yizheng.adapters.children import MOST_ANSWER, serve_parent
from yizheng.adapters.tables.columnar import ParquetReader
from yizheng.adapters.tables.sheet import SheetReader
from yizheng.adapters.tables.why import Why
from yizheng.kernel.errors import Refused

MOST_UNPACKED = 8 << 30
"""Bytes of text that a file may become: a hundred million short cells."""


class Server:
    """Answers for one file after the other."""

    def __init__(self) -> None:
        self._reader: SheetReader | ParquetReader
        self._batches: Iterator[tuple[list[pa.Array], pa.Array]] = iter(())
        self._name = self._kind = ""
        self._unpacked = 0

    def answer(self, question: bytes) -> bytes:
        """See the module. Never raises for what a file does."""
        asked = msgspec.json.decode(question)
        try:
            return self._open(asked) if asked["do"] == "open" else self._next()
        except Refused as refused:
            return _refusal(refused)
        except MemoryError:
            return _refusal(Refused(Why.TABLE_TOO_LARGE, file=self._name))
        except Exception:  # noqa: BLE001 (hostile bytes reach the deepest corners of a library; every failure is a refusal)
            if self._kind == "parquet":
                return _refusal(Refused(Why.TABLE_DAMAGED, file=self._name))
            return _refusal(Refused(Why.WORKBOOK_DAMAGED, file=self._name))

    def _open(self, asked: dict[str, Any]) -> bytes:
        path = Path(asked["path"])
        self._name, self._kind, self._unpacked = path.name, asked["kind"], 0
        self._reader = (
            SheetReader(path, hidden=asked["hidden"]) if self._kind == "sheet" else ParquetReader(path)
        )
        self._batches = self._reader.raw_batches()
        return b"+" + msgspec.json.encode(
            {"headers": self._reader.headers, "hidden": bool(self._reader.hidden)}
        )

    def _next(self) -> bytes:
        found = next(self._batches, None)
        if found is None:
            return b"." + self._account()
        columns, numbers = found
        names = [str(place) for place in range(len(columns) + 1)]
        batch = pa.RecordBatch.from_arrays([*columns, numbers], names)
        self._unpacked += batch.nbytes
        if batch.nbytes > MOST_ANSWER * 3 // 4 or self._unpacked > MOST_UNPACKED:
            raise Refused(Why.TABLE_TOO_LARGE, file=self._name)
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema) as stream:
            stream.write_batch(batch)
        rows: bytes = sink.getvalue().to_pybytes()
        return b"+" + rows

    def _account(self) -> bytes:
        reader = self._reader
        return msgspec.json.encode(
            {
                "lines": reader.lines,
                "notes": reader.notes,
                "places": reader.places,
                "ragged": [(one.row, one.expected, one.came) for one in reader.ragged],
            }
        )


def _refusal(refused: Refused) -> bytes:
    return b"-" + msgspec.json.encode({"why": str(refused.why), "facts": dict(refused.facts)})


def main() -> None:
    """`apart_child MEGABYTES`."""
    serve_parent(Server().answer, megabytes=int(sys.argv[1]))


if __name__ == "__main__":
    main()
