"""Suppliers by name: what an agency's file says is used, what it says wrongly is refused with what was expected."""

import ast
import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings

from made_net import REDDISH, net
from yizheng import wiring
from yizheng.adapters.face.passive_files import PassiveNet
from yizheng.adapters.messages.files import FileChannel
from yizheng.adapters.messages.sms import SmsChannel
from yizheng.adapters.suppliers import Supplier
from yizheng.adapters.suppliers.why import Why
from yizheng.doors.cli.main import cli
from yizheng.doors.words import refusal_in
from yizheng.kernel.errors import Refused
from yizheng.wiring import suppliers

ROOT = Path(__file__).parents[2]
HOW_TO = ROOT / "docs" / "how-to" / "add-a-supplier.md"

Installation = Callable[..., Path]


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    """An installation whose agency has this file of suppliers, or none."""

    def make(file: str | None = None, *, demo: bool = False) -> Path:
        agency = tmp_path / "agency"
        agency.mkdir(exist_ok=True)
        if file is not None:
            (agency / suppliers.FILE).write_text(file, "utf-8")
        home = tmp_path / "home"
        monkeypatch.setattr(
            settings, "YIZHENG", replace(settings.YIZHENG, home=home, agency=agency, demo=demo)
        )
        monkeypatch.setattr(wiring, "passive_nets", list)
        suppliers._chosen.cache_clear()
        return agency

    yield make
    monkeypatch.undo()
    suppliers._chosen.cache_clear()


def names() -> dict[str, str]:
    return {port.key: suppliers.chosen(port).supplier for port in suppliers.PORTS}


def why(call: Callable[[], object]) -> Why:
    with pytest.raises(Refused) as refused:
        call()
    assert "{" not in refusal_in(refused.value, "zh") + refusal_in(refused.value, "en")
    assert isinstance(refused.value.why, Why)
    return refused.value.why


def test_agency_without_a_file_has_the_usual_suppliers(installation: Installation) -> None:
    installation()
    assert names() == {port.key: port.usual for port in suppliers.PORTS}
    assert isinstance(wiring.message_channels()["sms"], FileChannel)
    assert wiring.message_reports() == {}
    assert wiring.card_issuers() == ()
    assert suppliers.supplied(suppliers.AUTHORITY_PHOTO) is None


def test_demo_of_an_agency_without_a_file_keeps_its_simulated_suppliers(installation: Installation) -> None:
    installation(demo=True)
    told = names()
    assert {told[key] for key in ("sms", "authority_photo", "card_issuers")} == {"simulated"}
    assert isinstance(wiring.message_channels()["sms"], SmsChannel)


@pytest.mark.parametrize("demo", [True, False])
def test_demo_agency_names_simulated_suppliers_for_a_demo_only(
    installation: Installation, demo: bool
) -> None:
    installation((ROOT / "agencies" / "demo" / suppliers.FILE).read_text("utf-8"), demo=demo)
    assert (names()["sms"] == "simulated") is demo
    assert [state for state in suppliers.supplier_states() if state.fault] == []


def test_option_is_used(installation: Installation, tmp_path: Path) -> None:
    installation("suppliers: {sms: {supplier: file, options: {folder: carrier/out}}}")
    wiring.message_channels()["sms"].send(key="k", address="13800000000", text="text")
    assert (tmp_path / "home" / "carrier" / "out" / "notices.jsonl").is_file()


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("suppliers: {fax: {supplier: file}}", Why.PORT_UNKNOWN),
        ("in_a_demo: {fax: {supplier: file}}", Why.PORT_UNKNOWN),
        ("suppliers: {sms: {supplier: pigeon}}", Why.SUPPLIER_UNKNOWN),
        ("suppliers: {sms: {supplier: 'os:system'}}", Why.SUPPLIER_UNKNOWN),
        ("suppliers: {sms: {supplier: simulated}}", Why.SIMULATED_OUTSIDE_A_DEMO),
        ("suppliers: {sms: {supplier: file, options: {folder: ../elsewhere}}}", Why.PLACE_NOT_INSIDE),
        (
            "suppliers: {card_issuers: {supplier: key_files, options: {files: [a.hex]}}}",
            Why.KEY_FILE_NOT_READ,
        ),
    ],
)
def test_what_is_named_wrongly_is_refused(installation: Installation, file: str, expected: Why) -> None:
    installation(file)
    assert why(lambda: (wiring.message_channels(), wiring.card_issuers())) is expected


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("suppliers: {sms: {supplier: file, options: {older: x}}}", "older.*known are folder"),
        ("suppliers: {sms: {supplier: file, options: {folder: 3}}}", "folder"),
        ("suppliers: {sms: {suplier: file}}", "suplier.*known are options, supplier"),
    ],
)
def test_unknown_option_is_refused_with_the_known_ones(
    installation: Installation, file: str, expected: str
) -> None:
    installation(file)
    with pytest.raises(Refused) as refused:
        wiring.message_channels()
    assert re.search(expected, refusal_in(refused.value, "en"))


