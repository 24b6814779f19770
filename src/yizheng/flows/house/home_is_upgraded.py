"""A home that an earlier version made is brought up to this one (升级): one call, which finishes what a kill left undone.

1. A home of a later version is left alone: this version does not know what its tables mean.
2. The ledger's entries and hashes must fit before anything is changed.
3. The database is copied as it is, where it is a file; then size and root of the ledger are noted in the store. While
   that note lies there, an upgrade is unfinished, and the next call goes on with it.
4. The tables are changed step by step.
5. The whole ledger is verified: old entries give the noted root, and every row fits the entry that witnessed it, also in
   the form of the version before. Only then the note is discarded.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from yizheng.flows.house import ledger_is_verified
from yizheng.kernel.hands import Hands
from yizheng.kernel.store import Store
from yizheng.rooms import ledger
from yizheng.rooms.ledger.data import NotedRoot, VerifyReport, WitnessedTable, WitnessedTree

NOTE = "upgrade/unfinished.json"
"""Where the store keeps what was noted before an upgrade, until it is finished."""


class Tables(Protocol):
    """The database's tables and the steps that change them."""

    def hold_a_ledger(self) -> bool:
        """Whether the ledger has its table."""
        ...

    def steps_unknown(self) -> Sequence[str]:
        """Steps that were taken and that this version does not have."""
        ...

    def steps_to_come(self) -> Sequence[str]:
        """Steps that the tables lack, in their order."""
        ...

    def keep_copy(self) -> str:
        """Copy the database as it is and say where; an empty text where it is no file."""
        ...

    def bring_up(self) -> None:
        """Take every step to come."""
        ...


class UpgradeEnd(StrEnum):
    """How an upgrade ended."""

    MADE = "made"  # nothing had been done in this home yet
    UP_TO_DATE = "up_to_date"
    UPGRADED = "upgraded"
    NEWER = "newer"
    LEDGER_BROKEN = "ledger_broken"
    NOT_VERIFIED = "not_verified"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpgradeReport:
    """What was done: steps of the tables (where it is newer, those unknown), and what was found."""

    end: UpgradeEnd
    steps: tuple[str, ...] = ()
    copy: str = ""
    noted: NotedRoot | None = None
    found: VerifyReport | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Note:
    """What stands in the store while an upgrade is unfinished."""

    noted: NotedRoot
    copy: str

    def text(self) -> bytes:
        facts = {"size": self.noted.size, "root": self.noted.root.hex(), "copy": self.copy}
        return json.dumps(facts).encode()


def upgrade(
    hands: Hands,
    *,
    tables: Tables,
    witnessed: Sequence[WitnessedTable],
    trees: Sequence[WitnessedTree],
) -> UpgradeReport:
    """Bring the home up to this version, or finish what was begun. Nothing is changed where it is newer or broken."""
    unknown = tuple(tables.steps_unknown())
    if unknown:
        return UpgradeReport(end=UpgradeEnd.NEWER, steps=unknown)
    if not tables.hold_a_ledger() or ledger.queries.size() == 0:
        tables.bring_up()
        return UpgradeReport(end=UpgradeEnd.MADE)
    steps, note = tuple(tables.steps_to_come()), _find_note(hands.store)
    if note is None:
        if not steps:
            return UpgradeReport(end=UpgradeEnd.UP_TO_DATE)
        head = ledger_is_verified.head()
        noted = NotedRoot(ledger.queries.size(), ledger.queries.root())
        if not head["verified"]:
            return UpgradeReport(end=UpgradeEnd.LEDGER_BROKEN, steps=steps, noted=noted)
        note = _Note(noted=noted, copy=tables.keep_copy())
        hands.store.write(NOTE, note.text())
    tables.bring_up()
    found = ledger_is_verified.verify(
        witnessed=witnessed, trees=trees, store=hands.store, noted=note.noted, progress=hands.progress
    )
    if found.verified:
        hands.store.discard(NOTE)
    return UpgradeReport(
        end=UpgradeEnd.UPGRADED if found.verified else UpgradeEnd.NOT_VERIFIED,
        steps=steps,
        copy=note.copy,
        noted=note.noted,
        found=found,
    )


def _find_note(store: Store) -> _Note | None:
    if not store.exists(NOTE):
        return None
    facts = json.loads(store.read(NOTE))
    return _Note(noted=NotedRoot(facts["size"], bytes.fromhex(facts["root"])), copy=facts["copy"])
