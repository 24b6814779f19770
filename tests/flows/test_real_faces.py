"""Certifying by face with the real engine in its own process: the living person passes, a stranger does not."""

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

import pytest
from django.db import transaction
from test_citizen_certifies import Home

from case_situations import CASE_RULES
from pay_situations import AT, POLICY, Pension, make, make_run, stand
from yizheng import wiring
from yizheng.adapters.face.pool import FacePool
from yizheng.adapters.pictures.frames import clean_frame
from yizheng.flows.channels.citizen_certifies import Means, Tell, Told
from yizheng.flows.channels.face_is_decided import Rules
from yizheng.rooms import biometrics
from yizheng.rooms.biometrics.data import Channel, EnrolSource, Modality
from yizheng.rooms.certification.data import Result
from yizheng.rooms.passes.data import CaptureWhy
from yizheng.rooms.passes.models import Pass
from yizheng.rooms.passes.ports import Waiting
from yizheng.simulators.attacks import STRANGERS, frames_for, photo_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def pool() -> Iterator[FacePool]:
    made = FacePool(workers=1, patience=60.0)
    yield made
    made.close()


@pytest.fixture
def home(pool: FacePool) -> Home:
    make(Pension(pno=0, phone=""), Pension(pno=1))
    make_run()
    stand(1, Result.DUE, due=date(2026, 11, 20), event=date(2025, 11, 20))
    seen = pool.look("enrol", [photo_of(0), photo_of(0, seed=1)])
    assert not isinstance(seen, Waiting)
    with transaction.atomic():
        biometrics.actions.give_consent(
            Home().pno, Modality.FACE, text_version="1", channel=Channel.WEB, actor="citizen", at=AT
        )
        biometrics.actions.enrol(
            Home().pno,
            Modality.FACE,
            [one.embedding for one in seen if one.embedding is not None],
            engine=wiring.face_engine().engine,
            source=EnrolSource.SERVICE_POINT,
            actor="clerk",
            at=AT,
        )
    at_home = Home()
    rules = Rules(
        policies=(POLICY,),
        face=wiring.agency().biometrics.face,
        engine=pool.engine_code(),
        case_rules=CASE_RULES,
    )
    at_home.means = Means(looker=pool, rules=rules, rng=Random(6))
    return at_home


def film(home: Home, who: int, told: Told) -> Told:
    """Do every step before a made camera, as often as it is asked."""
    now, takes = 1000, 0
    while told.tell in (Tell.STEP, Tell.AGAIN) and takes < 12:
        takes += 1
        assert told.step is not None
        pictures = [clean_frame(one) for one in frames_for(told.step, seed=takes, who=who)]
        times = []
        for place in range(len(pictures)):
            now += 200 + (7 * place + 3 * takes) % 13
            times.append(now)
        now += 600
        told = home.send(told, (tuple(pictures), tuple(times)), camera="Front Camera")
    return told


def test_living_person_is_certified_by_the_real_engine(home: Home) -> None:
    told = film(home, 0, home.begin())
    assert told.tell is Tell.DONE
    assert home.capture(told).why is CaptureWhy.SAME
    assert Pass.objects.count() == 1


def test_stranger_before_the_camera_gets_another_way_or_a_person_and_no_pass(home: Home) -> None:
    told = film(home, STRANGERS[3], home.begin())
    assert told.tell in (Tell.DONE, Tell.OTHER)
    assert home.capture(told).why in (CaptureWhy.DIFFERENT, CaptureWhy.UNSURE)
    assert Pass.objects.count() == 0


SERVER = """
import time
from yizheng.adapters.face.pool import FacePool
pool = FacePool(workers=1, engine="face_engines:Quick")
pool.engine_code()
print(*pool.children(), flush=True)
time.sleep(60)
"""


def test_engines_end_with_a_server_that_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    with subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        engine = Path(f"/proc/{server.stdout.readline().strip()}/cmdline")
        assert b"face.worker" in engine.read_bytes()
        server.kill()
    until = time.monotonic() + 10
    while engine.exists() and engine.read_bytes() and time.monotonic() < until:
        time.sleep(0.05)
    assert not engine.exists() or not engine.read_bytes()
