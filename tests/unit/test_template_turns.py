"""The renewable turn of templates: likeness stays, what is kept cannot be linked, and a new seed makes a new template."""

import numpy as np
import pytest

from yizheng.rooms.biometrics.renewal import turned, turned_back

KNOWN = [0.1025807, 0.3851005, 0.4751367, 0.5469705, -0.1669955, 0.2223903, 0.47918, 0.0963577]


def _faces(count: int, size: int = 128) -> np.ndarray:
    made = np.random.default_rng(5).normal(size=(count, size))
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


def _seed(number: int) -> bytes:
    return number.to_bytes(32, "big")


@pytest.mark.parametrize("size", [128, 192, 512, 7])
def test_turn_is_undone_exactly_and_keeps_lengths(size: int) -> None:
    for face in _faces(20, size):
        kept = turned(face, _seed(3))
        assert np.linalg.norm(kept) == pytest.approx(1, abs=1e-6)
        np.testing.assert_allclose(turned_back(kept, _seed(3)), face, atol=1e-6)


def test_likeness_under_one_seed_stays_as_it_was() -> None:
    one, other = _faces(2)
    assert float(turned(one, _seed(1)) @ turned(other, _seed(1))) == pytest.approx(
        float(one @ other), abs=1e-6
    )


def test_same_face_under_two_seeds_is_like_two_strangers() -> None:
    """What two agencies keep of one person: as far apart as what they keep of two (AUC within 0.5 +- 0.05, n = 600)."""
    faces = _faces(600)
    mated = [
        float(turned(face, _seed(2 * no)) @ turned(face, _seed(2 * no + 1))) for no, face in enumerate(faces)
    ]
    strangers = [
        float(turned(face, _seed(2 * no)) @ turned(faces[no - 1], _seed(2 * no + 1)))
        for no, face in enumerate(faces)
    ]
    auc = np.mean(np.array(mated)[:, None] > np.array(strangers)[None, :])
    assert abs(auc - 0.5) < 0.05
    assert abs(np.mean(mated)) < 0.02
    assert np.std(mated) == pytest.approx(
        1 / np.sqrt(128), rel=0.15
    )  # as a rotation drawn evenly would spread them


def test_turn_is_the_same_on_every_machine() -> None:
    """A template sealed today must turn back in ten years: these figures may never change."""
    kept = turned(np.eye(1, 8, dtype=np.float32)[0], _seed(42))
    np.testing.assert_allclose(kept, KNOWN, atol=1e-6)


def test_seed_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        turned(_faces(1)[0], b"short")
