"""An agency measures the face engine on its own labelled pictures: how often it misses, how often it mixes people up.

The file is a table in CSV (UTF-8, with a heading), and the heading says which kind it is:

| heading | what a line is |
|---|---|
| `picture,person` | one picture and whose it is (any code); every two pictures are compared |
| `a,b,same` | two pictures, or two sets joined by `|`, and whether they are of one person: `yes` or `no` |

`band` may stand beside either: a group to be told apart, such as an age (`70-79`); in `a,b,same` also `a_person` and
`b_person`. Paths are read from the file's folder. Nothing is kept: neither pictures nor templates nor scores are written
anywhere, and the result is counts and shares.

A picture without a face, or refused by the quality check, is counted and not compared: an engine must not look better
for what it did not see.
"""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from yizheng.kernel.errors import Misused, Refused
from yizheng.kernel.progress import Progress, quiet
from yizheng.rooms import biometrics
from yizheng.rooms.biometrics import error_rates as rates
from yizheng.rooms.biometrics.data import NO, YES, FaceSeen, PictureFault, Vector
from yizheng.rooms.biometrics.matching import likeness
from yizheng.rooms.biometrics.ports import FaceEngine
from yizheng.rooms.biometrics.quality import faults_of

THRESHOLDS = (0.30, 0.36, 0.40, 0.45, 0.50, 0.55)
WANTED_FMR = (1e-2, 1e-3, 1e-4)
ALL = "all"
_FULL_SCALE = 6_000
"""So many pictures are compared each with each (18 million pairs, 0.5 GB); more want a list of pairs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtThreshold:
    """Both errors at a threshold, each with the exact interval and the one of drawn people (None: too few people)."""

    threshold: float
    fnmr: rates.Rate
    fnmr_by_person: rates.Drawn | None
    fmr: rates.Rate
    fmr_by_person: rates.Drawn | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What was measured of a group: all comparisons, or those of one band."""

    name: str
    people: int
    genuine: int
    impostor: int
    equal_error: float | None
    at: tuple[AtThreshold, ...]
    for_fmr: tuple[tuple[float, float | None, float | None], ...]
    """For each FMR that one may want: it, the threshold for it, the FNMR there; None where the pairs are too few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The result: which engine, how many pictures, what became of those that were not compared, and each group."""

    engine: str
    pictures: int
    unreadable: int
    no_face: int
    faults: dict[str, int]
    """How many of the pictures with a face have each fault of quality, whether or not faulty ones were compared."""
    gated: bool
    """Whether faulty pictures were left out."""
    groups: tuple[Group, ...]


@dataclass(slots=True)
class _Looked:
    engine: FaceEngine
    gate: bool
    kept: dict[Path, Vector | None] = field(default_factory=dict)
    unreadable: int = 0
    no_face: int = 0
    faults: Counter[str] = field(default_factory=Counter)

    def vector(self, path: Path) -> Vector | None:
        """The template of a picture, looked at once; None where there is nothing to compare."""
        if path not in self.kept:
            self.kept[path] = self._look(path)
        return self.kept[path]

    def _look(self, path: Path) -> Vector | None:
        try:
            seen: FaceSeen = self.engine.look(path.read_bytes())
        except OSError:
            raise Refused(biometrics.Why.PICTURE_NOT_READABLE, file=path) from None
        except Refused:
            self.unreadable += 1
            return None
        if seen.embedding is None:
            self.no_face += 1
            return None
        faults = faults_of(seen)
        self.faults.update(fault.value for fault in faults)
        return None if self.gate and faults else seen.embedding


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compared:
    """Scores with their labels, in one order."""

    scores: NDArray[np.float64]
    same: NDArray[np.bool_]
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    bands: tuple[NDArray[np.int64], NDArray[np.int64]]
    band_names: tuple[str, ...]


def measure(
    *,
    file: Path,
    engine: FaceEngine,
    gate: bool,
    thresholds: Sequence[float] = THRESHOLDS,
    seed: int = 1,
    progress: Progress = quiet,
) -> Measured:
    """Measure on a list of pictures or of pairs. Raises Misused for a file that is neither, Refused for its pictures."""
    rows, heading = _read(file)
    looked = _Looked(engine=engine, gate=gate)
    if {"picture", "person"} <= heading:
        compared = _by_pictures(file, rows, looked, progress)
    elif {"a", "b", "same"} <= heading:
        compared = _by_pairs(file, rows, looked, progress)
    else:
        raise Misused(biometrics.Why.LIST_HEADING, file=file, came=sorted(heading))
    groups = [_group(ALL, compared, np.ones(len(compared.scores), np.bool_), thresholds, seed)]
    for number, name in enumerate(compared.band_names):
        inside = (compared.bands[0] == number) & (compared.bands[1] == number)
        if name and inside.any():
            groups.append(_group(name, compared, inside, thresholds, seed))
    return Measured(
        engine=engine.engine.code,
        pictures=len(looked.kept),
        unreadable=looked.unreadable,
        no_face=looked.no_face,
        faults={
            fault.value: looked.faults[fault.value] for fault in PictureFault if looked.faults[fault.value]
        },
        gated=gate,
        groups=tuple(groups),
    )


