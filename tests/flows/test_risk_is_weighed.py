"""Acts are weighed: what is unknown adds nothing, what is known is kept with its reasons, and nobody is refused."""

from datetime import timedelta

import pytest

from pay_situations import AT, Pension, make
from yizheng.flows.risk_is_weighed import note_act, weigh
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import FixedClock
from yizheng.rooms.access.data import Factor, SignedIn
from yizheng.rooms.ledger import queries as ledger
from yizheng.rooms.risk.data import Act, Asked, Circumstances, Signal, Weighing

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
    entry = ledger.newest(1)[0]
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
