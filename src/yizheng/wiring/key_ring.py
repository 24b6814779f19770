"""The keys of this process: chosen by the agency, handed to the rooms when the process starts."""

from functools import cache

from django.conf import settings

from yizheng.adapters.keys.ring import KeyRing
from yizheng.rooms.biometrics.keys import VAULT_KEYS
from yizheng.rooms.ledger.ports import COMMITMENT_KEY
from yizheng.rooms.privacy.ports import FIELD_KEYS
from yizheng.wiring import suppliers


@cache
def keys() -> KeyRing:
    """All keys of this installation, read when one is first asked for. Raises Refused where they have no supplier."""
    return suppliers.supplied(suppliers.KEYS)


def hand_in_keys() -> None:
    """Give every room the keys that it works with, and the web its secret. Raises Refused."""
    ring = keys()
    COMMITMENT_KEY.give(ring.general)
    FIELD_KEYS.give(ring.general)
    VAULT_KEYS.give(ring.vault)
    settings.SECRET_KEY = ring.general.web_secret
