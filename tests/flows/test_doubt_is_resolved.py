"""From a doubt to its end: two people, one transaction, and what each outcome does to pay, leads and notices."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from case_situations import CASE_RULES
from hands import hands_of
from pay_situations import (
    AS_OF,
    AT,
    CERTIFIER,
    CLOCK,
    NOVEMBER,
    RECHECKER,
    SUPERVISOR,
    Pension,
    clock_on,
    doubt,
    make,
    make_run,
    stand,
)
from yizheng import wiring
from yizheng.adapters.store.local import LocalStore
from yizheng.doors.words import refusal_in
from yizheng.flows.cases import doubt_is_resolved
from yizheng.flows.decisions import decision_takes_effect
from yizheng.flows.house import ledger_is_verified
from yizheng.flows.pay import pay_run
from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import FixedClock, day_number
from yizheng.rooms import casework, decisions, entitlements, insight, ledger, passes
from yizheng.rooms.casework.data import QUESTIONS_ONLY, CaseState, CaseView, Loss, NewCase, Outcome
from yizheng.rooms.casework.models import Case, CaseStep
from yizheng.rooms.certification.data import Result
from yizheng.rooms.entitlements.models import Benefit, PayStateChange
from yizheng.rooms.entitlements.pay_states import PayState
from yizheng.rooms.evidence.models import Ruling
from yizheng.rooms.notices.models import Message
from yizheng.rooms.passes.models import Pass
from yizheng.rooms.people.models import LifeEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(tmp_path: object) -> LocalStore:
    return LocalStore(tmp_path)  # type: ignore[arg-type]


def open_one(pno: int = 1, *leads: int, ruled: tuple[int, ...] = ()) -> int:
    with transaction.atomic():
        return casework.actions.open_cases(
            [doubt(pno, *(leads or (41, 42)))],
            run_id="2026-10-31-test",
            as_of=AS_OF,
            at=AT,
            actor="run",
            ruled=ruled,
            case_rules=CASE_RULES,
        )


def propose(
    case_id: int, outcome: Outcome, *, loss: Loss | None = None, day: date | None = None, version: int = 1
) -> CaseView:
    return doubt_is_resolved.propose(
        hands_of(CERTIFIER, clock=CLOCK),
        case_id=case_id,
        outcome=outcome,
        loss=loss or "",
        reason="上门核实",
        outcome_day=day,
        expected_version=version,
        case_rules=CASE_RULES,
    )


def confirm(
    case_id: int, *, agree: bool = True, note: str = "", version: int = 2, clock: FixedClock = CLOCK
) -> CaseView:
    return doubt_is_resolved.confirm(
        hands_of(RECHECKER, clock=clock),
        case_id=case_id,
        agree=agree,
        note=note,
        expected_version=version,
        case_rules=CASE_RULES,
    )


def decide(outcome: Outcome, *, loss: Loss | None = None, day: date | None = None, pno: int = 1) -> CaseView:
    """Open, propose and confirm a case."""
    open_one(pno)
    case = casework.queries.case_of_person(pno)
    assert case is not None
    propose(case.case_id, outcome, loss=loss, day=day)
    return confirm(case.case_id)


def verified() -> None:
    found = ledger_is_verified.verify(
        witnessed=wiring.witnessed(), trees=wiring.witnessed_trees(), store=wiring.store()
    )
    assert found.verified, found.faults


def test_opening_twice_opens_one_case() -> None:
    assert open_one() == 1
    assert open_one() == 0
    case = casework.queries.case_of_person(1)
    assert case is not None
    assert (case.state, case.leads, case.reasons) == (CaseState.OPEN, (41, 42), ("death_reported",))
    assert case.deadline == date(2026, 11, 27)
    assert casework.queries.open_pnos() == {1}
    verified()


def test_lead_that_was_ruled_on_opens_nothing_and_a_new_one_does() -> None:
    assert open_one(1, 41, 42, ruled=(41, 42)) == 0
    assert open_one(1, 41, 42, 43, ruled=(41, 42)) == 1
    case = casework.queries.case_of_person(1)
    assert case is not None
    assert case.leads == (43,)


def test_database_itself_allows_one_open_case_a_person_and_kind() -> None:
    open_one()
    first = Case.objects.get()
    first.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save()


def test_death_confirmed_by_two_ends_pay_after_the_month_of_death() -> None:
    make(Pension(pno=1, paid_through="2026-10"))
    case = decide(Outcome.LOST_CONFIRMED, loss=Loss.DEATH, day=date(2026, 8, 20))
    assert (case.state, case.confirmed_by, case.proposed_by) == (CaseState.CLOSED, "li", "wang")
    step = PayStateChange.objects.get()
    assert (step.to_state, step.reason_code, step.effective_month) == (3, "1401", NOVEMBER.index)
    event = LifeEvent.objects.get()
    assert (event.kind, event.true_from, event.case_id) == ("death", date(2026, 8, 20), case.case_id)
    assert sorted(Ruling.objects.values_list("evidence_no", "ruling")) == [
        (41, "confirmed"),
        (42, "confirmed"),
    ]
    assert (Message.objects.get().template, Message.objects.get().facts) == (
        "ended_death",
        {"from_month": "2026-11"},
    )
    decision = ledger.queries.entries_of(f"casework_decision:{case.case_id}")[0]
    assert decision.detail["overpaid_months"] == 2  # September and October
    verified()


def test_death_in_this_month_is_paid_in_full() -> None:
    make(Pension(pno=1, paid_through="2026-10"))
    case = decide(Outcome.LOST_CONFIRMED, loss=Loss.DEATH, day=date(2026, 10, 3))
    assert PayStateChange.objects.get().effective_month == NOVEMBER.index
    assert ledger.queries.entries_of(f"casework_decision:{case.case_id}")[0].detail["overpaid_months"] == 0


def test_death_in_a_pause_pays_the_heirs_up_to_the_month_of_death(store: LocalStore) -> None:
    make(Pension(pno=0), Pension(pno=1, steps=(("2026-05", 2, "1201"),), paid_through="2026-04"))
    decide(Outcome.LOST_CONFIRMED, loss=Loss.DEATH, day=date(2026, 7, 20))
    report = pay_run.run(hands_of("zhao", clock=CLOCK, store=store), month=NOVEMBER)
    assert report.totals.arrears_fen == 3 * 300_000  # May, June, July
    after = pay_run.run(hands_of("zhao", clock=CLOCK, store=store), month=NOVEMBER.plus(1))
    assert after.totals.arrears_fen == 0


def test_missing_then_declared_dead_is_owed_nothing(store: LocalStore) -> None:
    make(Pension(pno=0), Pension(pno=1, steps=(("2022-05", 2, "1203"),), paid_through="2022-04"))
    decide(Outcome.LOST_CONFIRMED, loss=Loss.DECLARED_DEAD, day=date(2026, 10, 20))
    report = pay_run.run(hands_of("zhao", clock=CLOCK, store=store), month=NOVEMBER)
    assert report.totals.arrears_fen == 0


def test_custody_in_a_pause_keeps_what_is_owed_from_before(store: LocalStore) -> None:
    make(Pension(pno=0), Pension(pno=1, steps=(("2026-05", 2, "1201"),), paid_through="2026-04"))
    decide(Outcome.LOST_CONFIRMED, loss=Loss.CUSTODY, day=date(2026, 7, 20))
    steps = entitlements.queries.pay_steps_of(1)
    assert [(step.to_state, step.reason_code, step.arrears_due) for step in steps] == [
        (2, "1201", False),
        (2, "1202", True),
    ]
    decide(Outcome.ELIGIBLE, day=date(2026, 10, 30))  # released
    report = pay_run.run(hands_of("zhao", clock=CLOCK, store=store), month=NOVEMBER)
    assert (report.resumed, report.totals.arrears_fen) == (
        1,
        3 * 300_000,
    )  # May to July, nothing for the sentence


def test_eligible_passes_sets_the_leads_aside_and_resumes() -> None:
    make(Pension(pno=1, steps=(("2026-08", 2, "1201"),)))
    case = decide(Outcome.ELIGIBLE, day=date(2026, 10, 30))
    made = Pass.objects.get()
    assert (made.pno, made.channel, made.case_id) == (1, "case", case.case_id)
    assert set(Ruling.objects.values_list("ruling", flat=True)) == {"set_aside"}
    step = PayStateChange.objects.order_by("-id")[0]
    assert (step.to_state, step.reason_code, step.effective_month, step.arrears_due) == (
        1,
        "1301",
        NOVEMBER.index,
        True,
    )
    assert Message.objects.get().template == "passed_resumed"


def test_eligible_in_payment_changes_no_pay() -> None:
    make(Pension(pno=1))
    decide(Outcome.ELIGIBLE, day=date(2026, 10, 30))
    assert not PayStateChange.objects.exists()
    assert Message.objects.get().template == "case_closed_eligible"


@pytest.mark.parametrize(
    ("outcome", "rulings", "template"),
    [
        (Outcome.CANNOT_CONFIRM, set(), ["case_must_act"]),
        (Outcome.RETURNED_TO_SOURCE, {"set_aside"}, []),
    ],
)
def test_outcomes_that_never_touch_pay(outcome: Outcome, rulings: set[str], template: list[str]) -> None:
    make(Pension(pno=1))
    assert decide(outcome).state == CaseState.CLOSED
    assert not PayStateChange.objects.exists()
    assert not Pass.objects.exists()
    assert set(Ruling.objects.values_list("ruling", flat=True)) == rulings
    assert list(Message.objects.values_list("template", flat=True)) == template


def test_still_suspected_goes_on_with_a_new_deadline() -> None:
    make(Pension(pno=1))
    open_one()
    case_id = Case.objects.get().pk
    propose(case_id, Outcome.STILL_SUSPECTED)
    case = confirm(case_id, clock=clock_on(date(2026, 11, 20)))
    assert (case.state, case.deadline) == (CaseState.CHECKING, date(2026, 12, 18))
    assert casework.queries.open_pnos() == {1}
    assert not Message.objects.exists()
    assert propose(case_id, Outcome.RETURNED_TO_SOURCE, version=3).state == CaseState.PROPOSED


def test_sent_back_case_is_open_again_and_nothing_happened() -> None:
    make(Pension(pno=1))
    open_one()
    case_id = Case.objects.get().pk
    propose(case_id, Outcome.LOST_CONFIRMED, loss=Loss.DEATH, day=date(2026, 8, 1))
    case = confirm(case_id, agree=False, note="请补火化证明")
    assert (case.state, case.version) == (CaseState.OPEN, 3)
    assert not PayStateChange.objects.exists()
    assert [step.note for step in casework.queries.steps(case_id)] == ["上门核实", "请补火化证明"]
    verified()


def test_who_proposed_may_not_confirm_whatever_the_role() -> None:
    open_one()
    case_id = Case.objects.get().pk
    propose(case_id, Outcome.CANNOT_CONFIRM)
    for actor in (CERTIFIER, SUPERVISOR):
        with pytest.raises(Refused):
            doubt_is_resolved.confirm(
                hands_of(actor, clock=CLOCK),
                case_id=case_id,
                agree=True,
                note="",
                expected_version=2,
                case_rules=CASE_RULES,
            )
    with pytest.raises(Refused):
        doubt_is_resolved.propose(
            hands_of(RECHECKER, clock=CLOCK),
            case_id=case_id,
            outcome=Outcome.CANNOT_CONFIRM,
            reason="再提",
            outcome_day=None,
            expected_version=2,
            case_rules=CASE_RULES,
        )
    assert Case.objects.get().state == "proposed"


def test_two_people_at_once_one_of_them_reads_again() -> None:
    open_one()
    case_id = Case.objects.get().pk
    propose(case_id, Outcome.CANNOT_CONFIRM)
    with pytest.raises(Refused, match="casework:changed_since"):
        propose(case_id, Outcome.CANNOT_CONFIRM, version=1)


def test_decision_that_cannot_take_effect_is_not_confirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    make(Pension(pno=1))
    open_one()
    case_id = Case.objects.get().pk
    propose(case_id, Outcome.LOST_CONFIRMED, loss=Loss.DEATH, day=date(2026, 8, 1))

    def full_disk(*_: object, **__: object) -> None:
        raise Refused("the disk is full")

    monkeypatch.setattr(decision_takes_effect.notices.actions, "queue", full_disk)
    with pytest.raises(Refused, match="disk is full"):
        confirm(case_id)
    assert Case.objects.get().state == "proposed"
    assert not PayStateChange.objects.exists()
    assert not LifeEvent.objects.exists()
    assert CaseStep.objects.count() == 1


def test_death_of_somebody_whose_pay_ended_changes_no_pay_and_writes_to_nobody() -> None:
    make(Pension(pno=1, steps=(("2026-05", 3, "1401"),)))
    decide(Outcome.LOST_CONFIRMED, loss=Loss.DEATH, day=date(2026, 4, 1))
    assert PayStateChange.objects.count() == 1
    assert not Message.objects.exists()


def test_closed_case_leaves_room_for_a_new_doubt() -> None:
    make(Pension(pno=1))
    decide(Outcome.CANNOT_CONFIRM)
    assert open_one() == 1
    assert len(casework.queries.cases_of_person(1)) == 2
    newest = casework.queries.case_of_person(1)
    assert newest is not None
    assert newest.state == CaseState.OPEN


# --- a pass resumes ---


def resume() -> int:
    with transaction.atomic():
        return decision_takes_effect.resume_those_who_passed(as_of=AS_OF, actor="run", at=AT)


def test_those_who_passed_are_paid_again_with_the_paused_months(store: LocalStore) -> None:
    make_run()
    make(
        Pension(pno=0),
        Pension(pno=1, steps=(("2026-08", 2, "1201"),), last_certified_on=date(2025, 6, 1)),
        Pension(pno=2, steps=(("2026-08", 2, "1202"),)),
        Pension(pno=3, steps=(("2026-08", 2, "1201"),), last_certified_on=date(2026, 9, 2)),
        Pension(pno=4, steps=(("2026-08", 2, "1201"),)),
    )
    for pno in (0, 1, 2, 3):
        stand(pno, Result.PASSED, due=date(2027, 9, 1), event=date(2026, 9, 1))
    stand(4, Result.DUE, due=date(2026, 7, 1))
    assert resume() == 1
    assert resume() == 0
    assert entitlements.queries.pay_standing_of(1).state is PayState.IN_PAYMENT
    assert {pno: entitlements.queries.pay_standing_of(pno).state for pno in (2, 3, 4)} == dict.fromkeys(
        (2, 3, 4), PayState.PAUSED
    )
    message = Message.objects.get()
    assert (message.pno, message.template, message.key) == (1, "passed_resumed", "resumed:1:2026-11")
    report = pay_run.run(hands_of("zhao", clock=CLOCK, store=store), month=NOVEMBER)
    assert (report.resumed, report.totals.arrears_fen) == (1, 3 * 300_000)


def test_those_who_certified_at_a_window_are_paid_again_too() -> None:
    make_run()
    make(
        Pension(pno=1, steps=(("2026-08", 2, "1201"),), last_certified_on=date(2025, 6, 1)),
        Pension(pno=2, steps=(("2026-08", 2, "1201"),), last_certified_on=date(2025, 6, 1)),
    )
    with transaction.atomic():
        passes.actions.record_pass(
            pno=1,
            channel="window",
            event_day=day_number(date(2026, 10, 20)),
            case_id=None,
            actor="wang",
            at=AT,
        )
    for pno in (1, 2):
        stand(pno, Result.NOT_DUE, due=date(2027, 10, 20))
    with transaction.atomic():
        resumed = decision_takes_effect.resume_those_who_passed(
            as_of=AS_OF, actor="run", at=AT + timedelta(hours=1)
        )
    assert resumed == 1
    assert entitlements.queries.pay_standing_of(1).state is PayState.IN_PAYMENT


def test_pause_that_no_run_has_seen_never_bites(store: LocalStore) -> None:
    make_run()
    make(Pension(pno=0), Pension(pno=1, steps=(("2026-11", 2, "1201"),)))
    stand(1, Result.PASSED, due=date(2027, 9, 1), event=date(2026, 10, 20))
    assert resume() == 1
    report = pay_run.run(hands_of("zhao", clock=CLOCK, store=store), month=NOVEMBER)
    assert (report.same, report.stopped, report.resumed, report.totals.arrears_fen) == (2, 0, 0, 0)


# --- the worklist ---


def test_worklist_of_a_hundred_thousand_opens_at_once(django_assert_max_num_queries: object) -> None:
    open_one(0)
    first = Case.objects.values().get()
    columns = ", ".join(name for name in first if name not in ("id", "pno"))
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99999) "  # noqa: S608
            f"INSERT INTO casework_case (pno, {columns}) SELECT i, {columns} FROM n, casework_case"
        )
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        page = casework.queries.worklist(page=1500)
    assert (page.total, page.pages, len(page.cases)) == (100_000, 2000, 50)
    assert page.counts["open"] == 100_000
    assert casework.queries.worklist(kind="missing").total == 0
    assert casework.queries.worklist(overdue_on=AS_OF + timedelta(days=60)).total == 100_000
    assert casework.queries.overdue_count(AS_OF) == 0


def test_worklist_filters() -> None:
    for pno in range(4):
        open_one(pno)
    cases = {case.pno: case.case_id for case in casework.queries.worklist().cases}
    propose(cases[1], Outcome.CANNOT_CONFIRM)  # type: ignore[index]
    propose(cases[2], Outcome.CANNOT_CONFIRM)  # type: ignore[index]
    confirm(cases[2])  # type: ignore[index]
    assert [case.pno for case in casework.queries.worklist().cases] == [0, 1, 3]
    assert [
        case.pno for case in casework.queries.worklist(state=CaseState.PROPOSED, not_proposed_by="li").cases
    ] == [1]
    assert casework.queries.worklist(state=CaseState.PROPOSED, not_proposed_by="wang").total == 0
    assert [case.pno for case in casework.queries.worklist(proposed_by="wang").cases] == [1]
    assert casework.queries.counts_by_state() == {"open": 2, "checking": 0, "proposed": 1, "closed": 1}
    assert casework.queries.worklist(page=9, page_size=2).page == 2


@pytest.mark.parametrize("loss", [Loss.DUPLICATE, Loss.DEATH])
def test_loss_on_the_likeness_of_faces_alone_is_refused_and_says_what_to_do(loss: Loss) -> None:
    make(Pension(pno=1, paid_through="2026-10"))
    alike = NewCase(pno=Pno(1), reasons=("same_face",), leads=())
    with transaction.atomic():
        case, _ = casework.actions.open_case(alike, as_of=AS_OF, at=AT, actor="search", case_rules=CASE_RULES)
    with pytest.raises(Refused) as refusal:
        propose(case.case_id, Outcome.LOST_CONFIRMED, loss=loss, day=date(2026, 8, 20))
    assert "Obtain a record first" in refusal_in(refusal.value, "en")
    assert "请先向掌握情况的单位调取记录" in refusal_in(refusal.value, "zh-hans")
    # one that was proposed before is stopped where it would take effect
    Case.objects.update(
        state="proposed",
        outcome="lost_confirmed",
        loss=loss.value,
        outcome_day=date(2026, 8, 20),
        proposed_by="wang",
        version=2,
    )
    with pytest.raises(Refused) as refusal:
        confirm(case.case_id)
    assert refusal.value.why is decisions.Why.LIKENESS_ALONE
    assert not PayStateChange.objects.exists()
    assert casework.queries.get_case(case.case_id).state == CaseState.PROPOSED


@pytest.mark.parametrize(
    ("reasons", "leads"),
    [(("same_face",), (41,)), (("same_face", "death_reported"), ()), (("death_reported",), ())],
)
def test_loss_with_a_record_or_another_ground_beside_the_likeness_is_decided(
    reasons: tuple[str, ...], leads: tuple[int, ...]
) -> None:
    make(Pension(pno=1, paid_through="2026-10"))
    with transaction.atomic():
        case, _ = casework.actions.open_case(
            NewCase(pno=Pno(1), reasons=reasons, leads=leads),
            as_of=AS_OF,
            at=AT,
            actor="search",
            case_rules=CASE_RULES,
        )
    propose(case.case_id, Outcome.LOST_CONFIRMED, loss=Loss.DUPLICATE, day=date(2026, 8, 20))
    confirm(case.case_id)
    assert PayStateChange.objects.count() == 1


@pytest.mark.parametrize("outcome", [Outcome.ELIGIBLE, Outcome.CANNOT_CONFIRM])
def test_case_of_alike_faces_is_closed_with_another_outcome(outcome: Outcome) -> None:
    make(Pension(pno=1, paid_through="2026-10"))
    alike = NewCase(pno=Pno(1), reasons=("same_face",), leads=())
    with transaction.atomic():
        case, _ = casework.actions.open_case(alike, as_of=AS_OF, at=AT, actor="search", case_rules=CASE_RULES)
    propose(case.case_id, outcome, day=AS_OF if outcome is Outcome.ELIGIBLE else None)
    assert confirm(case.case_id).state == CaseState.CLOSED
    assert not PayStateChange.objects.exists()
    assert "same_face" in QUESTIONS_ONLY


@pytest.mark.parametrize(
    ("region", "found"),
    [("", [0, 1, 2]), ("440000", [0, 1]), ("440800", [0]), ("440802", [0]), ("450000", [2]), ("310000", [])],
)
def test_worklist_of_a_region_is_of_those_whose_benefit_lies_in_it(region: str, found: list[int]) -> None:
    make(*(Pension(pno=pno) for pno in range(3)))
    for pno, place in ((1, "440103"), (2, "450102")):
        Benefit.objects.filter(pno=pno).update(region=place)
    for pno in range(3):
        open_one(pno)
    page = insight.queries.worklist(state="", kind="death", region=region, page=1)
    assert ([case.pno for case in page.cases], page.total) == (found, len(found))
    assert insight.queries.worklist(state="closed", kind="", region=region, page=1).total == 0


# --- the order of a life ---


@pytest.mark.parametrize(
    ("outcome", "loss", "day", "why"),
    [
        (Outcome.LOST_CONFIRMED, Loss.DEATH, date(1940, 1, 1), "decisions:day_before_birth"),
        (Outcome.LOST_CONFIRMED, Loss.DEATH, date(1500, 6, 1), "decisions:day_before_birth"),
        (Outcome.LOST_CONFIRMED, Loss.CUSTODY, date(1940, 1, 1), "decisions:day_before_birth"),
        (Outcome.ELIGIBLE, None, date(1, 1, 1), "decisions:day_before_birth"),
        (Outcome.LOST_CONFIRMED, Loss.DEATH, date(1975, 3, 1), "decisions:death_before_benefit"),
        (Outcome.LOST_CONFIRMED, Loss.DEATH, date(2026, 9, 1), "decisions:death_before_seen"),
    ],
)
def test_day_that_contradicts_a_life_is_refused_with_the_fact(
    outcome: Outcome, loss: Loss | None, day: date, why: str
) -> None:
    make(Pension(pno=1, born="1950-01-01", start="2021-02"))
    make_run()
    seen(date(2026, 9, 20))
    open_one()
    case = casework.queries.case_of_person(1)
    assert case is not None
    with pytest.raises(Refused, match=why):
        propose(case.case_id, outcome, loss=loss, day=day)
    assert casework.queries.get_case(case.case_id).version == 1


def test_visit_recorded_after_the_proposal_contradicts_it_at_the_confirmation() -> None:
    make(Pension(pno=1, born="1950-01-01", start="2021-02"))
    make_run()
    open_one()
    case = casework.queries.case_of_person(1)
    assert case is not None
    propose(case.case_id, Outcome.LOST_CONFIRMED, loss=Loss.DEATH, day=date(2026, 9, 1))
    seen(date(2026, 9, 20))
    with pytest.raises(Refused, match="decisions:death_before_seen day=2026-09-01 seen=2026-09-20"):
        confirm(case.case_id)
    assert not PayStateChange.objects.exists()


def seen(day: date) -> None:
    """Somebody of the agency saw the person at a window."""
    with transaction.atomic():
        passes.actions.record_pass(
            pno=1, channel="window", event_day=day_number(day), case_id=None, actor="wang", at=AT
        )
