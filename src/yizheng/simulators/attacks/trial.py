"""One try against the whole check, as the product runs it: a challenge, frames in posts, each step judged, then all.

Used by the benchmark and the tests; the engine is the one that the product uses.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from yizheng.rooms.biometrics import liveness
from yizheng.rooms.biometrics.data import Observed
from yizheng.rooms.biometrics.liveness_data import Abilities, Challenge, LivenessVerdict, Step, StepHint
from yizheng.rooms.biometrics.ports import FaceEngine
from yizheng.simulators.attacks.camera import Frame
from yizheng.simulators.attacks.session import Accepts, Session

_NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
Maker = Callable[[Sequence[Step], Accepts], Session]
"""Films a session of these steps; asks after each post whether the step is accepted."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tried:
    """How a try went: what was asked, what was observed by step, every hint that was given, the verdict."""

    challenge: Challenge
    by_step: tuple[tuple[Observed, ...], ...]
    hints: tuple[StepHint, ...]
    verdict: LivenessVerdict

    @property
    def frames(self) -> int:
        """How many frames were looked at."""
        return sum(len(step) for step in self.by_step)


def observed(engine: FaceEngine, frames: Sequence[Frame]) -> list[Observed]:
    """What the engine sees in some frames."""
    return [Observed(at_ms=frame.at_ms, seen=engine.look(frame.jpeg)) for frame in frames]


def try_on(maker: Maker, *, engine: FaceEngine, seed: int, able: Abilities | None = None) -> Tried:
    """Ask, film, judge. The seed draws the challenge."""
    chance = Random(seed)  # noqa: S311 - a try must be repeatable
    challenge = liveness.make_challenge(chance, at=_NOON, able=able or Abilities())
    judge = _Judge(engine, challenge)
    session = maker(challenge.steps, judge.accepts)
    by_step = [tuple(judge.seen(frames)) for _step, frames in session.by_step]
    return Tried(
        challenge=challenge,
        by_step=tuple(by_step),
        hints=tuple(judge.hints),
        verdict=liveness.judge_capture(challenge, by_step, camera=session.label),
    )


class _Judge:
    """The server's part while a capture goes on: looks at each frame once, and remembers the steps before."""

    def __init__(self, engine: FaceEngine, challenge: Challenge) -> None:
        self._engine = engine
        self._challenge = challenge
        self._known: dict[int, Observed] = {}
        self._before: list[Observed] = []
        self.hints: list[StepHint] = []

    def seen(self, frames: Sequence[Frame]) -> list[Observed]:
        for frame in frames:
            if frame.at_ms not in self._known:
                self._known[frame.at_ms] = observed(self._engine, [frame])[0]
        return [self._known[frame.at_ms] for frame in frames]

    def accepts(self, step: Step, frames: Sequence[Frame]) -> bool:
        own = self.seen(frames)
        verdict = liveness.judge_step(step, own, self._before, hold_ms=self._challenge.hold_ms)
        if verdict.done:
            self._before += own
        if verdict.hint:
            self.hints.append(verdict.hint)
        return verdict.done
