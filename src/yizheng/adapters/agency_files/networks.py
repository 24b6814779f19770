"""The agency's table of networks (networks.csv): which network lies in which coarse place. Longest prefix first.

The table is the agency's own: its provider's, its telecom operators', or bought. Without one no place is known, and
what is not known adds nothing to anybody's risk.
"""

import csv
from ipaddress import ip_address, ip_network
from pathlib import Path

from yizheng.adapters.agency_files.why import Why
from yizheng.kernel.errors import Refused


class NetworkTable:
    """`rooms.risk.ports.Networks` over networks of both protocols."""

    def __init__(self, places: dict[str, str]) -> None:
        """`places` by network in CIDR form. Raises ValueError for one that is none."""
        self._found: dict[tuple[int, int], dict[int, str]] = {}
        for text, place in places.items():
            network = ip_network(text)
            of_length = self._found.setdefault((network.version, network.prefixlen), {})
            of_length[int(network.network_address)] = place
        self._lengths = sorted(self._found, key=lambda key: -key[1])

    def place_of(self, address: str) -> str:
        """The place of an address; empty where it is not known or is none."""
        try:
            parsed = ip_address(address.partition("%")[0])
        except ValueError:
            return ""
        mapped = getattr(parsed, "ipv4_mapped", None)
        parsed = mapped or parsed
        bits = parsed.max_prefixlen
        for version, length in self._lengths:
            if version == parsed.version:
                found = self._found[version, length].get(int(parsed) >> (bits - length) << (bits - length))
                if found is not None:
                    return found
        return ""


def read_networks(path: Path) -> NetworkTable:
    """The table of an agency's folder; an empty one where there is no file. Raises Refused naming the line."""
    if not path.exists():
        return NetworkTable({})
    places: dict[str, str] = {}
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for line, row in enumerate(csv.DictReader(lines), 2):
            network, place = (row.get("network") or "").strip(), (row.get("place") or "").strip()
            try:
                ip_network(network)
            except ValueError:
                raise Refused(Why.NETWORK_EXPECTED, file=path, line=line) from None
            if not place or network in places:
                raise Refused(Why.PLACE_EXPECTED, file=path, line=line)
            places[network] = place
    return NetworkTable(places)
