"""Rows to correct go to their department and its answers come back: once, whole, and never by touching a raw row."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from python_calamine import load_workbook

from case_situations import CASE_RULES
from flows.test_feed_arrives import AGENCY_DATA, DAY, NAMES, RULES, death, number, take, write
from flows.test_feed_arrives import HEADERS as HOUSEHOLD
from hands import hands_of
from link_situations import four_people
from pay_situations import CERTIFIER, RECHECKER
from signing_in import as_staff
from standing import begin_with
from yizheng import wiring
from yizheng.adapters.department_files.corrections import CorrectionFile
from yizheng.adapters.store.local import LocalStore
from yizheng.adapters.tables.reading import read_table
from yizheng.doors.case_words import note_words
from yizheng.doors.cli.main import cli
from yizheng.doors.words import told_in
from yizheng.flows.arrivals import feed_arrives
from yizheng.flows.cases import doubt_is_resolved
from yizheng.flows.house import ledger_is_verified
from yizheng.flows.runs import certification_run
from yizheng.flows.sources import corrections_come_back, corrections_go_out, source_quality
from yizheng.flows.sources.corrections_come_back import AnswersReport, NotTaken
from yizheng.flows.sources.corrections_go_out import HandedOut
from yizheng.kernel.errors import Misused, Refused
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import FixedClock, day_number
from yizheng.rooms import casework, certification, corrections, entitlements, evidence, ledger, people
from yizheng.rooms.casework.data import CaseView, NewCase, Outcome
from yizheng.rooms.certification.data import Result, Rulebook
from yizheng.rooms.corrections.data import Answer, RowState
from yizheng.rooms.corrections.models import AskedRow
from yizheng.rooms.evidence import rules
from yizheng.rooms.evidence.models import Delivery, Ruling
from yizheng.rooms.quality.data import Problem

pytestmark = pytest.mark.django_db
SOURCE = AGENCY_DATA.source("household_cancel")
LATER = DAY + timedelta(days=10)
FORMULA = '=HYPERLINK("http://example.com")'
TRAINS = ["证件号码", "旅客姓名", "车次", "乘车站", "乘车日期", "进站标志"]
Row = dict[str, str]


def said(one: NotTaken) -> str:
    return told_in(one.why, "zh-hans")


@pytest.fixture
def city(tmp_path: Path) -> LocalStore:
    """Four people. Person 0 is reported dead and boards a train later; other rows cannot be used."""
    begin_with("rows that cannot be used", tmp_path, _build)
    return LocalStore(tmp_path / "store")


def _build(folder: Path) -> None:
    store = four_people(folder).store
    rows = [
        death(0, "2026-07-15"),
        [number(1)[:-1] + "Y", NAMES[1], "死亡", "2026-07-20", "2026-07-15", FORMULA],  # a mistyped number
        death(2, "2026-02-30"),  # no such day
        death(3, "2026-06-01"),
    ]
    take(write(folder / "household_cancel_2026-09_2026-10-05.csv", HOUSEHOLD, rows, "gb18030"), store)
    trains = [[number(0), NAMES[0], "G1", "湛江西", "2026-09-15", "是"]]
    take(write(folder / "railway_2026-09_2026-10-03.csv", TRAINS, trains), store, source="railway")


def go_out(
    city: LocalStore,
    *,
    recipient: str = "户政科 王警官",
    suffix: str = ".csv",
    again: bool = False,
    source: str = SOURCE.key,
) -> HandedOut:
    return corrections_go_out.hand_out(
        hands_of("lin", clock=FixedClock.on(DAY), store=city),
        source=AGENCY_DATA.source(source),
        recipient=recipient,
        suffix=suffix,
        as_of=DAY,
        rulebook=AGENCY_DATA.rulebook,
        rules=AGENCY_DATA.quality_rules,
        files=CorrectionFile(),
        again=again,
    )


def rows_of(made: HandedOut) -> list[Row]:
    return list(csv.DictReader(io.StringIO(made.data.decode("utf-8-sig"), newline="")))


@pytest.fixture
def handed_out(city: LocalStore) -> list[Row]:
    return rows_of(go_out(city))


@pytest.fixture
def come_back(city: LocalStore, tmp_path: Path) -> Callable[..., AnswersReport]:
    """Fill answers into the rows of a file and take it in. `answers`: by row number, what is written into which cell."""

    def run(
        rows: list[Row], answers: dict[int, Row], *, name: str = "back.csv", day: date = LATER
    ) -> AnswersReport:
        filled = [{**row, **answers.get(int(row["原行号"]), {})} for row in rows]
        path = write(tmp_path / name, list(filled[0]), [list(row.values()) for row in filled], "utf-8-sig")
        return take_in(path, city, day)

    return run


def take_in(path: Path, city: LocalStore, day: date = LATER) -> AnswersReport:
    return corrections_come_back.take_in(
        hands_of("chen", clock=FixedClock.on(day), store=city),
        file=path,
        rulebook=AGENCY_DATA.rulebook,
        read_table=read_table,
        files=CorrectionFile(),
        case_rules=CASE_RULES,
    )


def says(word: str, **cells: str) -> Row:
    return {"答复": word, "答复人": "王警官", **{f"更正：{name}": value for name, value in cells.items()}}


def known(city: LocalStore) -> list[tuple[int, int]]:
    """Person and day of all evidence of the source that exists for a run."""
    aside = evidence.queries.set_aside(
        known_before=datetime(2027, 1, 1, tzinfo=FixedClock.on(DAY).now().tzinfo)
    )
    found = []
    for delivery in Delivery.objects.filter(source=SOURCE.key, state="accepted"):
        pno, key = feed_arrives.layout.read(
            evidence.queries.lean_files([delivery.batch_id], bucket=0, store=city)
        )
        rows = zip(pno.tolist(), key.tolist(), strict=True)
        found += [(one, packed >> 46) for one, packed in rows if packed & (1 << 38) - 1 not in aside]
    return sorted(found)


def verified(city: LocalStore) -> list[str]:
    tables = (
        *corrections.queries.witnessed(),
        *evidence.queries.witnessed(),
        *people.queries.witnessed(),
        *entitlements.queries.witnessed(),
    )
    trees = (*people.queries.witnessed_trees(), *entitlements.queries.witnessed_trees())
    report = ledger_is_verified.verify(witnessed=tables, trees=trees, store=city)
    return [fault.told for fault in report.faults]


# --- going out ---


def test_file_holds_the_departments_own_cells_and_what_is_wrong_with_them(handed_out: list[Row]) -> None:
    by_row = {int(row["原行号"]): row for row in handed_out}
    assert set(by_row) == {2, 3, 4}  # the fourth row is fine
    assert "之后还有活动" in by_row[2]["问题"]
    assert by_row[3]["问题"].startswith("公民身份号码：")
    assert "18位" in by_row[3]["应为"]
    assert by_row[4]["问题"].startswith("死亡日期：")
    assert by_row[2]["原：姓名"] == NAMES[0]
    assert int(handed_out[0]["原行号"]) == 2  # contradictions come first


def test_file_tells_nothing_of_what_another_department_delivered(
    handed_out: list[Row], city: LocalStore
) -> None:
    text = str(handed_out)
    assert not any(word in text for word in ("铁路", "G1", "湛江西", "2026-09-15"))
    theirs = str(rows_of(go_out(city, source="railway")))
    assert not any(word in theirs for word in ("户籍", "公安", "派出所", "2026-07-15"))


def test_formula_leaves_as_text(handed_out: list[Row], city: LocalStore, tmp_path: Path) -> None:
    cells = [cell for row in handed_out for cell in row.values()]
    assert f"'{FORMULA}" in cells
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    path = tmp_path / "out.xlsx"
    path.write_bytes(go_out(city, suffix=".xlsx", again=True).data)
    book = load_workbook(str(path))
    head, *rows = book.get_sheet_by_index(0).to_python()
    assert head[0] == "核对编号"
    assert f"'{FORMULA}" in [cell for row in rows for cell in row]
    assert book.sheet_names == ["待更正", "填写说明"]


def test_hand_out_is_in_the_ledger_before_the_file_exists_and_names_nobody(
    handed_out: list[Row], city: LocalStore
) -> None:
    kinds = [entry.kind for entry in ledger.queries.entries(0, ledger.queries.size())]
    assert kinds.count("corrections:row:handed_out") == len(handed_out)
    assert kinds[-1] == "privacy:export:made"
    entry = next(
        one
        for one in ledger.queries.entries(0, ledger.queries.size())
        if one.kind == "corrections:file:handed_out"
    )
    assert entry.actor == "lin"
    assert entry.detail["rows"] == 3
    assert not any(
        name in str(one.detail) for one in ledger.queries.entries(0, ledger.queries.size()) for name in NAMES
    )
    assert verified(city) == []
    AskedRow.objects.filter(row=2).update(state="taken_over")
    assert len(verified(city)) == 1


def test_row_is_asked_about_once_and_again_only_when_asked_for(
    handed_out: list[Row], city: LocalStore
) -> None:
    with pytest.raises(Refused, match="corrections:nothing_to_hand_out"):
        go_out(city)
    again = go_out(city, again=True)
    assert (again.rows, again.fresh) == (3, 0)
    assert [row["核对编号"] for row in rows_of(again)] == [row["核对编号"] for row in handed_out]


def test_row_that_people_found_wrong_goes_to_its_department(city: LocalStore) -> None:
    first = Delivery.objects.get(source=SOURCE.key).first_evidence_no
    with transaction.atomic():
        evidence.actions.rule(
            evidence_no=first + 3,
            pno=3,
            ruling="set_aside",
            case_id=7,
            actor="huang",
            at=FixedClock.on(DAY).now(),
        )
    rows = rows_of(go_out(city))
    assert rows[0]["原行号"] == "5"
    assert "核查" in rows[0]["问题"]


@pytest.mark.parametrize(("day", "comes_again"), [("2026-06-01", True), ("2026-06-02", False)])
def test_fact_set_aside_that_comes_again_is_counted_and_goes_to_its_department(
    city: LocalStore, tmp_path: Path, day: str, comes_again: bool
) -> None:
    first = Delivery.objects.get(source=SOURCE.key).first_evidence_no
    with transaction.atomic():
        evidence.actions.rule(
            evidence_no=first + 3,
            pno=3,
            ruling="set_aside",
            case_id=7,
            actor="huang",
            at=FixedClock.on(DAY).now(),
        )
    later = tmp_path / "household_cancel_2026-08_2026-10-05.csv"
    take(write(later, HOUSEHOLD, [death(3, day), death(1, "2026-06-01")]), city)
    counted, told = source_quality.compare(
        evidence.queries.deliveries(as_of=DAY),
        as_of=DAY,
        rulebook=AGENCY_DATA.rulebook,
        rules=AGENCY_DATA.quality_rules,
        store=city,
    )
    assert counted[SOURCE.key].contradicted.get(Problem.CAME_AGAIN, 0) == int(comes_again)
    again = [one for one in told if one.problem is Problem.CAME_AGAIN]
    assert [(one.delivery.file_name, one.pno) for one in again] == [(later.name, 3)] * comes_again
    asked = [row for row in rows_of(go_out(city)) if "又报来" in row["问题"]]
    assert [row["原行号"] for row in asked] == ["2"] * comes_again


@pytest.mark.parametrize(
    ("recipient", "suffix"), [("", ".csv"), (" ", ".csv"), ("王", ".doc"), ("王" * 41, ".csv")]
)
def test_hand_out_that_goes_to_nobody_or_is_no_table_is_misused(
    city: LocalStore, recipient: str, suffix: str
) -> None:
    with pytest.raises(Misused):
        go_out(city, recipient=recipient, suffix=suffix)
    assert not AskedRow.objects.exists()


# --- coming back ---


def test_answers_are_taken_over_each_in_its_own_way(
    handed_out: list[Row], come_back: Callable[..., AnswersReport], city: LocalStore
) -> None:
    before = known(city)
    assert before == [(0, day_number(date(2026, 7, 15))), (3, day_number(date(2026, 6, 1)))]
    raw = [evidence.queries.raw_row(one, city).cells for one in range(1, 5)]
    report = come_back(
        handed_out,
        {2: says("撤回"), 3: says("更正", 公民身份号码=number(1)), 4: says("正确")},
    )
    assert (report.confirmed_right, report.corrected, report.withdrawn, report.taken_over) == (1, 1, 1, 3)
    assert report.told == ()
    # the withdrawn death is gone, the corrected one is there, under its own delivery
    assert known(city) == [(1, day_number(date(2026, 7, 15))), (3, day_number(date(2026, 6, 1)))]
    amended = Delivery.objects.get(notes__amended=1)
    assert (amended.rows, amended.matched, amended.period, amended.delivered_on) == (1, 1, "2026-09", LATER)
    assert [evidence.queries.raw_row(one, city).cells for one in range(1, 5)] == raw
    rulings = {one.evidence_no: (one.pno, one.ruled_by, one.ruled_at) for one in Ruling.objects.all()}
    assert rulings == {
        1: (0, "household_cancel: 王警官", FixedClock.on(LATER).now()),
        2: (-1, "household_cancel: 王警官", FixedClock.on(LATER).now()),
    }
    states = {
        one.row: (one.state, one.answer, one.answered_by) for one in corrections.queries.rows_of(SOURCE.key)
    }
    assert states == {
        2: (RowState.TAKEN_OVER, Answer.WITHDRAWN, "王警官"),
        3: (RowState.TAKEN_OVER, Answer.CORRECTED, "王警官"),
        4: (RowState.TAKEN_OVER, Answer.CONFIRMED_RIGHT, "王警官"),
    }
    assert verified(city) == []


def test_corrected_day_of_a_death_replaces_the_old_one(
    handed_out: list[Row], come_back: Callable[..., AnswersReport], city: LocalStore
) -> None:
    come_back(handed_out, {2: says("更正", 死亡日期="2026-09-28")})
    assert known(city) == [(0, day_number(date(2026, 9, 28))), (3, day_number(date(2026, 6, 1)))]


def test_row_that_was_cut_off_can_be_sent_whole(
    city: LocalStore, come_back: Callable[..., AnswersReport], tmp_path: Path
) -> None:
    sound = [number(77), "路人", "参军", "2026-08-20", "", "某派出所"]
    path = write(tmp_path / "household_cancel_2026-08_2026-09-05.csv", HOUSEHOLD, [sound, ["440802", "王"]])
    take(path, city)
    rows = [row for row in rows_of(go_out(city)) if "列数" in row["问题"]]
    assert [(row["原行号"], row["原：公民身份号码"]) for row in rows] == [("3", "")]
    some = {"姓名": NAMES[1], "注销原因": "死亡", "死亡日期": "2026-08-20"}
    short = come_back(rows, {3: says("更正", **some)})
    assert ["公民身份号码" in said(one) and "注销日期" in said(one) for one in short.told] == [True]
    some |= {"公民身份号码": number(1), "注销日期": "2026-08-22"}
    whole = come_back(rows, {3: says("更正", **some)}, name="whole.csv")
    assert (whole.corrected, whole.taken_over) == (1, 1)
    assert (1, day_number(date(2026, 8, 20))) in known(city)
    assert verified(city) == []


def certified(city: LocalStore, day: date) -> dict[int, Result]:
    """Where people stand after a run as of a day."""
    certification_run.certify(
        hands_of("test", clock=FixedClock.on(day), store=city),
        as_of=day,
        rulebook=Rulebook(policies=AGENCY_DATA.policies, rules=RULES, sources=AGENCY_DATA.sources),
        case_rules=CASE_RULES,
    )
    found = {pno: certification.queries.find_standing(pno) for pno in range(len(NAMES))}
    return {pno: standing.result for pno, standing in found.items() if standing is not None}


def test_withdrawn_death_does_not_exist_for_the_next_run_and_a_corrected_one_does(
    handed_out: list[Row], come_back: Callable[..., AnswersReport], city: LocalStore
) -> None:
    batch = Delivery.objects.get(source=SOURCE.key).batch_id
    with transaction.atomic():  # four rows, two of them refused: somebody asked
        evidence.actions.vouch(batch_id=batch, reason="电话核实", actor="huang", at=FixedClock.on(DAY).now())
    before = certified(city, DAY)
    assert (before[0], before[3]) == (Result.DOUBTFUL, Result.DOUBTFUL)
    come_back(handed_out, {2: says("撤回"), 3: says("更正", 公民身份号码=number(1))})
    after = certified(city, LATER)
    assert (after[0], after[1], after[3]) == (Result.PASSED, Result.DOUBTFUL, Result.DOUBTFUL)
    assert certified(city, DAY) == after  # a run as of an earlier day looks back and changes nothing


def test_amendment_leaves_the_sources_health_alone(
    handed_out: list[Row], come_back: Callable[..., AnswersReport]
) -> None:
    come_back(handed_out, {3: says("更正", 公民身份号码=number(1))})
    deliveries = evidence.queries.deliveries(as_of=LATER)
    for size in (4, 100_000):
        with_it = rules.health_of(SOURCE, deliveries, as_of=LATER, roster_size=size)
        usual = [one for one in deliveries if not one.is_amendment]
        assert with_it == rules.health_of(SOURCE, usual, as_of=LATER, roster_size=size)


def test_same_file_twice_changes_nothing(
    handed_out: list[Row], come_back: Callable[..., AnswersReport], city: LocalStore
) -> None:
    answers = {2: says("撤回"), 3: says("更正", 公民身份号码=number(1))}
    come_back(handed_out, answers)
    size, evidence_known = ledger.queries.size(), known(city)
    again = come_back(handed_out, answers, day=LATER + timedelta(days=1))
    assert (again.known_before, again.taken_over, again.told) == (2, 0, ())
    assert (ledger.queries.size(), known(city)) == (size, evidence_known)


def test_second_answer_from_another_file_is_told_and_not_taken(
    handed_out: list[Row], come_back: Callable[..., AnswersReport]
) -> None:
    come_back(handed_out, {2: says("撤回")})
    other = come_back(handed_out, {2: says("正确")}, name="other.csv")
    assert [(one.row, "王警官" in said(one)) for one in other.told] == [(2, True)]
    assert corrections.queries.rows_of(SOURCE.key)[-1].answer is Answer.WITHDRAWN


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (says("也许"), "not an answer"),
        ({"答复": "撤回"}, "no name"),
        (says("更正"), "nothing corrected"),
        (says("更正", 死亡日期="2026-13-01"), "still unusable"),
        (says("更正", 死亡日期="2027-01-01"), "still unusable"),  # after the day of the answer
        (says("更正", 公民身份号码="1234"), "still unusable"),
        ({**says("撤回"), "核对编号": "AAAA-BBBB-CCCC"}, "unknown"),
    ],
)
def test_answer_that_cannot_be_used_is_told_and_changes_nothing(
    handed_out: list[Row], come_back: Callable[..., AnswersReport], cells: Row, why: str
) -> None:
    report = come_back(handed_out, {2: cells, 4: says("正确")})
    assert [why in told_in(one.why, "en") for one in report.told] == [True]
    assert report.confirmed_right == report.taken_over == 1
    states = {one.row: one.state for one in corrections.queries.rows_of(SOURCE.key)}
    assert states == {2: RowState.HANDED_OUT, 3: RowState.HANDED_OUT, 4: RowState.TAKEN_OVER}
    assert not Ruling.objects.exists()
    assert report.empty == 1
    better = come_back(handed_out, {2: says("撤回")}, name="better.csv")
    assert (better.withdrawn, better.taken_over) == (1, 1)


def test_answers_in_a_workbook_are_read_as_those_in_text(
    handed_out: list[Row], city: LocalStore, tmp_path: Path
) -> None:
    path = tmp_path / "back.xlsx"
    rows = [{**row, **says("更正", 死亡日期="2026-09-28")} for row in handed_out if row["原行号"] == "2"]
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, list(rows[0]))
    sheet.write_row(1, 0, list(rows[0].values()))
    # Excel turns a typed day into a real date
    sheet.write_datetime(1, list(rows[0]).index("更正：死亡日期"), datetime(2026, 9, 28))  # noqa: DTZ001
    book.close()
    report = take_in(path, city)
    assert (report.corrected, report.taken_over, report.told) == (1, 1, ())
    assert (0, day_number(date(2026, 9, 28))) in known(city)


def test_row_that_stands_twice_counts_once(
    handed_out: list[Row], come_back: Callable[..., AnswersReport]
) -> None:
    report = come_back([handed_out[0], handed_out[0]], {2: says("撤回")})
    assert (report.withdrawn, len(report.told)) == (1, 1)


def test_wrong_file_is_refused(city: LocalStore, handed_out: list[Row], tmp_path: Path) -> None:
    theirs = rows_of(go_out(city, source="railway"))
    for name, rows, match in (
        ("roster.csv", [{"姓名": "王芳"}], "corrections:columns_missing"),
        ("none.csv", [{**handed_out[0], "核对编号": "AAAA-BBBB-CCCC"}], "corrections:never_handed_out"),
        ("mixed.csv", [handed_out[0], theirs[0]], "corrections:sources_mixed"),
    ):
        head = list(dict.fromkeys(header for row in rows for header in row))
        path = write(tmp_path / name, head, [[row.get(header, "") for header in head] for row in rows])
        with pytest.raises(Refused, match=match):
            take_in(path, city)
    assert {one.state for one in corrections.queries.rows_of(SOURCE.key)} == {RowState.HANDED_OUT}


class Killed(Exception):
    """The process ends here."""


@pytest.fixture(params=["import", "take over"])
def killed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """The process ends before the amendment is imported, or after that and before it is taken over."""
    of, name = (
        (feed_arrives, "import_feed") if request.param == "import" else (corrections.actions, "take_over")
    )
    left = [0 if request.param == "import" else 1]
    real = getattr(of, name)

    def dies(*words: object, **facts: object) -> object:
        if not left[0]:
            raise Killed
        left[0] -= 1
        return real(*words, **facts)

    with monkeypatch.context() as patch:
        patch.setattr(of, name, dies)
        yield patch.undo


def test_killed_between_answers_and_amendment_the_same_file_goes_on(
    handed_out: list[Row],
    come_back: Callable[..., AnswersReport],
    city: LocalStore,
    killed: Callable[[], None],
) -> None:
    answers = {2: says("更正", 死亡日期="2026-09-28"), 4: says("正确")}
    with pytest.raises(Killed):
        come_back(handed_out, answers)
    assert (0, day_number(date(2026, 7, 15))) in known(city)  # never a moment with neither
    killed()  # no more: the next process lives
    report = come_back(handed_out, answers, day=LATER + timedelta(days=1))
    assert report.taken_over == 1
    assert known(city) == [(0, day_number(date(2026, 9, 28))), (3, day_number(date(2026, 6, 1)))]
    assert Delivery.objects.filter(notes__amended=1).count() == 1
    assert "same_content_again" not in Delivery.objects.get(notes__amended=1).notes
    assert verified(city) == []


def test_two_at_once_take_each_row_over_once(
    handed_out: list[Row],
    come_back: Callable[..., AnswersReport],
    city: LocalStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The second reads the file, then the first does all its work, then the second writes."""
    answers = {2: says("撤回"), 3: says("更正", 公民身份号码=number(1)), 4: says("正确")}
    real, reports = corrections_come_back._check_corrections, []

    def first_comes_between(*words: object, **facts: object) -> None:
        monkeypatch.setattr(corrections_come_back, "_check_corrections", real)
        reports.append(come_back(handed_out, answers))
        real(*words, **facts)  # type: ignore[arg-type]

    monkeypatch.setattr(corrections_come_back, "_check_corrections", first_comes_between)
    second = come_back(handed_out, answers)
    assert (reports[0].taken_over, second.taken_over, second.known_before) == (3, 0, 3)
    assert Ruling.objects.count() == 2
    assert Delivery.objects.filter(notes__amended=1).count() == 1
    assert verified(city) == []


