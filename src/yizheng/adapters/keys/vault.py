"""The key of the vault (模板库密钥), in a file of its own: templates of faces, voices and fingers are sealed under it.

Rules that always hold: it is another key than the one that seals names and numbers, so it can be kept, lent and
destroyed apart (whoever destroys it makes every template unreadable, and nothing else); it is made when the first
template is sealed, never when one is opened; its number is drawn at random, so that no two vaults share one and a key
that was lost is missed by its number rather than replaced unseen.
"""

import secrets
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from yizheng.adapters.keys import wrapped
from yizheng.adapters.keys.why import Why
from yizheng.kernel.errors import Refused

_PURPOSE = "vault"
_ACTIVE = "active_vault_key"


@dataclass(frozen=True, slots=True)
class _Keys:
    keys: dict[int, tuple[int, bytes]]
    active: int


class LocalVaultKeys:
    """The vault's keys in one local file, beside the other keys file of a single box."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._keys: _Keys | None = None
        self._lock = Lock()

    def active_vault_key(self) -> int:
        """The number of the key that seals new templates; makes the file where there is none yet. Raises Refused."""
        return self._read(make=True).active

    def vault_key(self, key_id: int) -> tuple[int, bytes]:
        """Suite and bytes of a key. Raises Refused where this installation has no such key."""
        try:
            found = self._read(make=False).keys.get(key_id)
        except FileNotFoundError:
            found = None
        if found is None:
            raise Refused(Why.VAULT_KEY_MISSING, key=key_id, file=str(self._file))
        return found

    def forget(self) -> None:
        """Forget what was read: for those who throw an installation away and make another in its place."""
        with self._lock:
            self._keys = None

    def _read(self, *, make: bool) -> _Keys:
        keys = self._keys
        if keys is None:
            with self._lock:
                keys = self._keys = self._keys or self._load(make=make)
        return keys

    def _load(self, *, make: bool) -> _Keys:
        try:
            text = wrapped.read_owned(self._file)
        except FileNotFoundError:
            if not make:
                raise
            number = secrets.randbelow(2**32 - 1) + 1
            wrapped.make_once(self._file, wrapped.fresh([(_PURPOSE, number)], **{_ACTIVE: number}))
            text = wrapped.read_owned(self._file)
        try:
            found = wrapped.opened(text, [_ACTIVE])
            keys = {number: kept for (purpose, number), kept in found.keys.items() if purpose == _PURPOSE}
            active = found.numbers[_ACTIVE]
            keys[active]
        except (KeyError, wrapped.Damaged):
            raise Refused(Why.VAULT_FILE_DAMAGED, file=str(self._file)) from None
        return _Keys(keys=keys, active=active)
