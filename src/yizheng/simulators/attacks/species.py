"""Attacks on the liveness check, by species (攻击种类) as ISO/IEC 30107-3 counts them: each is tried many times.

An attacker here wants to pass as the victim (`who`). They know the steps that the screen shows, have good pictures or
films of the victim, and as many hands as they need. What they do not have here: a trained deepfake, a silicone mask.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

import cv2
import numpy as np

from yizheng.rooms.biometrics.liveness_data import Step
from yizheng.simulators.attacks.acting import Habits, Living, Performance, Shown
from yizheng.simulators.attacks.camera import Camera, Frame, jpeg, opened
from yizheng.simulators.attacks.flat import HeldSheet, Still, printed
from yizheng.simulators.attacks.head import HEIGHT, WIDTH, Head, Picture, Pose, eyes_mask, render
from yizheng.simulators.attacks.people import person
from yizheng.simulators.attacks.raster import where_seen
from yizheng.simulators.attacks.session import LABEL, Accepts, Lens, Pace, Session, film

OBS_LABEL = "OBS Virtual Camera"


class Species(StrEnum):
    """What is held, worn, played or fed in."""

    PRINT_FLAT = "print_flat"
    PRINT_BENT = "print_bent"
    SCREEN_STILL = "screen_still"
    SCREEN_REPLAY = "screen_replay"
    CUT_IN = "cut_in"
    CLIPS = "clips"
    PAPER_MASK = "paper_mask"
    FACE_SWAP = "face_swap"
    VIRTUAL_LOOP = "virtual_loop"
    VIRTUAL_REPLAY = "virtual_replay"
    VIRTUAL_PUPPET = "virtual_puppet"

    @property
    def told(self) -> str:
        """One line for tables."""
        return {
            Species.PRINT_FLAT: "flat print, turned and tilted by hand",
            Species.PRINT_BENT: "print bent around an upright or slanting cylinder, turned",
            Species.SCREEN_STILL: "still picture on a screen (moire, rim, glare), turned",
            Species.SCREEN_REPLAY: "film of the victim doing all steps in another order, on a screen, looped",
            Species.CUT_IN: "another person does the steps, the victim's pictures are cut in",
            Species.CLIPS: "clips of the victim, one of each step, cut together as the screen asks",
            Species.PAPER_MASK: "paper mask with eye holes, worn by another person",
            Species.FACE_SWAP: "two people take the steps in turn",
            Species.VIRTUAL_LOOP: "film fed in as a camera: looped, even times, the program's name as label",
            Species.VIRTUAL_REPLAY: "the same with noise, uneven times and an honest label",
            Species.VIRTUAL_PUPPET: "the victim's face as a moving 3D model that does what is asked, fed in",
        }[self]


class Feed:
    """A program that is its own camera: hands over what it is given, pixel for pixel."""

    def take(self, scene: Picture) -> bytes:
        """The JPEG of a scene, always the same for the same."""
        return jpeg(scene, quality=88)


class Recording:
    """A film that is played again and again, whatever the screen asks."""

    def __init__(self, frames: Sequence[Frame], *, begins_ms: int = 0) -> None:
        """The frames of a capture; `begins_ms` is where in it the loop begins."""
        self._frames = frames
        self._begins = begins_ms

    def scene(self, now_ms: int, shown: Shown) -> Picture:  # noqa: ARG002 - a film answers nothing
        """The frame whose time it is."""
        first, last = self._frames[0].at_ms, self._frames[-1].at_ms + 200
        at = first + (now_ms + self._begins) % (last - first)
        return opened(next(frame.jpeg for frame in reversed(self._frames) if frame.at_ms <= at))


class Clips:
    """One clip of each step, begun when the screen asks for it."""

    def __init__(self, clips: Mapping[Step, Sequence[Frame]], rng: np.random.Generator) -> None:
        """The clips; how quickly the operator finds each is drawn."""
        self._clips = clips
        self._rng = rng
        self._shown = Shown(step=None, since_ms=-1)
        self._since = 0
        self._running: Step | None = None

    def scene(self, now_ms: int, shown: Shown) -> Picture:
        """The clip's frame; before it is found, the last clip's first one stands in."""
        if shown != self._shown:
            self._shown = shown
            self._since = shown.since_ms + int(self._rng.uniform(250, 900))
        if now_ms >= self._since:
            self._running = shown.step
        frames = self._clips[self._running or next(iter(self._clips))]
        at = max(0, now_ms - self._since) + frames[0].at_ms
        running = (
            [frame for frame in frames if frame.at_ms <= at] if self._running is shown.step else frames[:1]
        )
        return opened(running[-1].jpeg)


class InTurn:
    """One performer after another, a new one with each step."""

    def __init__(self, performers: Sequence[Performance]) -> None:
        """Who takes part."""
        self._performers = performers
        self._shown = Shown(step=None, since_ms=-1)
        self._turn = -1

    def scene(self, now_ms: int, shown: Shown) -> Picture:
        """Whoever's turn it is."""
        if shown != self._shown:
            self._shown = shown
            self._turn += 1
        return self._performers[self._turn % len(self._performers)].scene(now_ms, shown)


