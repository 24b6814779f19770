"""Numbers of people change: nobody is paid twice unasked, and nobody's record moves to somebody else unasked."""

from datetime import date
from pathlib import Path
from random import Random

import pyarrow.parquet as pq
import pytest
from django.contrib.auth import get_user_model
from django.test import Client

import link_situations
from case_situations import CASE_RULES
from hands import hands_of
from link_situations import AGENCY_DATA, City
from pay_situations import AT, CERTIFIER, RECHECKER, clock_on
from refused import refused
from roster_situations import number, person, take, write
from signing_in import as_staff
from yizheng import wiring
from yizheng.adapters.store.local import LocalStore
from yizheng.flows.arrivals.why import Why
from yizheng.flows.cases import case_is_opened, doubt_is_resolved
from yizheng.flows.channels import passes_arrive
from yizheng.flows.house import ledger_is_verified
from yizheng.flows.pay import pay_run
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import Month
from yizheng.rooms import casework, entitlements, payments, people
from yizheng.rooms.casework.data import Known
from yizheng.rooms.certification.models import Standing
from yizheng.rooms.evidence.data import ImportReport
from yizheng.rooms.notices.models import Message
from yizheng.rooms.people.data import Sign
from yizheng.rooms.privacy.models import Look

pytestmark = pytest.mark.django_db
SEPTEMBER = Month(2026, 9)
MONTHLY = 312_050


def someone(serial: int, **changes: str) -> dict[str, str]:
    """A person with account, phone and birthday of their own."""
    return person(
        serial,
        **{
            "出生日期": f"1949-{serial % 12 + 1:02d}-{serial % 28 + 1:02d}",
            "手机号码": f"138{serial:08d}",
            "银行账号": f"6222{serial:015d}",
        }
        | changes,
    )


class Office:
    """A small agency with monthly rosters and pay runs."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.store, self._files = folder, LocalStore(folder / "store"), 0

    def roster(self, month: Month, *rows: dict[str, str]) -> ImportReport:
        """The month's roster, on the 25th: it says that the month was paid."""
        self._files += 1
        told = [row | {"发放至年月": str(month)} for row in rows]
        path = write(self.folder / f"roster-{self._files}.csv", told)
        return take(path, self.store, date(month.year, month.month, 25))

    def run(self, month: Month) -> dict[int, int]:
        """The month's pay run: what each person got, in fen."""
        clock = clock_on(month.plus(-1).last())
        report = pay_run.run(hands_of("zhao", clock=clock, store=self.store), month=month)
        assert report.reconciles
        table = pq.read_table(self.store.path(report.file))
        return dict(zip(table["pno"].to_pylist(), table["total_fen"].to_pylist(), strict=True))

    def decide(self, kind: str, outcome: str, day: date, pno: int) -> None:
        """What two people say on the open case of a person."""
        (case,) = [one for one in casework.queries.open_cases_of(pno) if one.kind == kind]
        hands = hands_of(CERTIFIER, clock=clock_on(day), store=self.store)
        case = doubt_is_resolved.propose(
            hands,
            case_id=case.case_id,
            outcome=outcome,
            reason="问过核心系统",
            outcome_day=None,
            expected_version=case.version,
            case_rules=CASE_RULES,
        )
        doubt_is_resolved.confirm(
            hands_of(RECHECKER, clock=clock_on(day), store=self.store),
            case_id=case.case_id,
            agree=True,
            note="",
            expected_version=case.version,
            case_rules=CASE_RULES,
        )

    def verify(self) -> None:
        """Every row of people, benefits and cases is as it was witnessed."""
        rooms = (people, entitlements, casework, payments)
        found = ledger_is_verified.verify(
            witnessed=tuple(table for room in rooms for table in room.queries.witnessed()),
            trees=(*people.queries.witnessed_trees(), *entitlements.queries.witnessed_trees()),
            store=self.store,
        )
        tables = ("people_", "entitlements_", "casework_")
        assert [one for one in found.faults if one.table.startswith(tables)] == []

    def open_by_hand(self, kind: str, pno: int, day: date) -> None:
        """A clerk opens a case from a person's file."""
        hands = hands_of(CERTIFIER, clock=clock_on(day), store=self.store)
        case_is_opened.open_by_hand(
            hands, pno=Pno(pno), kind=kind, reason="两个人都来过", case_rules=CASE_RULES
        )


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


OCTOBER = Month(2026, 10)
OLD, OTHER = someone(1), someone(2)
NEW = OLD | {"公民身份号码": number(3)}


def cases() -> list[tuple[int, str]]:
    return [(one.pno, one.kind) for waiting in casework.queries.open_by_person().values() for one in waiting]


