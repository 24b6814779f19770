"""What a search for the same face under two numbers costs and finds: `docs/reference/search-figures.md`.

    python bench/face_search.py [--templates 1000000] [--probes 200] [--processes 0 2] [--runs 3] [--json FILE]

Made templates: directions in 128 dimensions whose spread is that of an engine's real ones (a decaying spectrum, so that
the best of a million strangers reaches about 0.5, as measured with SFace on photographs). A probe's mate is drawn with
the measured likeness of two pictures of one person, N(0.63, 0.13); other probes have no mate. Each template is sealed as
the vault seals it and opened as the index opens it. The database's own reading is not part of it, but for a share that
goes through SQLite for comparison (`--through-database`).

Wall and processor time of this process and its children; recall against float arithmetic over everything.
"""

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SIZE = 128
LOT = 20_000
MATE_MEAN, MATE_SD = 0.63, 0.13
SPECTRUM = 1.15
"""How fast the spread falls from dimension to dimension; set so that strangers look like those of photographs."""
Vectors = NDArray[np.float32]


def strangers(count: int, rng: np.random.Generator) -> Vectors:
    """Templates of as many people."""
    spread = (np.arange(1, SIZE + 1, dtype=np.float32) ** (-SPECTRUM / 4)).astype(np.float32)
    made = rng.standard_normal((count, SIZE), dtype=np.float32) * spread
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), np.float32)


def mates(others: Vectors, rng: np.random.Generator) -> tuple[Vectors, NDArray[np.float32]]:
    """Another picture of each of these people, so alike as two pictures of one person are; and how alike."""
    likeness = np.clip(rng.normal(MATE_MEAN, MATE_SD, len(others)), 0.2, 0.95).astype(np.float32)
    away = strangers(len(others), rng)
    away -= (away * others).sum(axis=1, keepdims=True) * others
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    made = likeness[:, None] * others + np.sqrt(1 - likeness[:, None] ** 2) * away
    return np.asarray(made, np.float32), likeness