def test_card_issuer_is_trusted_by_its_key_file(installation: Installation) -> None:
    agency = installation("suppliers: {card_issuers: {supplier: key_files, options: {files: [one.hex]}}}")
    (agency / "one.hex").write_text("ab" * 32 + "\n")
    assert wiring.card_issuers() == (b"\xab" * 32,)
    for wrong in ("ab" * 31, "no key", "é"):
        (agency / "one.hex").write_text(wrong, "utf-8")
        assert why(wiring.card_issuers) is Why.KEY_FILE_NO_KEY


def test_fault_of_a_needed_supplier_stops_the_start_and_others_are_told(installation: Installation) -> None:
    wrong = "suppliers: {authority_photo: {supplier: simulated}, card_issuers: {supplier: simulated}}"
    installation(wrong)
    assert [fault.facts["port"] for fault in wiring.check_suppliers()] == ["authority_photo", "card_issuers"]
    installation("suppliers: {sms: {supplier: simulated}}")
    assert why(wiring.check_suppliers) is Why.SUPPLIER_CANNOT_WORK


def test_folder_that_cannot_be_written_is_told_before_the_first_text(
    installation: Installation, tmp_path: Path
) -> None:
    installation()
    (tmp_path / "home").write_text("a file where the folder should be")
    assert why(wiring.check_suppliers) is Why.SUPPLIER_CANNOT_WORK
    (state,) = [state for state in suppliers.supplier_states() if state.port == "sms"]
    assert state.fault is not None
    assert state.fault.why is Why.FOLDER_NOT_WRITABLE


@pytest.mark.parametrize(
    ("language", "said"), [("zh", "模拟的提供方只能用于演示"), ("en", "exist in a demo only")]
)
def test_command_lists_every_port_and_says_what_to_do(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    installation("suppliers: {sms: {supplier: simulated}}")
    monkeypatch.setenv("YIZHENG_LANGUAGE", language)
    done = CliRunner().invoke(cli, ["suppliers", "check"])
    assert done.exit_code == 1
    assert all(port in done.output for port in (*(one.key for one in suppliers.PORTS), "passive_check"))
    assert said in " ".join(done.output.split())
    installation("suppliers: {sms: {supplier: file}}")
    assert CliRunner().invoke(cli, ["suppliers", "check", "--json"]).exit_code == 0


def test_passive_check_is_tried_with_the_suppliers(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    agency = installation()

    def line() -> dict[str, object]:
        done = CliRunner().invoke(cli, ["suppliers", "check", "--json"], env={"YIZHENG_LANGUAGE": "en"})
        (found,) = [one for one in json.loads(done.output) if one["port"] == "passive_check"]
        assert done.exit_code == (0 if found["works"] else 1)
        return found

    assert line() == {"port": "passive_check", "supplier": "none", "works": True, "fault": ""}
    nets = [PassiveNet(file=agency / "net.onnx", sha256=hashlib.sha256(net(REDDISH)).hexdigest(), margin=2.7)]
    monkeypatch.setattr(wiring, "passive_nets", lambda: nets)
    missing = line()
    assert (missing["supplier"], missing["works"]) == ("minifasnet", False)
    assert "The passive check's file net.onnx should lie in the agency's folder" in str(missing["fault"])
    assert why(wiring.check_suppliers) is Why.SUPPLIER_CANNOT_WORK
    (agency / "net.onnx").write_bytes(b"another")
    assert line()["works"] is False
    (agency / "net.onnx").write_bytes(net(REDDISH))
    assert line() == {"port": "passive_check", "supplier": "minifasnet", "works": True, "fault": ""}


# --- suppliers of others ---


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], None]]:
    """Installs a package with one module and its entry points."""
    site = tmp_path / "site"
    before = set(sys.modules)

    def install(points: str, module: str) -> None:
        info = site / "ourcity_sms-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: ourcity-sms\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(points)
        (site / "ourcity_sms.py").write_text(module)
        (site / "ourcity_gateway.py").write_text(GATEWAY)
        monkeypatch.syspath_prepend(site)

    yield install
    for name in set(sys.modules) - before:
        if name.startswith("ourcity_"):
            del sys.modules[name]


