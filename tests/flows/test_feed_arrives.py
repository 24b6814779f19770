"""A department's file arrives: linked by number and name, kept sealed, registered once, refused in one sentence."""

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.db import OperationalError

from hands import hands_of
from link_situations import NAMES, four_people, number
from worlds import demo_agency
from yizheng.adapters.store.local import LocalStore
from yizheng.adapters.tables.reading import read_table
from yizheng.flows.arrivals import feed_arrives
from yizheng.flows.house import ledger_is_verified
from yizheng.kernel.errors import Refused
from yizheng.kernel.time import FixedClock, day_number
from yizheng.rooms import entitlements, evidence, people
from yizheng.rooms.comparison.data import Key
from yizheng.rooms.evidence.data import Health, ImportReport
from yizheng.rooms.evidence.models import Delivery
from yizheng.rooms.people import rules

pytestmark = pytest.mark.django_db
AGENCY_DATA = demo_agency()
RULES = AGENCY_DATA.evidence_rules
DAY = date(2026, 10, 5)


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    """A store, with four people on the roster: numbers 0 to 3 in the order of NAMES."""
    return four_people(tmp_path).store


def write(path: Path, headers: list[str], rows: list[list[str]], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([headers, *rows])
    return path


def take(
    path: Path, store: LocalStore, source: str = "household_cancel", day: date | None = None
) -> ImportReport:
    with feed_arrives.roster_opened(store) as linker:
        return feed_arrives.import_feed(
            hands_of("test", clock=FixedClock.on(DAY), store=store),
            file=path,
            source=AGENCY_DATA.source(source),
            rules=RULES,
            delivered_on=day,
            read_table=read_table,
            linker=linker,
        )


HEADERS = ["公民身份号码", "姓名", "注销原因", "注销日期", "死亡日期", "派出所"]
NAME = "household_cancel_2026-09_2026-10-05.csv"


@pytest.fixture
def arrive(store: LocalStore, tmp_path: Path) -> Callable[..., ImportReport]:
    """Write a file of cancelled households and import it."""

    def run(
        *rows: list[str], name: str = NAME, headers: list[str] = HEADERS, day: date | None = None
    ) -> ImportReport:
        return take(write(tmp_path / name, headers, list(rows), "gb18030"), store, day=day)

    return run


def death(serial: int, day: str = "2026-07-15", name: str | None = None) -> list[str]:
    return [number(serial), NAMES[serial] if name is None else name, "死亡", "2026-07-20", day, "某派出所"]


def lean(store: LocalStore) -> list[dict[str, int]]:
    batches = [one.batch_id for one in evidence.queries.deliveries(as_of=DAY)]
    rows = [
        pq.read_table(file).to_pylist()
        for file in evidence.queries.lean_files(batches, bucket=0, store=store)
    ]
    found = []
    for row in (row for part in rows for row in part):
        key = Key.unpack(row["key"])
        found.append({"pno": row["pno"], "kind": key.kind, "day": key.day, "ev_no": key.evidence_no})
    return found


def errors(report: ImportReport) -> list[list[str]]:
    return list(csv.reader(Path(report.errors_file).read_text("utf-8-sig").splitlines()))[1:]


def verified(store: LocalStore) -> bool:
    report = ledger_is_verified.verify(
        witnessed=(
            *people.queries.witnessed(),
            *entitlements.queries.witnessed(),
            *evidence.queries.witnessed(),
        ),
        trees=(*people.queries.witnessed_trees(), *entitlements.queries.witnessed_trees()),
        store=store,
    )
    return report.verified


def test_rows_are_linked_and_their_raw_cells_found_again(
    arrive: Callable[..., ImportReport], store: LocalStore
) -> None:
    report = arrive(
        death(0),
        [number(2), "李娜", "参军", "2026-09-02", "", "某派出所"],
        [number(3), "张伟", "出国定居", "2026/9/3", "", "某派出所"],
    )
    assert (report.rows, report.accepted, report.refused, report.matched) == (3, 3, 0, 3)
    kinds = {kind.key: kind.no for kind in RULES.kinds}
    assert [(row["pno"], row["kind"], row["day"]) for row in lean(store)] == [
        (0, kinds["household_death"], day_number(date(2026, 7, 15))),
        (2, kinds["household_other"], day_number(date(2026, 9, 2))),
        (3, kinds["household_abroad"], day_number(date(2026, 9, 3))),
    ]
    raw = evidence.queries.raw_row(lean(store)[1]["ev_no"], store)
    assert (raw.source, raw.file_name, raw.row) == ("household_cancel", NAME, 3)
    assert raw.cells["注销原因"] == "参军"
    (delivery,) = evidence.queries.deliveries(as_of=DAY)
    assert (delivery.period, delivery.delivered_on) == ("2026-09", DAY)
    assert delivery.kinds == {"household_death": 1, "household_other": 1, "household_abroad": 1}
    assert verified(store)


def test_name_that_differs_is_no_link_and_is_counted(
    arrive: Callable[..., ImportReport], store: LocalStore
) -> None:
    report = arrive(
        death(0, name="李芳"), death(1, name="买买提•艾力"), death(2, name="李 娜"), death(3, name="")
    )
    assert report.matched == 3
    assert report.notes["name_differs"] == 1
    assert [row["pno"] for row in lean(store)] == [1, 2, 3]


def test_row_of_somebody_else_is_counted_and_goes_no_further(
    arrive: Callable[..., ImportReport], store: LocalStore
) -> None:
    report = arrive([number(77), "路人", "死亡", "2026-09-20", "2026-09-15", ""])
    assert (report.accepted, report.matched, report.notes["not_on_roster"]) == (1, 0, 1)
    assert lean(store) == []


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ([number(0)[:-1] + "Y", "王芳", "死亡", "2026-09-20", "2026-09-15", ""], "公民身份号码"),
        (["", "王芳", "死亡", "2026-09-20", "2026-09-15", ""], "公民身份号码"),
        (death(0, "2026-02-30"), "死亡日期"),
        (death(0, "2026-10-06"), "死亡日期"),  # after the delivery
        (death(0, "1965-01-01"), "死亡日期"),  # before days are counted
        (death(0, ""), "死亡日期"),  # a death without its day
        ([number(0), "王芳", "参军", "", "", ""], "注销日期"),
    ],
)
def test_row_that_cannot_be_used_is_refused_and_told(
    arrive: Callable[..., ImportReport], store: LocalStore, row: list[str], column: str
) -> None:
    report = arrive(death(1), row, death(2))
    assert (report.rows, report.accepted, report.refused) == (3, 2, 1)
    assert [line[:2] for line in errors(report)] == [["3", column]]
    assert [entry["pno"] for entry in lean(store)] == [1, 2]


