"""Made people and made attacks: the same seed the same bytes, people who do what is asked, films a browser can play."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from yizheng.rooms.biometrics.liveness_data import Step
from yizheng.simulators.attacks import (
    Pace,
    Pose,
    frames_for,
    live_session,
    neutral_frames,
    person,
    print_session,
    render,
)
from yizheng.simulators.attacks.camera import opened
from yizheng.simulators.attacks.species import OBS_LABEL, Species, attack
from yizheng.simulators.attacks.streams import write_mjpeg, write_y4m

SHORT = Pace(step_ms=600)
STEPS = (Step.TURN_LEFT, Step.BLINK)


def test_same_seed_same_bytes() -> None:
    first = live_session(STEPS[:1], seed=5, pace=SHORT)
    assert first == live_session(STEPS[:1], seed=5, pace=SHORT)
    assert first != live_session(STEPS[:1], seed=6, pace=SHORT)
    assert print_session(STEPS[:1], seed=5, pace=SHORT) == print_session(STEPS[:1], seed=5, pace=SHORT)


@pytest.mark.parametrize("species", Species)
def test_every_species_can_be_filmed(species: Species) -> None:
    session = attack(species, STEPS, seed=1, pace=SHORT)
    assert [step for step, _ in session.by_step] == list(STEPS)
    times = [frame.at_ms for frame in session.frames]
    assert times == sorted(set(times))
    assert all(opened(frame.jpeg).shape == (640, 480, 3) for frame in session.frames)
    assert (session.label == OBS_LABEL) is (species is Species.VIRTUAL_LOOP)
    assert species.told


def test_frames_for_a_step_begin_and_end_straight() -> None:
    frames = frames_for(Step.TURN_LEFT, count=12)
    assert len(frames) == 12 == len(set(frames))
    first, middle, last = (opened(frames[at]).astype(float) for at in (0, 6, 11))
    face = np.s_[220:430, 150:330]
    assert np.abs(first[face] - middle[face]).mean() > 2 * np.abs(first[face] - last[face]).mean()
    assert len(neutral_frames(count=3)) == 3


def test_made_people_differ_and_stay_themselves() -> None:
    one, other = render(person(7), Pose()), render(person(115), Pose())
    assert np.array_equal(one, render(person(7), Pose()))
    assert np.abs(one.astype(int) - other).mean() > 3


def test_mjpeg_is_picture_after_picture(tmp_path: Path) -> None:
    frames = neutral_frames(count=3)
    write_mjpeg(tmp_path / "film.mjpeg", frames, repeat=2)
    data = (tmp_path / "film.mjpeg").read_bytes()
    assert data == b"".join(frame * 2 for frame in frames)
    assert data.count(b"\xff\xd8\xff\xe0") == 6


def test_y4m_gives_the_pictures_back(tmp_path: Path) -> None:
    frames = neutral_frames(count=2)
    write_y4m(tmp_path / "film.y4m", frames, fps=5)
    data = (tmp_path / "film.y4m").read_bytes()
    head, _, rest = data.partition(b"\n")
    assert head == b"YUV4MPEG2 W480 H640 F5:1 Ip A1:1 C420jpeg"
    size = 480 * 640 * 3 // 2
    assert len(rest) == 2 * (size + len(b"FRAME\n"))
    raw = np.frombuffer(rest[6 : 6 + size], np.uint8).reshape(960, 480)
    shown = cv2.cvtColor(raw, cv2.COLOR_YUV2BGR_I420)
    assert np.abs(shown.astype(int) - opened(frames[0])).mean() < 4
