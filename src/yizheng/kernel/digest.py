"""One way to turn a value into bytes, and bytes into a name. Hashes that are kept must never depend on taste."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from typing import Any


def canonical_json(value: object) -> bytes:
    """The one JSON text of a value: sorted keys, no blanks, UTF-8, no floats' surprises (floats are refused)."""
    return json.dumps(
        _without_floats(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def sha256_hex(data: bytes) -> str:
    """SHA-256 in lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def content_hash(value: object) -> str:
    """SHA-256 of what a value says: dataclasses, mappings, sequences, days and plain values.

    A field that holds its default is left out, so a field that is added with a default renames nothing that stands. Nor
    does the order of fields, of a mapping's keys, or the name of a class. Raises TypeError for any other kind of value.
    """
    return sha256_hex(canonical_json(_content(value)))


def _content(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        told = {
            field.name: getattr(value, field.name) for field in fields(value) if not _is_default(value, field)
        }
        return {name: _content(inner) for name, inner in told.items()}
    if isinstance(value, Mapping):
        return {str(key): _content(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_content(inner) for inner in value]
    if isinstance(value, float):
        return repr(value)  # the shortest text that reads back as the same float: the same on every machine
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, str | int):
        return value
    raise TypeError(f"{type(value).__name__} has no canonical content")


def _is_default(value: object, field: Field[Any]) -> bool:
    held = getattr(value, field.name)
    if field.default_factory is not MISSING:
        return bool(held == field.default_factory())
    return field.default is not MISSING and bool(held == field.default)


def _without_floats(value: object) -> object:
    if isinstance(value, float):
        raise TypeError("a float has no exact text: use integers (fen, days, parts per thousand)")
    if isinstance(value, dict):
        return {str(key): _without_floats(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_without_floats(inner) for inner in value]
    return value
