"""A service point's batch is enrolled (批量登记): a list of people with their pictures, line by line.

The list has the columns `number,pictures,signed`: the identity number, one picture or several joined by `|` (paths from
the list's folder), and `yes` where the person signed the separate consent. Every line goes the same way as a person at
the counter; one that cannot be enrolled is told by its row and why, and stops no other. No number or name is told or
written.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from yizheng.flows.house.staff_files import read_rows
from yizheng.flows.vault.face_is_enrolled import Asked, EnrolEnd, EnrolResult, enrol
from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import Hands
from yizheng.kernel.told import Coded
from yizheng.rooms import access, biometrics, people
from yizheng.rooms.access.data import Permission
from yizheng.rooms.biometrics.data import YES, EnrolSource
from yizheng.rooms.biometrics.face_terms import FaceRules
from yizheng.rooms.biometrics.ports import FaceEngine
from yizheng.rooms.evidence.ports import TableReader
from yizheng.rooms.passes.ports import PictureBorder, PictureRefused

COLUMNS = ("number", "pictures", "signed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What the work needs from outside."""

    read_table: TableReader
    border: PictureBorder
    engine: FaceEngine
    rules: FaceRules


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchReport:
    """What became of the list: its rows, those enrolled, and those that were not (row and why)."""

    rows: int
    enrolled: int
    refused: tuple[tuple[int, Refused], ...]


def enrol_file(hands: Hands, *, file: Path, source: EnrolSource, means: Means) -> BatchReport:
    """Enrol everybody of a list. Raises Refused for no such list, and for an actor who may not enrol."""
    access.queries.check_can(hands.actor, Permission.ENROL_FACE)
    rows = list(read_rows(file, means.read_table, COLUMNS))
    refused: list[tuple[int, Refused]] = []
    for done, (row, cells) in enumerate(rows, 1):
        why = _one(hands, file.parent, cells, source, means)
        if why:
            refused.append((row, why))
        hands.progress("enrolling faces", done, len(rows))
    return BatchReport(rows=len(rows), enrolled=len(rows) - len(refused), refused=tuple(refused))


def _one(
    hands: Hands, folder: Path, cells: dict[str, str], source: EnrolSource, means: Means
) -> Refused | None:
    """Enrol the person of one row; gives why not, None where it was done."""
    try:
        pno = people.queries.find_by_number(cells["number"])
        if pno is None:
            return Refused(biometrics.Why.NUMBER_NOT_ON_ROSTER)
        pictures = [_picture(folder / name.strip(), means.border) for name in cells["pictures"].split("|")]
        asked = Asked(
            pictures=pictures, source=source, signed_on_paper=cells["signed"].strip().lower() in YES
        )
        result = enrol(hands, pno=pno, asked=asked, engine=means.engine, rules=means.rules)
    except Refused as refusal:
        return refusal
    return None if result.end is EnrolEnd.ENROLLED else _why_not(result)


def _why_not(result: EnrolResult) -> Refused:
    end = Coded("enrol_end", result.end.value)
    faults = Counter(fault for found in result.faults for fault in found[:1])
    if not faults:
        return Refused(biometrics.Why.NOT_ENROLLED, end=end)
    seen = [Coded("picture_fault", fault.value) for fault in faults]
    return Refused(biometrics.Why.NOT_ENROLLED_FOR_FAULTS, end=end, faults=seen)


def _picture(path: Path, border: PictureBorder) -> bytes:
    try:
        return border.take(path.read_bytes())
    except OSError:
        raise Refused(biometrics.Why.PICTURE_NOT_THERE, file=path.name) from None
    except PictureRefused:
        return b""  # told like every other picture that will not do