def _read(file: Path) -> tuple[list[dict[str, str]], set[str]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            rows = [
                {(key or "").strip(): (value or "").strip() for key, value in row.items()} for row in reader
            ]
            heading = {(name or "").strip() for name in reader.fieldnames or ()}
    except FileNotFoundError:
        raise Misused(biometrics.Why.LIST_MISSING, file=file) from None
    except (UnicodeDecodeError, csv.Error, AttributeError):
        raise Misused(biometrics.Why.LIST_NOT_CSV, file=file) from None
    if not rows:
        raise Misused(biometrics.Why.LIST_EMPTY, file=file)
    return rows, heading


def _by_pictures(file: Path, rows: list[dict[str, str]], looked: _Looked, progress: Progress) -> _Compared:
    if len(rows) > _FULL_SCALE:
        raise Misused(biometrics.Why.LIST_TOO_LONG, file=file, most=_FULL_SCALE, came=len(rows))
    vectors: list[Vector] = []
    people: list[str] = []
    bands: list[str] = []
    for row in _counted(rows, progress):
        vector = looked.vector(file.parent / row["picture"])
        if vector is not None:
            vectors.append(vector)
            people.append(row["person"])
            bands.append(row.get("band", ""))
    one, two = np.triu_indices(len(vectors), k=1)
    stacked = np.array(vectors, np.float32).reshape(len(vectors), -1)
    scores = (stacked @ stacked.T)[one, two].astype(np.float64)
    _, who = np.unique(np.array(people, dtype=np.str_), return_inverse=True)
    names, band = np.unique(np.array(bands, dtype=np.str_), return_inverse=True)
    return _Compared(
        scores=scores,
        same=who[one] == who[two],
        first=who[one].astype(np.int64),
        second=who[two].astype(np.int64),
        bands=(band[one].astype(np.int64), band[two].astype(np.int64)),
        band_names=tuple(str(name) for name in names),
    )


def _by_pairs(file: Path, rows: list[dict[str, str]], looked: _Looked, progress: Progress) -> _Compared:
    scores: list[float] = []
    same: list[bool] = []
    people: list[tuple[str, str]] = []
    bands: list[str] = []
    for line, row in enumerate(_counted(rows, progress), 2):
        said = row["same"].lower()
        if said not in YES | NO:
            raise Misused(biometrics.Why.SAME_YES_OR_NO, file=file, line=line)
        sides = [
            [looked.vector(file.parent / name.strip()) for name in row[side].split("|")]
            for side in ("a", "b")
        ]
        one, other = ([vector for vector in side if vector is not None] for side in sides)
        score = likeness(one, other) if one and other else None
        if score is None:
            continue
        scores.append(score)
        same.append(said in YES)
        first = row.get("a_person") or row["a"]
        people.append((first, first if said in YES else row.get("b_person") or row["b"]))
        bands.append(row.get("band", ""))
    _, who = np.unique(np.array(people, dtype=np.str_).reshape(-1, 2), return_inverse=True)
    who = who.reshape(-1, 2).astype(np.int64)
    names, band = np.unique(np.array(bands, dtype=np.str_), return_inverse=True)
    return _Compared(
        scores=np.array(scores, np.float64),
        same=np.array(same, np.bool_),
        first=who[:, 0],
        second=who[:, 1],
        bands=(band.astype(np.int64), band.astype(np.int64)),
        band_names=tuple(str(name) for name in names),
    )


def _counted(rows: list[dict[str, str]], progress: Progress) -> Iterator[dict[str, str]]:
    for done, row in enumerate(rows, 1):
        yield row
        progress("looking at pictures", done, len(rows))


def _group(
    name: str, compared: _Compared, inside: NDArray[np.bool_], thresholds: Sequence[float], seed: int
) -> Group:
    true, false = inside & compared.same, inside & ~compared.same
    genuine, impostor = compared.scores[true], compared.scores[false]
    of_true = rates.ByPerson(compared.first[true], compared.second[true])
    of_false = rates.ByPerson(compared.first[false], compared.second[false])
    errors = rates.matching_errors(genuine, impostor, thresholds)
    equal = rates.equal_error(genuine, impostor)
    wanted = []
    for share in WANTED_FMR:
        threshold = rates.threshold_for_fmr(impostor, share)
        missed = float(np.mean(genuine < threshold)) if threshold is not None and len(genuine) else None
        wanted.append((share, threshold, missed))
    return Group(
        name=name,
        people=len(np.unique(np.concatenate([compared.first[inside], compared.second[inside]]))),
        genuine=len(genuine),
        impostor=len(impostor),
        equal_error=equal[0] if equal else None,
        at=tuple(
            AtThreshold(
                threshold=found.threshold,
                fnmr=found.fnmr,
                fnmr_by_person=of_true.interval(genuine < found.threshold, seed=seed),
                fmr=found.fmr,
                fmr_by_person=of_false.interval(impostor >= found.threshold, seed=seed),
            )
            for found in errors
        ),
        for_fmr=tuple(wanted),
    )
