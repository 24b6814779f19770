"""What a pass settles: one rule for every channel, and which recorded losses still stand."""

from datetime import UTC, date, datetime, timedelta

import pytest

from yizheng.kernel.ids import Pno
from yizheng.kernel.verdict import Says
from yizheng.rooms.passes.data import CASE, CHANNELS, FACE_WEB, OTHER_AGENCY, VISIT, WINDOW, Channel, Open
from yizheng.rooms.passes.rules import settles
from yizheng.rooms.people.data import LifeEventKind, LifeFact
from yizheng.rooms.people.rules import losses_in_force

EVERYTHING = tuple(Open)

RULE = [
    ("nothing stands open, at a window", WINDOW, (), Says.YES),
    ("nothing stands open, by face", FACE_WEB, (), Says.YES),
    ("nothing stands open, on a visit", VISIT, (), Says.YES),
    ("a loss is reported, by face", FACE_WEB, (Open.LOSS_REPORTED,), Says.UNKNOWN),
    ("a loss is reported, at a window", WINDOW, (Open.LOSS_REPORTED,), Says.UNKNOWN),
    ("a loss is recorded, at another agency", OTHER_AGENCY, (Open.LOSS_RECORDED,), Says.UNKNOWN),
    ("pay has ended, on a visit", VISIT, (Open.PAY_ENDED,), Says.UNKNOWN),
    ("pay stopped for more than a missing proof", FACE_WEB, (Open.PAY_STOPPED_OTHERWISE,), Says.UNKNOWN),
    ("two people decided, whatever stood open", CASE, EVERYTHING, Says.YES),
]


@pytest.mark.parametrize(("situation", "channel", "found", "says"), RULE, ids=[row[0] for row in RULE])
def test_settles(situation: str, channel: Channel, found: tuple[Open, ...], says: Says) -> None:
    verdict = settles(channel, found)
    assert verdict.says is says
    assert set(verdict.reasons) == (set(found) if says is Says.UNKNOWN else set())


@pytest.mark.parametrize("channel", CHANNELS.values(), ids=list(CHANNELS))
def test_no_channel_ever_says_no(channel: Channel) -> None:
    assert not settles(channel, EVERYTHING).is_no


D, M, C, R, F = (LifeEventKind(kind) for kind in ("death", "missing", "custody", "release", "found"))
LOSSES = [
    ("nothing is recorded", (), set()),
    ("in custody", (C,), {C}),
    ("in custody, then released", (C, R), set()),
    ("released, then in custody again", (C, R, C), {C}),
    ("missing, then found", (M, F), set()),
    ("taken for dead, then found", (D, F), set()),
    ("in custody; found ends no custody", (C, F), {C}),
    ("missing and in custody, released", (M, C, R), {M}),
]


@pytest.mark.parametrize(("situation", "recorded", "left"), LOSSES, ids=[row[0] for row in LOSSES])
def test_losses_in_force(
    situation: str, recorded: tuple[LifeEventKind, ...], left: set[LifeEventKind]
) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    facts = [
        LifeFact(
            pno=Pno(1),
            kind=kind,
            true_from=date(2026, 1, 1),
            known_since=start + timedelta(days=at),
            known_by="case",
            case_id=at,
        )
        for at, kind in enumerate(recorded)
    ]
    assert losses_in_force(facts) == left
