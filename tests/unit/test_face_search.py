"""Whose faces are asked about: each person once, oneself never, strangers only where something else agrees too."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yizheng.adapters.face.index import LEARN, NOBODY, FaceIndex, FaceIndexProcesses, merged
from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.rooms.biometrics.search import (
    DEFAULT,
    TELLING,
    Agrees,
    Nearest,
    SearchRules,
    Strength,
    in_order,
    nearest,
    pair_of,
    worth_asking,
)


def test_a_person_counts_once_and_oneself_not_at_all() -> None:
    found = nearest(Pno(1), [1, 2, 3, 2, -1, 4], [0.99, 0.55, 0.7, 0.65, 0.9, 0.49])
    assert [(one.pno, one.place) for one in found] == [(3, 1), (2, 2)]
    assert found[1].likeness == 0.65


@given(
    likeness=st.lists(st.floats(-1, 1), min_size=1, max_size=60),
    seed=st.integers(0, 2**16),
)
def test_list_is_in_order_above_the_mark_and_no_longer_than_a_list(likeness: list[float], seed: int) -> None:
    pnos = np.random.default_rng(seed).integers(-1, 30, len(likeness)).tolist()
    found = nearest(Pno(0), pnos, likeness)
    assert [one.place for one in found] == list(range(1, len(found) + 1))
    assert all(one.likeness >= two.likeness for one, two in pairwise(found))
    assert len({one.pno for one in found}) == len(found) <= DEFAULT.top
    assert all(one.likeness >= DEFAULT.alike and one.pno > 0 for one in found)


def test_stranger_is_asked_about_only_where_something_telling_agrees() -> None:
    alike = Nearest(pno=Pno(2), place=1, likeness=DEFAULT.alike + 0.01)
    assert worth_asking(alike, frozenset()) is None
    assert worth_asking(alike, frozenset({Agrees.SEX, Agrees.BIRTH_YEAR})) is None
    for fact in TELLING:
        assert worth_asking(alike, frozenset({fact})) is Strength.ALIKE
    very = Nearest(pno=Pno(2), place=1, likeness=DEFAULT.very)
    assert worth_asking(very, frozenset()) is Strength.VERY_ALIKE


def test_pair_has_one_name_from_both_sides_and_facts_one_order() -> None:
    assert pair_of(7, 3) == pair_of(3, 7) == "3:7"
    assert in_order(frozenset({Agrees.SEX, Agrees.ACCOUNT})) == (Agrees.ACCOUNT, Agrees.SEX)


def test_likeness_is_not_shown_by_a_printed_value() -> None:
    assert "0.61" not in repr(Nearest(pno=Pno(2), place=1, likeness=0.61))


def test_rules_that_cannot_be_are_refused() -> None:
    with pytest.raises(Refused, match="biometrics:search_rules_order"):
        SearchRules(alike=0.7, very=0.6)


def faces(count: int, *, size: int = 128, seed: int = 1) -> np.ndarray:
    made = np.random.default_rng(seed).standard_normal((count, size)).astype(np.float32)
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), np.float32)


def test_index_finds_what_a_plain_look_at_everything_finds() -> None:
    """Eight bits a number, learnt from the first rows, against float arithmetic; rows added after learning too."""
    gallery, probes = faces(LEARN + 2_000), faces(20, seed=2)
    probes[:10] = 0.7 * gallery[::2100][:10] + 0.3 * probes[:10]
    probes /= np.linalg.norm(probes, axis=1, keepdims=True)
    index = FaceIndex()
    for start in range(0, len(gallery), 5_000):
        some = gallery[start : start + 5_000]
        index.add(np.arange(start, start + len(some)), some)
    likeness, pnos = index.search(probes, 5)
    exact = probes @ gallery.T
    assert len(index) == len(gallery)
    assert (pnos[:10, 0] == exact.argmax(axis=1)[:10]).all()
    np.testing.assert_allclose(likeness[:, 0], exact.max(axis=1), atol=0.01)


def test_few_faces_are_looked_at_in_full_and_missing_places_are_nobody() -> None:
    index = FaceIndex(8)
    assert index.search(faces(1, size=8), 3)[1].tolist() == [[NOBODY] * 3]
    gallery = faces(2, size=8)
    index.add(np.array([40, 41]), gallery)
    likeness, pnos = index.search(gallery[:1], 3)
    assert pnos.tolist() == [[40, 41, NOBODY]]
    assert likeness[0, 0] == pytest.approx(1)
    with pytest.raises(ValueError, match="were expected"):
        index.add(np.array([1]), faces(1, size=9))
    index.close()
    assert len(index) == 0


def test_processes_find_what_one_finds_and_leave_nothing() -> None:
    gallery, probes = faces(300), faces(4, seed=5)
    one, many = FaceIndex(), FaceIndexProcesses(shards=2)
    try:
        for start in range(0, 300, 50):
            some = (np.arange(start, start + 50), gallery[start : start + 50])
            one.add(*some)
            many.add(*some)
        assert len(many) == 300
        expected, found = one.search(probes, 7), many.search(probes, 7)
        np.testing.assert_allclose(found[0], expected[0], atol=1e-6)
        np.testing.assert_array_equal(found[1], expected[1])
        with pytest.raises(ValueError, match="were expected"):
            many.add(np.array([1]), faces(1, size=9))
        children = list(many._children)
        children[0].kill()
        with pytest.raises(RuntimeError, match="build the index again"):
            many.search(probes, 7)
    finally:
        many.close()
    assert not any(child.is_alive() for child in children)


def test_shards_answers_are_put_in_order() -> None:
    empty = (np.full((1, 2), -1, np.float32), np.full((1, 2), NOBODY))
    some = (np.array([[0.3, 0.2]], np.float32), np.array([[7, 8]]))
    low = (np.array([[-0.5, -0.9]], np.float32), np.array([[5, 6]]))
    likeness, pnos = merged([empty, low, some], 5)
    assert pnos.tolist() == [[7, 8, 5, 6, NOBODY]]
    assert likeness[0, -1] == -1
