"""The renewable turn of a template (可更新变换): a secret rotation drawn from a seed. Pure.

A template is kept turned; the turn keeps lengths and angles, so likeness is the same when it is turned back. Another seed
makes another template of the same face: what was revoked fits nothing that is kept now, and what two agencies keep of one
person cannot be told to be of one person, as long as seeds and keys are safe. **It is no protection once the seed is
known**: a rotation is undone exactly. That is why the template is sealed too, under another key than its seed.

The turn is three rounds of a shuffle, a change of signs and an orthonormal cosine transform, all drawn from SHAKE-256: it
needs no library's random numbers and no matrix decomposition, so it is the same on every machine and in every version.
"""

import hashlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from yizheng.rooms.biometrics.data import Vector

SEED = 32
"""Bytes of a seed."""
_ROUNDS = 3
_LABEL = b"yizheng template turn 1"


def turned(vector: Vector, seed: bytes) -> Vector:
    """The template as it is kept."""
    found = vector.astype(np.float64)
    cosine = _cosine(len(found))
    for order, signs in _draws(seed, len(found)):
        found = cosine @ (found[order] * signs)
    return found.astype(np.float32)


def turned_back(kept: Vector, seed: bytes) -> Vector:
    """The template as the engine made it, but for rounding."""
    found = kept.astype(np.float64)
    cosine = _cosine(len(found))
    for order, signs in reversed(_draws(seed, len(found))):
        back = np.empty_like(found)
        back[order] = (cosine.T @ found) * signs
        found = back
    return found.astype(np.float32)


def turned_back_many(kept: NDArray[np.float32], seeds: Sequence[bytes]) -> NDArray[np.float32]:
    """Many templates as the engine made them, one a row, each with its own seed: what an index is built from."""
    found = kept.astype(np.float64)
    draws = [_draws(seed, found.shape[1]) for seed in seeds]
    cosine = _cosine(found.shape[1])
    for turn in reversed(range(_ROUNDS)):
        signs = np.stack([one[turn][1] for one in draws])
        orders = np.stack([one[turn][0] for one in draws])
        back = np.empty_like(found)
        np.put_along_axis(back, orders, (found @ cosine) * signs, axis=1)
        found = back
    return found.astype(np.float32)


@lru_cache(maxsize=8)
def _cosine(size: int) -> NDArray[np.float64]:
    """The orthonormal cosine transform (DCT-II) of this size."""
    row, column = np.arange(size)[:, None], np.arange(size)[None, :]
    made = np.cos(np.pi * (column + 0.5) * row / size) * np.sqrt(2 / size)
    made[0] /= np.sqrt(2)
    return np.asarray(made, np.float64)


def _draws(seed: bytes, size: int) -> list[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """For each round an order and signs."""
    if len(seed) != SEED:
        raise ValueError(f"a seed of {SEED} bytes was expected, but {len(seed)} came")
    stream = hashlib.shake_256(_LABEL + size.to_bytes(4, "big") + seed).digest(_ROUNDS * size * 9)
    numbers = np.frombuffer(stream[: _ROUNDS * size * 8], dtype=">u8").reshape(_ROUNDS, size)
    coins = np.frombuffer(stream[_ROUNDS * size * 8 :], dtype=np.uint8).reshape(_ROUNDS, size)
    return [
        (np.argsort(numbers[no], kind="stable"), np.where(coins[no] & 1, 1.0, -1.0)) for no in range(_ROUNDS)
    ]