def test_ragged_rows_are_refused_by_number(arrive: Callable[..., ImportReport]) -> None:
    report = arrive(death(0), [number(1), "买买提·艾力"], death(2))
    assert (report.rows, report.accepted, report.refused, report.notes["ragged"]) == (3, 2, 1, 1)
    assert errors(report)[0][0] == "3"


def test_deaths_inside_another_cell_are_refused_and_every_line_is_told(
    arrive: Callable[..., ImportReport], store: LocalStore, tmp_path: Path
) -> None:
    arrive(*(death(serial) for serial in range(3)))
    lines = (tmp_path / NAME).read_text("gb18030").replace("某派出所", '"某派出所').splitlines()
    (tmp_path / "again.csv").write_text("\n".join(lines[:3]) + "\n", "gb18030")
    report = take(tmp_path / "again.csv", store)
    assert (report.rows, report.accepted, report.refused, report.notes) == (2, 0, 2, {"ragged": 2})
    assert [(row, came) for row, _, _, came, _ in errors(report)] == [("2", "文件的第 2-3 行")]
    assert (report.lines["all"], report.lines["refused"], report.lines["header"]) == (3, 2, 1)


def test_formula_in_a_cell_does_not_run_in_excel(arrive: Callable[..., ImportReport]) -> None:
    report = arrive([number(0), "王芳", "死亡", "2026-09-20", "=HYPERLINK(1)", ""])
    assert errors(report)[0][3] == "'=HYPERLINK(1)"


def test_same_content_twice_changes_nothing_even_under_another_name(
    arrive: Callable[..., ImportReport], store: LocalStore
) -> None:
    first = arrive(death(0))
    again = arrive(death(0), name="household_cancel_2026-10_2026-10-05.csv")
    assert again.already_known
    assert again.batch_id == first.batch_id
    assert Delivery.objects.count() == 1
    assert len(lean(store)) == 1


def test_nothing_to_report_counts_every_month(arrive: Callable[..., ImportReport]) -> None:
    assert not arrive(name="household_cancel_2026-08_2026-09-05.csv").already_known
    assert not arrive(name="household_cancel_2026-09_2026-10-05.csv").already_known
    assert arrive(name="household_cancel_2026-09_2026-10-05.csv").already_known
    assert [one.period for one in evidence.queries.deliveries(as_of=DAY)] == ["2026-08", "2026-09"]
    (state,) = evidence.queries.health(
        sources=[AGENCY_DATA.source("household_cancel")], as_of=date(2026, 10, 31), roster_size=4
    )
    assert state.health is Health.WELL


