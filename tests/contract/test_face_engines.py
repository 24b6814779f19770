"""What any face engine must keep to (合同测试): run it against every engine that an installation may use.

The pictures are of one cleared photograph (skimage's astronaut, public domain) and of a drawn head; nobody else's face is
in the repository. How often an engine errs on real people is measured elsewhere (`yizheng biometrics evaluate`).
"""

import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from skimage import data as pictures

from contract.parties import Parties, each
from faces import Pixels, astronaut, dimmed, jpeg, other_face, png
from yizheng.adapters.face.engine import SFaceEngine
from yizheng.adapters.face.passive import CheckedEngine
from yizheng.adapters.face.weights import SFACE, YUNET, WeightsFile, read_weights
from yizheng.kernel.errors import Refused
from yizheng.rooms.biometrics.data import EngineId, Match, PictureFault
from yizheng.rooms.biometrics.face_terms import FaceRules
from yizheng.rooms.biometrics.matching import compare, likeness
from yizheng.rooms.biometrics.ports import FaceEngine
from yizheng.rooms.biometrics.quality import faults_of


class SaysLive:
    """A passive check that finds every face alive."""

    engine = EngineId(name="says-live", weights="1" * 64)

    def live(self, picture: bytes) -> float:
        return float(bool(picture))


@cache
def _sface() -> SFaceEngine:
    return SFaceEngine()


ENGINES = {SFaceEngine: lambda _: _sface(), CheckedEngine: lambda _: CheckedEngine(_sface(), SaysLive())}
PARTIES: Parties = {FaceEngine: ENGINES}


@pytest.fixture(**each(ENGINES))
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> FaceEngine:
    return request.param(tmp_path)


def turned_by_exif(picture: bytes, orientation: int) -> bytes:
    """The JPEG with an EXIF block that says how the camera was held."""
    tiff = (
        b"II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00"
        + bytes([orientation, 0, 0, 0])
        + bytes(4)
    )
    block = b"Exif\x00\x00" + tiff
    return picture[:2] + b"\xff\xe1" + (len(block) + 2).to_bytes(2, "big") + block + picture[2:]


# ---- what is seen -----------------------------------------------------------------------------------------------


def test_face_is_described_and_measured(engine: FaceEngine) -> None:
    seen = engine.look(jpeg(astronaut()))
    assert seen.faces == 1
    assert seen.embedding is not None
    assert seen.embedding.dtype == np.float32
    assert np.linalg.norm(seen.embedding) == pytest.approx(1, abs=1e-5)
    assert seen.mesh is not None
    assert seen.mesh.shape == (468, 3)
    inside = (seen.mesh[:, 0] > 0) & (seen.mesh[:, 0] < 600) & (seen.mesh[:, 1] > 0) & (seen.mesh[:, 1] < 520)
    assert inside.mean() > 0.95
    assert 0.2 < seen.centre[0] < 0.8
    assert 0.1 < seen.centre[1] < 0.8
    assert seen.share == pytest.approx(seen.width / 600, abs=0.01)
    assert len(seen.picture) == 32
    assert max(abs(seen.yaw), abs(seen.roll)) < 15


def test_good_picture_has_no_fault(engine: FaceEngine) -> None:
    assert faults_of(engine.look(jpeg(astronaut()))) == ()


def test_engine_names_itself_and_its_weights(engine: FaceEngine) -> None:
    assert len(engine.engine.weights) == 64
    assert engine.engine.code == f"{engine.engine.name}:{engine.engine.weights[:12]}"


def test_nothing_to_see_is_an_answer(engine: FaceEngine) -> None:
    for empty in (np.full((200, 300, 3), 128, np.uint8), np.ascontiguousarray(pictures.coffee()[:, :, ::-1])):
        seen = engine.look(jpeg(empty))
        assert seen.faces == 0
        assert seen.embedding is None
        assert faults_of(seen) == (PictureFault.NO_FACE,)


