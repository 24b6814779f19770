"""The sealed value: `suite (1) | key id (4) | nonce (12) | ciphertext | tag (16)`, 33 bytes more than the value.

Rules that always hold: the header and the place (`table.column:row`) are authenticated, so a value that was altered,
moved to another row or given another suite does not open; every value has a fresh random nonce; a key seals at most
2^30 values before another takes its place.

Suites: 1 is AES-256-GCM, 2 is SM4-GCM (GB/T 32907, RFC 8998). A suite's number is never used again for another.
"""

import os
from collections.abc import Callable, Sequence
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM

from yizheng.rooms.privacy.data import SealBroken
from yizheng.rooms.privacy.why import Why

AES_256_GCM = 1
SM4_GCM = 2
_HEADER = 5
_NONCE = 12
_TAG = 16
OVERHEAD = _HEADER + _NONCE + _TAG

KeyFor = Callable[[int], tuple[int, bytes]]
"""Gives suite and key of a key id."""


class _Sm4Gcm:
    """SM4-GCM with the calls of AESGCM. Only 128 of the key's bits take part: that is all that SM4 has."""

    def __init__(self, key: bytes) -> None:
        self._algorithm = SM4(key[:16])

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        sealing = Cipher(self._algorithm, GCM(nonce)).encryptor()
        sealing.authenticate_additional_data(associated_data)
        return sealing.update(data) + sealing.finalize() + sealing.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        if len(data) < _TAG:
            raise InvalidTag
        opening = Cipher(self._algorithm, GCM(nonce, data[-_TAG:])).decryptor()
        opening.authenticate_additional_data(associated_data)
        return opening.update(data[:-_TAG]) + opening.finalize()


_SUITES: dict[int, type[AESGCM] | type[_Sm4Gcm]] = {AES_256_GCM: AESGCM, SM4_GCM: _Sm4Gcm}


@lru_cache(maxsize=64)
def _cipher(suite: int, key: bytes) -> AESGCM | _Sm4Gcm:
    return _SUITES[suite](key)


def header(suite: int, key_id: int) -> bytes:
    """The first five bytes of a sealed value."""
    return bytes([suite]) + key_id.to_bytes(4, "big")


def seal(*, suite: int, key_id: int, key: bytes, place: bytes, value: bytes) -> bytes:
    """Seal one value for its place."""
    return seal_many(suite=suite, key_id=key_id, key=key, places=[place], values=[value])[0]


def seal_many(
    *, suite: int, key_id: int, key: bytes, places: Sequence[bytes], values: Sequence[bytes]
) -> list[bytes]:
    """Seal many values, each for its place. One call to the system's randomness serves them all."""
    encrypt = _cipher(suite, key).encrypt
    head = header(suite, key_id)
    random = os.urandom(_NONCE * len(values))
    sealed: list[bytes] = []
    keep = sealed.append
    at = 0
    for place, value in zip(places, values, strict=True):
        nonce = random[at : at + _NONCE]
        at += _NONCE
        keep(head + nonce + encrypt(nonce, value, head + place))
    return sealed


def open_sealed(*, key_for: KeyFor, place: bytes, sealed: bytes) -> bytes:
    """The value again. Raises SealBroken, and Refused where its key is not here."""
    if len(sealed) < OVERHEAD or sealed[0] not in _SUITES:
        raise _broken(place)
    suite, key = key_for(int.from_bytes(sealed[1:_HEADER], "big"))
    if suite != sealed[0]:
        raise _broken(place)
    body = _HEADER + _NONCE
    try:
        return _cipher(suite, key).decrypt(sealed[_HEADER:body], sealed[body:], sealed[:_HEADER] + place)
    except InvalidTag as error:
        raise _broken(place) from error


def _broken(place: bytes) -> SealBroken:
    return SealBroken(Why.SEAL_BROKEN, place=place.decode())
