"""Rows that reached nobody: linked exactly when their person comes, found by likeness where they are leads, each once."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import transaction

from link_situations import AS_OF, DAY, MODEL, NAMES, City, Found, four_people, number
from pay_situations import clock_on
from yizheng.flows.sources import links_are_sought
from yizheng.rooms import casework, certification, evidence, ledger
from yizheng.rooms.certification.data import Reason, Result
from yizheng.rooms.evidence.data import LinkState
from yizheng.rooms.evidence.models import Link, Search

pytestmark = pytest.mark.django_db
SURE, LIKELY, UNLIKELY = 0.9999, 0.6, 0.001
SOMEBODY = (number(500), "不相干")


@pytest.fixture
def city(tmp_path: Path) -> City:
    """Four people on the roster: numbers 0 to 3 in the order of NAMES."""
    return four_people(tmp_path)


def result_of(pno: int) -> Result:
    standing = certification.queries.find_standing(pno)
    assert standing is not None
    return standing.result


def links() -> list[tuple[int, LinkState]]:
    return [(link.pno, LinkState(link.state)) for link in Link.objects.order_by("id")]


# --- exactly, when the person comes ---


def test_rows_that_came_before_their_person_are_linked_when_a_roster_brings_them(city: City) -> None:
    city.trains((number(4), "赵六"), (number(0), NAMES[0]), SOMEBODY)
    assert city.seek().linked == 0
    city.roster("赵六", first=4, day=DAY)
    report = city.seek()
    assert (report.deliveries, report.linked, report.leads) == (1, 1, 0)
    city.certify()
    assert (result_of(4), result_of(0)) == (Result.PASSED, Result.PASSED)
    city.verify()


def test_row_is_linked_once_however_often_the_roster_comes(city: City) -> None:
    city.trains((number(4), "赵六"))
    city.roster("赵六", first=4, day=DAY)
    assert city.seek().linked == 1
    assert city.seek().deliveries == 0
    city.roster("赵六六", first=4, day=DAY + timedelta(days=1))  # another name, the same person
    assert city.seek().linked == 0
    city.roster("赵六", "钱七", first=4, day=DAY + timedelta(days=2))
    assert city.seek().linked == 0
    assert [search.linked for search in Search.objects.order_by("id")] == [1, 0, 0]
    city.verify()


def test_row_with_a_name_that_the_next_roster_puts_right_is_linked_then(city: City) -> None:
    city.trains((number(0), "王芬"))
    city.roster("王芬", first=0, day=DAY)
    assert city.seek().linked == 1


def test_run_as_of_a_day_before_the_roster_does_not_see_what_it_linked(city: City) -> None:
    city.trains((number(0), "王芬"))
    city.roster("王芬", first=0, day=date(2026, 10, 20))
    city.seek()
    city.certify(date(2026, 10, 10), today=AS_OF)
    assert result_of(0) is not Result.PASSED
    city.certify()
    assert result_of(0) is Result.PASSED


def test_life_evidence_is_never_looked_for_by_likeness(city: City) -> None:
    city.trains((number(500), "王芳"))
    found = Found({"王芳": {0: SURE}})
    assert city.seek(found).leads == 0
    assert found.asked == []
    city.certify()
    assert result_of(0) is not Result.PASSED


# --- by likeness, for leads ---


def test_sure_candidate_who_stands_alone_is_doubted_and_no_more(city: City) -> None:
    city.trains((number(0), NAMES[0]))
    city.deaths(("", "王方"), SOMEBODY, SOMEBODY, SOMEBODY)
    city.certify()
    assert result_of(0) is Result.PASSED
    report = city.seek(Found({"王方": {0: SURE}}))
    assert (report.leads, report.suspected, report.waiting) == (4, 1, 0)
    city.certify(today=AS_OF + timedelta(days=1))
    assert result_of(0) is Result.DOUBTFUL
    case = casework.queries.case_of_person(0)
    assert case is not None
    assert case.reasons[0] in (Reason.DEATH_CONTRADICTED, Reason.DEATH_REPORTED)
    (link,) = evidence.queries.links_of(0)
    assert case.leads == (link.evidence_no,)
    assert evidence.queries.raw_row(link.evidence_no, city.store).cells["死者姓名"] == "王方"
    city.verify()


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({0: LIKELY}, [(0, LinkState.WAITING)]),
        ({0: UNLIKELY}, []),
        ({0: 0.995, 2: 0.99}, [(0, LinkState.WAITING), (2, LinkState.WAITING)]),  # twins: nobody is suspected
        ({0: 0.99999, 2: 0.5}, [(0, LinkState.SUSPECTED), (2, LinkState.ELSEWHERE)]),
        ({0: 0.9, 2: 0.2, 3: 0.1}, [(0, LinkState.WAITING), (2, LinkState.WAITING), (3, LinkState.WAITING)]),
    ],
)
def test_what_becomes_of_candidates(
    city: City, told: dict[int, float], expected: list[tuple[int, LinkState]]
) -> None:
    city.deaths(("", "王方"))
    city.seek(Found({"王方": told}))
    assert links() == expected
    city.certify()
    doubted = {pno for pno in range(4) if result_of(pno) is Result.DOUBTFUL}
    assert doubted == {pno for pno, state in expected if state is LinkState.SUSPECTED}


def test_twice_finds_nothing_twice(city: City) -> None:
    city.deaths(("", "王方"), ("", "李那"))
    found = Found({"王方": {0: SURE}, "李那": {2: LIKELY}})
    city.seek(found)
    before = (links(), ledger.queries.size())
    again = Found(found.told)
    assert city.seek(again).deliveries == 0
    assert again.asked == []
    assert (links(), ledger.queries.size()) == before


def test_new_roster_asks_again_and_keeps_what_is_known(city: City) -> None:
    city.deaths(("", "王方"), ("", "赵流"))
    city.seek(Found({"王方": {0: LIKELY}}))
    city.roster("赵六", first=4, day=DAY)
    report = city.seek(Found({"王方": {0: LIKELY}, "赵流": {4: SURE}}))
    assert (report.suspected, report.waiting) == (1, 0)
    assert links() == [(0, LinkState.WAITING), (4, LinkState.SUSPECTED)]
    city.verify()


def test_row_has_one_suspicion_at_the_most(city: City) -> None:
    city.deaths(("", "王方"))
    city.seek(Found({"王方": {0: SURE}}))
    city.roster("王方方", first=4, day=DAY)
    city.seek(Found({"王方": {4: 0.99999, 0: 0.9}}))
    assert links() == [(0, LinkState.SUSPECTED), (4, LinkState.WAITING)]


def test_suspicion_gives_way_to_the_person_whom_a_roster_brings(city: City) -> None:
    city.deaths((number(4), "王芳芳"))
    city.seek(Found({"王芳芳": {0: SURE}}))
    city.certify()
    assert result_of(0) is Result.DOUBTFUL
    city.roster("王芳芳", first=4, day=DAY)
    assert city.seek(Found({"王芳芳": {0: SURE}})).linked == 1
    assert links() == [(0, LinkState.ELSEWHERE)]
    city.certify(AS_OF + timedelta(days=30))
    assert (result_of(0) is Result.DOUBTFUL, result_of(4)) == (False, Result.DOUBTFUL)
    city.verify()


def test_mistyped_number_that_was_refused_is_looked_for_all_the_same(city: City) -> None:
    wrong = number(0)[:-1] + ("1" if number(0)[-1] != "1" else "2")
    report = city.deaths((wrong, "王芳"), *[SOMEBODY] * 5)
    assert report.refused == 1
    assert city.seek(Found({"王芳": {0: SURE}})).suspected == 1
    city.certify()
    assert result_of(0) is Result.DOUBTFUL


def test_row_that_a_case_set_aside_is_not_looked_for(city: City) -> None:
    city.deaths(("", "王方"))
    (delivery,) = evidence.queries.deliveries(as_of=DAY)
    with transaction.atomic():
        evidence.actions.rule(
            evidence_no=delivery.first_evidence_no,
            pno=0,
            ruling="set_aside",
            case_id=1,
            actor="test",
            at=delivery.imported_at,
        )
    found = Found({"王方": {0: SURE}})
    assert city.seek(found).leads == 0
    assert links() == []


def test_settled_evidence_outlives_a_clerks_decision(city: City) -> None:
    for day in range(1, 27):
        city.trains((number(0), NAMES[0]), (number(600 + day), "过客"))
    city.deaths(("", "王方"))
    city.seek(Found({"王方": {0: SURE}}))
    city.certify()
    assert result_of(0) is Result.DOUBTFUL
    (settled,) = city.store.root.glob("evidence/*/settled.json")
    assert "links-" not in settled.read_text("utf-8")
    before = settled.read_bytes()
    Link.objects.update(state="rejected", decided_at=clock_on(AS_OF).now(), decided_by="wang")
    city.certify(AS_OF + timedelta(days=30))
    assert result_of(0) is Result.PASSED
    assert settled.read_bytes() == before


# --- killed between, and what is written down ---


@pytest.mark.parametrize("step", ["_write_lean", "candidates", "finish_search", "after"])
def test_search_that_died_at_any_step_goes_on_with_the_same_command(
    city: City, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    city.deaths(("", "王方"), (number(4), "赵六"))
    city.trains((number(4), "赵六"))
    city.roster("赵六", first=4, day=DAY)
    found = Found({"王方": {0: SURE}})

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    finish, calls = evidence.actions.finish_search, []

    def dies_second(**facts: object) -> None:
        calls.append(facts)
        if len(calls) == 2:
            raise KeyboardInterrupt
        finish(**facts)  # type: ignore[arg-type]

    with monkeypatch.context() as broken:
        if step == "candidates":
            broken.setattr(Found, "find", dies)
        elif step == "_write_lean":
            broken.setattr(links_are_sought, step, dies)
        else:
            broken.setattr(
                evidence.actions, "finish_search", dies if step == "finish_search" else dies_second
            )
        with pytest.raises(KeyboardInterrupt):
            city.seek(found)
    city.verify()
    city.seek(found)
    assert sum(search.linked for search in Search.objects.all()) == 2
    assert links() == [(0, LinkState.SUSPECTED)]
    city.certify()
    assert (result_of(0), result_of(4)) == (Result.DOUBTFUL, Result.DOUBTFUL)
    city.verify()


def test_link_keeps_method_probability_weights_and_model_and_nothing_of_who(city: City) -> None:
    city.deaths((number(0)[:-1], "王方方"))
    city.seek(Found({"王方方": {0: SURE}}))
    (link,) = evidence.queries.links_of(0)
    assert (link.method, link.model_id, link.found_as) == ("model", MODEL.id, LinkState.SUSPECTED)
    assert abs(link.probability - SURE) < 1e-6
    assert (link.weights["name"], link.levels["name"], link.weights["birth"]) == (13.0, 1, None)
    assert city.store.read(evidence.queries.model_file(link.model_id)).decode() == MODEL.to_json()
    row = str(Link.objects.values().get())
    assert number(0)[:-1] not in row
    assert "王方方" not in row
    assert [entry.kind for entry in ledger.queries.entries_of(f"evidence_link:{link.link_id}")] == [
        "evidence:link:found"
    ]


def test_order_in_which_deliveries_came_changes_neither_inputs_nor_results(tmp_path: Path) -> None:
    hashes = set()
    for turn in (1, -1):
        start = transaction.savepoint()
        city = City(tmp_path / str(turn))
        city.roster(*NAMES)
        for name in ("王方", "李那")[::turn]:
            city.deaths(("", name))
        city.trains((number(3), NAMES[3]))
        city.seek(Found({"王方": {0: SURE}, "李那": {2: SURE}}))
        run = city.certify()
        hashes.add((run.inputs_hash, run.results_hash))
        transaction.savepoint_rollback(start)
    assert len(hashes) == 1
