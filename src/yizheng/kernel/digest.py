"""One way to turn a value into bytes, and bytes into a name. Hashes that are kept must never depend on taste."""

import hashlib
import json


def canonical_json(value: object) -> bytes:
    """The one JSON text of a value: sorted keys, no blanks, UTF-8, no floats' surprises (floats are refused)."""
    return json.dumps(
        _without_floats(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def sha256_hex(data: bytes) -> str:
    """SHA-256 in lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def _without_floats(value: object) -> object:
    if isinstance(value, float):
        raise TypeError("a float has no exact text: use integers (fen, days, parts per thousand)")
    if isinstance(value, dict):
        return {str(key): _without_floats(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_without_floats(inner) for inner in value]
    return value
