"""The reads of privacy: opening what is sealed, blind indexes for finding it, and who looked at whom."""

import hashlib
from collections.abc import Iterable
from functools import lru_cache

from yizheng.rooms.ledger.data import WitnessedTable
from yizheng.rooms.privacy import envelope, logs, rules
from yizheng.rooms.privacy.data import LOOKS, LookRecord
from yizheng.rooms.privacy.models import Look
from yizheng.rooms.privacy.ports import FIELD_KEYS, FieldKeys

open_sealed = envelope.open_sealed
mask_numbers = logs.mask_numbers

INDEX = 16


class Opener:
    """Opens the sealed values of one column; get it with `opener`."""

    __slots__ = ("_keys", "_place")

    def __init__(self, table: str, column: str, keys: FieldKeys) -> None:
        self._place = f"{table}.{column}:".encode()
        self._keys = keys

    def open(self, row_key: int, sealed: bytes) -> str:
        """The value of one row. Raises SealBroken when it is not what was sealed for this row."""
        return self.open_bytes(row_key, sealed).decode()

    def open_bytes(self, row_key: int, sealed: bytes) -> bytes:
        """The value of one row, as it was sealed."""
        place = self._place + b"%d" % row_key
        return envelope.open_sealed(key_for=self._keys.field_key, place=place, sealed=bytes(sealed))


def opener(table: str, column: str) -> Opener:
    """What opens the values of a column, under whichever key each was sealed."""
    return Opener(table, column, FIELD_KEYS.get())


def open_file(sealed: bytes, context: str) -> bytes:
    """The file that was sealed for this context. Raises SealBroken."""
    keys = FIELD_KEYS.get()
    return envelope.open_sealed(key_for=keys.field_key, place=f"file:{context}".encode(), sealed=sealed)


def blind(field: str, value: str) -> bytes:
    """The keyed blind index of a normalised value: 16 bytes, equal for equal values of a field, mute without the key."""
    return blind_many(field, [value])[0]


def blind_many(field: str, values: Iterable[str]) -> list[bytes]:
    """The blind indexes of many values, in their order: about a million a second."""
    keys = FIELD_KEYS.get()
    fresh = hashlib.blake2b(key=_field_blind_key(keys.blind_key(), field), digest_size=INDEX).copy
    found: list[bytes] = []
    keep = found.append
    for value in values:
        keyed = fresh()
        keyed.update(value.encode())
        keep(keyed.digest())
    return found


@lru_cache(maxsize=32)
def _field_blind_key(key: bytes, field: str) -> bytes:
    """A key of its own for each field: the same text in two fields must not show the same index."""
    return hashlib.blake2b(b"blind index of " + field.encode(), key=key, digest_size=32).digest()


mask_name = rules.mask_name
mask_number = rules.mask_number
mask_phone = rules.mask_phone
mask_account = rules.mask_account


def looks_at(pno: int, limit: int = 200) -> list[LookRecord]:
    """Who looked at a person's data, newest first."""
    return [
        LookRecord(
            at=look.at, actor=look.actor, role=look.role, purpose=look.purpose, pno=look.pno, what=look.what
        )
        for look in Look.objects.filter(pno=pno).order_by("-id")[:limit]
    ]


def witnessed() -> tuple[WitnessedTable, ...]:
    """The tables of this room whose every row has an entry in the ledger."""
    return (LOOKS,)
