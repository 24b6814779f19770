"""The page about risk says what the shipped table says, row by row; networks lead to coarse places and nowhere else."""

import re
from pathlib import Path

import pytest

import yizheng
from worlds import demo_agency
from yizheng.adapters.agency_files.networks import NetworkTable, read_networks
from yizheng.kernel.errors import Refused
from yizheng.rooms.risk.data import Act, Asked, Signal
from yizheng.rooms.risk.table import RiskTable

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "risk.md").read_text("utf-8")
SHIPPED: RiskTable = demo_agency().risk


@pytest.mark.parametrize("signal", list(Signal))
def test_page_names_every_signal_with_its_points(signal: Signal) -> None:
    assert f"| {signal.value} | {SHIPPED.points[signal]} | " in PAGE


@pytest.mark.parametrize("act", list(Act))
def test_page_says_what_every_act_asks(act: Act) -> None:
    asks = {step.asks: f"from {step.from_points}" for step in SHIPPED.acts[act]}
    row = " | ".join(asks.get(asked, "-") for asked in Asked)
    assert f"| {act.value} | {row} |" in PAGE


def _called() -> set[Act]:
    """The acts that a door or a flow names where it has something weighed."""
    source = Path(yizheng.__path__[0])
    text = "".join(
        path.read_text("utf-8")
        for room in ("doors", "flows")
        for path in sorted((source / room).rglob("*.py"))
    )
    return {act for act in Act if re.search(rf"\bAct\.{act.name}\b(?!`)", text)}


def test_page_tells_which_acts_are_weighed_and_which_wait() -> None:
    weighed, waiting = (
        set(re.findall(r"^\| (\w+) \|", part.split("\n## ")[0], re.MULTILINE)) & {act.value for act in Act}
        for part in PAGE.split("## When an act is weighed")[1].split("### Acts that wait for their page")
    )
    assert weighed == {act.value for act in _called()}
    assert waiting == {act.value for act in Act} - weighed


def test_page_says_the_other_numbers() -> None:
    for text in (
        f"is {SHIPPED.many_from['family']} people",
        f"{SHIPPED.many_from['community']} for a community worker",
        f"{SHIPPED.many_from['entrusted']} for an entrusted agent",
        f"for {SHIPPED.look_holds_days} days",
        f"From {SHIPPED.alert_from} points on",
        f"in {SHIPPED.served_days} days; {SHIPPED.many_each} more for each further one, {SHIPPED.many_most} at most",
    ):
        assert text in PAGE, text


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("127.0.0.1", "440800"),
        ("::1", "440800"),
        ("198.51.100.77", "440100"),
        ("::ffff:203.0.113.1", "110000"),
        ("2001:db8::1%eth0", "310000"),
        ("8.8.8.8", ""),
        ("not an address", ""),
        ("", ""),
    ],
)
def test_address_leads_to_a_coarse_place_or_to_none(address: str, place: str) -> None:
    assert demo_agency().networks.place_of(address) == place


def test_longest_network_wins() -> None:
    table = NetworkTable({"10.0.0.0/8": "wide", "10.1.0.0/16": "near", "10.1.2.3/32": "one"})
    assert [table.place_of(one) for one in ("10.9.9.9", "10.1.9.9", "10.1.2.3")] == ["wide", "near", "one"]


def test_agency_without_a_table_knows_no_place(tmp_path: Path) -> None:
    assert read_networks(tmp_path / "networks.csv").place_of("127.0.0.1") == ""


@pytest.mark.parametrize(
    "row", ["192.0.2.0/99,a", "192.0.2.1/24,a", "192.0.2.0/24,", "10.0.0.0/8,a\n10.0.0.0/8,b"]
)
def test_wrong_row_is_refused_with_its_line(tmp_path: Path, row: str) -> None:
    path = tmp_path / "networks.csv"
    path.write_text(f"network,place\n{row}\n", "utf-8")
    with pytest.raises(Refused, match=r"agency_files:(network|place)_expected .*networks\.csv line=[23]"):
        read_networks(path)