ALIKE = [
    (NEW, [Sign.ACCOUNT, Sign.NAME_BIRTHDAY, Sign.PHONE]),
    (NEW | {"手机号码": "", "银行账号": ""}, [Sign.NAME_BIRTHDAY]),
    (NEW | {"姓名": "别名", "出生日期": "1950-01-01", "手机号码": ""}, [Sign.ACCOUNT]),
    (NEW | {"出生日期": "1950-01-01", "银行账号": "6222999"}, [Sign.PHONE]),
]
UNLIKE = [
    NEW
    | {"姓名": "别名", "出生日期": "1950-01-01", "银行账号": "6222999"},  # a child's phone, for both parents
    NEW | {"姓名": "别名", "手机号码": "", "银行账号": ""},  # a birthday alone
    NEW | {"出生日期": "1950-01-01", "手机号码": "", "银行账号": ""},  # a name alone
]


@pytest.mark.parametrize(("row", "signs"), ALIKE)
def test_new_person_like_one_who_vanished_is_asked_about_and_not_paid(
    office: Office, row: dict[str, str], signs: list[Sign]
) -> None:
    office.roster(SEPTEMBER, OLD, OTHER)
    office.run(OCTOBER)
    assert office.roster(OCTOBER, row, OTHER).notes["asked_as_new"] == 1
    (asked,) = people.queries.open_questions()
    assert (asked.pno, asked.other, list(asked.signs)) == (2, 0, signs)
    assert cases() == [(2, Known.SAME_PERSON)]
    assert office.run(Month(2026, 11)) == {0: MONTHLY, 1: MONTHLY}


@pytest.mark.parametrize("row", UNLIKE)
def test_new_person_who_shares_little_is_not_asked_about(office: Office, row: dict[str, str]) -> None:
    office.roster(SEPTEMBER, OLD, OTHER)
    assert "asked_as_new" not in office.roster(OCTOBER, row, OTHER).notes
    assert cases() == []


def test_months_that_waited_are_paid_once_they_are_two_people(office: Office) -> None:
    office.roster(SEPTEMBER, OLD, OTHER)
    office.run(OCTOBER)
    office.roster(OCTOBER, NEW, OTHER)
    for month in (Month(2026, 11), Month(2026, 12)):
        assert office.run(month) == {0: MONTHLY, 1: MONTHLY}
        office.roster(month, NEW, OTHER)
    office.decide(Known.SAME_PERSON, "different_people", date(2026, 12, 28), 2)
    assert office.run(Month(2027, 1)) == {0: MONTHLY, 1: MONTHLY, 2: 3 * MONTHLY}
    assert office.run(Month(2027, 2)) == dict.fromkeys((0, 1, 2), MONTHLY)
    assert "asked_as_new" not in office.roster(Month(2027, 2), NEW, OTHER).notes, "nothing is asked twice"


def test_somebody_paid_already_is_held_and_paid_what_waited(office: Office) -> None:
    """The old number vanishes a month after the new one came: the months before were paid."""
    office.roster(SEPTEMBER, OLD, OTHER)
    office.run(OCTOBER)
    row = NEW | {"手机号码": "", "姓名": "别名"}
    office.roster(OCTOBER, OLD, row, OTHER)
    assert office.run(Month(2026, 11)) == dict.fromkeys((0, 1, 2), MONTHLY)
    assert office.roster(Month(2026, 11), row, OTHER).notes["asked_as_new"] == 1
    assert office.run(Month(2026, 12)) == {0: MONTHLY, 1: MONTHLY}
    office.decide(Known.SAME_PERSON, "different_people", date(2026, 12, 28), 2)
    assert office.run(Month(2027, 1)) == {0: MONTHLY, 1: MONTHLY, 2: 2 * MONTHLY}


def test_one_person_goes_on_under_the_new_number_and_either_finds_them(office: Office) -> None:
    office.roster(SEPTEMBER, OLD, OTHER)
    office.run(OCTOBER)
    office.roster(OCTOBER, NEW | {"月待遇金额": "3200.00"}, OTHER)
    office.run(Month(2026, 11))
    office.decide(Known.SAME_PERSON, "same_person", date(2026, 11, 20), 2)
    assert [people.queries.find_by_number(row["公民身份号码"]) for row in (OLD, NEW)] == [0, 0]
    assert people.queries.identity(Pno(0)).number == NEW["公民身份号码"]
    assert people.queries.find_by_name(OLD["姓名"]) == [0]
    assert [one.number for one in people.queries.other_numbers(Pno(0))] == [OLD["公民身份号码"]]
    told = office.roster(Month(2026, 11), NEW | {"月待遇金额": "3200.00"}, OTHER)
    assert "new_people" not in told.notes
    assert "not_in_this_file" not in told.notes
    raised = 320_000 - MONTHLY  # told in November, after its run
    assert office.run(Month(2026, 12)) == {0: 320_000 + raised, 1: MONTHLY}
    assert entitlements.queries.disagreements(missing=True) == []


