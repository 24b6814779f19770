"""What any index of faces must keep to: the nearest first, with whose they are, and nobody where there are no more."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from contract.parties import Parties, each
from yizheng.adapters.face.index import FaceIndex, FaceIndexProcesses
from yizheng.flows.vault.same_face_is_sought import Index

SIZE = 16
INDEXES = {
    FaceIndex: lambda _: FaceIndex(SIZE),
    FaceIndexProcesses: lambda _: FaceIndexProcesses(SIZE, shards=2),
}
PARTIES: Parties = {Index: INDEXES}


def faces(count: int, seed: int = 1) -> np.ndarray:
    made = np.random.default_rng(seed).standard_normal((count, SIZE)).astype(np.float32)
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), np.float32)


@pytest.fixture(**each(INDEXES))
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    made = request.param(tmp_path)
    yield made
    made.close()


def test_index_gives_the_nearest_first_and_nobody_in_place_of_those_who_are_not_there(index: Index) -> None:
    """One walk through an index's life: an index of several processes costs a second to start."""
    probes = faces(3, seed=2)
    likeness, pnos = index.search(probes, 4)
    assert (pnos.shape, likeness.shape) == ((3, 4), (3, 4))
    assert (pnos == -1).all()
    assert len(index) == 0

    gallery = faces(60)
    for start in range(0, 60, 20):
        index.add(np.arange(100 + start, 120 + start), gallery[start : start + 20])
    assert len(index) == 60
    likeness, pnos = index.search(probes, 5)
    exact = probes @ gallery.T
    order = np.argsort(-exact, axis=1)[:, :5]
    np.testing.assert_array_equal(pnos, order + 100)
    np.testing.assert_allclose(likeness, np.take_along_axis(exact, order, 1), atol=0.01)

    assert (index.search(probes, 70)[1][:, 60:] == -1).all()
    assert index.search(probes[:0], 5)[1].shape == (0, 5)

    with pytest.raises(ValueError, match="expected"):
        index.add(np.array([1, 2]), gallery[:1])
    with pytest.raises(ValueError, match="expected"):
        index.add(np.array([1]), np.ones((1, SIZE + 1), np.float32))
    assert len(index) == 60

    index.add(np.array([7, 8]), np.stack([gallery[0], gallery[0]]))
    likeness, pnos = index.search(gallery[:1], 3)
    assert set(pnos[0].tolist()) == {100, 7, 8}
    assert likeness[0] == pytest.approx([1, 1, 1], abs=0.01)
