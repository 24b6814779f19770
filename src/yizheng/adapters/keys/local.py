"""Keys of an installation in one local file, for a single box without a key service.

Rules that always hold: the file belongs to its owner alone (0600) and is made whole or not at all; a key-encryption key
wraps one key per purpose, and the wrapping binds purpose, number and suite, so that no two can be swapped; a file that
is damaged, readable by others, or missing beside existing data is refused: a new key would make old data unreadable.

Left to others: where the file's backup lies, and hardware that keeps the key-encryption key. Without this file the
sealed data cannot be read by anybody, so it is backed up apart from the data.
"""

import base64
import json
import os
import secrets
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from yizheng.kernel.errors import Refused

_FORMAT = 1
_KEY = 32
_NONCE = 12
_AES_256_GCM = 1
_PURPOSES = ("web", "commitment", "blind", "field")


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
            raise Refused(
                f"A value sealed with field key {key_id} was to be opened, but this installation does not have that key."
                " Restore the keys file that belongs to this data."
            )
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
            text = self._file.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            self._make()
            text = self._file.read_bytes()
        except OSError as error:
            raise Refused(
                f"The keys file {self._file} was expected to be readable, but the system forbids it."
                " Give it to the user of this process, with mode 0600."
            ) from error
        if stat.S_IMODE(self._file.stat().st_mode) & 0o077:
            raise Refused(
                f"The keys file {self._file} was expected to belong to its owner alone, but others may use it."
                f" Run: chmod 600 {self._file}"
            )
        return self._unwrap(text)

    def _unwrap(self, text: bytes) -> _Keys:
        try:
            document = json.loads(text)
            if document["format"] != _FORMAT:
                self._damaged()
            kek = AESGCM(base64.b64decode(document["kek"], validate=True))
            found: dict[tuple[str, int], tuple[int, bytes]] = {}
            for entry in document["keys"]:
                purpose, number, suite = str(entry["purpose"]), int(entry["id"]), int(entry["suite"])
                wrapped = base64.b64decode(entry["wrapped"], validate=True)
                key = kek.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], _binding(purpose, number, suite))
                found[purpose, number] = (suite, key)
            fields = {number: kept for (purpose, number), kept in found.items() if purpose == "field"}
            active = int(document["active_field_key"])
            fields[active]
            return _Keys(
                web=found["web", 1][1],
                commitment=found["commitment", 1][1],
                blind=found["blind", 1][1],
                fields=fields,
                active_field=active,
            )
        except (ValueError, KeyError, TypeError, InvalidTag):
            self._damaged()

    def _damaged(self) -> NoReturn:
        raise Refused(
            f"The keys file {self._file} was expected to be whole, but it is damaged."
            " Restore it from the backup; a new one could not open the data that is there."
        )

    def _make(self) -> None:
        """Make the file once. Of two processes that come first at the same time, one makes it and both read it."""
        home = self._file.parent
        if any((home / data).exists() for data in ("db.sqlite3", "store")):
            raise Refused(
                f"The keys file {self._file} was expected beside the data of this installation, but it is missing."
                " Restore it from the backup; a new one could not open the data that is there."
            )
        try:
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=".keys-", dir=home)  # mkstemp makes it 0600
        except OSError as error:
            raise Refused(
                f"The home {home} was expected to take a new keys file, but the system says: {error.strerror}."
                " Give the folder to the user of this process, or set YIZHENG_HOME to another."
            ) from error
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_fresh())
                file.flush()
                os.fsync(file.fileno())
            os.link(name, self._file)
        except FileExistsError:
            pass
        finally:
            Path(name).unlink()


def _fresh() -> bytes:
    """The text of a new keys file."""
    kek = secrets.token_bytes(_KEY)
    sealer = AESGCM(kek)
    keys = []
    for purpose in _PURPOSES:
        nonce = secrets.token_bytes(_NONCE)
        wrapped = sealer.encrypt(nonce, secrets.token_bytes(_KEY), _binding(purpose, 1, _AES_256_GCM))
        keys.append(
            {
                "purpose": purpose,
                "id": 1,
                "suite": _AES_256_GCM,
                "wrapped": base64.b64encode(nonce + wrapped).decode(),
            }
        )
    document = {
        "format": _FORMAT,
        "kek": base64.b64encode(kek).decode(),
        "active_field_key": 1,
        "keys": keys,
    }
    return json.dumps(document, indent=1).encode() + b"\n"


def _binding(purpose: str, number: int, suite: int) -> bytes:
    return f"yizheng key {purpose} {number} {suite}".encode()
