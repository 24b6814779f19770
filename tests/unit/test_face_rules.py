"""Quality, likeness and their rules: three answers, plain reasons, and an agency's file read strictly."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from yizheng import wiring
from yizheng.adapters.agency_files.agency import load_agency
from yizheng.adapters.agency_files.yaml_files import read_yaml
from yizheng.kernel.errors import Refused
from yizheng.rooms.biometrics.data import FaceSeen, Match, Observed, PictureFault, Vector
from yizheng.rooms.biometrics.face_terms import AgeBand, BiometricsRules, FaceRules, Thresholds
from yizheng.rooms.biometrics.matching import compare, likeness, match_capture, same_in_every_step
from yizheng.rooms.biometrics.quality import faults_of

GOOD = FaceSeen(faces=1, width=160, centre=(0.5, 0.45), share=0.3, luma=120, blown=0.01, sharpness=200, yaw=3)
AGENCY = Path(__file__).parents[2] / "agencies" / "demo"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"faces": 0}, PictureFault.NO_FACE),
        ({"faces": 2}, PictureFault.MANY_FACES),
        ({"width": 79.0}, PictureFault.FAR),
        ({"share": 0.9}, PictureFault.NEAR),
        ({"centre": (0.9, 0.5)}, PictureFault.OFF_CENTRE),
        ({"centre": (0.5, 0.1)}, PictureFault.OFF_CENTRE),
        ({"luma": 59.0}, PictureFault.DARK),
        ({"luma": 201.0}, PictureFault.BRIGHT),
        ({"blown": 0.06}, PictureFault.BRIGHT),
        ({"yaw": 21.0}, PictureFault.TURNED),
        ({"yaw": -21.0}, PictureFault.TURNED),
        ({"pitch": 26.0}, PictureFault.TURNED),
        ({"roll": -16.0}, PictureFault.TURNED),
        ({"covered": 0.6}, PictureFault.COVERED),
        ({"sharpness": 24.0}, PictureFault.BLURRED),
    ],
)
def test_each_fault_has_its_measure(change: dict[str, object], fault: PictureFault) -> None:
    assert faults_of(GOOD) == ()
    assert faults_of(replace(GOOD, **change)) == (fault,)  # type: ignore[arg-type]


def test_first_fault_is_the_one_to_change_first() -> None:
    dark_and_far = replace(GOOD, luma=20, width=30, sharpness=2)
    assert faults_of(dark_and_far) == (PictureFault.DARK, PictureFault.FAR, PictureFault.BLURRED)
    assert faults_of(replace(dark_and_far, faces=0)) == (PictureFault.DARK, PictureFault.NO_FACE)
    assert faults_of(FaceSeen(faces=0)) == (PictureFault.NO_FACE,)


def test_turned_head_is_no_fault_where_turning_is_asked() -> None:
    turned = replace(GOOD, yaw=35, roll=20, centre=(0.85, 0.5), covered=0.9)
    assert faults_of(turned, turned_allowed=True) == ()
    assert faults_of(replace(turned, luma=10), turned_allowed=True) == (PictureFault.DARK,)


# ---- likeness ---------------------------------------------------------------------------------------------------

THRESHOLDS = Thresholds(accept=0.5, refer=0.36, frames=3)
BASE = np.eye(1, 8, dtype=np.float32)[0]


def _at(cosine: float) -> Vector:
    """A template at this cosine from the base."""
    made = np.zeros(8, np.float32)
    made[0], made[1] = cosine, np.sqrt(1 - cosine**2)
    return made


@pytest.mark.parametrize(
    ("cosine", "said"),
    [
        (0.99, Match.SAME),
        (0.501, Match.SAME),
        (0.499, Match.UNSURE),
        (0.361, Match.UNSURE),
        (0.359, Match.DIFFERENT),
        (-0.5, Match.DIFFERENT),
    ],
)
def test_three_answers_by_two_thresholds(cosine: float, said: Match) -> None:
    assert compare([_at(cosine)] * 3, [BASE], THRESHOLDS) is said


def test_too_few_pictures_never_pass_anybody() -> None:
    assert compare([BASE] * 2, [BASE], THRESHOLDS) is Match.UNSURE
    assert compare([BASE] * 3, [BASE], THRESHOLDS) is Match.SAME


@pytest.mark.parametrize(
    ("probes", "enrolled"),
    [
        ([], [BASE]),
        ([BASE], []),
        ([BASE] * 3, [np.ones(9, np.float32)]),
        ([np.zeros(8, np.float32)] * 3, [BASE]),
    ],
)
def test_what_cannot_be_compared_is_no_difference(probes: list[Vector], enrolled: list[Vector]) -> None:
    assert compare(probes, enrolled, THRESHOLDS) is Match.NOT_COMPARED


def test_pictures_are_averaged() -> None:
    """Three noisy pictures of one face are more alike than any of them alone."""
    draws = np.random.default_rng(4)
    face = draws.normal(size=128)
    noisy = [(face + draws.normal(size=128)).astype(np.float32) for _ in range(8)]
    one = likeness(noisy[:1], noisy[4:5])
    several = likeness(noisy[:4], noisy[4:])
    assert one is not None
    assert several is not None
    assert several > one + 0.1


# ---- an agency's rules ------------------------------------------------------------------------------------------


def test_unknown_age_counts_against_nobody() -> None:
    rules = FaceRules(
        bands=(AgeBand(from_age=0, accept=0.55, refer=0.30), AgeBand(from_age=70, accept=0.50, refer=0.36))
    )
    assert rules.thresholds(69).accept == 0.55
    assert rules.thresholds(70) == Thresholds(accept=0.50, refer=0.36, frames=3)
    unknown = rules.thresholds(None)
    assert (unknown.accept, unknown.refer) == (0.55, 0.30)


def test_thresholds_fit_the_engine_that_they_were_measured_with() -> None:
    assert FaceRules().fits("any:engine")
    assert FaceRules(engine="sface:1").fits("sface:1")
    assert not FaceRules(engine="sface:1").fits("sface:2")
    assert load_agency(AGENCY).biometrics.face.fits(wiring.face_engine().engine.code)


def test_demo_says_what_was_measured_and_what_was_not() -> None:
    face = load_agency(AGENCY).biometrics.face
    assert [band.from_age for band in face.bands] == [0, 60, 70, 80]
    assert (face.tries, face.tries_minutes, face.filing_from) == (5, 15, 100_000)
    for band in face.bands:
        if band.measured:
            assert (AGENCY.parents[1] / band.measured).is_file()


@pytest.mark.parametrize(
    "text",
    [
        "face: {bands: [{from_age: 0, accept: 0.3, refer: 0.4}]}",
        "face: {bands: [{from_age: 60, accept: 0.5, refer: 0.4}]}",
        "face: {bands: []}",
        "face: {bands: [{from_age: 0, accept: 1.5, refer: 0.4}]}",
        "face: {tries: 0}",
        "face: {keep_pictures_days: -1}",
        "face: {threshold: 0.5}",
    ],
)
def test_rules_that_cannot_be_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "biometrics.yaml").write_text(text)
    with pytest.raises(Refused, match=r"biometrics\.yaml"):
        read_yaml(tmp_path / "biometrics.yaml", BiometricsRules)


@pytest.mark.parametrize(
    ("steps", "best", "match"),
    [
        (((0.7, 0.7), (0.7,)), (0, 1, 2), Match.SAME),
        (
            ((0.7, 0.7, 0.7), (0.1,)),
            (0, 1, 2),
            Match.UNSURE,
        ),  # somebody else in one step is seen beside the best
        (
            ((0.7, 0.7), (0.7,)),
            (0, 1, 9),
            Match.UNSURE,
        ),  # a place that is none is no picture, and two are too few
        (((0.2, 0.2), (0.2,)), (0, 1, 2), Match.DIFFERENT),
        (((), ()), (), Match.NOT_COMPARED),
    ],
)
def test_capture_is_the_enrolled_face_in_its_best_pictures_and_in_every_step(
    steps: tuple[tuple[float, ...], ...], best: tuple[int, ...], match: Match
) -> None:
    face, other = (np.eye(1, 4, place, dtype=np.float32)[0] for place in (0, 1))
    taken = [
        [
            Observed(
                at_ms=0,
                seen=replace(
                    GOOD, embedding=np.asarray(alike * face + np.sqrt(1 - alike**2) * other, np.float32)
                ),
            )
            for alike in step
        ]
        for step in steps
    ]
    thresholds = Thresholds(accept=0.5, refer=0.36, frames=3)
    assert match_capture(taken, best, [face], thresholds) is match


@pytest.mark.parametrize(
    ("steps", "holds"),
    [
        (((0.7,), (0.7, 0.6)), True),
        (((0.7,), (0.3,)), False),
        (((0.7, 0.2), (0.7,)), True),  # one poor picture of several is nobody
        (((0.7,), ()), True),  # nothing seen says nothing
        ((), True),
    ],
)
def test_each_step_is_held_against_the_enrolled_face_by_itself(
    steps: tuple[tuple[float, ...], ...], holds: bool
) -> None:
    face = np.eye(1, 4, dtype=np.float32)[0]
    other = np.eye(1, 4, 1, dtype=np.float32)[0]
    taken = [
        [np.asarray(cosine * face + np.sqrt(1 - cosine**2) * other, np.float32) for cosine in step]
        for step in steps
    ]
    assert same_in_every_step(taken, [face], Thresholds(accept=0.5, refer=0.36)) is holds
