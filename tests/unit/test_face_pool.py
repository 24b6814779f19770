"""Engine processes: once is once, the truth about waiting, a dead one is replaced, and nothing of ours is in them."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from yizheng.adapters.face.pool import FacePool, default_size
from yizheng.rooms.biometrics.data import FaceSeen
from yizheng.rooms.passes.ports import EngineAway, Waiting

Make = Callable[..., FacePool]


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    made: list[FacePool] = []

    def one(engine: str = "Quick", **options: object) -> FacePool:
        pool = FacePool(**{"workers": 1, "engine": f"face_engines:{engine}", "patience": 10.0, **options})  # type: ignore[arg-type]
        made.append(pool)
        return pool

    yield one
    for pool in made:
        pool.close()


def seen(answer: tuple[FaceSeen, ...] | Waiting) -> tuple[FaceSeen, ...]:
    assert isinstance(answer, tuple), answer
    return answer


def waits(answer: tuple[FaceSeen, ...] | Waiting) -> Waiting:
    assert isinstance(answer, Waiting), answer
    return answer


def test_pictures_are_seen_in_their_order_and_no_picture_is_an_answer(make: Make) -> None:
    pool = make()
    answer = seen(pool.look("a", [b"one", b"no:", b"three"]))
    assert [(one.faces, one.width) for one in answer] == [(1, 3.0), (0, 0.0), (1, 5.0)]
    assert pool.engine_code() == "quick:111111111111"


def test_what_a_library_prints_is_no_answer(make: Make) -> None:
    assert seen(make("Loud").look("a", [b"one"]))[0].width == 3.0


def test_same_sending_is_looked_at_once_though_two_ask(make: Make) -> None:
    pool = make()
    answers: list[tuple[FaceSeen, ...] | Waiting] = []
    threads = [
        threading.Thread(target=lambda: answers.append(pool.look("a", [b"slow:0.2"]))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(answer) for answer in answers}) == 1
    assert pool.state().done == 1


def test_whoever_waits_is_told_how_many_stand_before_and_comes_back_for_it(make: Make) -> None:
    pool = make(patience=0.05)
    pool.engine_code()
    first = waits(pool.look("a", [b"slow:0.5"]))
    second = waits(pool.look("b", [b"two"]))
    assert (first.ahead, second.ahead) == (0, 1)
    until = time.monotonic() + 5
    while isinstance(answer := pool.look("b", [b"two"]), Waiting) and time.monotonic() < until:
        time.sleep(0.05)
    assert seen(answer)[0].width == 3.0
    assert pool.state().done == 2


def test_estimate_follows_what_pictures_really_take(make: Make) -> None:
    pool = make(patience=0.01)
    pool.engine_code()
    for number in range(12):
        while isinstance(pool.look(f"{number}", [b"slow:0.1"]), Waiting):
            time.sleep(0.02)
    assert 0.06 < pool.state().seconds_a_picture < 0.2
    for number in range(10):
        pool.look(f"q{number}", [b"slow:0.1"] * 4)
    told = waits(pool.look("last", [b"slow:0.1"] * 4))
    started = time.monotonic()
    while isinstance(pool.look("last", []), Waiting):
        time.sleep(0.02)
    took = time.monotonic() - started
    assert told.ahead == 10
    assert took * 0.6 < told.seconds < took * 1.6 + 1


def test_promise_that_was_kept_late_makes_the_next_ones_longer(make: Make) -> None:
    now = [0.0]
    pool = make(patience=0.05, clock=lambda: now[0])
    pool.engine_code()
    promises = []
    for number in range(6):
        promises.append(waits(pool.look(f"{number}", [b"slow:0.2"])).seconds)
        until = time.monotonic() + 5
        while pool.state().done <= number and time.monotonic() < until:
            time.sleep(0.01)
        now[0] += 30.0
        seen(pool.look(f"{number}", []))
    assert promises[0] == 1
    assert promises[1] > 5
    assert 10 < promises[-1] <= 32
    assert pool._late > 5
    for number in range(20):
        waits(pool.look(f"kept {number}", [b"slow:0.2"]))
        until = time.monotonic() + 5
        while pool.state().done <= 6 + number and time.monotonic() < until:
            time.sleep(0.01)
        now[0] = pool._jobs[f"kept {number}"].promised
        seen(pool.look(f"kept {number}", []))
    assert pool._late < 0.5, "promises that are kept are made shorter again"


def test_nobody_is_let_into_a_queue_that_cannot_be_served(make: Make) -> None:
    pool = make(patience=0.01, longest_wait=2.0)
    pool.engine_code()
    answers = [pool.look(f"{number}", [b"slow:0.05"] * 12) for number in range(12)]
    queued = pool.state().queued
    assert queued < 12
    assert waits(answers[-1]).seconds > 2
    assert "11" not in pool._jobs


def test_process_that_dies_is_replaced_and_its_sending_tried_once_more(make: Make, tmp_path: Path) -> None:
    pool = make()
    mark = tmp_path / "died"
    answer = seen(pool.look("a", [b"one", f"die-once:{mark}".encode()]))
    assert [one.faces for one in answer] == [1, 1]
    assert pool.state().restarts == 1


def test_sending_that_kills_twice_is_given_up_and_the_pool_lives(make: Make) -> None:
    pool = make()
    with pytest.raises(EngineAway):
        pool.look("a", [b"die"])
    assert pool.state().restarts == 2
    assert seen(pool.look("b", [b"one"]))[0].faces == 1


def test_killed_between_two_sendings_is_not_noticed_by_anybody(make: Make) -> None:
    pool = make()
    first = seen(pool.look("a", [b"one"]))[0].picture
    (child,) = pool.children()
    os.kill(child, signal.SIGKILL)
    time.sleep(0.05)
    second = seen(pool.look("b", [b"one"]))[0].picture
    assert first != second


def test_process_that_hangs_is_killed(make: Make) -> None:
    pool = make(seconds_a_picture=0.3)
    started = time.monotonic()
    with pytest.raises(EngineAway):
        pool.look("a", [b"slow:60"])
    assert time.monotonic() - started < 6


def test_engine_that_cannot_start_is_away_not_an_error(make: Make) -> None:
    with pytest.raises(EngineAway):
        make("Missing").engine_code()
    with pytest.raises(EngineAway):
        make("Missing").look("a", [b"one"])


def test_closing_lets_what_is_looked_at_end_and_takes_nothing_more(make: Make) -> None:
    pool = make()
    pool.engine_code()
    (child,) = pool.children()
    answers: list[object] = []
    thread = threading.Thread(target=lambda: answers.append(pool.look("a", [b"slow:0.3"])))
    thread.start()
    time.sleep(0.1)
    pool.close()
    thread.join()
    assert isinstance(answers[0], tuple)
    with pytest.raises(EngineAway):
        pool.look("b", [b"one"])
    assert not Path(f"/proc/{child}").exists()


def test_engine_process_has_neither_database_nor_keys(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIZHENG_DATABASE", "postgresql://secret")
    pool = make()
    pool.engine_code()
    (child,) = pool.children()
    assert b"YIZHENG" not in Path(f"/proc/{child}/environ").read_bytes()
    loaded = Path(f"/proc/{child}/maps").read_text()
    assert "sqlite" not in loaded
    assert "psycopg" not in loaded


def test_what_nobody_fetched_is_forgotten(make: Make) -> None:
    now = [0.0]
    pool = make(clock=lambda: now[0])
    pool.look("a", [b"one"])
    now[0] = 1000.0
    pool.look("b", [b"one"])
    assert list(pool._jobs) == ["b"]


def test_default_size_is_one_a_core_and_at_least_one() -> None:
    assert 1 <= default_size() <= 8
