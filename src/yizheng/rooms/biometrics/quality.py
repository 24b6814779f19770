"""Whether a picture will do (照片质量), and if not, why: in the words of what a person can change. Pure.

Rules that always hold: a fault says nothing about whose face it is; it leads to another try or another way, never to a
refusal. The limits are those at which the default engine was measured to lose true pairs (docs/reference/
face-figures.md): a face of 20 pixels loses a quarter of them, blur of sigma 4 two thirds, a covered mouth a third.
"""

from dataclasses import dataclass

from yizheng.rooms.biometrics.data import FaceSeen, PictureFault


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityLimits:
    """From where on a picture will not do. Widths in pixels, angles in degrees, brightness 0-255, shares 0 to 1."""

    least_width: float = 80
    """Below: too far. The engine still works at 40, at a price; 80 leaves room for a moving hand."""
    most_share: float = 0.85
    """A face wider than this share of the picture is cut off at its sides."""
    off_centre: float = 0.30
    """How far the face's middle may lie from the picture's, as a share of its width and height."""
    darkest: float = 60
    brightest: float = 200
    most_blown: float = 0.05
    least_sharp: float = 25
    most_yaw: float = 20
    most_pitch: float = 25
    most_roll: float = 15
    most_covered: float = 0.5
    night: float = 45
    glare: float = 215
    """A whole picture darker or brighter than these shows no face for want of light, not for want of one."""


LIMITS = QualityLimits()
"""The limits of the default engine."""


def faults_of(
    seen: FaceSeen, *, turned_allowed: bool = False, limits: QualityLimits = LIMITS
) -> tuple[PictureFault, ...]:
    """What is wrong with a picture, what to change first coming first; empty where it will do.

    `turned_allowed` is for the steps of a capture in which the person is asked to turn or to nod: the head may then be
    held anyhow, and stand aside.
    """
    if seen.faces == 0:
        return (*_no_light(seen, limits), PictureFault.NO_FACE)
    frontal = not turned_allowed
    checks = (
        (PictureFault.MANY_FACES, seen.faces > 1),
        (PictureFault.DARK, seen.luma < limits.darkest),
        (PictureFault.BRIGHT, seen.luma > limits.brightest or seen.blown > limits.most_blown),
        (PictureFault.FAR, seen.width < limits.least_width),
        (PictureFault.NEAR, seen.share > limits.most_share),
        (PictureFault.OFF_CENTRE, frontal and _aside(seen, limits)),
        (PictureFault.TURNED, frontal and _turned(seen, limits)),
        (PictureFault.COVERED, frontal and seen.covered > limits.most_covered),
        (PictureFault.BLURRED, seen.sharpness < limits.least_sharp),
    )
    return tuple(fault for fault, there in checks if there)


def _no_light(seen: FaceSeen, limits: QualityLimits) -> tuple[PictureFault, ...]:
    if 0 < seen.luma < limits.night:
        return (PictureFault.DARK,)
    return (PictureFault.BRIGHT,) if seen.luma > limits.glare else ()


def _aside(seen: FaceSeen, limits: QualityLimits) -> bool:
    return max(abs(seen.centre[0] - 0.5), abs(seen.centre[1] - 0.5)) > limits.off_centre


def _turned(seen: FaceSeen, limits: QualityLimits) -> bool:
    return (
        abs(seen.yaw) > limits.most_yaw
        or abs(seen.pitch) > limits.most_pitch
        or abs(seen.roll) > limits.most_roll
    )