GATEWAY = """
tried, sent = [], []

def can_reach(host):
    tried.append(host)

class Gateway:
    needs_phone = True
    def __init__(self, host):
        self.host = host
    def send(self, *, key, address, text):
        sent.append((self.host, key, address, text))
        return "receipt-" + key
"""


def block(language: str) -> str:
    """A block of the how-to, as somebody copies it."""
    found = re.search(rf"```{language}\n(.*?)```", HOW_TO.read_text("utf-8"), re.DOTALL)
    assert found is not None, language
    return found.group(1)


def as_entry_points(toml: str) -> str:
    """What pip writes of a package's pyproject.toml."""
    return toml.replace('[project.entry-points."yizheng.suppliers"]', "[yizheng.suppliers]").replace('"', "")


def test_how_to_add_a_supplier_works(installation: Installation, package: Callable[[str, str], None]) -> None:
    package(as_entry_points(block("toml")), block("python"))
    installation(block("yaml"))
    assert names()["sms"] == "ourcity"
    assert wiring.check_suppliers() == []
    receipt = wiring.message_channels()["sms"].send(key="7", address="13800000000", text="text")
    gateway = sys.modules["ourcity_gateway"]
    assert gateway.tried == ["sms.ourcity.example"]
    assert (receipt, gateway.sent) == ("receipt-7", [("sms.ourcity.example", "7", "13800000000", "text")])


def test_installed_package_changes_nothing_until_it_is_named(
    installation: Installation, package: Callable[[str, str], None]
) -> None:
    package("[yizheng.suppliers]\nsms.file = ourcity_sms:OurCitySms\n", block("python"))
    installation("suppliers: {sms: {supplier: file}}")
    assert isinstance(wiring.message_channels()["sms"], FileChannel)
    assert "ourcity_sms" not in sys.modules


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        ("ourcity_sms:Nothing", Why.SUPPLIER_NOT_LOADED),
        ("no_such_module:Thing", Why.SUPPLIER_NOT_LOADED),
        ("os:getcwd", Why.SUPPLIER_OF_ANOTHER_KIND),
    ],
)
def test_package_that_announces_no_supplier_is_refused(
    installation: Installation, package: Callable[[str, str], None], point: str, expected: Why
) -> None:
    package(f"[yizheng.suppliers]\nsms.ourcity = {point}\n", block("python"))
    installation("suppliers: {sms: {supplier: ourcity}}")
    assert why(wiring.message_channels) is expected


# --- the front of wiring ---


def test_every_supplier_that_ships_is_one(installation: Installation) -> None:
    installation()
    for port in suppliers.PORTS:
        assert port.usual in port.known
        assert all(issubclass(suppliers._kind(port, name), Supplier) for name in port.known)


def test_front_of_wiring_names_what_its_parts_give() -> None:
    source = Path(wiring.__file__).read_text("utf-8")
    told: dict[str, list[str]] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("yizheng.wiring."):
            told.setdefault(str(node.module).rpartition(".")[2], []).extend(one.name for one in node.names)
    assert {part: sorted(found) for part, found in told.items()} == {
        part: sorted(found) for part, found in wiring.PARTS.items()
    }
    assert set(wiring.PARTS) & set(wiring._PART_OF) == set(), "a part would hide the name"
    for part, found in wiring.PARTS.items():
        module = import_module(f"yizheng.wiring.{part}")
        assert all(getattr(wiring, name) is getattr(module, name) for name in found)
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        getattr(wiring, "nothing_of_the_kind")  # noqa: B009 (the name is wrong on purpose)


def test_only_the_rule_chooses_by_demo() -> None:
    """No supplier is chosen by `if demo` in wiring: the agency's file says it, and its reader alone asks."""
    folder = Path(wiring.__file__).parent
    asking = {
        path.name
        for path in folder.glob("*.py")
        if re.search(r"(YIZHENG|config|around)\.demo\b", path.read_text("utf-8"))
    }
    assert asking <= {"suppliers.py", "demo.py"}