def memory_mb() -> int:
    """What this process holds now."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) // 1024
    return 0


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and processor seconds of a piece of work, children counted."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    children = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - wall, time.process_time() - cpu + children


def sealed_rows(count: int, rng: np.random.Generator) -> dict[str, float]:
    """How long so many rows take to be sealed, and to be opened again, as the vault does both."""
    from yizheng.kernel.ids import Pno  # noqa: PLC0415
    from yizheng.rooms import privacy  # noqa: PLC0415
    from yizheng.rooms.biometrics import renewal  # noqa: PLC0415 (Django must be awake)
    from yizheng.rooms.biometrics.data import Modality  # noqa: PLC0415
    from yizheng.rooms.biometrics.queries import seed_place, vector_place  # noqa: PLC0415

    vault, fields = os.urandom(32), os.urandom(32)
    keys = {1: (1, vault), 2: (1, fields)}
    vectors = strangers(min(count, LOT), rng)
    places, seeds = [os.urandom(16) for _ in vectors], [os.urandom(renewal.SEED) for _ in vectors]
    kept = np.stack([renewal.turned(vector, seed) for vector, seed in zip(vectors, seeds, strict=True)])
    where = [vector_place(Pno(no), Modality.FACE, place) for no, place in enumerate(places)]
    whence = [seed_place(Pno(no), Modality.FACE, place) for no, place in enumerate(places)]
    sealed_vectors = [
        privacy.actions.seal_value(suite=1, key_id=1, key=vault, place=at, value=row.astype("<f4").tobytes())
        for at, row in zip(where, kept, strict=True)
    ]
    sealed_seeds = [
        privacy.actions.seal_value(suite=1, key_id=2, key=fields, place=at, value=seed)
        for at, seed in zip(whence, seeds, strict=True)
    ]
    opened: Vectors = np.empty((0, SIZE), np.float32)

    def open_all() -> None:
        nonlocal opened
        for _ in range(max(1, count // len(vectors))):
            back, seed = [], []
            for no, place in enumerate(places):
                at = seed_place(Pno(no), Modality.FACE, place)
                seed.append(
                    privacy.queries.open_sealed(key_for=keys.__getitem__, place=at, sealed=sealed_seeds[no])
                )
                at = vector_place(Pno(no), Modality.FACE, place)
                back.append(
                    privacy.queries.open_sealed(key_for=keys.__getitem__, place=at, sealed=sealed_vectors[no])
                )
            matrix = np.frombuffer(b"".join(back), "<f4").astype(np.float32).reshape(len(back), SIZE)
            opened = renewal.turned_back_many(matrix, seed)

    wall, cpu = timed(open_all)
    if not np.allclose(opened, vectors, atol=1e-5):
        raise SystemExit("opened templates were expected to be those that were sealed, but they are not")
    rows = max(1, count // len(vectors)) * len(vectors)
    return {"rows": rows, "open_wall_s": round(wall, 2), "open_cpu_s": round(cpu, 2)}


def through_database(count: int, rng: np.random.Generator) -> dict[str, float]:
    """The whole way of a search: rows of the vault in SQLite, read, opened and indexed by the product's own story."""
    from django.core.management import call_command  # noqa: PLC0415 (Django must be awake)
    from django.db import transaction  # noqa: PLC0415

    from yizheng import wiring  # noqa: PLC0415
    from yizheng.adapters.face.index import FaceIndex  # noqa: PLC0415
    from yizheng.kernel.ids import Pno  # noqa: PLC0415
    from yizheng.rooms.biometrics import actions, models, queries  # noqa: PLC0415
    from yizheng.rooms.biometrics.data import Modality  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    del wiring
    enrolment = models.Enrolment(modality="face", engine="bench:1", pk=1)
    vectors = strangers(count, rng)
    with transaction.atomic():
        for start in range(0, count, 5_000):
            rows = []
            for no in range(start, min(count, start + 5_000)):
                enrolment.pno = Pno(no)
                rows.append(actions._sealed(enrolment, vectors[no]))  # noqa: SLF001 (a million ledger entries are another bench)
            models.Template.objects.bulk_create(rows)
    index = FaceIndex()

    def build() -> None:
        for _, pnos, lot in queries.template_lots(Modality.FACE, engine="bench:1"):
            index.add(pnos, lot)

    wall, cpu = timed(build)
    found = index.search(vectors[:50], 1)[1][:, 0]
    return {
        "rows": count,
        "build_wall_s": round(wall, 2),
        "build_cpu_s": round(cpu, 2),
        "own_first": float((found == np.arange(50)).mean()),
    }


