"""What any table of networks must keep to: a place, or nothing; nothing for what is not known, and never an error."""

from pathlib import Path

import pytest

from contract.parties import Parties, each
from yizheng.adapters.agency_files.networks import NetworkTable, read_networks
from yizheng.rooms.risk.ports import Networks

PLACES = {
    "10.0.0.0/8": "440000",
    "10.1.0.0/16": "440800",
    "10.1.2.0/24": "440802",
    "2001:db8::/32": "650000",
    "2001:db8:1::/48": "650100",
}


def _by_file(folder: Path) -> Networks:
    rows = "".join(f"{network},{place}\n" for network, place in PLACES.items())
    (folder / "networks.csv").write_text("network,place\n" + rows, "utf-8")
    return read_networks(folder / "networks.csv")


NETWORKS = {NetworkTable: lambda _: NetworkTable(PLACES), read_networks: _by_file}
PARTIES: Parties = {Networks: NETWORKS}


@pytest.fixture(**each(NETWORKS))
def networks(request: pytest.FixtureRequest, tmp_path: Path) -> Networks:
    return request.param(tmp_path)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("10.9.9.9", "440000"),
        ("10.1.9.9", "440800"),
        ("10.1.2.255", "440802"),
        ("::ffff:10.1.2.3", "440802"),
        ("2001:db8:9::1", "650000"),
        ("2001:db8:1::1", "650100"),
        ("2001:db8:1::1%eth0", "650100"),
    ],
)
def test_narrowest_network_of_an_address_says_the_place(networks: Networks, address: str, place: str) -> None:
    assert networks.place_of(address) == place


@pytest.mark.parametrize(
    "address",
    [
        "",
        "11.0.0.1",
        "2002::1",
        "10.1.2",
        "10.1.2.3.4",
        "10.1.2.300",
        "localhost",
        "10.1.2.0/24",
        "①",
        "%",
        "-",
    ],
)
def test_what_is_not_known_or_no_address_has_no_place(networks: Networks, address: str) -> None:
    assert networks.place_of(address) == ""