def test_evidence_numbers_never_meet(arrive: Callable[..., ImportReport], store: LocalStore) -> None:
    arrive(death(0), death(1), name="household_cancel_2026-07_2026-08-05.csv")
    arrive(name="household_cancel_2026-08_2026-09-05.csv")
    arrive(death(2), death(3), name=NAME)
    numbers = [row["ev_no"] for row in lean(store)]
    assert len(set(numbers)) == 4
    assert [evidence.queries.raw_row(one, store).cells["姓名"] for one in numbers] == list(NAMES)


def test_day_and_period_without_a_telling_name(arrive: Callable[..., ImportReport]) -> None:
    arrive(death(0), name="名单.csv", day=date(2026, 9, 30))
    arrive(death(1), name="名单二.csv")
    found = [(one.period, one.delivered_on) for one in evidence.queries.deliveries(as_of=DAY)]
    assert found == [("2026-09", date(2026, 9, 30)), ("2026-10", DAY)]


def test_wrong_columns_are_refused_with_what_was_expected(arrive: Callable[..., ImportReport]) -> None:
    with pytest.raises(Refused, match=r"arrivals:feed_columns_missing .*source=household_cancel .*注销日期"):
        arrive([number(0), "王芳"], headers=["公民身份号码", "姓名"])
    assert Delivery.objects.count() == 0


def test_file_of_another_source_is_refused(
    arrive: Callable[..., ImportReport], store: LocalStore, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match=r"arrivals:named_for_another_source .*bears=prison"):
        arrive(death(0), name="prison_2026-09_2026-10-05.csv")
    headers = ["公民身份号码", "姓名", "受理日期", "注销原因", "注销日期", "死亡日期"]
    row = [number(0), "王芳", "2026-09-01", "死亡", "2026-09-02", "2026-09-01"]
    path = write(tmp_path / "both.csv", headers, [row])
    take(path, store)
    with pytest.raises(Refused, match=r"arrivals:from_another_source .*known=household_cancel"):
        take(path, store, source="police_counter")


def test_name_with_an_impossible_day_is_refused(arrive: Callable[..., ImportReport]) -> None:
    with pytest.raises(Refused, match=r"arrivals:day_in_name_wrong .*came=2026-13-05"):
        arrive(death(0), name="household_cancel_2026-09_2026-13-05.csv")


def test_without_a_roster_there_is_nothing_to_link_to(tmp_path: Path) -> None:
    path = write(tmp_path / NAME, HEADERS, [])
    with pytest.raises(Refused, match="arrivals:no_roster"):
        take(path, LocalStore(tmp_path / "empty"))


@pytest.mark.parametrize("full", ["raw", "unlinked", "errors", "evidence", "database"])
def test_full_disk_registers_nothing_and_the_same_command_goes_on(
    arrive: Callable[..., ImportReport], store: LocalStore, monkeypatch: pytest.MonkeyPatch, full: str
) -> None:
    write_file = LocalStore.write

    def no_room(self: LocalStore, relative: str, data: bytes) -> Path:
        if relative.startswith(full):
            raise OSError(28, "No space left on device")
        return write_file(self, relative, data)

    def no_room_in_database(**_: object) -> None:
        raise OperationalError("database or disk is full")

    rows = [death(0), death(1, "2026-02-30"), death(2, name="李那")]
    with monkeypatch.context() as broken:
        if full == "database":
            broken.setattr(evidence.actions, "accept", no_room_in_database)
        else:
            broken.setattr(LocalStore, "write", no_room)
        with pytest.raises(Refused, match="disk_full"):
            arrive(*rows)
    assert evidence.queries.deliveries(as_of=DAY) == []
    assert verified(store)
    assert arrive(*rows).accepted == 2
    assert len(lean(store)) == 1
    assert verified(store)


