"""A roster arrives: every row accepted, repaired or refused; nobody lost, nothing overwritten, all of it witnessed."""

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.db import OperationalError
from pyarrow import parquet

from refused import refused
from roster_situations import DAY, GOOD, HEADERS, number, person, take, write
from yizheng.adapters.store.local import LocalStore
from yizheng.flows.arrivals import roster_arrives, roster_sealing
from yizheng.flows.arrivals.why import Why
from yizheng.flows.house import ledger_is_verified
from yizheng.kernel.errors import Refused
from yizheng.kernel.time import Month
from yizheng.rooms import casework, entitlements, people
from yizheng.rooms.entitlements.data import Group
from yizheng.rooms.entitlements.models import Benefit
from yizheng.rooms.entitlements.pay_states import PayState
from yizheng.rooms.evidence.data import ImportReport
from yizheng.rooms.people.models import PersonVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "store")


@pytest.fixture
def arrive(store: LocalStore, tmp_path: Path) -> Callable[..., ImportReport]:
    """Write a roster and import it."""

    def run(
        *rows: dict[str, str], name: str = "roster.csv", day: date = DAY, headers: list[str] = HEADERS
    ) -> ImportReport:
        return take(write(tmp_path / name, rows, headers), store, day)

    return run


def errors(report: ImportReport) -> list[list[str]]:
    data = Path(report.errors_file).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")  # Excel takes it for UTF-8
    assert b"\r\n" in data
    return list(csv.reader(data.decode("utf-8-sig").splitlines()))[1:]


def verified(store: LocalStore) -> bool:
    return ledger_is_verified.verify(
        witnessed=(
            *people.queries.witnessed(),
            *entitlements.queries.witnessed(),
            *casework.queries.witnessed(),
        ),
        trees=(*people.queries.witnessed_trees(), *entitlements.queries.witnessed_trees()),
        store=store,
    ).verified


def test_accepted_person_is_all_there(arrive: Callable[..., ImportReport], store: LocalStore) -> None:
    report = arrive(GOOD)
    assert (report.rows, report.accepted, report.repaired, report.refused) == (1, 1, 0, 0)
    (pno,) = people.queries.find_by_name("王 芳")
    assert people.queries.find_by_number("11010519491231002x") == pno == 0
    assert people.queries.identity(pno).number == "11010519491231002X"
    assert people.queries.contact(pno).phone == "13800138000"
    facts = people.queries.person(pno)
    assert facts is not None
    assert (facts.sex, facts.birth_day, facts.region, facts.true_from) == (
        2,
        date(1949, 12, 31),
        "440802",
        DAY,
    )
    (benefit,) = entitlements.queries.benefits_of(pno)
    assert (benefit.monthly_fen, benefit.groups) == (312_050, Group.VERY_OLD | Group.ALONE)
    assert (benefit.start_month, benefit.paid_through) == (Month(2010, 1).index, Month(2026, 9).index)
    assert benefit.last_certified_on == date(2026, 3, 5)
    assert people.queries.link_table(store).select(["pno", "id17", "name_key"]).to_pylist() == [
        {"pno": 0, "id17": 11010519491231002, "name_key": "王芳"}
    ]
    assert verified(store)


def test_nothing_of_a_person_stands_in_clear_in_database_or_store(
    arrive: Callable[..., ImportReport], store: LocalStore
) -> None:
    arrive(GOOD)
    version = PersonVersion.objects.get()
    kept = [bytes(version.identity_sealed), bytes(version.contact_sealed)]
    kept += [path.read_bytes() for path in store.root.rglob("*") if path.is_file()]
    for secret in ("11010519491231002X", "王芳", "13800138000", "某路"):
        assert not any(secret.encode() in data for data in kept)


def test_repaired_rows_are_accepted_with_a_note(arrive: Callable[..., ImportReport]) -> None:
    report = arrive(
        GOOD | {"公民身份号码": "110105491231002"},
        person(2, 公民身份号码="".join(chr(ord(digit) + 0xFEE0) for digit in number(2))),
        person(3, 姓名="买买提•艾力"),
        person(4, 手机号码="不详", 特殊群体="高龄、贫困"),
    )
    assert (report.accepted, report.repaired) == (4, 4)
    assert {
        note: report.notes[note] for note in ("number_15", "number_form", "name_form", "phone_unusable")
    } == {
        "number_15": 1,
        "number_form": 1,
        "name_form": 1,
        "phone_unusable": 1,
    }
    assert report.notes["group_unknown"] == 1
    assert [line[:2] for line in errors(report)] == [["5", "手机号码"], ["5", "特殊群体"]]
    assert all("已接收" in line[4] for line in errors(report))


