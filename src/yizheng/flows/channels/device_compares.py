"""A fingerprint or an iris at a service point (指纹、虹膜): enrolled and compared through a device, a clerk beside.

The device works outside of any transaction. What it says is for the clerk who sees the person: `SAME` is a help, and
anything else is a reason to look at the identity card, never one to send somebody away. Nobody passes by it alone.
"""

from dataclasses import dataclass

from django.db import transaction

from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import Hands
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import Clock
from yizheng.rooms import biometrics, privacy
from yizheng.rooms.biometrics.data import EnrolSource, Match
from yizheng.rooms.biometrics.device_ports import BiometricDevice, Live, Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What a clerk is told: whose it may be, and whether the device found it live."""

    match: Match
    live: Live


def enrol(hands: Hands, pno: Pno, *, device: BiometricDevice, part: Part, source: EnrolSource) -> None:
    """Enrol a finger or an eye of somebody who agreed. Raises DeviceSays for a fault, Refused without consent, for a
    device of another kind, and for what the device did not find live.

    A device that keeps its templates itself is refused: what leaves with a device cannot be deleted when it is asked.
    """
    facts = device.describe()
    if facts.modality is not part.modality or not facts.gives_templates:
        raise Refused(
            "这台设备不能用来注册。 A device of this kind that gives its templates was expected: use another."
        )
    if not biometrics.queries.consented(pno, facts.modality):
        raise Refused(
            "还没有得到本人的单独同意，不能注册。 The person's separate consent was expected: ask for it first."
        )
    captured = device.enrol(part, reference=reference_of(pno, part))
    if captured.live is not Live.LIVE or captured.template is None:
        raise Refused(
            "设备没有确认是本人活体，不能注册。请当面核对后再试。"
            " The device did not find it live: look yourself, and try again."
        )
    with transaction.atomic():
        biometrics.actions.enrol(
            pno,
            facts.modality,
            [captured.template],
            engine=facts.engine,
            source=source,
            actor=hands.username,
            at=hands.now(),
        )


def compare(pno: Pno, *, device: BiometricDevice, part: Part, clock: Clock) -> Compared:
    """Compare what is put before the device with what was enrolled. Raises DeviceSays for a fault, which counts as no
    try, and Refused after too many comparisons.
    """
    facts = device.describe()
    captured = device.capture(part)
    with transaction.atomic():
        counted = biometrics.actions.note_try(pno, facts.modality, at=clock.now())
    if not counted:
        raise Refused(
            "刚才比对了好几次，请用身份证核对。 Several comparisons were made: check the identity card."
        )
    enrolled = biometrics.queries.templates_of(pno, facts.modality, engine=facts.engine.code)
    if not enrolled and facts.gives_templates:
        return Compared(match=Match.NOT_COMPARED, live=captured.live)
    match = device.compare(captured, [one.vector for one in enrolled], reference=reference_of(pno, part))
    if match is Match.SAME and captured.live is Live.SPOOF_SUSPECTED:
        match = Match.UNSURE
    return Compared(match=match, live=captured.live)


def reference_of(pno: Pno, part: Part) -> str:
    """The name by which a device knows an enrolment: the same every time, and mute to who reads the device."""
    return privacy.queries.blind("device-reference", f"{pno}:{part.value}").hex()