def test_row_that_two_people_confirmed_waits_for_a_person(
    handed_out: list[Row], come_back: Callable[..., AnswersReport], city: LocalStore
) -> None:
    with transaction.atomic():
        evidence.actions.rule(
            evidence_no=1, pno=0, ruling="confirmed", case_id=7, actor="huang", at=FixedClock.on(DAY).now()
        )
    report = come_back(handed_out, {2: says("撤回")})
    assert (report.withdrawn, report.taken_over, report.waiting) == (1, 0, 1)
    assert (0, day_number(date(2026, 7, 15))) in known(city)


# --- the cases that rest on what is taken back ---


def case_on(*leads: int, day: date = DAY) -> CaseView:
    """The open case of person 0 that rests on these rows."""
    with transaction.atomic():
        casework.actions.open_cases(
            [NewCase(pno=Pno(0), reasons=("death_reported",), leads=leads)],
            run_id="r",
            as_of=day,
            at=FixedClock.on(day).now(),
            actor="run",
            case_rules=CASE_RULES,
        )
    (case,) = casework.queries.open_cases_of(0)
    return case


def notes_of(case: CaseView) -> list[str]:
    return [note_words(case.kind, step.note) for step in casework.queries.steps(case.case_id)]


def test_case_closes_with_its_only_lead_and_decides_nothing(
    handed_out: list[Row], come_back: Callable[..., AnswersReport]
) -> None:
    case = doubt_is_resolved.propose(
        hands_of(CERTIFIER, clock=FixedClock.on(DAY)),
        case_id=case_on(1).case_id,
        outcome=Outcome.CANNOT_CONFIRM,
        loss="",
        reason="找不到人",
        outcome_day=None,
        expected_version=1,
        case_rules=CASE_RULES,
    )
    come_back(handed_out, {2: says("撤回")})
    closed = casework.queries.get_case(case.case_id)
    assert (closed.is_closed, closed.outcome, closed.proposed_by) == (True, "", "")
    assert "撤销了 1 条线索，还剩 0 条" in notes_of(case)[-1]
    assert not any(clock.is_running for clock in casework.queries.clocks(case.case_id))
    assert entitlements.queries.pay_steps_of(0) == []


