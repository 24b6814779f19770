"""How people do what they are asked: after a moment, not evenly, and again if nothing happens.

A performance shows the camera a scene at any moment, knowing what the screen asks and since when. A living person
reacts to it; a recording cannot.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from yizheng.rooms.biometrics.liveness_data import Step
from yizheng.simulators.attacks.head import Head, Picture, Pose, render


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the screen asks at a moment, and since when (milliseconds); nothing before the first step."""

    step: Step | None
    since_ms: int


class Performance(Protocol):
    """Something in front of a camera."""

    def scene(self, now_ms: int, shown: Shown) -> Picture:
        """What is to be seen now (480 x 640). Moments are asked for in order."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How one person moves. Times in seconds, angles in degrees; `wrong_way` how often left and right are mixed up."""

    reaction: tuple[float, float] = (0.4, 1.5)
    turn: tuple[float, float] = (29.0, 38.0)
    hold: tuple[float, float] = (0.7, 1.3)
    shut: tuple[float, float] = (0.2, 0.4)
    mouth: tuple[float, float] = (0.85, 1.0)
    pause: float = 2.6
    slowness: float = 0.13
    wrong_way: float = 0.0


class Mover:
    """The pose of a living person at any moment: does what is asked, sways a little, blinks now and then.

    Asked again, they turn a little further, as the page tells them to.
    """

    def __init__(self, rng: np.random.Generator, habits: Habits | None = None) -> None:
        """A person with these habits; chance comes from the generator given."""
        self._rng = rng
        self._habits = habits or Habits()
        self._shown = Shown(step=None, since_ms=0)
        self._tries = 0
        self._starts_ms = 0.0
        self._ends_ms = 0.0
        self._goal = Pose()
        self._now_ms = 0
        self._at = np.zeros(5)
        self._sway = rng.uniform(0, 2 * np.pi, 3)
        self._next_blink = float(rng.uniform(2500, 6000))

    def pose(self, now_ms: int, shown: Shown) -> Pose:
        """How the head is held now."""
        if shown != self._shown:
            self._shown = shown
            self._tries = 0
            self._plan(shown.since_ms)
        elif now_ms > self._ends_ms + self._habits.pause * 1000:
            self._plan(now_ms)
        doing = self._starts_ms <= now_ms < self._ends_ms
        goal = self._goal if doing else Pose()
        self._follow(now_ms, goal)
        blink = goal.blink if doing else self._own_blink(now_ms)
        sway = np.sin(now_ms / np.array([1700.0, 2300.0, 2900.0]) + self._sway)
        yaw, pitch, roll, mouth, closer = self._at
        return Pose(
            yaw=float(yaw + 1.2 * sway[0]),
            pitch=float(pitch + 1.2 * sway[1]),
            roll=float(roll + 0.8 * sway[2]),
            blink=blink,
            mouth=float(mouth),
            closer=float(1 + closer),
            shift=(float(3 * sway[2]), float(3 * sway[0])),
        )

    def _plan(self, from_ms: float) -> None:
        habits, rng = self._habits, self._rng
        self._tries += 1
        self._starts_ms = from_ms + 1000 * rng.uniform(*habits.reaction)
        lasting = habits.shut if self._shown.step is Step.BLINK else habits.hold
        self._ends_ms = self._starts_ms + 1000 * rng.uniform(*lasting)
        self._goal = self._goal_of(self._shown.step)

    def _goal_of(self, step: Step | None) -> Pose:
        habits, rng = self._habits, self._rng
        turn = (float(rng.uniform(*habits.turn)) + 4 * (self._tries - 1)) * (
            -1 if rng.random() < habits.wrong_way else 1
        )
        aside = float(rng.normal(0, 2))
        goals = {
            Step.TURN_LEFT: Pose(yaw=turn, pitch=aside),
            Step.TURN_RIGHT: Pose(yaw=-turn, pitch=aside),
            Step.BLINK: Pose(blink=1.0),
            Step.OPEN_MOUTH: Pose(mouth=float(rng.uniform(*habits.mouth))),
            Step.NOD: Pose(pitch=-float(rng.uniform(18, 25))),
            Step.COME_CLOSER: Pose(closer=float(rng.uniform(1.33, 1.45))),
        }
        return goals[step] if step else Pose()

    def _follow(self, now_ms: int, goal: Pose) -> None:
        """Muscles are not instant: move towards the goal with a lag."""
        passed = max(0, now_ms - self._now_ms) / 1000
        self._now_ms = now_ms
        target = np.array([goal.yaw, goal.pitch, goal.roll, goal.mouth, goal.closer - 1])
        self._at += (target - self._at) * (1 - np.exp(-passed / self._habits.slowness))

    def _own_blink(self, now_ms: int) -> float:
        if now_ms > self._next_blink + 180:
            self._next_blink = now_ms + float(self._rng.uniform(2500, 6000))
        return 1.0 if self._next_blink <= now_ms <= self._next_blink + 180 else 0.0


class Living:
    """A living person in front of the camera."""

    def __init__(self, head: Head, rng: np.random.Generator, habits: Habits | None = None) -> None:
        """This head, moved by a person with these habits."""
        self._head = head
        self._mover = Mover(rng, habits)

    def scene(self, now_ms: int, shown: Shown) -> Picture:
        """The head as it is held now."""
        return render(self._head, self._mover.pose(now_ms, shown))