class CutIn:
    """Somebody does the steps; whenever they look straight, the victim's pictures are shown instead."""

    def __init__(self, doer: Living, victim: Living) -> None:
        """Who does the steps, and whose face should be matched."""
        self._doer = doer
        self._victim = victim

    def scene(self, now_ms: int, shown: Shown) -> Picture:
        """The victim for the first while of a step, and from time to time; the doer in between."""
        victim, doer = (
            self._victim.scene(now_ms, Shown(step=None, since_ms=0)),
            self._doer.scene(now_ms, shown),
        )
        return victim if (now_ms - shown.since_ms) % 3400 < 600 else doer


class Masked:
    """Somebody wears a paper mask of the victim, with holes for the eyes: it turns and blinks, and stays stiff."""

    def __init__(self, victim: Head, wearer: Head, rng: np.random.Generator) -> None:
        """Whose face is on the mask, and whose eyes are behind it."""
        self._head = _mask_on(victim, wearer, rng)
        self._inner = _Stiff(self._head, rng)

    def scene(self, now_ms: int, shown: Shown) -> Picture:
        """The mask as it is held now."""
        return self._inner.scene(now_ms, shown)


class _Stiff(Living):
    """A living person whose mouth nobody sees."""

    def scene(self, now_ms: int, shown: Shown) -> Picture:
        pose = self._mover.pose(now_ms, shown)
        still = Pose(
            yaw=pose.yaw,
            pitch=pose.pitch,
            roll=pose.roll,
            blink=pose.blink,
            closer=pose.closer,
            shift=pose.shift,
        )
        return render(self._head, still)


