"""What becomes of a request to a simulated gateway: drawn from the seed, the request's key and the count of tries."""

import hashlib
from collections.abc import Mapping


def lot(seed: int, key: str, tries: int, out_of: int = 1000) -> int:
    """A number from 0 to below `out_of`, the same for the same seed, key and try."""
    digest = hashlib.sha256(f"{seed}:{tries}:{key}".encode()).digest()
    return int.from_bytes(digest[:8]) % out_of


def fate(shares: Mapping[str, int], drawn: int, otherwise: str) -> str:
    """Which of the fates (in parts per thousand) a number from 0 to 999 means."""
    for name, share in shares.items():
        if drawn < share:
            return name
        drawn -= share
    return otherwise
