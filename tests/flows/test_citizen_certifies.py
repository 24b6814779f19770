"""Certifying by face from home: every branch, from the first step to what follows of its end."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from django.db import OperationalError, transaction

from case_situations import CASE_RULES
from face_fakes import ENGINE, Body, FakeLooker, near, template
from hands import hands_of
from pay_situations import AT, CERTIFIER, POLICY, RECHECKER, Pension, make, make_run, stand
from yizheng import wiring
from yizheng.adapters.store.local import LocalStore
from yizheng.flows.cases import doubt_is_resolved
from yizheng.flows.channels import citizen_certifies, face_is_decided
from yizheng.flows.channels.citizen_certifies import Means, Sent, Tell, Told
from yizheng.flows.channels.face_is_decided import Rules, unpack_challenge
from yizheng.flows.house import ledger_is_verified
from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import day_number
from yizheng.rooms import biometrics, casework, certification, ledger, mandates, notices, passes
from yizheng.rooms.access.actions import use_once
from yizheng.rooms.access.data import Factor, OnceKind, SignedIn
from yizheng.rooms.biometrics.data import Channel, EnrolSource, Modality
from yizheng.rooms.biometrics.face_terms import AgeBand, FaceRules
from yizheng.rooms.biometrics.liveness_data import Abilities, LivenessReason, Step
from yizheng.rooms.biometrics.queries import tries_left
from yizheng.rooms.casework.data import NewCase, Outcome
from yizheng.rooms.certification.data import Result
from yizheng.rooms.mandates.data import Scope
from yizheng.rooms.notices.models import Message
from yizheng.rooms.passes.data import CaptureState, CaptureView, CaptureWhy
from yizheng.rooms.passes.models import Capture, CaptureFrames, CapturePicture, Pass, Receipt
from yizheng.rooms.passes.ports import Waiting
from yizheng.rooms.risk.data import Act, Asked, Circumstances, Score, Weighing

pytestmark = pytest.mark.django_db
MOTHER = Pno(1)
FACE = template(1)


@dataclass
class Moving:
    """A clock that tests move."""

    moment: datetime = AT

    def now(self) -> datetime:
        return self.moment


@dataclass
class Home:
    """Somebody at home before the camera, with everything that the story needs around them."""

    pno: Pno = MOTHER
    looker: FakeLooker = field(default_factory=FakeLooker)
    clock: Moving = field(default_factory=Moving)
    keys: Iterator[int] = field(default_factory=lambda: iter(range(1, 10_000)))
    who: SignedIn = field(
        default_factory=lambda: SignedIn(pno=MOTHER, factors=frozenset({Factor.SMS_CODE}), since=AT)
    )
    body: Body = field(init=False)
    means: Means = field(init=False)

    def __post_init__(self) -> None:
        self.body = Body(self.looker, near(FACE, 0.9))
        face = FaceRules(engine=ENGINE.code, bands=(AgeBand(from_age=0, accept=0.5, refer=0.36),))
        rules = Rules(policies=(POLICY,), face=face, engine=ENGINE.code, case_rules=CASE_RULES)
        self.means = Means(looker=self.looker, rules=rules, rng=Random(5))

    def key(self) -> str:
        return f"key-{next(self.keys)}"

    def begin(self, *, insist: bool = False, key: str = "", able: Abilities | None = None) -> Told:
        return citizen_certifies.begin(
            who=self.who,
            pno=self.pno,
            able=able or Abilities(),
            insist=insist,
            key=key or self.key(),
            means=self.means,
            clock=self.clock,
        )

    def send(
        self,
        told: Told,
        filmed: tuple[tuple[bytes, ...], tuple[int, ...]],
        *,
        key: str = "",
        camera: str = "",
    ) -> Told:
        return citizen_certifies.frames(
            who=self.who,
            pno=self.pno,
            code=told.capture,
            no=told.no,
            sent=Sent(pictures=filmed[0], times=filmed[1]),
            key=key or self.key(),
            seen=Circumstances(at=self.clock.now(), camera_label=camera),
            means=self.means,
            clock=self.clock,
        )

    def do(self, told: Told) -> Told:
        """Do the step that is asked."""
        assert told.step is not None
        self.clock.moment += timedelta(seconds=3)
        return self.send(told, self.body.does(told.step))

    def certify(self, told: Told | None = None) -> Told:
        """Do every step to the end."""
        told = told or self.begin()
        while told.tell in (Tell.STEP, Tell.AGAIN):
            told = self.do(told)
        return told

    def begin_where(self, told: Told) -> Told:
        """Where the capture stands, as the page would find it."""
        return citizen_certifies.where(who=self.who, pno=self.pno, code=told.capture)

    def capture(self, told: Told) -> CaptureView:
        found = passes.queries.find_capture(told.capture)
        assert found is not None
        return found


def agree_and_enrol(pno: Pno = MOTHER) -> None:
    with transaction.atomic():
        biometrics.actions.give_consent(
            pno, Modality.FACE, text_version="1", channel=Channel.WEB, actor="citizen", at=AT
        )
        biometrics.actions.enrol(
            pno,
            Modality.FACE,
            [near(FACE, 0.97, 1), near(FACE, 0.97, 2)],
            engine=ENGINE,
            source=EnrolSource.SERVICE_POINT,
            actor="clerk",
            at=AT,
        )


@pytest.fixture
def home() -> Home:
    make(Pension(pno=0, phone=""), Pension(pno=1))
    make_run()
    stand(1, Result.DUE, due=date(2026, 11, 20), event=date(2025, 11, 20))
    agree_and_enrol()
    return Home()


def test_mother_certifies_and_has_it_in_her_hand(home: Home) -> None:
    told = home.certify()
    assert told.tell is Tell.DONE
    capture = home.capture(told)
    assert (capture.state, capture.why) == (CaptureState.PASSED, CaptureWhy.SAME)
    assert [(row.pno, row.channel) for row in Pass.objects.all()] == [(1, "face_web")]
    receipt = passes.queries.receipt_of_capture(capture.capture_id)
    assert receipt is not None
    assert receipt.until == date(2027, 10, 31)
    standing = certification.queries.find_standing_today(1, policies=(POLICY,), today=AT.date())
    assert standing is not None
    assert (standing.result, standing.due_day, standing.channel) == (
        Result.PASSED,
        date(2027, 10, 31),
        "face_web",
    )
    assert [row.template for row in Message.objects.all()] == ["passed_face"]
    assert CaptureFrames.objects.count() == CapturePicture.objects.count() == 0
    assert Receipt.objects.count() == 1


def ended(home: Home, told: Told) -> tuple[CaptureState, CaptureWhy | None]:
    capture = home.capture(told)
    return capture.state, capture.why


def case_notes(pno: int = 1) -> list[str]:
    case = casework.queries.case_of_person(pno)
    return [step.note for step in casework.queries.steps(case.case_id)] if case else []


def open_case(*reasons: str, pno: int = 1) -> int:
    with transaction.atomic():
        case, is_new = casework.actions.open_case(
            NewCase(pno=Pno(pno), reasons=reasons, leads=()),
            as_of=AT.date(),
            at=AT,
            actor="run",
            case_rules=CASE_RULES,
        )
    assert is_new
    return case.case_id


# --- who may begin ---


def test_what_is_not_due_is_not_asked_for_unless_she_insists(home: Home) -> None:
    stand(1, Result.NOT_DUE, due=date(2027, 3, 1), event=date(2026, 3, 1))
    told = home.begin()
    assert (told.tell, told.why) == (Tell.OTHER, CaptureWhy.NOT_DUE)
    done = home.certify(home.begin(insist=True))
    assert ended(home, done) == (CaptureState.PASSED, CaptureWhy.SAME)
    receipt = passes.queries.receipt_of_capture(home.capture(done).capture_id)
    assert receipt is not None
    assert receipt.until == date(2027, 10, 31)


def test_pass_never_shortens_what_stood_before(home: Home) -> None:
    stand(1, Result.NOT_DUE, due=date(2028, 1, 31), event=date(2026, 9, 1))
    done = home.certify(home.begin(insist=True))
    receipt = passes.queries.receipt_of_capture(home.capture(done).capture_id)
    assert receipt is not None
    assert receipt.until == date(2028, 1, 31)


def test_after_a_pass_nothing_is_due_any_more(home: Home) -> None:
    home.certify()
    assert home.begin().why is CaptureWhy.NOT_DUE


def test_without_consent_nothing_is_compared(home: Home) -> None:
    with transaction.atomic():
        biometrics.actions.withdraw_consent(MOTHER, Modality.FACE, actor="citizen", at=AT)
    assert home.begin().why is CaptureWhy.NO_CONSENT


def test_template_of_another_engine_is_none(home: Home) -> None:
    rules = replace(home.means.rules, engine="other:000000000000")
    home.means = replace(home.means, rules=rules)
    assert home.begin().why is CaptureWhy.NOT_ENROLLED


def test_without_an_engine_another_way_is_open(home: Home) -> None:
    home.means = replace(home.means, rules=replace(home.means.rules, engine=""))
    assert home.begin().why is CaptureWhy.ENGINE_AWAY


def test_helper_needs_a_mandate_to_certify(home: Home) -> None:
    home.who = SignedIn(account_id=77, role="helper", since=AT)
    assert home.begin().why is CaptureWhy.NO_MANDATE


def test_helper_with_a_mandate_certifies_and_the_ledger_knows_it(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def in_force(helper_id: int, pno: int, scope: Scope, *, on: date) -> object:
        asked.append((helper_id, pno, scope, on))
        return object()

    monkeypatch.setattr(mandates.queries, "in_force", in_force)
    home.who = SignedIn(account_id=77, role="helper", since=AT)
    done = home.certify()
    assert ended(home, done) == (CaptureState.PASSED, CaptureWhy.SAME)
    assert len(asked) == 1 + home.capture(done).of, "to begin, and again with every sending"
    assert set(asked) == {(77, 1, Scope.CERTIFY, AT.date())}
    assert Pass.objects.get().known_by == "helper:77"


def test_mandate_that_is_over_half_way_lets_nothing_more_be_judged(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_force = True
    monkeypatch.setattr(mandates.queries, "in_force", lambda *_, **__: object() if in_force else None)
    home.who = SignedIn(account_id=77, role="helper", since=AT)
    told = home.do(home.begin())
    seen = len(home.looker.looked)
    in_force = False
    assert home.do(told).why is CaptureWhy.NO_MANDATE
    assert len(home.looker.looked) == seen
    assert home.capture(told).is_open


def test_capture_of_the_mother_is_not_the_helpers(home: Home) -> None:
    told = home.begin()
    home.who = SignedIn(account_id=77, role="helper", since=AT)
    with pytest.raises(Refused, match="passes:capture_of_nobody_here"):
        home.do(told)


# --- the steps ---


def test_step_that_was_not_done_is_asked_again_and_ways_appear_after_two_misses(home: Home) -> None:
    told = home.begin()
    for misses in (1, 2, 3):
        told = home.send(told, home.body.still())
        assert (told.tell, told.no) == (Tell.AGAIN, 1)
        assert told.hint in citizen_certifies.HINTS
        assert told.offer_ways is (misses >= 2)
    assert ended(home, home.certify(told)) == (CaptureState.PASSED, CaptureWhy.SAME)


def test_dark_pictures_say_so_and_count_against_nobody(home: Home) -> None:
    told = home.begin()
    home.body.luma = 20.0
    told = home.send(told, home.body.still())
    assert (told.tell, told.hint) == (Tell.AGAIN, "dark")
    home.body.luma = 120.0
    assert home.certify(told).tell is Tell.DONE


def test_queue_is_told_and_the_same_sending_goes_on_after_it(home: Home) -> None:
    told = home.begin()
    assert told.step is not None
    filmed = home.body.does(told.step)
    home.looker.waiting = [Waiting(7, 3), Waiting(4, 1)]
    assert home.send(told, filmed, key="same") == Told(tell=Tell.WAIT, seconds=7, ahead=3)
    assert home.send(told, filmed, key="same").seconds == 4
    assert home.send(told, filmed, key="same").no == 2


def test_two_processes_share_a_capture(home: Home) -> None:
    """Behind a balancer each sending may reach another process, and what waits in one's queue is asked of the other."""
    first, second = home.means, replace(home.means, looker=FakeLooker(seen=home.looker.seen), rng=Random(6))
    told, turn = home.begin(), 0
    while told.tell in (Tell.STEP, Tell.AGAIN):
        home.means, turn = (second if turn % 2 == 0 else first), turn + 1
        told = home.do(told)
    assert told.tell is Tell.DONE
    assert second.looker.looked
    assert (Pass.objects.count(), Receipt.objects.count()) == (1, 1)


