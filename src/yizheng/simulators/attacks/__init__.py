"""A camera in front of people and of attackers (活体检测样本): made from one cleared picture, no camera needed.

The names that others build on; `species` has every kind of attack, `streams` writes films that a browser can play as
its camera. The same seed gives the same bytes.
"""

from collections.abc import Sequence

import numpy as np

from yizheng.rooms.biometrics.liveness_data import Step
from yizheng.simulators.attacks.acting import Habits, Living, Shown
from yizheng.simulators.attacks.camera import Camera, Frame, jpeg
from yizheng.simulators.attacks.flat import HeldSheet, Still
from yizheng.simulators.attacks.head import Head, Pose, astronaut, render
from yizheng.simulators.attacks.people import SEEN_TO_BLINK, STRANGERS, person
from yizheng.simulators.attacks.session import Accepts, Pace, Session, film

__all__ = [
    "SEEN_TO_BLINK",
    "STRANGERS",
    "Accepts",
    "Camera",
    "Frame",
    "Habits",
    "Head",
    "Living",
    "Pace",
    "Pose",
    "Session",
    "Shown",
    "astronaut",
    "film",
    "frames_for",
    "live_session",
    "neutral_frames",
    "person",
    "photo_of",
    "print_session",
    "render",
]


def live_session(
    steps: Sequence[Step],
    *,
    seed: int = 0,
    who: int = 0,
    pace: Pace | None = None,
    habits: Habits | None = None,
    accepts: Accepts | None = None,
) -> Session:
    """A living person (see `people.person`) does the steps, in the order given. No film is taken twice alike."""
    rng = np.random.default_rng([1, seed, who])
    return film(Living(person(who), rng, habits), steps, Camera(rng), rng, pace=pace, accepts=accepts)


def print_session(
    steps: Sequence[Step],
    *,
    seed: int = 0,
    who: int = 0,
    pace: Pace | None = None,
    bend: float = 0.0,
    accepts: Accepts | None = None,
) -> Session:
    """Someone holds a print of a person before the camera, and turns, tilts or bends it as the steps ask for."""
    rng = np.random.default_rng([2, seed, who])
    sheet = HeldSheet(Still(render(person(who), Pose())), rng, bend=bend)
    return film(sheet, steps, Camera(rng), rng, pace=pace, accepts=accepts)


def frames_for(step: Step, seed: int = 0, *, who: int = 0, count: int = 12) -> list[bytes]:
    """What a camera takes (5 a second, JPEG) while a living person does one step: straight, doing it, straight again."""
    rng = np.random.default_rng([3, seed, who])
    habits = Habits(reaction=(0.45, 0.6), hold=(0.9, 1.1), shut=(0.3, 0.4), pause=60)
    pace = Pace(step_ms=200 * (count - 1), jitter_ms=5)
    session = film(Living(person(who), rng, habits), [step], Camera(rng), rng, pace=pace)
    return [frame.jpeg for frame in session.frames][:count]


def neutral_frames(seed: int = 0, *, who: int = 0, count: int = 8) -> list[bytes]:
    """A living person who looks straight into the camera and only sways a little."""
    rng = np.random.default_rng([4, seed, who])
    living, camera = Living(person(who), rng), Camera(rng)
    nothing = Shown(step=None, since_ms=0)
    return [camera.take(living.scene(200 * at, nothing)) for at in range(1, count + 1)]


def photo_of(who: int = 0, *, seed: int = 0, yaw: float = 0.0) -> bytes:
    """A sharp portrait of a person, as a service point or an authority keeps it (JPEG, 480 x 640)."""
    rng = np.random.default_rng([5, seed, who])
    gain = float(rng.uniform(0.92, 1.06)) if seed else 1.0
    lit = np.clip(render(person(who), Pose(yaw=yaw)).astype(np.float32) * gain, 0, 255).astype(np.uint8)
    return jpeg(lit, quality=92)