@pytest.mark.parametrize(
    ("column", "came"),
    [
        ("公民身份号码", "110105194912310021"),
        ("公民身份号码", ""),
        ("姓名", ""),
        ("姓名", "长" * 51),
        ("出生日期", "1949-02-30"),
        ("出生日期", "2027-01-01"),
        ("行政区划代码", "110105"),
        ("行政区划代码", "4408"),
        ("险种", "999"),
        ("待遇类别", "something"),
        ("待遇起始年月", "2010-13"),
        ("月待遇金额", "-1"),
        ("月待遇金额", "3120.505"),
        ("发放状态", "4"),
        ("状态变更年月", "去年"),
        ("最近认证日期", "2026-09-02"),
        ("发放至年月", ""),
        ("发放至年月", "2026-10"),
        ("发放至年月", "2099-12"),
        ("待遇起始年月", "2027-10"),
        ("状态变更年月", "2027-10"),
    ],
)
def test_row_that_cannot_stand_is_refused_and_told(
    arrive: Callable[..., ImportReport], column: str, came: str
) -> None:
    report = arrive(person(1), GOOD | {column: came}, person(2))
    assert (report.rows, report.accepted, report.refused) == (3, 2, 1)
    ((row, named, expected, told, action),) = errors(report)
    assert (row, named, told) == ("3", column, f"'{came}" if came.startswith("-") else came)
    assert expected
    assert action
    assert people.queries.roster_size() == 2


def test_month_to_come_is_no_month_that_was_paid(arrive: Callable[..., ImportReport]) -> None:
    """One slip in one row held back the pay of everybody."""
    report = arrive(person(1), GOOD | {"发放至年月": "2099-12"}, person(2, 待遇起始年月="2027-09"))
    ((row, _, expected, _, _),) = errors(report)
    assert (row, "不晚于送达的月份" in expected) == ("3", True)
    assert entitlements.queries.paid_through() == Month(2026, 9)


def test_roster_of_a_day_that_has_not_come_is_refused(store: LocalStore, tmp_path: Path) -> None:
    path = write(tmp_path / "roster.csv", [GOOD])
    with refused(Why.ROSTER_FROM_THE_FUTURE):
        take(path, store, date(2072, 9, 1), today=DAY)
    assert people.queries.rosters() == []


def test_number_twice_is_refused_and_the_first_row_is_named(arrive: Callable[..., ImportReport]) -> None:
    report = arrive(GOOD, person(1), GOOD | {"姓名": "李四"}, GOOD | {"公民身份号码": "110105491231002"})
    assert (report.accepted, report.refused, report.notes["duplicate_number"]) == (2, 2, 2)
    assert [(line[0], "第 2 行" in line[2]) for line in errors(report)] == [("4", True), ("5", True)]
    assert [found.name for found in people.queries.identities([0, 1]).values()] == ["王芳", "人丁"]


def test_same_file_twice_changes_nothing(arrive: Callable[..., ImportReport]) -> None:
    first = arrive(GOOD, person(1))
    again = arrive(GOOD, person(1))
    assert not first.already_known
    assert again.already_known
    assert again.batch_id == first.batch_id
    assert PersonVersion.objects.count() == Benefit.objects.count() == 2


def test_newer_roster_adds_what_changed_and_overwrites_nothing(
    arrive: Callable[..., ImportReport], store: LocalStore
) -> None:
    arrive(GOOD, person(1), person(2))
    october = date(2026, 10, 1)
    report = arrive(
        person(3),
        GOOD | {"月待遇金额": "3200.00"},
        person(1, 手机号码="13900139000"),
        name="later.csv",
        day=october,
    )
    notes = {
        note: report.notes.get(note, 0)
        for note in ("new_people", "people_changed", "benefits_changed", "not_in_this_file")
    }
    assert notes == {"new_people": 1, "people_changed": 1, "benefits_changed": 1, "not_in_this_file": 1}
    assert report.matched == 2
    assert people.queries.roster_size() == 4
    assert [benefit.monthly_fen for benefit in entitlements.queries.benefits_of(0)] == [312_050, 320_000]
    assert people.queries.contact(1).phone == "13900139000"  # type: ignore[arg-type]
    assert PersonVersion.objects.filter(pno=1).count() == 2
    assert people.queries.link_table(store).num_rows == 4
    assert people.queries.find_by_number(number(3)) == 3
    assert verified(store)


