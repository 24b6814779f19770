"""A capture as a camera page sends it: the steps in turn, some frames of each, the name the camera gives itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from yizheng.rooms.biometrics.liveness_data import Step
from yizheng.simulators.attacks.acting import Performance, Shown
from yizheng.simulators.attacks.camera import Frame
from yizheng.simulators.attacks.head import Picture

LABEL = "Front Camera"
Accepts = Callable[[Step, Sequence[Frame]], bool]
"""Asked after each post: is this step done, with all frames of it so far?"""


class Lens(Protocol):
    """What makes a JPEG of a scene: a camera, or a program that says it is one."""

    def take(self, scene: Picture) -> bytes:
        """The JPEG of a scene."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """All frames by step, in order; the camera's label."""

    by_step: tuple[tuple[Step, tuple[Frame, ...]], ...]
    label: str = LABEL

    @property
    def frames(self) -> tuple[Frame, ...]:
        """Every frame, in order."""
        return tuple(frame for _step, frames in self.by_step for frame in frames)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How a page takes frames: a second, how many make a post, and when it gives up waiting for a step.

    `step_ms` is how long each step is filmed where nobody judges in between; `limit_ms` how long everything may last
    where somebody does, and `step_limit_ms` any one step of it. `jitter_ms` is how uneven the times are.
    """

    fps: float = 5.0
    post: int = 5
    step_ms: int = 3000
    limit_ms: int = 45_000
    step_limit_ms: int = 20_000
    jitter_ms: float = 12.0


def film(
    performance: Performance,
    steps: Sequence[Step],
    lens: Lens,
    rng: np.random.Generator,
    *,
    pace: Pace | None = None,
    accepts: Accepts | None = None,
    label: str = LABEL,
) -> Session:
    """Film a performance step by step. With `accepts` a step goes on until it is accepted or time is over."""
    how = pace or Pace()
    now, by_step = 0.0, []
    for step in steps:
        since, taken, done = int(now), list[Frame](), False
        while not done and not _spent(now, since, how, judged=accepts is not None):
            now += 1000 / how.fps + rng.uniform(-how.jitter_ms, how.jitter_ms)
            scene = performance.scene(int(now), Shown(step=step, since_ms=since))
            taken.append(Frame(at_ms=int(now), jpeg=lens.take(scene)))
            done = accepts is not None and len(taken) % how.post == 0 and accepts(step, taken)
        by_step.append((step, tuple(taken)))
        if accepts is not None and not done:
            break
    return Session(by_step=tuple(by_step), label=label)


def _spent(now: float, since: int, how: Pace, *, judged: bool) -> bool:
    """Whether a step has been filmed for as long as it may be."""
    if not judged:
        return now - since >= how.step_ms
    return now >= how.limit_ms or now - since >= how.step_limit_ms
