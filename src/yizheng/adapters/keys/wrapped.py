"""What files of keys have in common: wrapped keys, made whole or not at all, for their owner's eyes alone."""

import base64
import json
import os
import secrets
import stat
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from yizheng.adapters.keys.why import Why
from yizheng.kernel.errors import Refused

FORMAT = 1
AES_256_GCM = 1
_KEY = 32
_NONCE = 12

Unwrapped = dict[tuple[str, int], tuple[int, bytes]]
"""Suite and bytes of each key, by purpose and number."""


class Damaged(Exception):
    """A file of keys that is none, or was altered."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A file of keys, read: its keys, and the numbers that stand beside them by name."""

    keys: Unwrapped
    numbers: dict[str, int]


def read_owned(file: Path) -> bytes:
    """The content of a file that must belong to its owner alone. Raises FileNotFoundError, and Refused."""
    try:
        text = file.read_bytes()
    except NotADirectoryError as error:
        raise FileNotFoundError(str(file)) from error
    except FileNotFoundError:
        raise
    except OSError as error:
        raise Refused(Why.FILE_FORBIDDEN, file=str(file)) from error
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise Refused(Why.FILE_OPEN_TO_OTHERS, file=str(file))
    return text


def opened(text: bytes, numbers: Iterable[str]) -> Opened:
    """Unwrap every key of a file, and read the numbers of these names. Raises Damaged."""
    try:
        document = json.loads(text)
        if document["format"] != FORMAT:
            raise Damaged
        kek = AESGCM(base64.b64decode(document["kek"], validate=True))
        keys: Unwrapped = {}
        for entry in document["keys"]:
            purpose, number, suite = str(entry["purpose"]), int(entry["id"]), int(entry["suite"])
            wrapped = base64.b64decode(entry["wrapped"], validate=True)
            keys[purpose, number] = (
                suite,
                kek.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], _binding(purpose, number, suite)),
            )
        return Opened(keys=keys, numbers={name: int(document[name]) for name in numbers})
    except (ValueError, KeyError, TypeError, InvalidTag) as error:
        raise Damaged from error


def fresh(keys: Iterable[tuple[str, int]], **numbers: int) -> bytes:
    """The text of a new file with a new key for each purpose and number, and these numbers by name."""
    kek = secrets.token_bytes(_KEY)
    sealer = AESGCM(kek)
    wrapped_keys = []
    for purpose, number in keys:
        nonce = secrets.token_bytes(_NONCE)
        wrapped = sealer.encrypt(nonce, secrets.token_bytes(_KEY), _binding(purpose, number, AES_256_GCM))
        wrapped_keys.append(
            {
                "purpose": purpose,
                "id": number,
                "suite": AES_256_GCM,
                "wrapped": base64.b64encode(nonce + wrapped).decode(),
            }
        )
    document = {
        "format": FORMAT,
        "kek": base64.b64encode(kek).decode(),
        **numbers,
        "keys": wrapped_keys,
    }
    return json.dumps(document, indent=1).encode() + b"\n"


def make_once(file: Path, content: bytes) -> None:
    """Make the file, whole and 0600. Of two processes that come first at the same time one makes it. Raises Refused."""
    home = file.parent
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".keys-", dir=home)  # mkstemp makes it 0600
    except OSError as error:
        raise Refused(Why.HOME_NOT_WRITABLE, home=str(home), said=error.strerror) from error
    try:
        with os.fdopen(handle, "wb") as made:
            made.write(content)
            made.flush()
            os.fsync(made.fileno())
        os.link(name, file)
    except FileExistsError:
        pass
    finally:
        Path(name).unlink()


def _binding(purpose: str, number: int, suite: int) -> bytes:
    return f"yizheng key {purpose} {number} {suite}".encode()
