"""States follow the evidence: only those concerned are judged again, and the states are what a whole judging says."""

import csv
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from django.db import transaction

from hands import hands_of
from link_situations import City, number
from worlds import demo_agency
from yizheng.adapters.store.local import LocalStore
from yizheng.adapters.tables.reading import read_table
from yizheng.flows.arrivals import feed_arrives
from yizheng.flows.runs import states_follow_evidence
from yizheng.flows.runs.states_follow_evidence import FollowReport
from yizheng.kernel.errors import Refused
from yizheng.kernel.time import CHINA, FixedClock, day_number
from yizheng.rooms import evidence
from yizheng.rooms.comparison.data import Key
from yizheng.rooms.evidence.data import RulingKind

pytestmark = pytest.mark.django_db
DATA = demo_agency()
DAY = date(2026, 10, 5)
NAMES = ("王芳", "李娜", "张伟")
HEADERS = ["公民身份号码", "姓名", "注销原因", "注销日期", "死亡日期", "派出所"]


def written(path: Path, headers: list[str], rows: list[list[str]], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([headers, *rows])
    return path


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    """Three people on the roster."""
    city = City(tmp_path)
    city.roster(*NAMES)
    return city.store


@pytest.fixture
def deaths(store: LocalStore, tmp_path: Path) -> Callable[[str, dict[int, str]], None]:
    """Import a delivery of the household register: who died, and when."""

    def run(name: str, died: dict[int, str]) -> None:
        rows = [[number(i), NAMES[i], "死亡", day, day, "某派出所"] for i, day in died.items()]
        with feed_arrives.roster_opened(store) as linker:
            feed_arrives.import_feed(
                hands_of("test", clock=FixedClock.on(DAY), store=store),
                file=written(tmp_path / name, HEADERS, rows, "gb18030"),
                source=DATA.source("household_cancel"),
                rules=DATA.evidence_rules,
                delivered_on=None,
                read_table=read_table,
                linker=linker,
            )

    return run


def follow(store: LocalStore, as_of: date = DAY) -> FollowReport:
    return states_follow_evidence.follow(
        hands_of(store=store),
        as_of=as_of,
        rulebook=DATA.rulebook,
    )


FIRST, SECOND = "household_cancel_2026-08_2026-09-05.csv", "household_cancel_2026-09_2026-10-05.csv"


def test_only_people_with_new_evidence_are_judged_again(
    store: LocalStore, deaths: Callable[[str, dict[int, str]], None]
) -> None:
    deaths(FIRST, {0: "2026-08-01"})
    assert (follow(store).judged, follow(store).judged) == (1, 0)
    deaths(SECOND, {1: "2026-09-02"})
    report = follow(store)
    assert (report.judged, report.changed, report.gained["death"]) == (1, 1, 1)
    for pno, day in ((0, date(2026, 8, 1)), (1, date(2026, 9, 2))):
        as_of, state = states_follow_evidence.state_of(pno, store)
        assert (as_of, Key.unpack(state["death_key"]).day) == (DAY, day_number(day))
    assert states_follow_evidence.state_of(2, store)[1]["death_key"] == 0


def test_evidence_that_was_set_aside_is_gone_for_the_one_it_was_about(
    store: LocalStore, deaths: Callable[[str, dict[int, str]], None]
) -> None:
    deaths(FIRST, {0: "2026-08-01"})
    deaths(SECOND, {1: "2026-09-02"})
    follow(store)
    wrong = Key.unpack(states_follow_evidence.state_of(0, store)[1]["death_key"]).evidence_no
    with transaction.atomic():
        evidence.actions.rule(
            evidence_no=wrong,
            pno=0,
            ruling=RulingKind.SET_ASIDE,
            case_id=1,
            actor="clerk",
            at=datetime(2026, 10, 5, 9, tzinfo=CHINA),
        )
    report = follow(store)
    assert (report.judged, report.lost["death"]) == (1, 1)
    assert states_follow_evidence.state_of(0, store)[1]["death_key"] == 0
    assert states_follow_evidence.state_of(1, store)[1]["death_key"] != 0


def test_day_before_the_states_makes_them_anew(
    store: LocalStore, deaths: Callable[[str, dict[int, str]], None]
) -> None:
    deaths(FIRST, {0: "2026-08-01"})
    deaths(SECOND, {1: "2026-09-02"})
    follow(store)
    report = follow(store, date(2026, 9, 10))
    assert report.judged == 1
    assert states_follow_evidence.state_of(1, store)[1]["death_key"] == 0


def test_file_that_is_named_is_the_one_that_says_who_changed(
    store: LocalStore, deaths: Callable[[str, dict[int, str]], None]
) -> None:
    deaths(FIRST, {0: "2026-08-01"})
    deaths(SECOND, {1: "2026-09-02"})
    follow(store)
    report = follow(store, date(2026, 9, 10))  # layers of the later day are discarded by this
    assert report.changes_file.startswith("states/changes/2026-09-10-")
    assert store.exists(report.changes_file)


def test_following_that_died_before_its_book_changed_nothing(
    store: LocalStore, deaths: Callable[[str, dict[int, str]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    deaths(FIRST, {0: "2026-08-01"})
    follow(store)
    deaths(SECOND, {1: "2026-09-02"})
    write = store.write

    def dies(name: str, data: bytes) -> Path:
        if name == states_follow_evidence.BOOK:
            raise KeyboardInterrupt
        return write(name, data)

    with monkeypatch.context() as patch:
        patch.setattr(LocalStore, "write", staticmethod(dies))
        with pytest.raises(KeyboardInterrupt):
            follow(store)
    assert states_follow_evidence.state_of(1, store)[1]["death_key"] == 0
    assert follow(store).gained["death"] == 1


def test_layers_are_folded_before_they_are_many(
    store: LocalStore, deaths: Callable[[str, dict[int, str]], None]
) -> None:
    for turn in range(states_follow_evidence.MOST_LAYERS + 3):
        deaths(f"household_cancel_2026-08_2026-09-{turn + 1:02d}.csv", {turn % 3: f"2026-08-{turn + 1:02d}"})
        follow(store)
        book = states_follow_evidence._book(store)
        assert book is not None
        assert len(book.buckets[0].layers) <= states_follow_evidence.MOST_LAYERS
    found = [states_follow_evidence.state_of(pno, store)[1]["death_key"] for pno in range(3)]
    assert [Key.unpack(key).day for key in found] == [day_number(date(2026, 8, 1 + pno)) for pno in range(3)]


def test_state_before_any_was_made_says_what_to_do(store: LocalStore) -> None:
    with pytest.raises(Refused, match="certification:no_states"):
        states_follow_evidence.state_of(0, store)
