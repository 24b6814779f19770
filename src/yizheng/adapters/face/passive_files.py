"""The files of a passive check (静默活体), by their hashes: which they are, and their bytes once they are the right ones.

Apart from the check itself, so that whoever only starts engine processes need not load what they load.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from yizheng.adapters.face.why import Why
from yizheng.kernel.errors import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class PassiveNet:
    """One net of the operator's: the file, its SHA-256, and how much wider than the face it looks (2.7 and 4.0)."""

    file: Path
    sha256: str
    margin: float


def read_net(net: PassiveNet) -> bytes:
    """The file's bytes. Raises Refused where it is missing or has another hash."""
    try:
        content = net.file.read_bytes()
    except OSError:
        raise Refused(Why.NET_NOT_READABLE, file=net.file.name) from None
    found = hashlib.sha256(content).hexdigest()
    if found != net.sha256.lower():
        raise Refused(Why.NET_OF_OTHER_HASH, file=net.file.name, expected=net.sha256[:12], came=found[:12])
    return content
