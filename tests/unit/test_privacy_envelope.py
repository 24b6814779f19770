"""Sealed values open where they belong and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yizheng.kernel.errors import Refused
from yizheng.rooms.privacy import envelope
from yizheng.rooms.privacy.actions import seal_file, sealer
from yizheng.rooms.privacy.data import SealBroken
from yizheng.rooms.privacy.ports import FIELD_KEYS
from yizheng.rooms.privacy.queries import blind, blind_many, open_file, opener

KEYS = {1: (envelope.AES_256_GCM, bytes(range(32))), 2: (envelope.SM4_GCM, bytes(range(32, 64)))}


def _key_for(key_id: int) -> tuple[int, bytes]:
    if key_id not in KEYS:
        raise Refused("no such key")
    return KEYS[key_id]


def _seal(value: bytes, place: bytes = b"t.c:1", key_id: int = 1) -> bytes:
    suite, key = KEYS[key_id]
    return envelope.seal(suite=suite, key_id=key_id, key=key, place=place, value=value)


@given(st.binary(max_size=100), st.sampled_from([1, 2]), st.integers(0, 10**9))
def test_value_opens_in_its_place_only(value: bytes, key_id: int, row: int) -> None:
    place = b"people_personversion.identity:%d" % row
    sealed = _seal(value, place, key_id)
    assert len(sealed) == len(value) + envelope.OVERHEAD
    assert sealed[:5] == bytes([key_id, 0, 0, 0, key_id])
    assert envelope.open_sealed(key_for=_key_for, place=place, sealed=sealed) == value
    with pytest.raises(SealBroken):
        envelope.open_sealed(key_for=_key_for, place=place + b"0", sealed=sealed)


@pytest.mark.parametrize("key_id", [1, 2])
def test_every_flipped_bit_is_refused(key_id: int) -> None:
    sealed = _seal("欧阳娜".encode(), key_id=key_id)
    for bit in range(len(sealed) * 8):
        altered = bytearray(sealed)
        altered[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Refused):
            envelope.open_sealed(key_for=_key_for, place=b"t.c:1", sealed=bytes(altered))


@pytest.mark.parametrize("key_id", [1, 2])
def test_cut_or_other_suite_is_refused(key_id: int) -> None:
    sealed = _seal(b"138", key_id=key_id)
    for length in range(len(sealed)):
        with pytest.raises(SealBroken):
            envelope.open_sealed(key_for=_key_for, place=b"t.c:1", sealed=sealed[:length])
    other = bytes([3 - key_id]) + sealed[1:]
    with pytest.raises(SealBroken):
        envelope.open_sealed(key_for=_key_for, place=b"t.c:1", sealed=other)
    with pytest.raises(SealBroken):
        envelope.open_sealed(key_for=lambda _: (key_id, bytes(32)), place=b"t.c:1", sealed=sealed)


def test_same_value_is_never_sealed_alike() -> None:
    assert len({_seal(b"same") for _ in range(1000)}) == 1000


def test_sealed_value_says_nothing_of_the_value_without_the_key() -> None:
    sealed = sealer("t", "c").seal_many([1, 2], ["11010119491001001X", b"13812345678"])
    assert b"11010119491001001X" not in sealed[0]
    assert b"13812345678" not in sealed[1]


def test_many_values_open_row_by_row() -> None:
    rows, values = list(range(100)), [f"值{number}" for number in range(100)]
    sealed = sealer("t", "c").seal_many(rows, values)
    assert [opener("t", "c").open(row, value) for row, value in zip(rows, sealed, strict=True)] == values
    assert opener("t", "c").open(7, memoryview(sealed[7])) == "值7"  # type: ignore[arg-type]
    for wrong in (opener("t", "d"), opener("s", "c")):
        with pytest.raises(SealBroken):
            wrong.open(7, sealed[7])


def test_sealed_file_opens_in_its_context_only() -> None:
    sealed = seal_file(b"parquet", "raw:abc:0")
    assert open_file(sealed, "raw:abc:0") == b"parquet"
    with pytest.raises(SealBroken):
        open_file(sealed, "raw:abc:1")


def test_blind_index_is_stable_apart_by_field_and_worthless_without_the_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    index = blind("number", "11010119491001001X")
    assert len(index) == 16
    assert blind_many("number", ["11010119491001001X", "x"])[0] == index
    assert blind("name", "11010119491001001X") != index
    monkeypatch.setattr(type(FIELD_KEYS.get()), "blind_key", lambda _: bytes(32))
    assert blind("number", "11010119491001001X") != index