def search(count: int, probes: int, processes: int, seed: int) -> dict[str, object]:
    """Build an index of made templates and seek in it, one probe at a time, as a clerk's question comes."""
    from yizheng.adapters.face.index import FaceIndex, FaceIndexProcesses  # noqa: PLC0415 (measured apart)

    rng = np.random.default_rng(seed)
    before = memory_mb()
    index = FaceIndexProcesses(shards=processes) if processes else FaceIndex()
    chosen = np.sort(rng.choice(count, probes, replace=False))
    mated = np.empty((probes, SIZE), np.float32)
    lots: list[Vectors] = []
    building = [0.0, 0.0]
    for start in range(0, count, LOT):
        lot = strangers(min(LOT, count - start), rng)
        inside = (chosen >= start) & (chosen < start + len(lot))
        mated[inside] = lot[chosen[inside] - start]
        lots.append(lot)
        pnos = np.arange(start, start + len(lot))
        wall, cpu = timed(lambda pnos=pnos, lot=lot: index.add(pnos, lot))  # type: ignore[misc]
        building = [building[0] + wall, building[1] + cpu]
    wanted, likeness = mates(mated, rng)
    lone = strangers(probes, rng)
    held = memory_mb()
    walls, cpus, found, scores = [], [], [], []
    for at in range(probes):
        cpu, wall = time.process_time(), time.perf_counter()
        score, pnos = index.search(wanted[at : at + 1], 80)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
        found.append(pnos[0])
        scores.append(score[0])
    hits = np.stack(found)
    best, place = exact(lots, wanted, chosen)
    lone_best = index.search(lone, 80)[0]
    index.close()
    told: dict[str, object] = {
        "templates": count,
        "probes": probes,
        "processes": processes,
        "seed": seed,
        "build_wall_s": round(building[0], 2),
        "index_mb": None if processes else held - before - count * SIZE * 4 // 2**20,
        "wall_ms": quantiles(walls),
        "cpu_ms": None if processes else quantiles(cpus),
        "recall_1_vs_exact": float((hits[:, 0] == best).mean()),
        "recall_20_vs_exact": float(np.any(hits[place < 20, :20] == chosen[place < 20, None], axis=1).mean()),
        "mate_first": float((hits[:, 0] == chosen).mean()),
        "mate_in_20": float(np.any(hits[:, :20] == chosen[:, None], axis=1).mean()),
        "exact_mate_first": float((best == chosen).mean()),
        "exact_mate_in_20": float((place < 20).mean()),
        "mate_at_least_0.50": float((likeness >= 0.5).mean()),
        "mate_at_least_0.60": float((likeness >= 0.6).mean()),
        "stranger_best_mean": float(lone_best[:, 0].mean()),
        "stranger_best_max": float(lone_best[:, 0].max()),
        "strangers_at_0.50_a_search": float((lone_best >= 0.5).sum(axis=1).mean()),
        "strangers_at_0.60_a_search": float((lone_best >= 0.6).sum(axis=1).mean()),
    }
    return told


def exact(
    lots: list[Vectors], probes: Vectors, chosen: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """By float arithmetic over everything: the nearest of each probe, and in which place (0 first) its mate stands."""
    best, best_at = np.full(len(probes), -2, np.float32), np.zeros(len(probes), np.int64)
    own = np.empty(len(probes), np.float32)
    start = 0
    for lot in lots:
        scores = probes @ lot.T
        at = scores.argmax(axis=1)
        top = scores[np.arange(len(probes)), at]
        better = top > best
        best[better], best_at[better] = top[better], at[better] + start
        inside = (chosen >= start) & (chosen < start + len(lot))
        own[inside] = scores[inside, chosen[inside] - start]
        start += len(lot)
    place = np.zeros(len(probes), np.int64)
    for lot in lots:
        place += (probes @ lot.T > own[:, None]).sum(axis=1)
    return best_at, place


def quantiles(seconds: list[float]) -> dict[str, float]:
    """Milliseconds at the middle and at the slow end."""
    middle, slow = np.quantile(np.array(seconds) * 1000, [0.5, 0.95])
    return {"p50": round(float(middle), 1), "p95": round(float(slow), 1)}


def main() -> None:
    """Measure, and print a JSON object a run."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--templates", type=int, default=1_000_000)
    parser.add_argument("--probes", type=int, default=200)
    parser.add_argument("--processes", type=int, nargs="+", default=[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--open", type=int, default=1_000_000, help="sealed rows to open; 0: none")
    parser.add_argument("--through-database", type=int, default=0)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    os.environ.setdefault("YIZHENG_HOME", tempfile.mkdtemp(prefix="yizheng-bench-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yizheng.settings")
    import django  # noqa: PLC0415 (after the home is named)

    django.setup()
    rng, lines = np.random.default_rng(given.seed), []

    def tell(line: dict[str, object]) -> None:
        lines.append(line)
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()

    for processes in given.processes:
        for run in range(given.runs):
            tell(search(given.templates, given.probes, processes, given.seed + run))
    if given.open:
        tell(dict(sealed_rows(given.open, rng)))
    if given.through_database:
        tell(dict(through_database(given.through_database, rng)))
    tell({"load": os.getloadavg(), "cores": os.cpu_count()})
    if given.json:
        given.json.write_text(json.dumps(lines, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
