"""Whatever is known or not: more never weighs less, unknown weighs nothing, typing alone changes nothing for anybody."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yizheng.rooms.risk.data import Act, Asked, Signal
from yizheng.rooms.risk.facts import Facts, Seen
from yizheng.rooms.risk.rules import (
    asked_for,
    hour_is_usual,
    kilometres,
    score,
    travel_kmh,
    typing_distance,
)
from yizheng.rooms.risk.table import ORDER, TABLE, Place

AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
SUSPICIOUS: dict[str, st.SearchStrategy[object]] = {
    "device_known": st.just(False),
    "place_known": st.just(False),
    "hour_usual": st.just(False),
    "kmh": st.floats(1001, 1e6),
    "typing": st.floats(2.5, 1e6),
    "served": st.integers(5, 10_000),
    "bank_changed_days": st.integers(0, 30),
    "phone_changed_days": st.integers(0, 30),
    "helper": st.just(True),
    "failed": st.integers(1, 1000),
    "virtual_camera": st.just(True),
    "frame_jitter": st.floats(0, 0.0019),
    "moved": st.just(True),
}
HARMLESS: dict[str, st.SearchStrategy[object]] = {
    "device_known": st.sampled_from([None, True]),
    "place_known": st.sampled_from([None, True]),
    "hour_usual": st.sampled_from([None, True]),
    "kmh": st.sampled_from([None, 0.0, 80.0, 1000.0]),
    "typing": st.sampled_from([None, 0.0, 2.4]),
    "served": st.sampled_from([None, 0, 1, 4]),
    "bank_changed_days": st.sampled_from([None, 31, 4000]),
    "phone_changed_days": st.sampled_from([None, 31, 4000]),
    "helper": st.sampled_from([None, False]),
    "failed": st.sampled_from([None, 0]),
    "virtual_camera": st.sampled_from([None, False]),
    "frame_jitter": st.sampled_from([None, 0.002, 0.3]),
    "moved": st.sampled_from([None, False]),
}
ANY = {name: HARMLESS[name] | SUSPICIOUS[name] for name in SUSPICIOUS}
acts = st.sampled_from(list(Act))
percents = st.dictionaries(st.sampled_from(list(Signal)), st.integers(0, 150))


def test_every_fact_and_every_signal_is_tried_here() -> None:
    assert set(SUSPICIOUS) == {one.name for one in fields(Facts)} - {"typing_counts", "many"}
    assert len(SUSPICIOUS) == len(Signal)


@given(
    act=acts,
    facts=st.builds(Facts, **ANY),
    name=st.sampled_from(sorted(SUSPICIOUS)),
    data=st.data(),
    by=percents,
)
def test_one_signal_more_never_lowers_the_score(
    act: Act, facts: Facts, name: str, data: st.DataObject, by: dict[Signal, int]
) -> None:
    without = replace(facts, **{name: data.draw(HARMLESS[name])})
    present = replace(facts, **{name: data.draw(SUSPICIOUS[name])})
    less, more = score(act, without, percents=by), score(act, present, percents=by)
    assert less.points <= more.points
    assert ORDER.index(asked_for(act, less.points)) <= ORDER.index(asked_for(act, more.points))


@given(act=acts, facts=st.builds(Facts, **HARMLESS), by=percents)
def test_what_is_unknown_or_as_usual_adds_nothing(act: Act, facts: Facts, by: dict[Signal, int]) -> None:
    found = score(act, facts, percents=by)
    assert (found.points, found.because) == (0, ())
    assert asked_for(act, found.points) is asked_for(act, 0)


@given(act=acts, facts=st.builds(Facts, **HARMLESS), far=SUSPICIOUS["typing"], by=percents)
def test_typing_alone_never_changes_what_is_asked(
    act: Act, facts: Facts, far: float, by: dict[Signal, int]
) -> None:
    found = score(act, replace(facts, typing=far), percents=by)
    assert found.points <= TABLE.points[Signal.TYPING]
    assert asked_for(act, found.points) is asked_for(act, 0)


@given(act=acts, facts=st.builds(Facts, **ANY), far=SUSPICIOUS["typing"])
def test_of_the_very_old_and_the_disabled_typing_is_not_looked_at(act: Act, facts: Facts, far: float) -> None:
    spared = replace(facts, typing_counts=False)
    assert score(act, replace(spared, typing=far)) == score(act, replace(spared, typing=None))


@given(facts=st.builds(Facts, **ANY), by=percents)
def test_certifying_is_asked_for_nothing_more_or_a_person_whatever_is_known(
    facts: Facts, by: dict[Signal, int]
) -> None:
    asked = asked_for(Act.CERTIFY, score(Act.CERTIFY, facts, percents=by).points)
    assert asked in (Asked.NOTHING_MORE, Asked.PERSON)


@given(served=st.integers(0, 10**6), by=percents)
def test_number_of_people_served_alone_never_sends_a_pensioner_away(
    served: int, by: dict[Signal, int]
) -> None:
    found = score(Act.CERTIFY, Facts(served=served, helper=True), percents=by)
    assert asked_for(Act.CERTIFY, found.points) is Asked.NOTHING_MORE


@given(facts=st.builds(Facts, **ANY), act=acts)
def test_points_are_the_sum_of_their_reasons_and_every_reason_has_words(facts: Facts, act: Act) -> None:
    found = score(act, facts)
    assert found.points == sum(one.points for one in found.because)
    assert all(one.points > 0 and one.fact for one in found.because)
    assert [one.points for one in found.because] == sorted(
        (one.points for one in found.because), reverse=True
    )


rhythm = st.lists(st.floats(0, 3000), min_size=5, max_size=5).map(tuple)


@given(samples=st.lists(rhythm, max_size=4), now=rhythm)
def test_rhythm_is_unknown_below_five_samples(
    samples: list[tuple[float, ...]], now: tuple[float, ...]
) -> None:
    assert typing_distance(now, samples) is None


@given(sample=rhythm, shift=st.floats(0, 30))
def test_own_rhythm_is_near_and_only_grows_away(sample: tuple[float, ...], shift: float) -> None:
    samples = [sample] * 5
    near = typing_distance(sample, samples)
    away = typing_distance([one + shift for one in sample], samples)
    assert near is not None
    assert away is not None
    assert near < 1e-6
    assert near <= away <= shift / 15 + 1e-6


@given(sample=rhythm, place=st.integers(0, 4), pause=st.floats(2000, 1e9))
def test_one_long_pause_counts_like_two_seconds(sample: tuple[float, ...], place: int, pause: float) -> None:
    now = [pause if number == place else one for number, one in enumerate(sample)]
    capped = [2000.0 if number == place else one for number, one in enumerate(sample)]
    assert typing_distance(now, [sample] * 5) == typing_distance(capped, [sample] * 5)


def seen(**facts: object) -> Seen:
    return Seen(**({"at": AT, "device": b"d", "place": "a", "hour": 10, "session_since": AT} | facts))  # type: ignore[arg-type]


@pytest.mark.parametrize(("hour", "usual"), [(9, True), (12, True), (3, False), (23, False)])
def test_hour_is_measured_by_ones_own_habit(hour: int, usual: bool) -> None:
    habit = [seen(hour=10 + number % 2) for number in range(20)]
    assert hour_is_usual(hour, habit) is usual
    assert hour_is_usual(hour, habit[:9]) is None


def test_night_owls_are_usual_at_their_own_hours_over_midnight() -> None:
    assert hour_is_usual(1, [seen(hour=23)] * 12) is True


PLACES = replace(
    TABLE,
    places={
        "a": Place(name="湛江市", north=21.27, east=110.36),
        "b": Place(name="北京市", north=39.90, east=116.40),
        "c": Place(name="赤坎区", north=21.30, east=110.40),
    },
)


@pytest.mark.parametrize(
    ("place", "hours", "kmh"),
    [
        ("b", 1, 2151),
        ("b", 10, 215),
        ("c", 0, 0),
        ("a", 0, 0),
        ("nowhere", 1, None),
        ("", 1, None),
    ],
)
def test_travel_between_coarse_places(place: str, hours: float, kmh: float | None) -> None:
    found = travel_kmh(place, AT + timedelta(hours=hours), [seen()], PLACES)
    assert found is None if kmh is None else found == pytest.approx(kmh, rel=0.01)


def test_travel_is_unknown_without_an_earlier_place_and_ever_so_far_around_the_globe() -> None:
    assert travel_kmh("b", AT, [], PLACES) is None
    assert travel_kmh("b", AT, [seen(place="")], PLACES) is None
    here, there = Place(name="x", north=0, east=0), Place(name="y", north=0, east=180)
    assert kilometres(here, there) == pytest.approx(20015, rel=0.001)
