"""Notices into files (for print, or to hand over to a carrier by hand), and onto the console.

`notices.jsonl` has one line a text with its key and address; `notices.txt` is the same for reading, with the address
masked. Both are readable by the owner alone. A key that is in the file is not written again, also by another process.
"""

import fcntl
import json
import os
from collections.abc import Callable
from hashlib import sha256
from io import BufferedRandom
from pathlib import Path

from yizheng.rooms import privacy
from yizheng.rooms.notices.data import Hindrance
from yizheng.rooms.notices.ports import TryLater


class FileChannel:
    """Writes texts to two files in a folder."""

    needs_phone = False

    def __init__(self, folder: Path) -> None:
        self._lines = folder / "notices.jsonl"
        self._text = folder / "notices.txt"
        self._known: set[str] = set()
        self._read_to = 0

    def send(self, *, key: str, address: str, text: str) -> str:
        """Append the text once; the receipt is made from the key. A disk that takes nothing now may do so later."""
        try:
            self._append_once(key, address, text)
        except OSError:
            raise TryLater(Hindrance.DISK) from None
        return _receipt("file", key)

    def _append_once(self, key: str, address: str, text: str) -> None:
        self._lines.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(self._lines, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as lines:
            fcntl.flock(lines, fcntl.LOCK_EX)
            self._catch_up(lines)
            if key in self._known:
                return
            line = {"key": key, "to": address, "text": text, "receipt": _receipt("file", key)}
            lines.seek(0, os.SEEK_END)
            lines.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
            lines.flush()
            self._known.add(key)
            self._read_to = lines.tell()
            with os.fdopen(
                os.open(self._text, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab"
            ) as readable:
                readable.write(f"→ {privacy.queries.mask_phone(address)}\n{text}\n\n".encode())

    def _catch_up(self, lines: BufferedRandom) -> None:
        """Learn the keys that the file has gained. Half a line at its end is what a killed writer left: cut off, since
        its text was never said to be sent and comes again."""
        if lines.seek(0, os.SEEK_END) > self._read_to:
            lines.seek(self._read_to)
            whole, end, _half = lines.read().rpartition(b"\n")
            self._known.update(json.loads(line)["key"] for line in whole.splitlines())
            self._read_to += len(whole) + len(end)
            lines.truncate(self._read_to)


class ConsoleChannel:
    """Shows texts to whoever runs the worker; for trying things out."""

    needs_phone = False

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._known: set[str] = set()

    def send(self, *, key: str, address: str, text: str) -> str:
        """Show the text, once as long as this channel lives."""
        if key not in self._known:
            self._write(f"[{privacy.queries.mask_phone(address)}] {text}")
            self._known.add(key)
        return _receipt("console", key)


def _receipt(channel: str, key: str) -> str:
    return f"{channel}-{sha256(key.encode()).hexdigest()[:16]}"