def test_joining_that_was_wrong_is_taken_back(office: Office) -> None:
    office.roster(SEPTEMBER, OLD, OTHER)
    office.run(OCTOBER)
    office.roster(OCTOBER, NEW, OTHER)
    office.run(Month(2026, 11))
    office.decide(Known.SAME_PERSON, "same_person", date(2026, 11, 20), 2)
    office.roster(Month(2026, 11), NEW | {"联系地址": "新址"}, OTHER)
    office.run(Month(2026, 12))
    office.open_by_hand("joined_wrongly", 0, date(2026, 12, 3))
    office.decide("joined_wrongly", "parted", date(2026, 12, 4), 0)
    assert [people.queries.find_by_number(row["公民身份号码"]) for row in (OLD, NEW)] == [0, 2]
    assert [people.queries.identity(Pno(pno)).number for pno in (0, 2)] == [
        OLD["公民身份号码"],
        NEW["公民身份号码"],
    ]
    assert people.queries.contact(Pno(0)).address == OLD["联系地址"]
    office.roster(Month(2026, 12), NEW | {"联系地址": "新址"}, OTHER)
    assert people.queries.contact(Pno(2)).address == "新址"
    assert office.run(Month(2027, 1)) == {0: MONTHLY, 1: MONTHLY, 2: 3 * MONTHLY}
    office.verify()


def record_pass(folder: Path, number_: str, name: str, day: date) -> None:
    """A window's file: the person was there on a day."""
    file = folder / "passes.csv"
    file.write_text(f"id_number,name,day,channel\n{number_},{name},{day},window\n", "utf-8")
    report = passes_arrive.import_passes(
        hands_of("wang", clock=clock_on(date(2026, 10, 9)), store=LocalStore(folder / "store")),
        file=file,
        read_table=wiring.read_table,
        policies=AGENCY_DATA.policies,
        case_rules=CASE_RULES,
        rng=Random(1),
    )
    assert report.recorded == 1


def test_what_came_in_under_the_new_number_is_told_of_the_person(tmp_path: Path) -> None:
    city, office = City(tmp_path), Office(tmp_path)
    city.roster("王芳", "李娜")
    city.roster("李娜", first=1, day=date(2026, 9, 25))
    city.roster("李娜", "王芳", first=1, day=date(2026, 10, 2))  # as number 2: of the same name and birthday
    city.deaths((link_situations.number(2), "王芳"))
    office.decide(Known.SAME_PERSON, "same_person", date(2026, 10, 20), 2)
    city.certify()
    stands = dict(Standing.objects.order_by("pno").values_list("pno", "reasons"))
    assert stands[0].startswith("death_reported")
    assert stands[2].startswith("number_joined")
    assert set(casework.queries.open_by_person()) == {0}
    assert Message.objects.filter(pno=2).count() == 0
    city.verify()


def test_pass_under_the_new_number_counts_for_the_person(tmp_path: Path) -> None:
    city, office = City(tmp_path), Office(tmp_path)
    city.roster("王芳", "李娜")
    city.roster("李娜", "王芳", first=1, day=date(2026, 10, 2))
    record_pass(tmp_path, link_situations.number(2), "王芳", date(2026, 10, 8))
    office.decide(Known.SAME_PERSON, "same_person", date(2026, 10, 20), 2)
    city.certify()
    stands = dict(Standing.objects.order_by("pno").values_list("pno", "reasons"))
    assert stands[0].startswith("earlier_certification")
    assert stands[2].startswith("number_joined")


SWAPPED = [
    OLD | {key: OTHER[key] for key in ("姓名", "出生日期", "手机号码", "银行账号")},
    OTHER | {key: OLD[key] for key in ("姓名", "出生日期", "手机号码", "银行账号")},
]


def seen() -> list[tuple[str, str, str]]:
    return [
        (one.number, one.name, people.queries.contact(pno).account)
        for pno, one in people.queries.all_identities()
    ]


