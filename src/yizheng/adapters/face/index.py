"""An index of faces in memory (人脸索引): whose templates are nearest to this one, by looking at every one of them.

Exact on purpose: two pictures of one person are about 0.6 alike, and the quick methods, made for 0.95, lose half of them
(docs/adr/0018-exact-scan-and-voice-only-with-a-person.md). Eight bits a number keep a million templates in 140 MB.

Rules that always hold: an index lives in memory and dies with its process; it is never written anywhere, since it can be
built again from the vault in a minute, and a template that was deleted from the vault is in no later index. It knows
templates and person numbers, nobody's name.

`FaceIndex` works in this process; `FaceIndexProcesses` has others of its own, one a shard, so that a long search does
not hold up whoever asks, and several cores look at once.
"""

import multiprocessing
from collections.abc import Sequence
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Vectors = NDArray[np.float32]
"""Rows of unit length."""

LEARN = 20_000
"""From so many rows the index learns the range of each number; fewer are kept as they are, in full."""
WIDER = 0.05
"""By how much of itself the learnt range is widened on both sides: later rows may reach beyond the first."""
NOBODY = -1


class FaceIndex:
    """Templates with the numbers of their people, searched in full. One thread a search unless told otherwise."""

    def __init__(self, size: int = 128, *, threads: int = 1) -> None:
        self._size, self._threads = size, threads
        self._waiting: list[Vectors] = []
        self._pnos: list[Numbers] = []
        self._index: Any = None

    def __len__(self) -> int:
        return sum(len(some) for some in self._pnos)

    def add(self, pnos: Numbers, vectors: Vectors) -> None:
        """Add templates, a row each. Raises ValueError for rows of another length."""
        if vectors.ndim != 2 or vectors.shape != (len(pnos), self._size):
            raise ValueError(
                f"{len(pnos)} rows of {self._size} numbers were expected, but {vectors.shape} came"
            )
        self._pnos.append(np.asarray(pnos, np.int64))
        if self._index is not None:
            self._index.add(np.ascontiguousarray(vectors, np.float32))
            return
        self._waiting.append(np.ascontiguousarray(vectors, np.float32))
        if sum(len(some) for some in self._waiting) >= LEARN:
            self._index = self._learnt(np.concatenate(self._waiting))
            self._waiting = []

    def search(self, probes: Vectors, top: int) -> tuple[Vectors, Numbers]:
        """The nearest templates of each probe: likeness and person number, the nearest first, `NOBODY` where none is
        left.
        """
        if not len(self) or not len(probes):
            return (
                np.full((len(probes), top), -1, np.float32),
                np.full((len(probes), top), NOBODY, np.int64),
            )
        faiss.omp_set_num_threads(self._threads)
        likeness, rows = self._ready().search(np.ascontiguousarray(probes, np.float32), top)
        pnos = self._people()[np.maximum(rows, 0)]
        pnos[rows < 0] = NOBODY
        return likeness, pnos

    def close(self) -> None:
        """Forget everything."""
        self._waiting, self._pnos, self._index = [], [], None

    def _ready(self) -> Any:
        """What is searched: what has learnt its ranges, or for few rows the rows themselves."""
        if self._index is not None:
            return self._index
        plain = faiss.IndexFlatIP(self._size)
        plain.add(np.concatenate(self._waiting))
        return plain

    def _learnt(self, first: Vectors) -> Any:
        index = faiss.IndexScalarQuantizer(
            self._size, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
        )
        index.sq.rangestat = faiss.ScalarQuantizer.RS_minmax
        index.sq.rangestat_arg = WIDER
        index.train(first)
        index.add(first)
        return index

    def _people(self) -> Numbers:
        if len(self._pnos) > 1:
            self._pnos = [np.concatenate(self._pnos)]
        return self._pnos[0]


class FaceIndexProcesses:
    """The same in processes of its own, one a shard: templates go to them by pipe and are never on a disk."""

    def __init__(self, size: int = 128, *, shards: int = 1) -> None:
        if shards < 1:
            raise ValueError(f"at least one shard was expected, but {shards} came")
        context = multiprocessing.get_context("spawn")
        self._pipes: list[Connection] = []
        self._children: list[SpawnProcess] = []
        self._turn = self._rows = 0
        for _ in range(shards):
            here, there = context.Pipe()
            child = context.Process(target=_serve, args=(there, size), daemon=True, name="face-index")
            child.start()
            there.close()
            self._pipes.append(here)
            self._children.append(child)

    def __len__(self) -> int:
        return self._rows

    def add(self, pnos: Numbers, vectors: Vectors) -> None:
        """Add templates: each lot goes to the next shard in turn."""
        self._ask(self._pipes[self._turn], ("add", pnos, vectors))
        self._turn = (self._turn + 1) % len(self._pipes)
        self._rows += len(pnos)

    def search(self, probes: Vectors, top: int) -> tuple[Vectors, Numbers]:
        """The nearest templates of each probe over all shards, which look at the same time."""
        for pipe in self._pipes:
            _tell(pipe, ("search", probes, top))
        return merged([_answer(pipe) for pipe in self._pipes], top)

    def close(self) -> None:
        """End the processes, and with them everything that they know."""
        for pipe, child in zip(self._pipes, self._children, strict=True):
            pipe.close()
            child.join(timeout=5)
            if child.is_alive():
                child.kill()
                child.join()
        self._pipes, self._children = [], []

    def _ask(self, pipe: Connection, message: tuple[object, ...]) -> Any:
        _tell(pipe, message)
        return _answer(pipe)


def merged(answers: Sequence[tuple[Vectors, Numbers]], top: int) -> tuple[Vectors, Numbers]:
    """The nearest of several shards' answers."""
    likeness = np.concatenate([answer[0] for answer in answers], axis=1)
    pnos = np.concatenate([answer[1] for answer in answers], axis=1)
    likeness = np.where(pnos == NOBODY, np.float32(-np.inf), likeness)
    order = np.argsort(-likeness, axis=1, kind="stable")[:, :top]
    likeness, pnos = np.take_along_axis(likeness, order, 1), np.take_along_axis(pnos, order, 1)
    return np.where(pnos == NOBODY, np.float32(-1), likeness), pnos


GONE = "a process of the face index ended; build the index again"


def _tell(pipe: Connection, message: tuple[object, ...]) -> None:
    try:
        pipe.send(message)
    except OSError as gone:
        raise RuntimeError(GONE) from gone


def _answer(pipe: Connection) -> Any:
    """A shard's answer. Raises what the shard raised, and RuntimeError where it is gone: an index with a hole is none."""
    try:
        said, answer = pipe.recv()
    except (EOFError, OSError) as gone:
        raise RuntimeError(GONE) from gone
    if said == "error":
        raise ValueError(answer)
    return answer


def _serve(pipe: Connection, size: int) -> None:
    """What a shard's process does until its pipe is closed."""
    index = FaceIndex(size)
    while True:
        try:
            what, *given = pipe.recv()
        except EOFError:
            return
        answer = None
        try:
            if what == "add":
                index.add(*given)
            else:
                answer = index.search(*given)
        except ValueError as wrong:
            pipe.send(("error", str(wrong)))
        else:
            pipe.send(("done", answer))