def test_two_faces_are_two_and_a_passer_by_is_none(engine: FaceEngine) -> None:
    face = astronaut()
    assert engine.look(jpeg(np.hstack([face, face]))).faces == 2
    small = cv2.resize(face, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    behind = np.hstack([face, np.full((face.shape[0], 200, 3), 90, np.uint8)])
    behind[20 : 20 + small.shape[0], 620 : 620 + small.shape[1]] = small
    assert engine.look(jpeg(behind)).faces == 1


def test_tiny_face_is_far_and_never_a_crash(engine: FaceEngine) -> None:
    small = cv2.resize(astronaut(), None, fx=0.11, fy=0.11, interpolation=cv2.INTER_AREA)
    canvas = np.full((480, 640, 3), 110, np.uint8)
    canvas[200 : 200 + small.shape[0], 300 : 300 + small.shape[1]] = small
    seen = engine.look(jpeg(canvas))
    assert seen.faces <= 1
    assert set(faults_of(seen)) & {PictureFault.FAR, PictureFault.NO_FACE}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda pixels: dimmed(pixels, 0.2), PictureFault.DARK),
        (lambda pixels: dimmed(pixels, 1.7), PictureFault.BRIGHT),
        (lambda pixels: cv2.GaussianBlur(pixels, (0, 0), 9), PictureFault.BLURRED),
        (
            lambda pixels: cv2.resize(pixels, None, fx=0.28, fy=0.28, interpolation=cv2.INTER_AREA),
            PictureFault.FAR,
        ),
    ],
)
def test_each_fault_is_seen(
    engine: FaceEngine, change: Callable[[Pixels], Pixels], fault: PictureFault
) -> None:
    assert fault in faults_of(engine.look(jpeg(np.asarray(change(astronaut()), np.uint8))))


def _drawn_over(pixels: Pixels, mesh: NDArray[np.float32], points: Sequence[int], shade: int) -> Pixels:
    """The picture with a plain patch over these points of the mesh."""
    patched = pixels.copy()
    cv2.fillConvexPoly(
        patched, cv2.convexHull(mesh[list(points), :2].astype(np.int32)), (shade, shade, shade)
    )
    return patched


@pytest.mark.parametrize("shade", [30, 150, 235])
@pytest.mark.parametrize(
    "points",
    [(234, 132, 172, 152, 397, 361, 454, 347, 6, 118), (70, 105, 107, 336, 334, 300, 348, 347, 119, 118)],
    ids=["mask", "glasses"],
)
def test_face_behind_a_mask_or_dark_glasses_is_covered(
    engine: FaceEngine, points: tuple[int, ...], shade: int
) -> None:
    mesh = engine.look(jpeg(astronaut())).mesh
    assert mesh is not None
    seen = engine.look(jpeg(_drawn_over(astronaut(), mesh, points, shade)))
    assert set(faults_of(seen)) & {PictureFault.COVERED, PictureFault.NO_FACE, PictureFault.BRIGHT}


def test_no_face_for_want_of_light_is_told_as_that(engine: FaceEngine) -> None:
    assert faults_of(engine.look(jpeg(dimmed(astronaut(), 0.03))))[0] is PictureFault.DARK
    assert faults_of(engine.look(jpeg(dimmed(astronaut(), 2.6))))[0] is PictureFault.BRIGHT


def test_head_on_the_shoulder_is_turned(engine: FaceEngine) -> None:
    face = astronaut()
    middle = (face.shape[1] / 2, face.shape[0] / 2)
    tilted = cv2.warpAffine(face, cv2.getRotationMatrix2D(middle, 28, 0.8), (face.shape[1], face.shape[0]))
    seen = engine.look(jpeg(np.asarray(tilted, np.uint8)))
    assert abs(seen.roll) == pytest.approx(28, abs=8)
    assert PictureFault.TURNED in faults_of(seen)


# ---- whose it is ------------------------------------------------------------------------------------------------


def _vector(engine: FaceEngine, pixels: Pixels) -> NDArray[np.float32]:
    found = engine.look(png(pixels)).embedding
    assert found is not None
    return found