def test_person_whose_pay_alone_has_changed_is_not_sealed_again(
    arrive: Callable[..., ImportReport], store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrive(GOOD, person(1), person(2))
    seal, sealed = roster_sealing.seal, []
    monkeypatch.setattr(
        roster_sealing, "seal", lambda kept, day: sealed.append(seal(kept, day)) or sealed[-1]
    )
    paid = {"发放至年月": "2026-08"}
    arrive(GOOD | paid, person(1, 手机号码="13900139000", **paid), person(2, **paid), name="later.csv")
    (part,) = sealed
    assert part.rows["benefit_changed"].to_pylist() == [True] * 3
    for column in ("name_index", "number_index", "identity_sealed", "contact_sealed"):
        assert [value is not None for value in part.rows[column].to_pylist()] == [False, True, False]
    assert people.queries.contact(1).phone == "13900139000"  # type: ignore[arg-type]
    assert verified(store)


def test_link_table_takes_of_earlier_rosters_only_what_no_later_one_has(
    arrive: Callable[..., ImportReport], store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrive(GOOD, person(1), person(2))
    told = {"发放至年月": "2026-08"}
    everybody = (GOOD | told, person(1, **told), person(2, **told))
    arrive(*everybody, name="later.csv", day=date(2026, 9, 2))
    arrive(*(row | {"月待遇金额": "3000"} for row in everybody[:2]), name="last.csv", day=date(2026, 9, 3))
    read, taken = parquet.read_table, []
    monkeypatch.setattr(
        parquet,
        "read_table",
        lambda *file, **how: taken.append(read(*file, **how)) or taken[-1],
    )
    found = people.queries.link_table(store)
    assert found["pno"].to_pylist() == [0, 1, 2]
    assert [one.num_rows for one in taken if one.num_columns > 1] == [2, 3]


def test_pay_state_follows_the_file_once_and_not_a_stale_one(
    arrive: Callable[..., ImportReport], store: LocalStore
) -> None:
    paused = {"发放状态": "2", "状态变更年月": "2026-08", "状态变更原因": "1201"}
    arrive(person(1, **paused), person(2), person(3, 发放状态="3"))
    assert entitlements.queries.pay_standing_of(0).state is PayState.PAUSED
    assert entitlements.queries.pay_standing_of(0).reason_code == "1201"
    assert entitlements.queries.pay_standing_of(1).state is PayState.IN_PAYMENT
    ended = entitlements.queries.pay_standing_of(2)
    assert (ended.state, ended.reason_code, ended.since) == (PayState.ENDED, "1499", Month(2026, 10))
    arrive(
        person(1, 发放状态="1", 状态变更年月="2026-10", 状态变更原因="1301"),
        person(2, 手机号码="13900139000"),
        person(3),  # nothing but the roster ended it: what a roster alone told, a roster takes back
        name="later.csv",
        day=date(2026, 10, 1),
    )
    assert [step.to_state for step in entitlements.queries.pay_steps_of(0)] == [2, 1]
    assert entitlements.queries.pay_standing_of(2).state is PayState.IN_PAYMENT
    assert verified(store)


def test_sealing_in_other_processes_gives_the_same(
    arrive: Callable[..., ImportReport], store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster_sealing, "WORTH_A_PROCESS", 0)
    assert arrive(GOOD, *(person(serial) for serial in range(50))).accepted == 51
    assert people.queries.identity(50).number == number(49)  # type: ignore[arg-type]
    assert verified(store)


def test_changed_person_is_found_by_the_ledger(
    arrive: Callable[..., ImportReport], store: LocalStore
) -> None:
    arrive(GOOD, person(1))
    PersonVersion.objects.filter(pno=1).update(region="440803")
    assert not verified(store)


def test_wrong_columns_are_refused_with_what_was_expected(arrive: Callable[..., ImportReport]) -> None:
    with pytest.raises(Refused, match=r"arrivals:roster_columns_missing .*月待遇金额 / 月养老金"):
        arrive(GOOD, headers=[header for header in HEADERS if header != "月待遇金额"])
    assert people.queries.roster_size() == 0


def test_damaged_file_is_refused(store: LocalStore, tmp_path: Path) -> None:
    (tmp_path / "roster.xlsx").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(Refused, match="damaged"):
        take(tmp_path / "roster.xlsx", store)


@pytest.mark.parametrize("full", ["store", "database"])
def test_full_disk_registers_nothing(
    arrive: Callable[..., ImportReport], store: LocalStore, monkeypatch: pytest.MonkeyPatch, full: str
) -> None:
    def no_room(*_: object, **__: object) -> None:
        if full == "store":
            raise OSError(28, "No space left on device")
        raise OperationalError("database or disk is full")

    with monkeypatch.context() as broken:
        if full == "store":
            broken.setattr("tempfile.mkstemp", no_room)
        else:
            broken.setattr("yizheng.rooms.people.actions.insert_rows", no_room)
        with pytest.raises(Refused, match="disk_full"):
            arrive(GOOD)
    assert people.queries.roster_size() == 0
    assert people.queries.rosters() == []
    assert arrive(GOOD).accepted == 1


def test_roster_registered_in_between_makes_this_one_start_over(
    arrive: Callable[..., ImportReport], store: LocalStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_link = roster_arrives._write_link

    def overtaken(*facts: object) -> None:
        monkeypatch.setattr(roster_arrives, "_write_link", write_link)
        arrive(person(7), name="other.csv")
        write_link(*facts)  # type: ignore[arg-type]

    monkeypatch.setattr(roster_arrives, "_write_link", overtaken)
    assert arrive(GOOD, person(1)).accepted == 2
    assert people.queries.find_by_number(number(7)) == 0
    assert people.queries.find_by_number(GOOD["公民身份号码"]) == 1
    assert verified(store)


def test_day_of_delivery_stands_in_the_name() -> None:
    assert roster_arrives.delivered_in_name(Path("roster_2026-09-01.csv")) == DAY
    assert roster_arrives.delivered_in_name(Path("花名册.xlsx")) is None


def test_people_inside_another_persons_address_are_refused_and_every_line_is_told(
    arrive: Callable[..., ImportReport], store: LocalStore, tmp_path: Path
) -> None:
    """Two stray quotation marks took four people for the address of a fifth, without a word."""
    arrive(*(person(serial) for serial in range(1, 10)), name="whole.csv")
    lines = (tmp_path / "whole.csv").read_text("utf-8").splitlines()
    lines[3], lines[8] = (lines[row].replace("赤坎区", '"赤坎区') for row in (3, 8))
    path = tmp_path / "quoted.csv"
    path.write_text("\n".join(["某局花名册", *lines, "", ""]), "utf-8")
    report = take(path, store, date(2026, 11, 5))
    assert (report.rows, report.accepted, report.refused) == (9, 3, 6)
    assert report.lines == {
        "all": 12,
        "accepted": 3,
        "repaired": 0,
        "refused": 6,
        "hidden": 0,
        "blank": 1,
        "title": 1,
        "header": 1,
        "inside_cells": 0,
    }
    assert [(row, came) for row, _, _, came, _ in errors(report)] == [("5", "文件的第 5-10 行")]
    assert take(path, store, date(2026, 11, 5)).lines == report.lines


FILLERS = ("111111111111111", "111111191111111113", "123456199001010011", "110101190001010006")


def test_fillers_and_one_number_of_many_names_are_refused_with_that_word(
    arrive: Callable[..., ImportReport], store: LocalStore
) -> None:
    """The next roster's bearer of a filler would take over the record of the one before, and be paid as the same."""
    shared = [person(7, 姓名=name) for name in ("王一", "王二", "王三")]
    report = arrive(person(1), *(person(9, 公民身份号码=number) for number in FILLERS), *shared)
    assert (report.accepted, report.refused) == (1, 7)
    assert (report.notes["number_filler"], report.notes["number_shared"]) == (4, 3)
    assert [expected[:8] for _, _, expected, _, _ in errors(report)] == ["本人真实的公民身"] * 4 + [
        "一个号码只属于一"
    ] * 3


def test_roster_whose_numbers_a_spreadsheet_has_cut_is_stopped(
    arrive: Callable[..., ImportReport], store: LocalStore
) -> None:
    """One in eleven numbers cut to 15 digits and 000 keeps a right check digit, and would be somebody else."""
    rows = [person(serial, 公民身份号码=f"{number(serial)[:15]}000") for serial in range(1, 40)]
    with pytest.raises(Refused, match=r"arrivals:numbers_cut .*cut=39 rows=39"):
        arrive(*rows)
    rows = [person(serial, 公民身份号码="4.40802194912E+17") for serial in range(1, 7)]
    with pytest.raises(Refused, match="arrivals:numbers_cut"):
        arrive(*rows)
    assert not people.queries.roster_size()
    assert (
        arrive(
            *(person(serial) for serial in range(1, 9)), person(10, 公民身份号码="440802194912310000")
        ).accepted
        == 8
    )