def test_case_with_another_lead_goes_on_and_shows_what_remains(
    handed_out: list[Row], come_back: Callable[..., AnswersReport]
) -> None:
    case = case_on(1, 9)
    come_back(handed_out, {2: says("撤回")})
    assert not casework.queries.get_case(case.case_id).is_closed
    assert "撤销了 1 条线索，还剩 1 条" in notes_of(case)[-1]


def test_decision_that_rested_on_it_becomes_a_question_and_pay_stays(
    handed_out: list[Row], come_back: Callable[..., AnswersReport]
) -> None:
    case = doubt_is_resolved.propose(
        hands_of(CERTIFIER, clock=FixedClock.on(DAY)),
        case_id=case_on(1).case_id,
        outcome=Outcome.LOST_CONFIRMED,
        loss="death",
        reason="家人说的",
        outcome_day=date(2026, 7, 15),
        expected_version=1,
        case_rules=CASE_RULES,
    )
    doubt_is_resolved.confirm(
        hands_of(RECHECKER, clock=FixedClock.on(DAY)),
        case_id=case.case_id,
        agree=True,
        note="",
        expected_version=case.version,
        case_rules=CASE_RULES,
    )
    before = entitlements.queries.pay_steps_of(0)
    assert before
    come_back(handed_out, {2: says("撤回")})
    (question,) = casework.queries.open_cases_of(0)
    assert (question.kind, question.leads) == (case.kind, ())
    assert f"第 {case.case_id} 号疑点" in notes_of(question)[-1]
    assert entitlements.queries.pay_steps_of(0) == before
    come_back(handed_out, {2: says("撤回")})
    assert len(casework.queries.cases_of_person(0)) == 2