def _mask_on(victim: Head, wearer: Head, rng: np.random.Generator) -> Head:
    """The victim's face on paper, half as deep as a face, the wearer's eyes in the holes."""
    seen_x, seen_y = where_seen(
        victim.triangles,
        victim.points,
        np.ascontiguousarray(wearer.points[:, :2]),
        width=WIDTH,
        height=HEIGHT,
    )
    eyes = cv2.remap(wearer.picture, np.abs(seen_x), np.abs(seen_y), cv2.INTER_LINEAR)
    paper = printed(victim.picture, rng)
    holes = eyes_mask(victim.points, wider=4)
    shown: Picture = np.asarray(np.where(holes[..., None] > 0, eyes, paper), np.uint8)
    rim = cv2.morphologyEx(holes, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    shown[rim > 0] = (shown[rim > 0] * 0.55).astype(np.uint8)
    points = victim.points.copy()
    points[:468, 2] *= rng.uniform(0.4, 0.75)
    mask = Head(picture=shown, shut=shown, points=points, triangles=victim.triangles, shares=victim.shares)
    return mask.with_picture(shown)


def attack(
    species: Species,
    steps: Sequence[Step],
    *,
    seed: int = 0,
    who: int = 0,
    by: int = 7,
    pace: Pace | None = None,
    accepts: Accepts | None = None,
) -> Session:
    """One try of a species: somebody (`by`) wants to pass as somebody (`who`). The same seed tries the same way."""
    rng = np.random.default_rng([6, list(Species).index(species), seed, who, by])
    performance, lens = _MAKERS[species](rng, steps, who, by)
    how = pace or Pace()
    label = LABEL
    if species is Species.VIRTUAL_LOOP:
        how, label = replace(how, jitter_ms=0.0), OBS_LABEL
    return film(performance, steps, lens, rng, pace=how, accepts=accepts, label=label)


Made = tuple[Performance, Lens]
_Maker = Callable[[np.random.Generator, Sequence[Step], int, int], Made]


def _photo(who: int) -> Still:
    return Still(render(person(who), Pose()))


def _print_flat(rng: np.random.Generator, _steps: Sequence[Step], who: int, _by: int) -> Made:
    return HeldSheet(_photo(who), rng), Camera(rng)


def _print_bent(rng: np.random.Generator, _steps: Sequence[Step], who: int, _by: int) -> Made:
    bend, level = float(rng.uniform(50, 170)), float(rng.choice([0, 0, 30, 60]))
    return HeldSheet(
        _photo(who), rng, bend=bend, bend_level=level, strength=float(rng.uniform(1, 2))
    ), Camera(rng)


def _screen_still(rng: np.random.Generator, _steps: Sequence[Step], who: int, _by: int) -> Made:
    return HeldSheet(_photo(who), rng, screen=True), Camera(rng)


def _recorded(rng: np.random.Generator, steps: Sequence[Step], who: int) -> Recording:
    """The victim was filmed once doing all these steps, and more, in another order."""
    order = list(dict.fromkeys([*steps, Step.BLINK, Step.OPEN_MOUTH]))
    rng.shuffle(order)
    session = film(Living(person(who), rng), order, Camera(rng), rng, pace=Pace(step_ms=2600))
    return Recording(session.frames, begins_ms=int(rng.integers(0, 5000)))


def _screen_replay(rng: np.random.Generator, steps: Sequence[Step], who: int, _by: int) -> Made:
    return HeldSheet(_recorded(rng, steps, who), rng, screen=True, still=True), Camera(rng)


def _cut_in(rng: np.random.Generator, _steps: Sequence[Step], who: int, by: int) -> Made:
    return CutIn(Living(person(by), rng), Living(person(who), rng)), Camera(rng)


def _clips(rng: np.random.Generator, steps: Sequence[Step], who: int, _by: int) -> Made:
    clips = {}
    for step in dict.fromkeys(steps):
        living = Living(person(who), rng, Habits(reaction=(0.2, 0.5)))
        clips[step] = film(living, [step], Camera(rng), rng, pace=Pace(step_ms=3000)).frames
    return Clips(clips, rng), Feed()


def _paper_mask(rng: np.random.Generator, _steps: Sequence[Step], who: int, by: int) -> Made:
    return Masked(person(who), person(by), rng), Camera(rng)


def _face_swap(rng: np.random.Generator, _steps: Sequence[Step], who: int, by: int) -> Made:
    return InTurn([Living(person(who), rng), Living(person(by), rng)]), Camera(rng)


def _virtual_loop(rng: np.random.Generator, steps: Sequence[Step], who: int, _by: int) -> Made:
    return _recorded(rng, steps, who), Feed()


def _virtual_replay(rng: np.random.Generator, steps: Sequence[Step], who: int, _by: int) -> Made:
    return _recorded(rng, steps, who), Camera(rng, gain=1.0, noise=2.0, shake=0.3)


def _virtual_puppet(rng: np.random.Generator, _steps: Sequence[Step], who: int, _by: int) -> Made:
    return Living(person(who), rng), Camera(rng, gain=1.0, noise=2.0, shake=0.3)


_MAKERS: dict[Species, _Maker] = {
    Species.PRINT_FLAT: _print_flat,
    Species.PRINT_BENT: _print_bent,
    Species.SCREEN_STILL: _screen_still,
    Species.SCREEN_REPLAY: _screen_replay,
    Species.CUT_IN: _cut_in,
    Species.CLIPS: _clips,
    Species.PAPER_MASK: _paper_mask,
    Species.FACE_SWAP: _face_swap,
    Species.VIRTUAL_LOOP: _virtual_loop,
    Species.VIRTUAL_REPLAY: _virtual_replay,
    Species.VIRTUAL_PUPPET: _virtual_puppet,
}