@pytest.mark.parametrize(
    "step", ["_keep_raw", "_keep_unlinked", "_write_errors", "_received", "_write_resolved", "accept"]
)
def test_import_that_died_at_any_step_is_whole_after_the_same_command(
    arrive: Callable[..., ImportReport], store: LocalStore, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    rows = [death(0), death(1, "2026-02-30"), death(2), death(3, name="李那")]
    with monkeypatch.context() as broken:
        broken.setattr(evidence.actions if step == "accept" else feed_arrives, step, dies)
        with pytest.raises(KeyboardInterrupt):
            arrive(*rows)
    assert evidence.queries.deliveries(as_of=DAY) == []
    assert verified(store)
    arrive(death(3), name="household_cancel_2026-08_2026-09-05.csv")
    report = arrive(*rows)
    assert (report.already_known, report.accepted, report.matched) == (False, 3, 2)
    assert sorted(row["pno"] for row in lean(store)) == [0, 2, 3]
    assert len({row["ev_no"] for row in lean(store)}) == 3
    assert [evidence.queries.raw_row(row["ev_no"], store).cells["姓名"] for row in lean(store)] == [
        NAMES[row["pno"]] for row in lean(store)
    ]
    assert verified(store)


def test_lean_files_say_nothing_of_who(arrive: Callable[..., ImportReport], store: LocalStore) -> None:
    arrive(death(0))
    for path in store.root.rglob("*"):
        if path.is_file():
            assert number(0).encode() not in path.read_bytes()
            assert "王芳".encode() not in path.read_bytes()
    (file,) = evidence.queries.lean_files(
        [evidence.queries.deliveries(as_of=DAY)[0].batch_id], bucket=0, store=store
    )
    assert pq.read_schema(file).names == ["pno", "key"]


def kept(store: LocalStore, what: str) -> list[dict[str, object]]:
    found = [
        evidence.queries.unlinked_rows(one, what, store) for one in evidence.queries.deliveries(as_of=DAY)
    ]
    return [row for delivery in found for part in delivery for row in part.to_pylist()]


def test_rows_that_reach_nobody_are_kept_with_what_an_exact_link_needs(
    arrive: Callable[..., ImportReport], store: LocalStore
) -> None:
    arrive(death(0), death(1, name="李芳"), [number(77), "路人", "参军", "2026-09-20", "", ""])
    assert [(row["index"], row["id17"], row["name_key"]) for row in kept(store, "strangers")] == [
        (1, rules.id17(number(1)), "李芳"),
        (2, rules.id17(number(77)), "路人"),
    ]
    (delivery,) = evidence.queries.deliveries(as_of=DAY)
    assert (delivery.roster, len(delivery.unlinked)) == (0, 2)
    assert verified(store)


def test_lead_whose_number_cannot_be_used_is_refused_and_kept_for_the_search(
    arrive: Callable[..., ImportReport], store: LocalStore
) -> None:
    report = arrive(
        [number(0)[:-1] + "Y", "王芳", "死亡", "2026-09-20", "2026-09-15", ""],
        ["", "李娜", "死亡", "2026-09-20", "2026-09-15", ""],
        ["", "", "死亡", "2026-09-20", "2026-09-15", ""],  # nothing to look by
        ["", "张伟", "参军", "2026-09-20", "", ""],  # no lead
        ["", "张伟", "死亡", "2026-09-20", "2026-02-30", ""],  # no day
        [number(77), "路人", "死亡", "2026-09-20", "2026-09-15", ""],
    )
    assert (report.refused, report.notes["leads_kept"]) == (5, 3)
    assert [line[0] for line in errors(report)] == ["2", "3", "4", "5", "6", "6"]
    assert [(row["index"], row["number"], row["name"], row["why"]) for row in kept(store, "leads")] == [
        (0, number(0)[:-1] + "Y", "王芳", "number_unusable"),
        (1, None, "李娜", "number_unusable"),
        (5, number(77), "路人", "not_on_roster"),
    ]


def test_what_is_kept_aside_says_nothing_of_who(
    arrive: Callable[..., ImportReport], store: LocalStore
) -> None:
    arrive(
        ["", "张伟伟", "死亡", "2026-09-20", "2026-09-15", ""],
        [number(77), "路人", "参军", "2026-09-20", "", ""],
    )
    for path in store.root.rglob("*.sealed"):
        assert number(77).encode() not in path.read_bytes()
        assert "路人".encode() not in path.read_bytes()
        assert "张伟伟".encode() not in path.read_bytes()


def test_fillers_and_cut_numbers_of_a_feed_are_refused_with_that_word(
    arrive: Callable[..., ImportReport], store: LocalStore
) -> None:
    """Five deaths under one filler hit one living person."""
    filler = [["111111191111111113", f"王{place}", *death(0)[2:]] for place in "一二三四五"]
    shared = [[number(0), name, *death(0)[2:]] for name in ("王一", "王二", "王三")]
    report = arrive(*filler, *shared, death(1))
    assert (report.refused, report.matched) == (8, 1)
    assert (report.notes["number_filler"], report.notes["number_shared"]) == (5, 3)
    cut = [[f"{number(0)[:15]}000", *death(0)[1:]] for _ in range(5)]
    with pytest.raises(Refused, match="arrivals:numbers_cut"):
        arrive(*cut, name="household_cancel_2026-08_2026-09-05.csv")


def test_days_written_as_instants_are_chinas_and_noted(
    arrive: Callable[..., ImportReport], store: LocalStore
) -> None:
    report = arrive(death(0, "2026-07-14T16:00:00Z"), death(1, "46217.99950231481"))
    assert report.notes == {"day_of_instant": 1, "day_rounded": 1}
    assert {row["day"] for row in lean(store)} == {
        day_number(date(2026, 7, 15)),
        day_number(date(2026, 7, 15)),
    }
