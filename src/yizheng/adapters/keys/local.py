"""Keys of an installation in one local file, for a single box without a key service.

Rules that always hold: the file belongs to its owner alone (0600) and is made whole or not at all; a key-encryption key
wraps one key per purpose, and the wrapping binds purpose, number and suite, so that no two can be swapped; a file that
is damaged, readable by others, or missing beside existing data is refused: a new key would make old data unreadable.

Left to others: where the file's backup lies, and hardware that keeps the key-encryption key. Without this file the
sealed data cannot be read by anybody, so it is backed up apart from the data.
"""

import base64
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import NoReturn

from yizheng.adapters.keys import wrapped
from yizheng.adapters.keys.why import Why
from yizheng.kernel.errors import Refused

_PURPOSES = ("web", "commitment", "blind", "field")
_ACTIVE = "active_field_key"


@dataclass(frozen=True, slots=True)
class _Keys:
    """The file's content, unwrapped."""

    web: bytes
    commitment: bytes
    blind: bytes
    fields: dict[int, tuple[int, bytes]]
    active_field: int


class LocalKeys:
    """The keys in one file; read (and at the very first use of an installation, made) when one is first asked for."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._keys: _Keys | None = None
        self._lock = Lock()

    @property
    def web_secret(self) -> str:
        """The secret under which the web signs sessions and forms."""
        return base64.urlsafe_b64encode(self._read().web).decode()

    def commitment_key(self) -> bytes:
        """The 32 bytes under which the ledger commits to rows."""
        return self._read().commitment

    def blind_key(self) -> bytes:
        """The 32 bytes under which numbers and names become blind indexes."""
        return self._read().blind

    def active_field_key(self) -> int:
        """The number of the key that seals new values."""
        return self._read().active_field

    def field_key(self, key_id: int) -> tuple[int, bytes]:
        """Suite and bytes of a field key. Raises Refused where this installation has no such key."""
        found = self._read().fields.get(key_id)
        if found is None:
            raise Refused(Why.FIELD_KEY_MISSING, key=key_id)
        return found

    def forget(self) -> None:
        """Forget what was read: for those who throw an installation away and make another in its place."""
        with self._lock:
            self._keys = None

    def _read(self) -> _Keys:
        keys = self._keys
        if keys is None:
            with self._lock:
                keys = self._keys = self._keys or self._load()
        return keys

    def _load(self) -> _Keys:
        try:
            text = wrapped.read_owned(self._file)
        except FileNotFoundError:
            self._make()
            text = wrapped.read_owned(self._file)
        return self._unwrap(text)

    def _unwrap(self, text: bytes) -> _Keys:
        try:
            found = wrapped.opened(text, [_ACTIVE])
            fields = {number: kept for (purpose, number), kept in found.keys.items() if purpose == "field"}
            active = found.numbers[_ACTIVE]
            fields[active]
            return _Keys(
                web=found.keys["web", 1][1],
                commitment=found.keys["commitment", 1][1],
                blind=found.keys["blind", 1][1],
                fields=fields,
                active_field=active,
            )
        except (KeyError, wrapped.Damaged):
            self._damaged()

    def _damaged(self) -> NoReturn:
        raise Refused(Why.FILE_DAMAGED, file=str(self._file))

    def _make(self) -> None:
        """Make the file once. Of two processes that come first at the same time, one makes it and both read it."""
        home = self._file.parent
        if any((home / data).exists() for data in ("db.sqlite3", "store")):
            raise Refused(Why.FILE_MISSING, file=str(self._file))
        wrapped.make_once(self._file, wrapped.fresh([(purpose, 1) for purpose in _PURPOSES], **{_ACTIVE: 1}))
