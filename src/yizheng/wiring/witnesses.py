"""What the ledger commits to."""

from collections.abc import Iterator

from yizheng import wiring
from yizheng.kernel.told import Told
from yizheng.rooms import (
    access,
    biometrics,
    casework,
    certification,
    corrections,
    entitlements,
    evidence,
    mandates,
    notices,
    passes,
    payments,
    people,
    privacy,
    risk,
)
from yizheng.rooms.ledger.data import WitnessedFile, WitnessedTable, WitnessedTree


def witnessed() -> tuple[WitnessedTable, ...]:
    """Every table whose rows the ledger commits to."""
    rooms = (
        privacy.queries.witnessed,
        access.queries.witnessed,
        people.queries.witnessed,
        mandates.queries.witnessed,
        entitlements.queries.witnessed,
        evidence.queries.witnessed,
        corrections.queries.witnessed,
        biometrics.queries.witnessed,
        risk.queries.witnessed,
        passes.queries.witnessed,
        certification.queries.witnessed,
        payments.queries.witnessed,
        casework.queries.witnessed,
    )
    return tuple(table for room in rooms for table in room())


def witnessed_trees() -> tuple[WitnessedTree, ...]:
    """Where the rows of bulk trees come from."""
    return (
        *people.queries.witnessed_trees(),
        *entitlements.queries.witnessed_trees(),
        *certification.queries.witnessed_trees(wiring.store()),
        *payments.queries.witnessed_trees(wiring.store()),
        *notices.queries.witnessed_trees(),
    )


def witnessed_files() -> Iterator[WitnessedFile]:
    """Every file of the store whose hash the ledger commits to: evidence, the archives of runs, pay files."""
    yield from evidence.queries.witnessed_files()
    yield from certification.queries.witnessed_files()
    yield from payments.queries.witnessed_files()


def unfinished() -> Iterator[Told]:
    """What was begun and is not finished, as verifying tells it."""
    yield from certification.queries.unfinished_runs()