@pytest.mark.parametrize(
    "change",
    [
        lambda pixels: dimmed(pixels, 0.6),
        lambda pixels: dimmed(pixels, 1.25),
        lambda pixels: cv2.GaussianBlur(pixels, (0, 0), 2),
        lambda pixels: cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA),
        lambda pixels: cv2.cvtColor(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR),
        lambda pixels: cv2.imdecode(np.frombuffer(jpeg(pixels, 25), np.uint8), cv2.IMREAD_COLOR),
        lambda pixels: np.ascontiguousarray(pixels[:, ::-1]),
    ],
)
def test_same_face_in_another_picture_is_the_same(
    engine: FaceEngine, change: Callable[[Pixels], Pixels]
) -> None:
    base = _vector(engine, astronaut())
    again = _vector(engine, np.asarray(change(astronaut()), np.uint8))
    assert compare([again] * 3, [base], FaceRules().thresholds(None)) is Match.SAME


def test_other_face_is_less_alike_than_the_same(engine: FaceEngine) -> None:
    base = _vector(engine, astronaut())
    same = likeness([_vector(engine, dimmed(astronaut(), 0.6))], [base])
    other = likeness([_vector(engine, other_face())], [base])
    assert same is not None
    assert other is not None
    assert same > other + 0.2


@pytest.mark.parametrize(("orientation", "turn"), [(3, 2), (6, 1), (8, 3)])
def test_camera_held_otherwise_is_the_same_picture(engine: FaceEngine, orientation: int, turn: int) -> None:
    held = turned_by_exif(jpeg(np.ascontiguousarray(np.rot90(astronaut(), turn))), orientation)
    seen = engine.look(held)
    assert seen.faces == 1
    assert abs(seen.roll) < 15
    assert seen.embedding is not None
    assert (
        compare([seen.embedding] * 3, [_vector(engine, astronaut())], FaceRules().thresholds(None))
        is Match.SAME
    )


def test_grey_picture_with_one_channel_is_seen(engine: FaceEngine) -> None:
    grey = cv2.cvtColor(astronaut(), cv2.COLOR_BGR2GRAY)
    assert engine.look(png(np.asarray(grey, np.uint8))).faces == 1


# ---- how it behaves ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "picture",
    [
        b"",
        b"not a picture",
        b"\xff\xd8\xff\xe0" + bytes(50),
        b"\x89PNG\r\n\x1a\n" + bytes(40),
        b"GIF89a" + bytes(20),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\xff\xff\x00\x00\xff\xff\x08\x02\x00\x00\x00\x00\x00\x00\x00",
    ],
    ids=["nothing", "text", "jpeg-head", "png-head", "gif", "svg", "four-thousand-million-pixels"],
)
def test_what_is_no_picture_is_refused(engine: FaceEngine, picture: bytes) -> None:
    with pytest.raises(Refused):
        engine.look(picture)


def test_damaged_picture_is_refused_or_seen_and_never_breaks(engine: FaceEngine) -> None:
    whole = bytearray(jpeg(astronaut()))
    draws = np.random.default_rng(7)
    for _ in range(8):
        broken = whole.copy()
        for at in draws.integers(2, len(whole), size=40):
            broken[at] = int(draws.integers(256))
        try:
            engine.look(bytes(broken[: int(draws.integers(500, len(whole)))]))
        except Refused:
            continue


def test_same_picture_gives_the_same_answer_in_any_thread(engine: FaceEngine) -> None:
    sent = [jpeg(astronaut()), jpeg(dimmed(astronaut(), 0.7)), jpeg(other_face())] * 3
    alone = [engine.look(picture) for picture in sent]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(engine.look, sent))
    for one, other in zip(alone, together, strict=True):
        assert one.embedding is not None
        assert other.embedding is not None
        np.testing.assert_array_equal(one.embedding, other.embedding)
        assert (one.yaw, one.width, one.picture) == (other.yaw, other.width, other.picture)


def test_nothing_goes_out(engine: FaceEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_: object, **__: object) -> None:
        raise AssertionError("an engine asked the network for something")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    assert engine.look(jpeg(astronaut())).faces == 1


# ---- the default engine's weights -------------------------------------------------------------------------------


@pytest.mark.parametrize("file", [YUNET, SFACE])
def test_weights_that_were_not_measured_are_refused(file: WeightsFile, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="face:file_not_readable"):
        read_weights(file, tmp_path)
    changed = bytearray(read_weights(file))
    changed[1000] ^= 1
    (tmp_path / file.name).write_bytes(bytes(changed))
    with pytest.raises(Refused, match="face:file_not_the_measured_one"):
        read_weights(file, tmp_path)
