"""A net of ONNX, small enough to write down: the mean of each colour, times a matrix."""

import struct


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def _value(name: bytes, shape: tuple[int, ...]) -> bytes:
    sides = b"".join(_bytes(1, _number(1, side)) for side in shape)
    return _bytes(1, name) + _bytes(2, _bytes(1, _number(1, 1) + _bytes(2, sides)))


def _node(kind: bytes, inputs: list[bytes], output: bytes) -> bytes:
    return b"".join(_bytes(1, one) for one in inputs) + _bytes(2, output) + _bytes(4, kind)


def net(rows: list[list[float]]) -> bytes:
    """An ONNX file: 1 x 3 x 80 x 80 in, the mean of each channel (blue, green, red) times `rows` out."""
    wide = len(rows[0])
    flat = [one for row in rows for one in row]
    weights = _number(1, 3) + _number(1, wide) + _number(2, 1) + _bytes(8, b"w")
    weights += _bytes(9, struct.pack(f"<{len(flat)}f", *flat))
    graph = b"".join(
        [
            _bytes(1, _node(b"GlobalAveragePool", [b"x"], b"mean")),
            _bytes(1, _node(b"Flatten", [b"mean"], b"flat")),
            _bytes(1, _node(b"MatMul", [b"flat", b"w"], b"y")),
            _bytes(2, b"tiny"),
            _bytes(5, weights),
            _bytes(11, _value(b"x", (1, 3, 80, 80))),
            _bytes(12, _value(b"y", (1, wide))),
        ]
    )
    return _number(1, 8) + _bytes(7, graph) + _bytes(8, _bytes(1, b"") + _number(2, 13))


REDDISH = [[-0.05, -0.05, 0.0], [0.0, 0.0, 0.0], [0.0, 0.1, 0.0]]
"""Sure of "live" where there is more red than blue."""
