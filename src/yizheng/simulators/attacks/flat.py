"""Pictures of a face held before a camera: on paper, flat or bent, and on a screen with rim, raster and glare."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from yizheng.simulators.attacks.acting import Mover, Performance, Shown
from yizheng.simulators.attacks.head import HEIGHT, WIDTH, Picture
from yizheng.simulators.attacks.raster import where_seen

_GRID = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """How a sheet is held: degrees about the upright axis, the level one, and in its own plane; how strongly bent.

    `bend` is the angle (degrees) that the sheet wraps around an upright cylinder, `bend_level` around a level one;
    positive bulges towards the camera, as around a face. `size` is its width as a share of the frame's.
    """

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    bend: float = 0.0
    bend_level: float = 0.0
    size: float = 0.95
    shift: tuple[float, float] = (0.0, 0.0)


def held(picture: Picture, sheet: Sheet, background: Picture) -> Picture:
    """What the camera sees of a picture on a sheet, before a background."""
    points, home, triangles = _sheet_points(sheet)
    seen_x, seen_y = where_seen(triangles, points, home, width=WIDTH, height=HEIGHT)
    shown = cv2.remap(picture, seen_x, seen_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(np.where((seen_x >= 0)[..., None], shown, background), np.uint8)


def _sheet_points(
    sheet: Sheet,
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int32]]:
    """The corners of a grid on the sheet: where they are seen, where they lie in the picture, and the triangles."""
    across, down = np.meshgrid(np.linspace(-0.5, 0.5, _GRID), np.linspace(-0.5, 0.5, _GRID))
    wide, tall = WIDTH * sheet.size, HEIGHT * sheet.size
    x, back = _around(across.ravel() * wide, sheet.bend, wide)
    y, back_level = _around(down.ravel() * tall, sheet.bend_level, tall)
    points = np.stack([x, y, back + back_level], axis=1)
    yaw, pitch, roll = np.radians([sheet.yaw, sheet.pitch, sheet.roll])
    around_y = np.array([[np.cos(yaw), 0, -np.sin(yaw)], [0, 1, 0], [np.sin(yaw), 0, np.cos(yaw)]])
    around_x = np.array([[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]])
    around_z = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    points = points @ (around_z @ around_x @ around_y).T
    lens = 2.2 * WIDTH
    points[:, :2] *= lens / (lens + points[:, 2:])
    points[:, :2] += (WIDTH / 2 + sheet.shift[0], HEIGHT / 2 + sheet.shift[1])
    home = np.stack([(across.ravel() + 0.5) * (WIDTH - 1), (down.ravel() + 0.5) * (HEIGHT - 1)], axis=1)
    return points.astype(np.float32), home.astype(np.float32), _GRID_TRIANGLES


def _around(
    along: NDArray[np.float64], degrees: float, length: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A strip laid around a cylinder: where it comes to lie, and how far back."""
    if abs(degrees) < 0.5:
        return along, np.zeros_like(along)
    radius = length / np.radians(degrees)
    return radius * np.sin(along / radius), radius * (1 - np.cos(along / radius))


def _grid_triangles() -> NDArray[np.int32]:
    corner = np.arange(_GRID * _GRID).reshape(_GRID, _GRID)
    a, b, c, d = (one.ravel() for one in (corner[:-1, :-1], corner[:-1, 1:], corner[1:, :-1], corner[1:, 1:]))
    return np.concatenate([np.stack([a, b, c], 1), np.stack([b, d, c], 1)]).astype(np.int32)


_GRID_TRIANGLES = _grid_triangles()


def printed(picture: Picture, rng: np.random.Generator) -> Picture:
    """A picture as it comes off a printer: duller, a little soft, with a raster and a white rim."""
    soft = cv2.GaussianBlur(picture, (0, 0), 0.8).astype(np.float32)
    dull = 128 + (soft - 128) * rng.uniform(0.75, 0.95) + rng.uniform(-8, 12)
    dots = rng.standard_normal((HEIGHT, WIDTH, 1)).astype(np.float32) * 4
    sheet: Picture = np.clip(dull + dots, 0, 255).astype(np.uint8)
    cv2.rectangle(sheet, (0, 0), (WIDTH - 1, HEIGHT - 1), (238, 240, 240), 12)
    return np.asarray(sheet, np.uint8)


