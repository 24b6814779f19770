"""What every supplier that ships must keep to: a check changes nothing, and what it gives stands in its port's suite.

The names come from `wiring.suppliers.PORTS`, so a new supplier is held to this by being named there.
"""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from architecture.ports import parties
from yizheng.adapters.keys.ring import GeneralKeys, KeyRing
from yizheng.adapters.suppliers import Around, Supplier
from yizheng.kernel.errors import Refused
from yizheng.rooms.biometrics.keys import VaultKeys
from yizheng.rooms.biometrics.ports import AuthorityPhoto, FaceEngine
from yizheng.rooms.biometrics.voice_ports import DigitReader, VoiceEngine
from yizheng.rooms.notices.ports import Carrier, Channel, Reports
from yizheng.rooms.passes.ports import PictureBorder
from yizheng.wiring.suppliers import PORTS

NAMED = {f"{port.key}.{name}": place for port in PORTS for name, place in port.known.items()}


def supplier(named: str, home: Path, *, demo: bool) -> Supplier[Any, Any]:
    module, _, attribute = NAMED[named].partition(":")
    kind: type[Supplier[Any, Any]] = getattr(import_module(module), attribute)
    assert issubclass(kind, Supplier)
    return kind(kind.Options(), Around(home=home, agency=home, demo=demo))


def given(what: object) -> dict[type, object]:
    """What fulfils which port, in what a supplier gave."""
    if isinstance(what, Carrier):
        return {Channel: what.channel} | ({Reports: what.reports} if what.reports else {})
    if isinstance(what, KeyRing):
        return {GeneralKeys: what.general, VaultKeys: what.vault}
    return {}


MADE_WHEN_TRIED = {
    "keys.local_files": "an installation's keys are made at their very first use, which is the check"
}
"""Suppliers whose first check leaves something, and why."""
ALONE: dict[str, type] = {
    "pictures": PictureBorder,
    "voice_engine": VoiceEngine,
    "digit_reader": DigitReader,
    "authority_photo": AuthorityPhoto,
}
"""Suppliers that give the port itself, or nobody."""


@pytest.mark.parametrize("named", sorted(NAMED))
def test_building_and_checking_change_nothing(named: str, tmp_path: Path) -> None:
    for demo in (False, True):
        made = supplier(named, tmp_path / "home", demo=demo)
        for _ in range(2):
            if demo or not named.endswith(".simulated"):
                made.check()
            else:
                with pytest.raises(Refused):
                    made.check()
    assert named in MADE_WHEN_TRIED or list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("named", sorted(name for name in NAMED if name.endswith(".simulated")))
def test_simulated_supplier_gives_nothing_outside_a_demo(named: str, tmp_path: Path) -> None:
    with pytest.raises(Refused):
        supplier(named, tmp_path, demo=False).make()


@pytest.mark.django_db
@pytest.mark.parametrize("named", sorted(NAMED))
def test_what_is_given_stands_in_the_suite_of_its_port(named: str, tmp_path: Path) -> None:
    key, made = named.partition(".")[0], supplier(named, tmp_path, demo=True).make()
    if key == "card_issuers":
        assert all(len(issuer) == 32 for issuer in made)
        return
    if key == "face_engine":
        module, _, attribute = made.partition(":")
        assert getattr(import_module(module), attribute) in parties()[FaceEngine]
        return
    found = {ALONE[key]: made} if key in ALONE and made is not None else given(made)
    assert found or made is None
    for port, party in found.items():
        assert type(party) in parties()[port]
