"""Who supplies what: every port of the product, the suppliers that ship, and those that an agency names.

An agency names suppliers in its `suppliers.yaml`, by port; what it does not name has its usual supplier, and an agency
without the file has usual suppliers only. In a demo (YIZHENG_DEMO=1) the file's part `in_a_demo` comes first; a demo of
an agency without the file has the simulated suppliers.

A supplier of somebody else's is a class that an installed package announces as an entry point of the group
`yizheng.suppliers`, named `port.supplier`. The file of an agency can name it, and nothing else: who may write policies
may not say which code runs (docs/adr/0021-suppliers-by-name.md). Names of suppliers that ship cannot be taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.conf import settings

from yizheng import wiring
from yizheng.adapters.agency_files.yaml_files import read_value, read_yaml
from yizheng.adapters.suppliers import Around, Supplier
from yizheng.adapters.suppliers.why import Why
from yizheng.kernel.errors import Refused

if TYPE_CHECKING:
    from yizheng.adapters.keys.ring import KeyRing
    from yizheng.rooms.biometrics.ports import AuthorityPhoto
    from yizheng.rooms.biometrics.voice_ports import DigitReader, VoiceEngine
    from yizheng.rooms.notices.ports import Carrier
    from yizheng.rooms.passes.ports import PictureBorder

FILE = "suppliers.yaml"
GROUP = "yizheng.suppliers"
"""The entry points in which other packages announce suppliers."""

G = TypeVar("G")


@dataclass(frozen=True, slots=True, kw_only=True)
class Port(Generic[G]):
    """Something that the product needs from outside.

    `known` are the suppliers that ship, as `module:class`, loaded when they are used; `usual` is the one without a word
    of the agency. Without a `needed` port nothing works and the web does not start; without another, people are shown
    another way.
    """

    key: str
    usual: str
    known: Mapping[str, str]
    needed: bool = False


SMS: Port[Carrier] = Port(
    key="sms",
    usual="file",
    known={
        "file": "yizheng.adapters.messages.supplier:HandOverFile",
        "simulated": "yizheng.wiring.demo:SimulatedSms",
    },
    needed=True,
)
AUTHORITY_PHOTO: Port[AuthorityPhoto | None] = Port(
    key="authority_photo",
    usual="none",
    known={
        "none": "yizheng.adapters.suppliers:Nobody",
        "simulated": "yizheng.wiring.demo:SimulatedAuthorityPhoto",
    },
)
CARD_ISSUERS: Port[tuple[bytes, ...]] = Port(
    key="card_issuers",
    usual="key_files",
    known={
        "key_files": "yizheng.adapters.cards.supplier:KeyFiles",
        "simulated": "yizheng.wiring.demo:SimulatedCardIssuer",
    },
)
FACE_ENGINE: Port[str] = Port(
    key="face_engine", usual="sface", known={"sface": "yizheng.adapters.face.supplier:Sface"}
)
VOICE_ENGINE: Port[VoiceEngine] = Port(
    key="voice_engine", usual="campplus", known={"campplus": "yizheng.adapters.voice.supplier:Campplus"}
)
DIGIT_READER: Port[DigitReader | None] = Port(
    key="digit_reader", usual="none", known={"none": "yizheng.adapters.suppliers:Nobody"}
)
PICTURES: Port[PictureBorder] = Port(
    key="pictures",
    usual="child_process",
    known={"child_process": "yizheng.adapters.pictures.supplier:ChildProcess"},
    needed=True,
)
KEYS: Port[KeyRing] = Port(
    key="keys",
    usual="local_files",
    known={"local_files": "yizheng.adapters.keys.supplier:LocalFiles"},
    needed=True,
)

PORTS: tuple[Port[Any], ...] = (
    KEYS,
    SMS,
    PICTURES,
    FACE_ENGINE,
    VOICE_ENGINE,
    DIGIT_READER,
    AUTHORITY_PHOTO,
    CARD_ISSUERS,
)
"""Every port, what is needed most first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A supplier by name, with its options as they were written."""

    supplier: str
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppliersFile:
    """What `suppliers.yaml` holds, by port; `in_a_demo` stands in place of `suppliers` in a demo."""

    suppliers: dict[str, Chosen] = field(default_factory=dict)
    in_a_demo: dict[str, Chosen] = field(default_factory=dict)


DEMO_WITHOUT_A_FILE = SuppliersFile(
    in_a_demo={port.key: Chosen(supplier="simulated") for port in (SMS, AUTHORITY_PHOTO, CARD_ISSUERS)}
)
"""Demos made before there was a file go on with their simulated suppliers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How a port is supplied, and what keeps its supplier from working."""

    port: str
    supplier: str
    needed: bool
    fault: Refused | None


def supplied(port: Port[G]) -> G:
    """What the port's supplier gives. Raises Refused where it is unknown, wrongly set, or cannot be had."""
    return supplier_of(port).make()


