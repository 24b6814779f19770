"""The writes of privacy: sealing personal data, and recording every look at it."""

from collections.abc import Sequence
from datetime import datetime

from yizheng.rooms import ledger
from yizheng.rooms.privacy import envelope
from yizheng.rooms.privacy.data import LOOKS
from yizheng.rooms.privacy.models import Look
from yizheng.rooms.privacy.ports import FIELD_KEYS, FieldKeys

seal_value = envelope.seal
"""Seal one value under a key that the caller holds."""


class Sealer:
    """Seals values of one column; get it with `sealer` and use it for as many rows as there are."""

    __slots__ = ("_key", "_key_id", "_place", "_suite")

    def __init__(self, table: str, column: str, keys: FieldKeys) -> None:
        self._place = f"{table}.{column}:".encode()
        self._key_id = keys.active_field_key()
        self._suite, self._key = keys.field_key(self._key_id)

    def seal(self, row_key: int, value: str | bytes) -> bytes:
        """The sealed value of one row. It opens for this table, column and row key only."""
        return self.seal_many([row_key], [value])[0]

    def seal_many(self, row_keys: Sequence[int], values: Sequence[str | bytes]) -> list[bytes]:
        """The sealed values of many rows, in their order: some 400,000 a second."""
        place = self._place
        return envelope.seal_many(
            suite=self._suite,
            key_id=self._key_id,
            key=self._key,
            places=[place + b"%d" % row_key for row_key in row_keys],
            values=[value if isinstance(value, bytes) else value.encode() for value in values],
        )


def sealer(table: str, column: str) -> Sealer:
    """What seals the values of a column under the active field key."""
    return Sealer(table, column, FIELD_KEYS.get())


def seal_file(data: bytes, context: str) -> bytes:
    """Seal a whole file for its context, such as `raw:<batch>:<part>`; it opens for no other."""
    keys = FIELD_KEYS.get()
    key_id = keys.active_field_key()
    suite, key = keys.field_key(key_id)
    return envelope.seal(suite=suite, key_id=key_id, key=key, place=f"file:{context}".encode(), value=data)


def record_look(*, actor: str, role: str, purpose: str, pno: int, what: str, at: datetime) -> None:
    """Record that somebody looks at a person's data, before the data is shown; enters the ledger too."""
    look = Look.objects.create(at=at, actor=actor, role=role, purpose=purpose, pno=pno, what=what)
    ledger.actions.append(
        kind="privacy:person:looked_at",
        actor=actor,
        at=at,
        subject=LOOKS.subject(look.pk),
        row=LOOKS.row_of(look),
        detail={"purpose": purpose},
    )
