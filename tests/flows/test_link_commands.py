"""`yizheng links`: seek, look, decide, one by one and by the list; nobody's name where it is not asked for."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from link_situations import MODEL, City, Found, four_people, number
from pay_situations import CERTIFIER
from standing import begin_with
from yizheng import wiring
from yizheng.doors.cli import links as commands
from yizheng.flows.sources import links_are_sought
from yizheng.kernel.errors import Refused
from yizheng.rooms import evidence, ledger, privacy
from yizheng.rooms.evidence.data import LinkState

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    """Two death certificates without a number; the commands work in this city, and a certifier is signed in."""

    def build(folder: Path) -> None:
        four_people(folder).deaths(("", "王方"), ("", "李那"))

    begin_with("two deaths without a number", tmp_path / "city", build)
    made = City(tmp_path / "city", files=2)
    found = Found({"王方": {0: 0.9999}, "李那": {2: 0.6}})
    monkeypatch.setattr(wiring, "store", lambda: made.store)
    monkeypatch.setattr(commands.models, "default_model", lambda: MODEL)
    monkeypatch.setattr(links_are_sought, "finder_of", found.open)
    monkeypatch.setattr(commands, "signed_in", lambda *_, **__: CERTIFIER)
    return made


def run(*words: str, code: int = 0) -> Result:
    done = CliRunner().invoke(commands.links, list(words))
    assert done.exit_code == code, done.output
    return done


def test_seek_says_what_it_found_and_the_second_time_nothing(city: City) -> None:
    told = json.loads(run("seek", "--json").stdout)
    assert {name: told[name] for name in ("deliveries", "linked", "leads", "suspected", "waiting")} == {
        "deliveries": 1,
        "linked": 0,
        "leads": 2,
        "suspected": 1,
        "waiting": 1,
    }
    assert told["links"]["suspected"] == 1
    assert "0 deliveries searched" in run("seek").stdout


def test_list_names_nobody(city: City) -> None:
    run("seek")
    for words in (["list"], ["list", "--json"]):
        told = run(*words).stdout
        assert not any(secret in told for secret in ("王方", "王芳", "李娜", number(0)))
    found = [json.loads(line) for line in run("list", "--json").stdout.splitlines()]
    assert [(one["state"], one["kind"]) for one in found] == [
        ("suspected", "death_certificate"),
        ("waiting", "death_certificate"),
    ]
    assert run("list", "--state", "rejected", "--json").stdout == ""


def test_show_puts_both_records_side_by_side_and_records_the_look(city: City) -> None:
    run("seek")
    (link,) = evidence.queries.links_of(0)
    told = run("show", str(link.link_id)).stdout
    assert "王方" in told
    assert "王芳" in told
    assert privacy.queries.looks_at(0)[0].what == f"link:{link.link_id}"


def test_confirm_and_reject_say_what_follows(city: City) -> None:
    run("seek")
    (first,), (second,) = evidence.queries.links_of(0), evidence.queries.links_of(2)
    words = ["--reason", "电话核实", "--as", "wang"]
    assert "The next run counts it" in run("confirm", str(first.link_id), *words).stdout
    assert "no more" in run("reject", str(second.link_id), *words).stdout
    again = run("reject", str(first.link_id), *words, code=1)
    assert "confirmed" in again.stderr
    assert "wang" in again.stderr
    assert evidence.queries.get_link(second.link_id).state is LinkState.REJECTED


def test_list_goes_out_with_both_sides_and_comes_back_decided(city: City, tmp_path: Path) -> None:
    run("seek")
    out = tmp_path / "links.csv"
    run("export", "--out", str(out))
    with out.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [(row["name_theirs"], row["name_ours"], row["kind"]) for row in rows] == [
        ("王方", "王芳", "death_certificate"),
        ("李那", "李娜", "death_certificate"),
    ]
    assert any(
        entry.kind == "privacy:export:made" for entry in ledger.queries.entries_of("evidence_export:links")
    )
    back = tmp_path / "decided.csv"
    with back.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [
                ["link_id", "same", "reason"],
                [rows[0]["link_id"], "yes", "住址一致"],
                [rows[1]["link_id"], "perhaps", "住址一致"],
                ["77", "no", "不是"],
            ]
        )
    told = json.loads(run("decide", str(back), "--as", "wang", "--json").stdout)
    assert (told["rows"], told["done"], [row for row, _ in told["refused"]]) == (3, 1, [3, 4])
    assert [one.state for one in evidence.queries.links_of(0)] == [LinkState.CONFIRMED]


def test_model_that_was_altered_in_the_store_is_refused(city: City) -> None:
    run("seek")
    name = evidence.queries.model_file(MODEL.id)
    city.store.write(name, city.store.read(name).replace(b"nothing", b"another"))
    (link,) = evidence.queries.links_of(0)
    refused = run("show", str(link.link_id), code=1)
    assert "Restore it from the backup" in refused.stderr
    with pytest.raises(Refused):
        commands.link_sides.model_of(MODEL.id, city.store)