@pytest.mark.parametrize("birthday", [True, False])
def test_number_under_which_somebody_else_appears_moves_nobody(office: Office, birthday: bool) -> None:
    rows = [row if birthday else row | {"出生日期": ""} for row in (OLD, OTHER)]
    swapped = [row if birthday else row | {"出生日期": ""} for row in SWAPPED]
    office.roster(SEPTEMBER, *rows)
    before = seen()
    told = office.roster(OCTOBER, *(row | {"月待遇金额": "9.00", "发放状态": "2"} for row in swapped))
    assert (told.notes["number_moved"], "people_changed" in told.notes) == (2, False)
    assert seen() == before
    assert office.run(OCTOBER) == {0: MONTHLY, 1: MONTHLY}
    assert [(one.pno, one.other) for one in people.queries.open_questions()] == [(0, 1), (1, 0)]
    assert cases() == [(0, Known.NUMBER_MOVED)], "one case for the two"


def test_row_that_was_found_wrong_stays_wrong(office: Office) -> None:
    office.roster(SEPTEMBER, OLD, OTHER)
    before = seen()
    office.roster(OCTOBER, *SWAPPED)
    office.decide(Known.NUMBER_MOVED, "row_wrong", date(2026, 10, 28), 0)
    again = office.roster(Month(2026, 11), *SWAPPED)
    assert (again.notes["number_moved"], cases(), seen()) == (2, [], before)
    assert office.roster(Month(2026, 12), OLD, OTHER).notes.get("number_moved") is None


def test_row_that_was_found_right_is_taken_with_the_next_roster(office: Office) -> None:
    office.roster(SEPTEMBER, OLD, OTHER)
    right = OLD | {"姓名": "改名", "出生日期": "1951-01-01"}
    office.roster(OCTOBER, right, OTHER)
    office.decide(Known.NUMBER_MOVED, "row_right", date(2026, 10, 28), 0)
    office.roster(Month(2026, 11), right | {"月待遇金额": "3200.00"}, OTHER)
    assert people.queries.identity(Pno(0)).name == "改名"


def test_people_who_had_each_others_number_exchange_it_and_keep_all_else(office: Office) -> None:
    office.roster(SEPTEMBER, OLD, OTHER)
    office.roster(OCTOBER, *SWAPPED)
    office.decide(Known.NUMBER_MOVED, "exchanged", date(2026, 10, 28), 0)
    assert [people.queries.find_by_number(row["公民身份号码"]) for row in (OLD, OTHER)] == [1, 0]
    exchanged = [
        (OTHER["公民身份号码"], OLD["姓名"], OLD["银行账号"]),
        (OLD["公民身份号码"], OTHER["姓名"], OTHER["银行账号"]),
    ]
    assert seen() == exchanged
    told = office.roster(Month(2026, 11), *SWAPPED)
    assert "number_moved" not in told.notes
    assert seen() == exchanged
    office.verify()


def test_file_whose_names_are_shifted_is_refused(office: Office) -> None:
    rows = [someone(serial) for serial in range(1, 40)]
    office.roster(SEPTEMBER, *rows)
    names = ("姓名", "出生日期")
    shifted = [row | {key: rows[place - 1][key] for key in names} for place, row in enumerate(rows)]
    with refused(Why.NUMBERS_MOVED):
        office.roster(OCTOBER, *shifted)
    assert len(people.queries.rosters()) == 1


def test_people_missing_from_the_roster_are_listed_until_they_come_back(office: Office) -> None:
    office.roster(SEPTEMBER, OLD, OTHER)
    office.run(OCTOBER)
    office.roster(OCTOBER, OTHER)
    office.roster(Month(2026, 11), OTHER)
    (missing,) = entitlements.queries.disagreements(missing=True)
    assert (missing.pno, missing.since) == (0, date(2026, 10, 25))
    assert office.run(Month(2026, 11))[0] == MONTHLY
    office.roster(Month(2026, 12), OLD, OTHER)
    assert entitlements.queries.disagreements(missing=True) == []


def test_page_of_the_question_shows_both_sides_and_records_both_looks(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "clock", lambda: clock_on(date(2026, 11, 2)))
    office.roster(SEPTEMBER, OLD, OTHER)
    office.roster(OCTOBER, NEW, OTHER)
    account = get_user_model().objects.create(
        username="wang", display_name="王", role="certifier", password="!", created_at=AT, created_by="test"
    )
    client = Client()
    as_staff(client, int(account.pk))
    (case,) = casework.queries.open_cases_of(2)
    shown = client.get(f"/staff/cases/{case.case_id}/").content.decode()
    for word in (OLD["公民身份号码"], NEW["公民身份号码"], "暂不发，待核对", "正常发放", "2026年10月25日"):
        assert word in shown
    assert OLD["银行账号"] not in shown
    assert "outcome_day" not in shown, "no day is asked for"
    assert set(Look.objects.values_list("pno", flat=True)) == {0, 2}
