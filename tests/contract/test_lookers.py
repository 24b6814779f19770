"""What whoever looks at pictures must keep to: in their order, once a key, and the truth about waiting."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract.parties import Parties, each
from face_fakes import FakeLooker
from yizheng.adapters.face.pool import FacePool
from yizheng.rooms.biometrics.data import FaceSeen
from yizheng.rooms.passes.ports import EngineAway, Looker, Waiting


def _pool(engine: str, *, patience: float = 20.0) -> FacePool:
    return FacePool(workers=1, engine=f"face_engines:{engine}", patience=patience)


def _fake(**given: object) -> FakeLooker:
    seen = {word: FaceSeen(faces=1, width=float(len(word))) for word in (b"one", b"three")}
    return FakeLooker(seen=seen, **given)  # type: ignore[arg-type]


LOOKERS = {FacePool: lambda _: _pool("Quick"), FakeLooker: lambda _: _fake()}
BUSY = {
    FacePool: lambda _: _pool("Quick", patience=0.0),
    FakeLooker: lambda _: _fake(waiting=[Waiting(seconds=2, ahead=1)]),
}
AWAY = {FacePool: lambda _: _pool("Missing"), FakeLooker: lambda _: _fake(away=True)}
PARTIES: Parties = {Looker: LOOKERS}


def made(request: pytest.FixtureRequest) -> Iterator[Looker]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
        looker = request.param(Path())
        yield looker
        if isinstance(looker, FacePool):
            looker.close()


looker = pytest.fixture(scope="module", **each(LOOKERS))(made)
busy = pytest.fixture(scope="module", **each(BUSY))(made)
away = pytest.fixture(scope="module", **each(AWAY))(made)


def test_pictures_are_seen_in_their_order_and_what_is_none_shows_no_face(looker: Looker) -> None:
    seen = looker.look("order", [b"three", b"no:", b"one"])
    assert isinstance(seen, tuple)
    assert [(one.faces, one.width) for one in seen] == [(1, 5.0), (0, 0.0), (1, 3.0)]


def test_same_key_asks_for_the_same_work(looker: Looker) -> None:
    first, second = looker.look("same", [b"one"]), looker.look("same", [b"one"])
    assert isinstance(first, tuple)
    assert isinstance(second, tuple)
    assert [one.picture for one in first] == [one.picture for one in second]
    assert len(first) == len(second) == 1


def test_nothing_to_look_at_is_answered_with_nothing(looker: Looker) -> None:
    assert looker.look("nothing", []) == ()


def test_who_waits_is_told_how_long_and_comes_back_for_the_same_work(busy: Looker) -> None:
    first = busy.look("a", [b"one"])
    assert isinstance(first, Waiting)
    assert (first.seconds >= 1, first.ahead >= 0) == (True, True)
    until = time.monotonic() + 60
    while isinstance(seen := busy.look("a", [b"one"]), Waiting) and time.monotonic() < until:
        time.sleep(0.02)
    assert [one.faces for one in seen] == [1]


def test_nobody_there_is_told_as_that(away: Looker) -> None:
    with pytest.raises(EngineAway):
        away.look("a", [b"one"])
