"""Measured frames as bytes and back, pure: what a capture keeps, sealed, between two sendings instead of pictures.

A mesh is kept as 16-bit whole numbers under one scale (some hundredths of a pixel), everything else exactly. Frames that
were kept before there was a passive check open as "not checked".
"""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from yizheng.rooms.biometrics.data import FaceSeen, Observed

_LARGEST = 32_767
_ARRAYS = frozenset({"mesh", "embedding"})
_MAY_LACK = frozenset({"live"})
_SCALARS = tuple(one.name for one in fields(FaceSeen) if one.name not in _ARRAYS | _MAY_LACK)


def pack_seen(seen: FaceSeen) -> dict[str, Any]:
    """What was seen, as plain values."""
    plain: dict[str, Any] = {name: getattr(seen, name) for name in _SCALARS}
    if seen.live is not None:
        plain["live"] = seen.live
    if seen.mesh is not None:
        mesh = np.asarray(seen.mesh, np.float32)
        scale = float(max(np.abs(mesh).max(initial=0.0), 1e-6)) / _LARGEST
        plain["mesh"] = (scale, np.round(mesh / scale).astype(np.int16).tobytes())
    if seen.embedding is not None:
        plain["embedding"] = np.asarray(seen.embedding, np.float32).tobytes()
    return plain


def unpack_seen(plain: dict[str, Any]) -> FaceSeen:
    """`pack_seen` undone. Raises ValueError, KeyError or TypeError for anything else."""
    mesh: NDArray[np.float32] | None = None
    if "mesh" in plain:
        scale, points = plain["mesh"]
        mesh = (np.frombuffer(points, np.int16).astype(np.float32) * np.float32(scale)).reshape(-1, 3)
    embedding = np.frombuffer(plain["embedding"], np.float32) if "embedding" in plain else None
    if embedding is not None and not np.isfinite(embedding).all():
        raise ValueError("finite numbers were expected in a template")
    rest = {name: plain[name] for name in _SCALARS}
    for pair in ("centre", "eyes"):
        first, second = rest[pair]
        rest[pair] = (float(first), float(second))
    live = plain.get("live")
    if live is not None and not 0 <= live <= 1:
        raise ValueError("a share from 0 to 1 was expected of a passive check")
    return FaceSeen(**rest, mesh=mesh, embedding=embedding, live=live)


def pack(frames: Sequence[Observed]) -> bytes:
    """Frames as bytes."""
    return msgspec.msgpack.encode([(frame.at_ms, pack_seen(frame.seen)) for frame in frames])


def unpack(data: bytes) -> list[Observed]:
    """The frames again."""
    return [Observed(at_ms=at_ms, seen=unpack_seen(plain)) for at_ms, plain in msgspec.msgpack.decode(data)]
