"""The face mesh: the weights that were measured and no others, points where the face is, signs from the person's view."""

import hashlib
from importlib import resources

import numpy as np
import pytest

from yizheng.adapters.face.mesh import SHA256, FaceMesh, measures
from yizheng.kernel.errors import Refused
from yizheng.simulators.attacks import Pose, astronaut, render

BOX = (148.0, 198.0, 183.0, 233.0)
"""Where the detector finds the portrait's face."""


@pytest.fixture(scope="module")
def mesh() -> FaceMesh:
    return FaceMesh()


def rgb(pose: Pose) -> np.ndarray:
    return np.ascontiguousarray(render(astronaut(), pose)[:, :, ::-1])


def test_weights_are_the_measured_ones_with_their_licence_beside_them() -> None:
    models = resources.files("yizheng.adapters.face") / "models"
    assert hashlib.sha256((models / "face_landmark.tflite").read_bytes()).hexdigest() == SHA256
    assert "Apache License" in (models / "face_landmark.LICENSE.txt").read_text()


def test_other_weights_are_refused() -> None:
    with pytest.raises(Refused, match="face:not_the_measured_mesh"):
        FaceMesh(b"something else")


def test_points_are_where_they_were_measured(mesh: FaceMesh) -> None:
    found = mesh.see(rgb(Pose()), BOX, tilt=3.0)
    assert found.presence > 0.9
    assert found.points.shape == (468, 3)
    assert np.abs(found.points[:, :2] - astronaut().points[:468, :2]).mean() < 4


def test_presence_is_low_where_no_face_is(mesh: FaceMesh) -> None:
    wall = np.full((640, 480, 3), 128, np.uint8)
    assert mesh.see(wall, BOX).presence < 0.1


def test_box_without_size_is_refused(mesh: FaceMesh) -> None:
    with pytest.raises(ValueError, match="box"):
        mesh.see(rgb(Pose()), (10, 10, 0, 0))


def test_measures_have_the_person_s_own_left_and_up(mesh: FaceMesh) -> None:
    straight = measures(mesh.points(rgb(Pose()), BOX, tilt=3.0))

    def change(pose: Pose, what: str) -> float:
        found = measures(mesh.points(rgb(pose), BOX, tilt=3.0))
        return float(getattr(found, what)) - float(getattr(straight, what))

    assert change(Pose(yaw=30), "yaw") > 18
    assert change(Pose(yaw=-30), "yaw") < -18
    assert change(Pose(pitch=15), "pitch") > 8
    assert change(Pose(pitch=-15), "pitch") < -8
    assert change(Pose(roll=12), "roll") > 6
    assert change(Pose(mouth=1), "mouth") > 0.1
    shut = measures(mesh.points(rgb(Pose(blink=1)), BOX, tilt=3.0))
    assert max(shut.eyes) < 0.75 * min(straight.eyes)
    assert abs(straight.yaw) < 5