def screened(picture: Picture, rng: np.random.Generator, *, phase: float = 0.0) -> Picture:
    """A picture on a screen: its raster beating with the camera's (moire), a patch of glare, a black rim."""
    down, across = np.indices((HEIGHT, WIDTH), np.float32)
    period, angle = rng.uniform(3.5, 9), rng.uniform(-0.5, 0.5)
    wave = np.sin(2 * np.pi * (across * np.cos(angle) + down * np.sin(angle)) / period + phase)
    wave_low = np.sin(2 * np.pi * (down * np.cos(angle) - across * np.sin(angle)) / (1.3 * period) - phase)
    beat = 1 + rng.uniform(0.02, 0.07) * wave + rng.uniform(0.01, 0.05) * wave_low
    x, y = rng.uniform(0.1, 0.9) * WIDTH, rng.uniform(0.05, 0.6) * HEIGHT
    glare = np.exp(-(((across - x) / 70) ** 2) - ((down - y) / 110) ** 2) * rng.uniform(10, 70)
    lit = (
        picture.astype(np.float32) * beat[..., None] * np.array([1.06, 1.0, 0.95], np.float32)
        + glare[..., None]
    )
    shown: Picture = np.clip(lit, 0, 255).astype(np.uint8)
    cv2.rectangle(shown, (0, 0), (WIDTH - 1, HEIGHT - 1), (12, 12, 12), 18)
    return shown


def room(rng: np.random.Generator) -> Picture:
    """A blurred room to hold things before."""
    blobs = rng.integers(40, 210, (8, 6, 3)).astype(np.uint8)
    return cv2.GaussianBlur(
        cv2.resize(blobs, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC), (0, 0), 25
    ).astype(np.uint8)


class HeldSheet:
    """Someone holds a sheet or a screen before the camera, and turns, tilts and brings it nearer when a head should.

    `film` is what is on it, a still or a recording. A blink is tried by tilting it fast, an open mouth by bending.
    """

    def __init__(
        self,
        film: Performance,
        rng: np.random.Generator,
        *,
        screen: bool = False,
        bend: float = 0.0,
        bend_level: float = 0.0,
        still: bool = False,
        strength: float | None = None,
    ) -> None:
        """`still` keeps the sheet in place (a screen on a stand); `strength` is how much further than a head it turns."""
        self._film = film
        self._rng = rng
        self._mover = Mover(rng)
        self._screen = screen
        self._bend = bend, bend_level
        self._still = still
        self._strength = strength if strength is not None else float(rng.uniform(0.9, 1.7))
        self._room = room(rng)
        self._seed = int(rng.integers(2**31))
        self._paper: tuple[int, Picture] | None = None

    def scene(self, now_ms: int, shown: Shown) -> Picture:
        """The sheet as it is held now."""
        picture = self._film.scene(now_ms, shown)
        on_it = self._on_it(picture, now_ms)
        pose = self._mover.pose(now_ms, shown)
        if self._still:
            return held(on_it, Sheet(shift=pose.shift), self._room)
        sheet = Sheet(
            yaw=pose.yaw * self._strength,
            pitch=pose.pitch * self._strength + 45 * pose.blink,
            roll=pose.roll,
            bend=self._bend[0],
            bend_level=self._bend[1] + 50 * pose.mouth,
            size=0.95 * pose.closer,
            shift=pose.shift,
        )
        return held(on_it, sheet, self._room)

    def _on_it(self, picture: Picture, now_ms: int) -> Picture:
        """The picture as the paper or the screen shows it; a print is made once."""
        rng = np.random.default_rng(self._seed)
        if self._screen:
            return screened(picture, rng, phase=now_ms / 90)
        if self._paper is None or self._paper[0] != id(picture):
            self._paper = id(picture), printed(picture, rng)
        return self._paper[1]


class Still:
    """One picture that never changes."""

    def __init__(self, picture: Picture) -> None:
        """The picture (480 x 640)."""
        self._picture = picture

    def scene(self, now_ms: int, shown: Shown) -> Picture:  # noqa: ARG002 - a picture answers nothing
        """The picture."""
        return self._picture