def supplier_of(port: Port[G]) -> Supplier[Any, G]:
    """The port's supplier with its options, not tried yet. Raises Refused where it is unknown or wrongly set."""
    named = chosen(port)
    kind = _kind(port, named.supplier)
    config = settings.YIZHENG
    place = f"{port.key}.options"
    options = read_value(named.options, kind.Options, config.agency / FILE, place)
    return kind(options, Around(home=config.home, agency=config.agency, demo=config.demo))


def chosen(port: Port[G]) -> Chosen:
    """Which supplier this installation has for the port."""
    return _chosen().get(port.key) or Chosen(supplier=port.usual)


def supplier_states() -> Iterator[State]:
    """Try every port's supplier, and the passive check of faces, which the agency's `biometrics.yaml` names."""
    for port in PORTS:
        name, fault = chosen(port).supplier, None
        try:
            supplier_of(port).check()
        except Refused as refusal:
            fault = refusal
        yield State(port=port.key, supplier=name, needed=port.needed, fault=fault)
    yield _passive_check()


def _passive_check() -> State:
    """The passive check. An agency that has one relies on it: with a wrong file the web does not start."""
    name, fault = "none", None
    try:
        if wiring.passive_nets():
            name = "minifasnet"
        wiring.passive_check()
    except Refused as refusal:
        fault = refusal
    return State(port="passive_check", supplier=name, needed=True, fault=fault)


def check_suppliers() -> list[Refused]:
    """Try every supplier before the first person comes: what does not work, of ports that there is another way for.

    Raises Refused where a port is not supplied without which nothing works.
    """
    faults = []
    for state in supplier_states():
        if state.fault is not None:
            told = Refused(
                Why.SUPPLIER_CANNOT_WORK, port=state.port, supplier=state.supplier, because=state.fault
            )
            if state.needed:
                raise told
            faults.append(told)
    return faults


@cache
def _chosen() -> dict[str, Chosen]:
    """What the agency's file says for this process. Raises Refused where it is wrong."""
    config = settings.YIZHENG
    place = config.agency / FILE
    told = read_yaml(place, SuppliersFile) if place.exists() else DEMO_WITHOUT_A_FILE
    for key in (*told.suppliers, *told.in_a_demo):
        if key not in {port.key for port in PORTS}:
            raise Refused(Why.PORT_UNKNOWN, file=place, came=key, known=tuple(port.key for port in PORTS))
    return told.suppliers | told.in_a_demo if config.demo else told.suppliers


def _kind(port: Port[G], name: str) -> type[Supplier[Any, G]]:
    """The class of a supplier. Raises Refused where there is none of that name, or it is none of ours."""
    place = port.known.get(name) or _announced(port).get(name)
    if place is None:
        known = tuple(sorted({*port.known, *_announced(port)}))
        raise Refused(Why.SUPPLIER_UNKNOWN, port=port.key, came=name, known=known)
    module, _, attribute = place.partition(":")
    try:
        kind = getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise Refused(
            Why.SUPPLIER_NOT_LOADED, port=port.key, supplier=name, place=place, said=error
        ) from error
    if not (isinstance(kind, type) and issubclass(kind, Supplier)):
        raise Refused(Why.SUPPLIER_OF_ANOTHER_KIND, port=port.key, supplier=name, place=place)
    return kind


def _announced(port: Port[G]) -> dict[str, str]:
    """The suppliers that installed packages announce for a port, as `module:class`."""
    from importlib.metadata import entry_points  # noqa: PLC0415 (a tenth of a second, for a name that does not ship)

    start = f"{port.key}."
    return {
        point.name.removeprefix(start): point.value
        for point in entry_points(group=GROUP)
        if point.name.startswith(start)
    }
