"""Acts are weighed: what is unknown adds nothing, what is known is kept with its reasons, and nobody is refused."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from hands import hands_of
from mandate_situations import begun, make_mother
from pay_situations import AT, CERTIFIER, SUPERVISOR, Pension, make
from yizheng import wiring
from yizheng.adapters.store.local import LocalStore
from yizheng.doors.words import told_in
from yizheng.flows.helpers import mandates_end
from yizheng.flows.house import ledger_is_verified
from yizheng.flows.signing_in.risk_is_looked_at import look
from yizheng.flows.signing_in.risk_is_weighed import note_act, weigh
from yizheng.kernel.errors import Misused, Refused
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import FixedClock
from yizheng.rooms import ledger, mandates, notices, risk
from yizheng.rooms.access.data import Factor, SignedIn
from yizheng.rooms.entitlements.data import Group
from yizheng.rooms.mandates.actions import set_kind
from yizheng.rooms.mandates.data import COMMUNITY
from yizheng.rooms.people.models import PersonVersion
from yizheng.rooms.privacy.actions import sealer
from yizheng.rooms.risk.data import Act, AlertKind, Asked, Circumstances, Signal, Verdict, Weighing
from yizheng.rooms.risk.models import TypingSample
from yizheng.rooms.risk.models import Weighing as WeighingRow

pytestmark = pytest.mark.django_db
MOTHER = Pno(7)
PHONE, OTHER = b"p" * 16, b"o" * 16


def weighed(
    act: Act = Act.CERTIFY,
    *,
    after: timedelta = timedelta(),
    who: SignedIn | None = None,
    pno: Pno = MOTHER,
    **seen: object,
) -> Weighing:
    clock = FixedClock(AT + after)
    who = who or SignedIn(pno=MOTHER, factors=frozenset({Factor.SMS_CODE}), since=AT)
    return weigh(who=who, pno=pno, act=act, seen=Circumstances(at=clock.now(), **seen), clock=clock)  # type: ignore[arg-type]


def signals(weighing: Weighing) -> set[Signal]:
    return {one.signal for one in weighing.score.because}


def test_first_act_of_somebody_unknown_adds_nothing() -> None:
    found = weighed(pno=Pno(99))
    assert (found.score.points, found.asked, found.met) == (0, Asked.NOTHING_MORE, True)


def test_first_act_of_a_person_adds_nothing_and_is_in_the_ledger() -> None:
    make(Pension(pno=7))
    found = weighed(device=PHONE, place="440800", camera_label="Integrated Camera")
    assert (found.score.points, found.asked) == (0, Asked.NOTHING_MORE)
    entry = ledger.queries.newest(1)[0]
    assert entry.kind == "risk:act:weighed"
    assert entry.detail == {"act": "certify", "asked": "nothing_more", "signals": []}


def test_other_device_in_mid_session_raises_what_a_bank_change_asks() -> None:
    make(Pension(pno=7))
    strong = SignedIn(pno=MOTHER, factors=frozenset({Factor.PASSKEY}), since=AT)
    before = weighed(Act.CHANGE_BANK, who=strong, device=PHONE)
    assert (before.asked, before.met) == (Asked.STRONG_FACTOR, True)
    after = weighed(Act.CHANGE_BANK, who=strong, device=OTHER, after=timedelta(minutes=3))
    assert {Signal.NEW_DEVICE, Signal.SESSION_MOVED} <= signals(after)
    assert (after.asked, after.met) == (Asked.FRESH_FACE, False)


def test_failed_tries_count_for_a_day() -> None:
    make(Pension(pno=7))
    who = SignedIn(pno=MOTHER, since=AT)
    for _ in range(3):
        note_act(who=who, pno=MOTHER, act=Act.CERTIFY, done=False, clock=FixedClock(AT))
    assert Signal.FAILED_TRIES in signals(weighed(after=timedelta(hours=1)))
    assert signals(weighed(after=timedelta(hours=25))) == set()


def version(pno: int, *, phone: str = "13800000000", account: str = "", after: timedelta) -> None:
    """What a later roster said of the person."""
    at = AT + after
    contact = json.dumps([phone, account, ""], ensure_ascii=False)
    first = PersonVersion.objects.filter(pno=pno).order_by("id").first()
    assert first is not None
    PersonVersion.objects.create(
        pno=pno,
        true_from=at.date(),
        known_since=at,
        name_index=first.name_index,
        identity_sealed=first.identity_sealed,
        contact_sealed=sealer("people_personversion", "contact").seal(pno, contact),
        region="440802",
        roster=0,
    )


def test_bank_account_and_phone_that_changed_lately_are_read_from_the_rosters_versions() -> None:
    make(Pension(pno=7))
    version(7, account="6222000000001111", after=timedelta(days=1))
    assert signals(weighed(after=timedelta(days=2))) == set()
    version(7, account="6222000000002222", phone="13900000000", after=timedelta(days=3))
    found = weighed(after=timedelta(days=13))
    assert signals(found) == {Signal.RECENT_BANK_CHANGE, Signal.RECENT_PHONE_CHANGE}
    facts = [one.fact for one in found.score.because]
    assert {fact.what for fact in facts} == {risk.Finding.ACCOUNT_CHANGED, risk.Finding.PHONE_CHANGED}
    assert [fact.facts for fact in facts] == [{"days": 10}, {"days": 10}]
    assert signals(weighed(after=timedelta(days=40))) == set()


def helper_serves(people: int, *, device: bytes = PHONE, account_id: int = 3) -> Weighing:
    who = SignedIn(account_id=account_id, role="helper", factors=frozenset({Factor.SMS_CODE}), since=AT)
    return [weighed(who=who, pno=Pno(100 + number), device=device) for number in range(people)][-1]


def test_helper_who_serves_many_is_told_to_staff_once_and_never_asked_for_more_to_certify() -> None:
    assert Signal.MANY_SERVED not in signals(helper_serves(4))
    found = helper_serves(40)
    assert {one.signal for one in found.score.because} == {Signal.MANY_SERVED, Signal.HELPER_ACTS}
    assert (found.asked, found.met) == (Asked.NOTHING_MORE, True)
    (alert,) = risk.queries.alerts(waiting=True)
    assert (alert.kind, alert.account_id) == (AlertKind.HELPER_FOR_MANY, 3)
    assert any("替 5 人办过" in told_in(fact, "zh-hans") for fact in alert.facts)


def test_phone_of_many_pensioners_is_one_alert_about_that_phone() -> None:
    for number in range(8):
        make(Pension(pno=200 + number, phone="13700000000"))
        who = SignedIn(pno=Pno(200 + number), factors=frozenset({Factor.SMS_CODE}), since=AT)
        found = weighed(who=who, pno=Pno(200 + number))
    assert signals(found) == {Signal.MANY_SERVED}
    assert found.asked is Asked.NOTHING_MORE
    (alert,) = risk.queries.alerts(waiting=True)
    assert (alert.actor_kind, alert.account_id, alert.actor_pno, alert.pno) == ("phone", None, None, None)


def test_one_device_in_several_accounts_counts_the_people_of_all() -> None:
    for number in range(4):
        who = SignedIn(account_id=10 + number, role="helper", since=AT)
        weighed(who=who, pno=Pno(100 + number), device=PHONE)
    fifth = SignedIn(account_id=20, role="helper", since=AT)
    assert Signal.MANY_SERVED not in signals(weighed(who=fifth, pno=Pno(104), device=OTHER))
    assert Signal.MANY_SERVED in signals(weighed(who=fifth, pno=Pno(104), device=PHONE))


def test_community_worker_may_serve_as_many_as_the_work_needs() -> None:
    with transaction.atomic():
        set_kind(3, kind=COMMUNITY, actor="zhao", at=AT)
    assert Signal.MANY_SERVED not in signals(helper_serves(40))


def test_harmless_damps_and_abuse_sharpens_for_a_while_and_both_are_in_the_ledger() -> None:
    before = helper_serves(10).score.points
    (alert,) = risk.queries.alerts(waiting=True)
    look(
        hands_of(SUPERVISOR, clock=FixedClock(AT)),
        alert_id=alert.alert_id,
        verdict=Verdict.HARMLESS,
        note="村里就她会用手机",
    )
    after = helper_serves(10).score.points
    assert after < before
    assert risk.queries.alerts(waiting=True) == []
    kinds = [entry.kind for entry in ledger.queries.entries()]
    assert kinds.count("risk:signal:adjusted") == 2
    with pytest.raises(Refused, match="risk:looked_already"):
        look(
            hands_of(SUPERVISOR, clock=FixedClock(AT)),
            alert_id=alert.alert_id,
            verdict=Verdict.ABUSE,
            note="再看一次",
        )
    percents = risk.queries.percents_of(["account:3"], at=AT + timedelta(days=179))
    assert percents == {Signal.MANY_SERVED: 25, Signal.HELPER_ACTS: 25}
    assert risk.queries.percents_of(["account:3"], at=AT + timedelta(days=181)) == {}


def test_look_is_a_supervisors_and_needs_a_note() -> None:
    helper_serves(6)
    (alert,) = risk.queries.alerts(waiting=True)
    with pytest.raises(Refused, match="access:role_not_allowed"):
        look(
            hands_of(CERTIFIER, clock=FixedClock(AT)),
            alert_id=alert.alert_id,
            verdict=Verdict.ABUSE,
            note="看过了的",
        )
    with pytest.raises(Misused, match="risk:note_length"):
        look(
            hands_of(SUPERVISOR, clock=FixedClock(AT)),
            alert_id=alert.alert_id,
            verdict=Verdict.ABUSE,
            note=" ",
        )
    with pytest.raises(Refused, match="risk:no_alert"):
        look(hands_of(SUPERVISOR, clock=FixedClock(AT)), alert_id=0, verdict=Verdict.ABUSE, note="看过了的")


OWN, FOREIGN = (120.0, 130.0, 125.0, 140.0, 118.0), (400.0, 30.0, 600.0, 35.0, 500.0)


def type_often(who: SignedIn, times: int = 6) -> None:
    for number in range(times):
        weighed(who=who, typing=tuple(one + number % 3 for one in OWN), device=PHONE)


def test_foreign_rhythm_is_one_weak_signal_after_five_samples() -> None:
    make(Pension(pno=7, born="1955-01-01"))
    who = SignedIn(pno=MOTHER, since=AT)
    type_often(who, 4)
    assert signals(weighed(who=who, typing=FOREIGN, device=PHONE)) == set()
    type_often(who, 8)
    found = weighed(Act.CHANGE_BANK, who=who, typing=FOREIGN, device=PHONE)
    assert signals(found) == {Signal.TYPING}
    assert found.asked is weighed(Act.CHANGE_BANK, who=who, device=PHONE).asked


@pytest.mark.parametrize(
    ("born", "groups"), [("1946-12-31", 0), ("1955-01-01", Group.VERY_OLD), ("1955-01-01", Group.DISABLED)]
)
def test_typing_of_the_old_and_the_disabled_is_neither_weighed_nor_kept(born: str, groups: int) -> None:
    make(Pension(pno=7, born=born, groups=int(groups)))
    who = SignedIn(pno=MOTHER, since=AT)
    type_often(who, 6)
    assert signals(weighed(who=who, typing=FOREIGN, device=PHONE)) == set()
    assert TypingSample.objects.count() == 0


def test_rhythm_is_kept_sealed_and_only_the_newest_twenty() -> None:
    make(Pension(pno=7, born="1955-01-01"))
    type_often(SignedIn(pno=MOTHER, since=AT), 25)
    assert TypingSample.objects.count() == 20
    assert b"120" not in bytes(TypingSample.objects.first().intervals_sealed)  # type: ignore[union-attr]


def test_impossible_travel_and_a_place_that_is_not_known() -> None:
    make(Pension(pno=7))
    table = wiring.agency().risk
    who = SignedIn(pno=MOTHER, since=AT)
    clock = FixedClock(AT)
    for after, place, wanted in (
        (0, "440800", set()),
        (1, "", set()),
        (2, "110000", {Signal.NEW_PLACE, Signal.IMPOSSIBLE_TRAVEL, Signal.SESSION_MOVED}),
    ):
        clock = FixedClock(AT + timedelta(minutes=after))
        found = weigh(
            who=who,
            pno=MOTHER,
            act=Act.CERTIFY,
            seen=Circumstances(at=clock.now(), place=place),
            clock=clock,
            table=table,
        )
        assert signals(found) == wanted


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        ({"camera_label": "OBS Virtual Camera"}, {Signal.VIRTUAL_CAMERA}),
        ({"camera_label": "camera2 1, facing front"}, set()),
        ({"camera_label": ""}, set()),
        ({"frame_jitter": 0.0001}, {Signal.ODD_FRAMES}),
        ({"frame_jitter": 0.08}, set()),
    ],
)
def test_camera_tells_a_little(seen: dict[str, object], wanted: set[Signal]) -> None:
    make(Pension(pno=7))
    found = weighed(**seen)
    assert signals(found) == wanted
    assert found.asked is Asked.NOTHING_MORE


def test_everything_at_once_asks_for_a_person_to_certify_and_tells_staff() -> None:
    make(Pension(pno=7))
    weighed(device=PHONE, place="440800")
    found = weighed(
        device=OTHER,
        place="110000",
        camera_label="OBS Virtual Camera",
        frame_jitter=0.0,
        after=timedelta(minutes=5),
    )
    assert (found.asked, found.met) == (Asked.PERSON, False)
    (alert,) = risk.queries.alerts(waiting=True)
    assert (alert.kind, alert.pno) == (AlertKind.HIGH_RISK, MOTHER)
    assert any("没有用过" in told_in(fact, "zh-hans") for fact in alert.facts)


def test_ledger_holds_no_points_places_or_people() -> None:
    make(Pension(pno=7))
    weighed(device=PHONE, place="440800")
    weighed(device=OTHER, place="110000", camera_label="OBS Virtual Camera", after=timedelta(minutes=5))
    details = json.dumps(
        [entry.detail for entry in ledger.queries.entries() if entry.kind.startswith("risk:")]
    )
    assert not re.search(r"points|4408|1100|OBS|person:", details)


def test_everything_kept_is_verified_by_the_ledger_and_an_altered_row_is_found(tmp_path: Path) -> None:
    mother, store = make_mother(), LocalStore(tmp_path)
    mandate = begun()
    who = SignedIn(pno=mother, factors=frozenset({Factor.SMS_CODE}), since=AT)
    weighed(device=PHONE, place="440800", who=who)
    weighed(device=OTHER, place="110000", camera_label="OBS Virtual Camera", who=who)
    note_act(who=who, pno=mother, act=Act.CERTIFY, done=False, clock=FixedClock(AT))
    (alert,) = risk.queries.alerts(waiting=True)
    look(
        hands_of(SUPERVISOR, clock=FixedClock(AT)),
        alert_id=alert.alert_id,
        verdict=Verdict.ABUSE,
        note="不是本人",
    )
    mandates_end.by_beneficiary(mandate_id=mandate.mandate_id, pno=mother, clock=FixedClock(AT))
    mine = [*risk.queries.witnessed(), *mandates.queries.witnessed()]
    others = [table for table in wiring.witnessed() if table.table.startswith("access_")]
    trees = notices.queries.witnessed_trees()
    good = ledger_is_verified.verify(witnessed=mine + others, trees=trees, store=store)
    assert (good.verified, good.faults) == (True, ())
    WeighingRow.objects.filter(points__gt=0).update(points=0)
    bad = ledger_is_verified.verify(witnessed=mine + others, trees=trees, store=store)
    assert [fault.table for fault in bad.faults] == ["risk_weighing"]


def test_weighing_takes_few_questions_however_long_the_history(django_assert_max_num_queries: object) -> None:
    make(Pension(pno=7))
    for number in range(30):
        weighed(device=PHONE, place="440800", after=timedelta(days=number))
    with django_assert_max_num_queries(22):  # type: ignore[operator]
        weighed(device=PHONE, place="440800", after=timedelta(days=31))