def test_sending_that_waits_in_one_process_is_answered_by_another_and_judged_once(home: Home) -> None:
    told = home.begin()
    assert told.step is not None
    filmed = home.body.does(told.step)
    first, other = home.means, replace(home.means, looker=FakeLooker(seen=home.looker.seen), rng=Random(6))
    home.looker.waiting = [Waiting(7, 3)]
    assert home.send(told, filmed, key="same").tell is Tell.WAIT
    home.means = other
    assert home.send(told, filmed, key="same").no == 2
    home.means = first
    assert home.send(told, filmed, key="same").no == 2
    assert CaptureFrames.objects.count() == 1


def test_engine_that_goes_away_in_the_middle_opens_another_way(home: Home) -> None:
    told = home.begin()
    home.looker.away = True
    assert home.do(told).why is CaptureWhy.ENGINE_AWAY
    home.looker.away = False
    assert home.certify(told).tell is Tell.DONE


def test_challenge_that_ran_out_begins_again_without_a_loss(home: Home) -> None:
    told = home.do(home.begin())
    assert told.no == 2
    home.clock.moment += timedelta(minutes=5)
    told = home.do(told)
    assert (told.tell, told.hint, told.no) == (Tell.AGAIN, "start_over", 1)
    assert CaptureFrames.objects.count() == 0
    assert ended(home, home.certify(told)) == (CaptureState.PASSED, CaptureWhy.SAME)


