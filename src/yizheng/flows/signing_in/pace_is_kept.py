"""Tries to sign in are counted by where they come from, before anything is looked at: who tries numbers one after the
other is slowed, whatever the numbers. People are not: nobody's name is locked here, and known devices count apart.
"""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, ip_address

from django.db import transaction

from yizheng.kernel.errors import Refused
from yizheng.kernel.time import Clock
from yizheng.rooms import access
from yizheng.rooms.access.data import Holder, PlaceKind, SignInRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Where a request comes from: its network address, and the keyed index of the device."""

    address: str
    device: bytes


def count_try(asker: Asker, *, rules: SignInRules, clock: Clock) -> None:
    """Count a try. Raises Refused where the place has to wait, with how long."""
    at = clock.now()
    with transaction.atomic():  # what has to wait is counted nowhere
        for kind, name in _places(asker):
            wait = access.actions.count_try(kind, name, rules.of(kind), at=at)
            if wait:
                raise Refused(access.Why.TOO_MANY_TRIES_HERE, seconds=wait)


def got_in(asker: Asker, holder: Holder, *, clock: Clock) -> None:
    """Count somebody who got in: the place may try more."""
    at: datetime = clock.now()
    with transaction.atomic():
        for kind, name in _places(asker):
            access.actions.got_in(kind, name, holder, at=at)


def _places(asker: Asker) -> list[tuple[PlaceKind, str]]:
    """By what a try is counted: a device on which somebody has signed in before by itself, all others by their address
    and all together.
    """
    if access.queries.device_is_known(asker.device):
        return [(PlaceKind.DEVICE, asker.device.hex())]
    return [(PlaceKind.ADDRESS, _network(asker.address)), (PlaceKind.EVERYBODY, "")]


def _network(address: str) -> str:
    """The address; of IPv6 the network of 64 bits, all of which one household has."""
    try:
        seen = ip_address(address)
    except ValueError:
        return address
    return str(IPv6Address(int(seen) >> 64 << 64)) if isinstance(seen, IPv6Address) else str(seen)
