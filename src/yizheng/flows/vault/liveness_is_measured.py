"""An agency measures the liveness check on captures of its own: attacks taken for alive, live people taken for attacks.

The file is a table in CSV (UTF-8) with the heading `capture,label`: a folder beside the file, and what it shows:
`live`, or any other word for a kind of attack (`print`, `replay`, `mask`). A capture's folder holds one folder for each
step in the order they were asked, `01-turn_left`, `02-blink`, and in it the frames as JPEG, named by the milliseconds
at which the camera took them: `001240.jpg`.

Nothing is kept. The clock of the challenge is not part of what is measured: a folder does not know when it was asked for.
"""

import csv
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from yizheng.kernel.errors import Misused, Refused
from yizheng.kernel.progress import Progress, quiet
from yizheng.rooms import biometrics
from yizheng.rooms.biometrics.data import Observed
from yizheng.rooms.biometrics.error_rates import LivenessErrors, Presented, Taken, liveness_errors
from yizheng.rooms.biometrics.liveness import judge_capture
from yizheng.rooms.biometrics.liveness_data import Challenge, LivenessOutcome, Step
from yizheng.rooms.biometrics.ports import FaceEngine

HEADING = {"capture", "label"}
LIVE = "live"
_TAKEN = {
    LivenessOutcome.ALIVE: Taken.ALIVE,
    LivenessOutcome.ATTACK_SUSPECTED: Taken.ATTACK,
    LivenessOutcome.UNSURE: Taken.NO_ANSWER,
}
_BEGAN = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class LivenessMeasured:
    """The result: which engine measured the frames, how many captures of how many frames, and both errors."""

    engine: str
    captures: int
    frames: int
    errors: LivenessErrors


def is_list_of_captures(file: Path) -> bool:
    """Whether the file's heading is the one of captures."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            heading = next(csv.reader(lines), [])
    except (OSError, UnicodeDecodeError, csv.Error):
        return False  # whoever reads it next says what is wrong with it
    return {name.strip() for name in heading} >= HEADING


def measure(*, file: Path, engine: FaceEngine, progress: Progress = quiet) -> LivenessMeasured:
    """Measure on a list of captures. Raises Misused for a folder or a name that is not as said above."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = [(row["capture"].strip(), row["label"].strip().lower()) for row in csv.DictReader(lines)]
    if not rows:
        raise Misused(biometrics.Why.LIST_EMPTY, file=file)
    presented, frames = [], 0
    for done, (capture, label) in enumerate(rows, 1):
        steps, by_step = _read(file.parent / capture, engine)
        frames += sum(len(step) for step in by_step)
        challenge = Challenge(
            nonce=bytes(16),
            steps=steps,
            made_at=_BEGAN,
            expires_at=_BEGAN + timedelta(days=1),
            hold_ms=300,
            machine=True,
        )
        taken = _TAKEN[judge_capture(challenge, by_step).outcome]
        presented.append(Presented(species="" if label == LIVE else label or "unnamed", taken=taken))
        progress("looking at captures", done, len(rows))
    return LivenessMeasured(
        engine=engine.engine.code, captures=len(rows), frames=frames, errors=liveness_errors(presented)
    )


def _read(folder: Path, engine: FaceEngine) -> tuple[tuple[Step, ...], list[list[Observed]]]:
    steps: list[Step] = []
    by_step: list[list[Observed]] = []
    for part in sorted(one for one in folder.glob("*") if one.is_dir()):
        _, _, name = part.name.partition("-")
        if name not in set(Step):
            raise Misused(
                biometrics.Why.STEP_FOLDER_NAME, folder=part, known=tuple(step.value for step in Step)
            )
        steps.append(Step(name))
        by_step.append([_observed(path, engine) for path in sorted(part.glob("*.jpg"))])
    if not steps or not any(by_step):
        raise Misused(biometrics.Why.STEP_FOLDERS_MISSING, folder=folder)
    return tuple(steps), by_step


def _observed(path: Path, engine: FaceEngine) -> Observed:
    if not path.stem.isdecimal():
        raise Misused(biometrics.Why.FRAME_NAME, file=path)
    try:
        return Observed(at_ms=int(path.stem), seen=engine.look(path.read_bytes()))
    except Refused as refusal:
        raise Refused(biometrics.Why.FRAME_NOT_READABLE, file=path, wrong=refusal) from None