def test_more_pictures_than_are_needed_are_not_looked_at() -> None:
    sent = Sent(pictures=tuple(bytes([n]) for n in range(12)), times=tuple(range(0, 1200, 100)))
    assert sent.thinned(Step.TURN_LEFT).times == (0, 200, 400, 600, 800, 1000)
    assert sent.thinned(Step.BLINK) == sent
    backwards = Sent(pictures=(b"a", b"b"), times=(500, 400))
    assert backwards.thinned(Step.NOD) == backwards, "times that go backwards are for the judge to see"


def test_who_never_comes_to_an_end_gets_another_way(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(citizen_certifies, "MOST_POSTS", 3)
    told = home.begin()
    for _ in range(3):
        told = home.send(told, home.body.still())
    assert home.send(told, home.body.still()).why is CaptureWhy.TOO_LONG


# --- once is once ---


def test_same_key_with_other_pictures_is_not_taken_for_the_same_work(home: Home) -> None:
    told = home.begin()
    assert told.step is not None
    home.looker.waiting = [Waiting(3, 1)]
    assert home.send(told, home.body.still(6), key="k").tell is Tell.WAIT
    assert home.send(told, home.body.does(told.step), key="k").no == 2
    assert home.send(told, home.body.still(2), key="k").no == 2


def test_double_click_on_begin_opens_one_capture(home: Home) -> None:
    assert home.begin(key="click") == home.begin(key="click")
    assert Capture.objects.count() == 1


def test_same_sending_twice_is_judged_once_and_answered_alike(home: Home) -> None:
    told = home.begin()
    assert told.step is not None
    filmed = home.body.does(told.step)
    first, second = (home.send(told, filmed, key="post") for _ in range(2))
    assert first == second
    assert len(home.looker.looked) == 1


def test_last_sending_twice_makes_one_pass_one_receipt_one_notice(home: Home) -> None:
    told = home.begin()
    while told.no < told.of:
        told = home.do(told)
    assert told.step is not None
    filmed = home.body.does(told.step)
    answers = [home.send(told, filmed, key="last") for _ in range(3)]
    assert len({answer.capture for answer in answers}) == 1
    assert {answer.tell for answer in answers} == {Tell.DONE}
    assert (Pass.objects.count(), Receipt.objects.count(), Message.objects.count()) == (1, 1, 1)


def test_back_button_after_the_end_shows_the_same_end(home: Home) -> None:
    told = home.begin()
    done = home.certify(told)
    assert home.do(told) == done
    assert Pass.objects.count() == 1


def test_second_tab_takes_over_and_the_first_is_told(home: Home) -> None:
    first, second = home.begin(), home.begin()
    assert home.do(first).why is CaptureWhy.TAKEN_OVER
    assert home.certify(second).tell is Tell.DONE
    assert Pass.objects.count() == 1


def test_second_certification_of_a_day_is_the_same_one(home: Home) -> None:
    home.certify()
    again = home.certify(home.begin(insist=True))
    assert ended(home, again) == (CaptureState.PASSED, CaptureWhy.SAME)
    assert (Pass.objects.count(), Receipt.objects.count(), Message.objects.count()) == (1, 1, 1)


def test_used_nonce_passes_nobody(home: Home) -> None:
    told = home.begin()
    challenge, _ = unpack_challenge(passes.queries.challenge_of(home.capture(told).capture_id))
    with transaction.atomic():
        use_once(OnceKind.CAPTURE_NONCE, challenge.nonce, at=AT, until=AT + timedelta(days=1))
    assert ended(home, home.certify(told)) == (CaptureState.REVIEWING, CaptureWhy.UNSURE)
    assert Pass.objects.count() == 0


def test_server_killed_before_the_decision_decides_when_the_page_asks_again(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = home.begin()
    while told.no < told.of:
        told = home.do(told)
    assert told.step is not None
    filmed = home.body.does(told.step)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(face_is_decided, "settle", killed)
        with pytest.raises(KeyboardInterrupt):
            home.send(told, filmed, key="last")
    assert home.capture(told).all_steps_done
    assert home.send(told, filmed, key="last").tell is Tell.DONE
    assert Pass.objects.count() == 1


def test_what_fails_in_the_decision_leaves_nothing_behind(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = home.begin()

    def full(*_: object, **__: object) -> None:
        raise OperationalError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(notices.actions, "queue", full)
        with pytest.raises(OperationalError):
            home.certify(told)
    assert (Pass.objects.count(), Receipt.objects.count()) == (0, 0)
    assert home.capture(told).is_open
    assert home.send(home.begin_where(told), home.body.still()).tell is Tell.DONE
    assert Pass.objects.count() == 1


# --- the ends ---


def test_another_face_opens_another_way_and_no_case(home: Home) -> None:
    home.body.face = template(99)
    told = home.certify()
    assert (told.tell, told.why) == (Tell.OTHER, CaptureWhy.DIFFERENT)
    assert casework.queries.case_of_person(1) is None
    assert CapturePicture.objects.count() == 0
    assert Pass.objects.count() == Receipt.objects.count() == Message.objects.count() == 0
    assert tries_left(MOTHER, AT + timedelta(minutes=1)) == 4


def test_uncertain_match_goes_to_a_person_with_pictures_and_a_receipt(home: Home) -> None:
    home.body.face = near(FACE, 0.44)
    told = home.certify()
    assert ended(home, told) == (CaptureState.REVIEWING, CaptureWhy.UNSURE)
    case = casework.queries.case_of_person(1)
    assert case is not None
    assert case.reasons == ("face_review",)
    assert case.leads == ()
    assert home.capture(told).case_id == case.case_id
    kept = passes.queries.pictures_of(home.capture(told).capture_id)
    assert 1 <= len(kept) <= 3
    assert kept[0] in home.looker.seen
    receipt = passes.queries.receipt_of_capture(home.capture(told).capture_id)
    assert receipt is not None
    assert receipt.until is None
    assert Pass.objects.count() == 0


def test_suspected_attack_is_told_like_uncertainty_and_the_case_says_which_checks(home: Home) -> None:
    told = home.begin()
    first = True
    while told.tell in (Tell.STEP, Tell.AGAIN):
        assert told.step is not None
        if first:
            home.body.face = template(5)
            told = home.send(told, home.body.still(2))
            home.body.face = near(FACE, 0.9)
        first = False
        told = home.do(told)
    assert ended(home, told) == (CaptureState.REVIEWING, CaptureWhy.UNSURE)
    (note,) = case_notes()
    assert LivenessReason.OTHER_FACE.value in note


@pytest.mark.parametrize("able", [Abilities(turn=False), Abilities(mouth=False)])
def test_who_cannot_turn_or_open_the_mouth_is_looked_at_by_a_person(home: Home, able: Abilities) -> None:
    told = home.certify(home.begin(able=able))
    assert ended(home, told) == (CaptureState.REVIEWING, CaptureWhy.UNSURE)
    (note,) = case_notes()
    assert LivenessReason.STEPS_ABLED_ONLY.value in note
    assert Pass.objects.count() == 0


@pytest.mark.parametrize(
    ("least", "live", "why"),
    [
        (0.5, 0.1, CaptureWhy.UNSURE),
        (0.5, None, CaptureWhy.UNSURE),
        (0.5, 0.9, CaptureWhy.SAME),
        (None, 0.1, CaptureWhy.SAME),
    ],
)
def test_passive_check_that_says_attack_sends_to_a_person_and_refuses_nobody(
    home: Home, least: float | None, live: float | None, why: CaptureWhy
) -> None:
    home.means = replace(home.means, rules=replace(home.means.rules, passive_least=least))
    home.body.live = live
    told = home.certify()
    assert told.tell is Tell.DONE
    assert home.capture(told).why is why
    if why is CaptureWhy.UNSURE:
        assert ended(home, told)[0] is CaptureState.REVIEWING
        (note,) = case_notes()
        assert LivenessReason.PASSIVE_DOUBT.value in note
    assert Pass.objects.count() == (why is CaptureWhy.SAME)


def test_somebody_else_in_one_step_goes_to_a_person_though_the_whole_fits(home: Home) -> None:
    home.body.face = near(FACE, 0.8, seed=1)
    told = home.begin()
    while told.tell in (Tell.STEP, Tell.AGAIN):
        if told.no == told.of:  # alike enough to the rest to be one face in one capture
            home.body.face = near(FACE, 0.2, seed=1)
        told = home.do(told)
    assert ended(home, told)[0] is CaptureState.REVIEWING
    assert Pass.objects.count() == 0


def test_passive_check_passes_nobody_by_itself(home: Home) -> None:
    home.means = replace(home.means, rules=replace(home.means.rules, passive_least=0.5))
    home.body.live = 1.0
    home.body.face = near(FACE, 0.44)
    assert home.capture(home.certify()).why is not CaptureWhy.SAME
    assert Pass.objects.count() == 0


def test_clean_pass_after_an_uncertain_try_tells_the_open_case(home: Home) -> None:
    home.body.face = near(FACE, 0.44)
    home.certify()
    home.body.face = near(FACE, 0.9)
    assert ended(home, home.certify()) == (CaptureState.PASSED, CaptureWhy.SAME)
    assert '"code": "face_same"' in case_notes()[-1]


@pytest.mark.parametrize(
    "reason", ["death_reported", "death_contradicted", "custody_reported", "missing_reported"]
)
def test_face_alone_does_not_settle_a_reported_loss(home: Home, reason: str) -> None:
    case_id = open_case(reason)
    told = home.certify()
    assert ended(home, told) == (CaptureState.REVIEWING, CaptureWhy.IN_DOUBT)
    assert home.capture(told).case_id == case_id
    assert len(case_notes()) == 1
    assert Pass.objects.count() == 0


def test_doubtful_standing_is_not_passed_over(home: Home) -> None:
    stand(1, Result.DOUBTFUL, due=date(2026, 11, 20), event=date(2026, 9, 1))
    assert ended(home, home.certify()) == (CaptureState.REVIEWING, CaptureWhy.IN_DOUBT)


def test_visit_that_is_still_to_be_made_is_no_loss(home: Home) -> None:
    open_case("visit_needed")
    assert ended(home, home.certify()) == (CaptureState.PASSED, CaptureWhy.SAME)
    assert len(case_notes()) == 1


@pytest.mark.parametrize(
    ("state", "code", "why"),
    [
        (3, "1401", CaptureWhy.IN_DOUBT),
        (2, "1202", CaptureWhy.IN_DOUBT),
        (2, "1201", CaptureWhy.SAME),
    ],
)
def test_pay_that_ended_needs_a_person_and_a_pause_for_want_of_proof_does_not(
    state: int, code: str, why: CaptureWhy
) -> None:
    make(Pension(pno=0, phone=""), Pension(pno=1, steps=(("2026-09", state, code),)))
    make_run()
    stand(1, Result.DUE, due=date(2026, 8, 20), event=date(2025, 8, 20))
    agree_and_enrol()
    home = Home()
    assert ended(home, home.certify())[1] is why


def test_risk_that_asks_for_more_goes_to_a_person(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def weigh(**_: object) -> Weighing:
        return Weighing(score=Score(act=Act.CERTIFY, points=90, because=()), asked=Asked.PERSON, met=False)

    monkeypatch.setattr(face_is_decided.risk_is_weighed, "weigh", weigh)
    assert ended(home, home.certify()) == (CaptureState.REVIEWING, CaptureWhy.NEEDS_PERSON)


def test_five_tries_are_counted_over_every_device(home: Home) -> None:
    home.body.face = template(99)
    for device in range(5):
        home.who = replace(home.who, device=bytes([device]))
        home.clock.moment += timedelta(seconds=20)
        assert home.certify().why is CaptureWhy.DIFFERENT
    assert home.begin().why is CaptureWhy.TRIES_USED
    home.clock.moment += timedelta(minutes=16)
    home.body.face = near(FACE, 0.9)
    assert home.certify().tell is Tell.DONE


def test_photograph_alone_passes_nobody(home: Home) -> None:
    told = citizen_certifies.photo(
        who=home.who, pno=MOTHER, picture=b"a redrawn picture", key="p", means=home.means, clock=home.clock
    )
    assert ended(home, told) == (CaptureState.REVIEWING, CaptureWhy.PHOTO_ONLY)
    assert passes.queries.pictures_of(home.capture(told).capture_id) == [b"a redrawn picture"]
    again = citizen_certifies.photo(
        who=home.who, pno=MOTHER, picture=b"a redrawn picture", key="p", means=home.means, clock=home.clock
    )
    assert again == told
    assert Pass.objects.count() == 0


# --- what stays ---


def test_measures_are_sealed_and_gone_with_the_end(home: Home) -> None:
    told = home.do(home.begin())
    row = CaptureFrames.objects.get()
    assert home.body.face.tobytes()[:16] not in bytes(row.seen_sealed)
    assert b"embedding" not in bytes(row.seen_sealed)
    home.certify(told)
    assert CaptureFrames.objects.count() == 0
    assert bytes(Capture.objects.get().challenge_sealed) == b""


def test_capture_that_nobody_went_on_with_is_closed_and_forgotten(home: Home) -> None:
    left = home.do(home.begin())
    home.clock.moment += timedelta(hours=3)
    home.begin()
    assert home.capture(left).state is CaptureState.EXPIRED
    assert CaptureFrames.objects.count() == 0


def test_pictures_for_a_person_go_with_the_decision_or_after_ninety_days(home: Home) -> None:
    home.body.face = near(FACE, 0.44)
    home.certify()
    assert CapturePicture.objects.exists()
    case = casework.queries.case_of_person(1)
    assert case is not None
    doubt_is_resolved.propose(
        hands_of(CERTIFIER, clock=home.clock),
        case_id=case.case_id,
        outcome=Outcome.ELIGIBLE,
        reason="照片是本人",
        outcome_day=AT.date(),
        expected_version=1,
        case_rules=CASE_RULES,
    )
    doubt_is_resolved.confirm(
        hands_of(RECHECKER, clock=home.clock),
        case_id=case.case_id,
        agree=True,
        note="",
        expected_version=2,
        case_rules=CASE_RULES,
    )
    assert not CapturePicture.objects.exists()
    assert [row.channel for row in Pass.objects.all()] == ["case"]
    home.certify()
    home.clock.moment += timedelta(days=91)
    home.begin(insist=True)
    assert not CapturePicture.objects.exists()


def test_everything_that_was_written_is_in_the_ledger(home: Home, tmp_path: Path) -> None:
    home.certify()
    home.body.face = near(FACE, 0.44)
    home.certify(home.begin(insist=True))
    report = ledger_is_verified.verify(
        witnessed=wiring.witnessed(), trees=notices.queries.witnessed_trees(), store=LocalStore(tmp_path)
    )
    made_by_hand = {"certification_run", "people_personversion", "people_person", "biometrics_enrolment"}
    assert [fault.told for fault in report.faults if fault.table not in made_by_hand] == []
    assert report.checked_rows > 10


def test_no_score_no_threshold_and_no_number_of_hers_enters_the_ledger(home: Home) -> None:
    home.certify()
    told = " ".join(f"{entry.kind} {entry.detail}" for entry in ledger.queries.entries())
    assert "0." not in told
    assert "440802" not in told


# --- truth for every reader ---


def test_next_run_counts_the_pass_and_says_by_which_channel(home: Home) -> None:
    home.certify()
    assert passes.queries.newest_passes(known_before=AT + timedelta(days=1)) == {1: day_number(AT.date())}
    row = certification.queries.find_standing(1)
    assert row is not None
    assert row.result is Result.DUE, "the run's own row is the ledger's and is not touched"


@pytest.mark.parametrize("result", [Result.DOUBTFUL, Result.EXEMPT, Result.FAILED])
def test_pass_moves_nothing_that_waits_for_a_person(home: Home, result: Result) -> None:
    stand(1, result, due=date(2026, 11, 20), event=date(2026, 9, 1))
    with transaction.atomic():
        passes.actions.record_pass(
            pno=1, channel="window", event_day=day_number(AT.date()), case_id=None, actor="x", at=AT
        )
    now = certification.queries.find_standing_today(1, policies=(POLICY,), today=AT.date())
    assert now is not None
    assert (now.result, now.channel) == (result, "")


def test_old_pass_delivered_late_does_not_make_her_certified(home: Home) -> None:
    with transaction.atomic():
        passes.actions.record_pass(
            pno=1, channel="visit", event_day=day_number(date(2025, 8, 1)), case_id=None, actor="x", at=AT
        )
    now = certification.queries.find_standing_today(1, policies=(POLICY,), today=AT.date())
    assert now is not None
    assert now.result is Result.DUE


# --- two at once ---


def meanwhile(home: Home, monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Let something happen while the engine looks at the next sending."""
    real = home.looker.look

    def look(key: str, pictures: Sequence[bytes]) -> object:
        monkeypatch.setattr(home.looker, "look", real)
        act()
        return real(key, pictures)

    monkeypatch.setattr(home.looker, "look", look)


def test_two_hands_on_one_capture_take_one_step(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    told = home.begin()
    assert told.step is not None
    first, second = home.body.does(told.step), home.body.does(told.step)
    meanwhile(home, monkeypatch, lambda: home.send(told, second, key="other hand"))
    assert home.send(told, first, key="one hand").no == 2
    assert home.capture(told).posts == 1


def test_two_hands_on_the_last_step_make_one_pass(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    told = home.begin()
    while told.no < told.of:
        told = home.do(told)
    assert told.step is not None
    first, second = home.body.does(told.step), home.body.does(told.step)
    others: list[Told] = []
    meanwhile(home, monkeypatch, lambda: others.append(home.send(told, second, key="other hand")))
    assert home.send(told, first, key="one hand") == others[0]
    assert (Pass.objects.count(), Receipt.objects.count(), Message.objects.count()) == (1, 1, 1)


def test_capture_taken_over_while_the_engine_looks_keeps_nothing(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = home.begin()
    assert told.step is not None
    meanwhile(home, monkeypatch, lambda: home.begin(key="second tab"))
    assert home.send(told, home.body.does(told.step)).why is CaptureWhy.TAKEN_OVER
    assert CaptureFrames.objects.count() == 0


def test_consent_withdrawn_during_the_capture_passes_nobody(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = home.begin()
    while told.no < told.of:
        told = home.do(told)
    with transaction.atomic():
        biometrics.actions.withdraw_consent(MOTHER, Modality.FACE, actor="citizen", at=AT)
    assert home.do(told).why is CaptureWhy.NO_CONSENT
    assert Pass.objects.count() == CapturePicture.objects.count() == 0