# --- through the doors ---


@pytest.fixture
def doors(city: LocalStore, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Client]:
    monkeypatch.setattr(wiring, "store", lambda: city)
    monkeypatch.setattr(wiring, "clock", lambda: FixedClock.on(LATER))

    def sign_in(role: str) -> Client:
        client = Client()
        account = get_user_model().objects.create(
            username=role,
            display_name=role,
            role=role,
            password="!",
            created_at=FixedClock.on(DAY).now(),
            created_by="test",
        )
        as_staff(client, account.pk)
        return client

    return sign_in


def test_supervisor_downloads_the_file_and_a_certifier_brings_it_back(doors: Callable[[str], Client]) -> None:
    supervisor, certifier = doors("supervisor"), doors("certifier")
    out = reverse("staff:source-hand-out", kwargs={"key": SOURCE.key})
    assert "请填交给" in supervisor.post(out, {"recipient": ""}, follow=True).content.decode()
    answer = supervisor.post(out, {"recipient": "户政科", "format": "csv"})
    assert answer.status_code == 200
    assert "corrections_household_cancel" in answer["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert len(rows) == 3
    page = supervisor.get(reverse("staff:source", kwargs={"key": SOURCE.key})).content.decode()
    assert rows[0]["核对编号"] in page
    assert not any(name in page for name in NAMES)
    sink = io.StringIO(newline="")
    writer = csv.DictWriter(sink, list(rows[0]))
    writer.writeheader()
    writer.writerows([{**rows[0], **says("撤回")}, {**rows[1], **says("胡说")}])
    back = reverse("staff:source-answers", kwargs={"key": SOURCE.key})
    assert "请先选一个文件" in certifier.post(back, follow=True).content.decode()
    upload = SimpleUploadedFile("back.csv", sink.getvalue().encode("utf-8-sig"))
    told = certifier.post(back, {"answers": upload}, follow=True)
    assert "not an answer" not in told.content.decode()
    assert rows[1]["核对编号"] in told.content.decode()
    assert {one.row: one.state for one in corrections.queries.rows_of(SOURCE.key)}[2] is RowState.TAKEN_OVER


def test_case_knows_that_the_source_was_asked_and_what_it_said(
    doors: Callable[[str], Client], handed_out: list[Row], come_back: Callable[..., AnswersReport]
) -> None:
    with transaction.atomic():
        casework.actions.open_cases(
            [NewCase(pno=Pno(0), reasons=("death_contradicted",), leads=(1,))],
            run_id="run",
            as_of=DAY,
            at=FixedClock.on(DAY).now(),
            actor="test",
            case_rules=CASE_RULES,
        )
    case = casework.queries.case_of_person(0)
    assert case is not None
    address, client = reverse("staff:case", kwargs={"case_id": case.case_id}), doors("certifier")
    (ref,) = [row["核对编号"] for row in handed_out if row["原行号"] == "2"]
    page = client.get(address).content.decode()
    assert ref in page
    assert "已交回，待答复" in page
    come_back(handed_out, {2: says("撤回")})
    page = client.get(address).content.decode()
    assert "撤回 · 王警官" in page
    assert Ruling.objects.get(evidence_no=1).case_id == case.case_id


def test_commands_hand_out_import_and_list(
    doors: Callable[[str], Client], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*words: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            cli(list(words))
        return int(ended.value.code or 0), capsys.readouterr().out

    out = tmp_path / "out.csv"
    words = (
        "source",
        "hand-out",
        "--source",
        SOURCE.key,
        "--to",
        "户政科",
        "--as-of",
        str(DAY),
        "--out",
        str(out),
    )
    assert run(*words)[0] == 0
    assert out.stat().st_mode & 0o777 == 0o600
    assert run("source", "quality", "--as-of", str(DAY), "--json")[0] == 0
    code, listed = run("source", "corrections", "list", "--state", "handed_out", "--json")
    assert (code, listed.count("\n")) == (0, 3)
    assert not any(name in listed for name in NAMES)
    rows = list(csv.DictReader(out.open(encoding="utf-8-sig", newline="")))
    rows[0] |= says("撤回")
    write(out, list(rows[0]), [list(row.values()) for row in rows], "utf-8-sig")
    code, said = run("source", "corrections", "import", str(out))
    assert (code, "withdrawn 1" in said) == (0, True)
    assert run("source", "corrections", "import", str(tmp_path / "none.csv"))[0] == 1
