"""Every port has one suite in tests/contract, and whoever fulfils it stands in the suite's list."""

from importlib import import_module

import pytest

from architecture.ports import Found, fulfil, heirs, parties, ports
from yizheng.kernel.hands import Actor

NO_PORTS = {
    "Digest": "a SHA-256 of the standard library takes its bytes",
    "Lens": "a part of the one simulator of attacks, seen from inside",
    "Writes": "files of the standard library and answers of the web take its text",
    "Performance": "a part of the one simulator of attacks, seen from inside",
}
"""Protocols that ask nothing of an adapter, and why."""
NO_PARTIES = {
    (
        "FindsPeople",
        "SparkFinder",
    ): "needs Spark: tests/integration/test_tail_on_spark.py holds it to Finder",
    ("Clock", "Hands"): "passes on what its own clock says",
}
"""Whoever has a port's methods and stands in no list, and why."""

PORTS = [port for port in ports() if port.name not in NO_PORTS]


def _named(port: Found) -> str:
    return port.name


def _taken(port: Found) -> set[str]:
    """The names of those who stand in the port's suite."""
    protocol = getattr(import_module(port.module), port.name)
    return {getattr(party, "__name__", str(party)) for party in parties().get(protocol, ())}


def test_there_are_ports_to_look_at() -> None:
    assert len(PORTS) > 25


@pytest.mark.parametrize("port", PORTS, ids=_named)
def test_port_is_named_by_a_suite_with_somebody_in_its_list(port: Found) -> None:
    assert _taken(port), f"{port.module}.{port.name} has no suite in tests/contract"


@pytest.mark.parametrize("port", PORTS, ids=_named)
def test_whoever_fulfils_a_port_stands_in_its_suite(port: Found) -> None:
    left_out = {
        f"{one.module}.{one.name}"
        for one in fulfil(port)
        if not heirs(one) & _taken(port) and (port.name, one.name) not in NO_PARTIES
    }
    assert left_out == set()


def test_actors_have_a_suite_too() -> None:
    """A value that everybody acts with: its shape has no method, and the ledger rests on it."""
    assert parties()[Actor]


def test_every_exception_is_still_one() -> None:
    names = {port.name for port in ports()}
    assert set(NO_PORTS) <= names
    still = {(port.name, one.name) for port in PORTS for one in fulfil(port)}
    assert set(NO_PARTIES) <= still
