"""How often the voice engine errs, on labelled speech that the measurer brings: `docs/reference/voice-figures.md`.

    python bench/voice.py --read FOLDER --digits FOLDER --mandarin FOLDER [--seed 7] [--json FILE]

Each folder is optional. Nothing of the recordings goes into the project, and nothing of them is kept.

- `--read`: read speech, one folder a speaker or names that begin with the speaker's number (LibriSpeech).
- `--digits`: single spoken digits named `<digit>_<speaker>_<number>.wav` (Free Spoken Digit Dataset), of which twelve
  at random are put in a row, as the product asks for them.
- `--mandarin`: read Mandarin named `BAC009S<speaker>W<number>.wav` (AISHELL-1); some are joined to one recording.

Each set is heard as it is and as a telephone passes it on (300 to 3,400 Hz, 8,000 samples a second, A-law), and cut to
so many seconds. Uses the product's own engine, speech finder included. Wants `soundfile` for FLAC: run it in an
environment of its own that holds the product and that package.
"""

import argparse
import itertools
import json
import re
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from yizheng.adapters.voice.engine import CampplusEngine
from yizheng.adapters.voice.wav import resampled
from yizheng.rooms.biometrics.error_rates import ByPerson, equal_error, matching_errors, threshold_for_fmr
from yizheng.rooms.biometrics.voice import DEFAULT, RATE

Sound = NDArray[np.float32]
Speech = dict[str, list[Sound]]
"""Speaker and recordings."""
TELEPHONE = 8_000
TURNS = 400


def read(path: Path) -> Sound:
    """A file as the engine hears it."""
    samples, rate = soundfile.read(path, dtype="float32")
    if samples.ndim > 1:
        samples = samples.mean(axis=1)
    return resampled(np.asarray(samples, np.float32), rate)


def telephone(sound: Sound) -> Sound:
    """What a telephone leaves of it: the band of 300 to 3,400 Hz, 8,000 samples a second, A-law (G.711) and back."""
    spectrum = np.fft.rfft(sound)
    frequency = np.fft.rfftfreq(len(sound), 1 / RATE)
    spectrum[(frequency < 300) | (frequency > 3_400)] = 0
    narrow = np.fft.irfft(spectrum, len(sound))[::2]
    a, most = 87.6, max(1.0, float(np.abs(narrow).max()))
    level = np.abs(narrow) / most
    log = (1 + np.log(np.maximum(a * level, 1))) / (1 + np.log(a))
    coded = np.where(level < 1 / a, a * level / (1 + np.log(a)), log)
    coded = np.round(coded * 127) / 127
    back = np.where(
        coded < 1 / (1 + np.log(a)), coded * (1 + np.log(a)) / a, np.exp(coded * (1 + np.log(a)) - 1) / a
    )
    return resampled((np.sign(narrow) * back * most).astype(np.float32), TELEPHONE)[: len(sound)]


def read_speech(folder: Path) -> Speech:
    """Read speech: the speaker is the folder's number, or the first number of the name."""
    found: Speech = defaultdict(list)
    for path in sorted(folder.rglob("*.flac")):
        speaker = path.parent.name if path.parent.name.isdecimal() else path.name.split("-")[0]
        found[speaker].append(read(path))
    return found


def spoken_digits(folder: Path, *, seed: int, rows: int = 20) -> Speech:
    """Rows of twelve digits with short pauses, put together of single ones; no recording of a digit is used twice."""
    rng = np.random.default_rng(seed)
    single: dict[str, dict[str, list[Path]]] = defaultdict(lambda: defaultdict(list))
    for path in sorted(folder.rglob("*.wav")):
        name = re.fullmatch(r"(\d)_(\w+)_(\d+)", path.stem)
        if name:
            single[name[2]][name[1]].append(path)
    found: Speech = {}
    for speaker, digits in single.items():
        waiting = {digit: list(rng.permutation(np.array(paths, object))) for digit, paths in digits.items()}
        found[speaker] = []
        for _ in range(rows):
            pieces = []
            for _ in range(12):
                digit = max(waiting, key=lambda one: (len(waiting[one]) * rng.uniform(0.8, 1.2), one))
                pieces += [
                    read(waiting[digit].pop()),
                    np.zeros(int(RATE * rng.uniform(0.1, 0.3)), np.float32),
                ]
            found[speaker].append(np.concatenate(pieces))
    return found


def mandarin(folder: Path, *, seconds: float = 9.0) -> Speech:
    """Mandarin sentences, joined until there is enough speech for one recording."""
    found: Speech = defaultdict(list)
    waiting: dict[str, list[Sound]] = defaultdict(list)
    for path in sorted(folder.rglob("BAC009S*.wav")):
        speaker = path.name[6:11]
        waiting[speaker].append(read(path))
        if sum(map(len, waiting[speaker])) >= seconds * RATE:
            found[speaker].append(np.concatenate(waiting.pop(speaker)))
    return found


def measure(
    name: str, speech: Speech, through: Callable[[Sound], Sound], seconds: float | None, *, seed: int
) -> dict[str, object] | None:
    """One row of figures: a set of speech, through a channel, cut to some seconds."""
    engine = CampplusEngine()
    vectors, speakers, spent, heard_for = [], [], 0.0, 0.0
    numbers = {speaker: no for no, speaker in enumerate(sorted(speech))}
    for speaker, sound in every(speech):
        if seconds is not None:
            if len(sound) < seconds * RATE:
                continue
            start = (len(sound) - int(seconds * RATE)) // 2
            sound = sound[start : start + int(seconds * RATE)]  # noqa: PLW2901 (cut)
        sound = through(sound)  # noqa: PLW2901 (what the engine hears)
        started = time.process_time()
        heard = engine.hear(sound)
        spent += time.process_time() - started
        heard_for += len(sound) / RATE
        if heard.embedding is not None:
            vectors.append(heard.embedding)
            speakers.append(numbers[speaker])
    if len(set(speakers)) < 2:
        return None
    matrix, who = np.stack(vectors), np.array(speakers)
    one, two = np.triu_indices(len(matrix), 1)
    scores = np.einsum("ij,ij->i", matrix[one], matrix[two]).astype(np.float64)
    same = who[one] == who[two]
    return row(name, seconds, scores, same, who[one], who[two], seed=seed) | {
        "recordings": len(matrix),
        "cpu_ms_per_second": round(1000 * spent / heard_for, 1),
    }


def row(
    name: str,
    seconds: float | None,
    scores: NDArray[np.float64],
    same: NDArray[np.bool_],
    one: NDArray[np.int64],
    two: NDArray[np.int64],
    *,
    seed: int,
) -> dict[str, object]:
    """EER with its interval from drawing people, and both errors at the product's marks."""
    genuine, impostor = scores[same], scores[~same]
    equal = equal_error(genuine, impostor)
    true_pairs, false_pairs = ByPerson(one[same], two[same]), ByPerson(one[~same], two[~same])
    marks = {}
    for mark in (DEFAULT.refer, 0.5, 0.55, 0.6, DEFAULT.accept, 0.7):
        found = matching_errors(genuine, impostor, [mark])[0]
        missed = true_pairs.interval(genuine < mark, seed=seed)
        taken = false_pairs.interval(impostor >= mark, seed=seed)
        marks[f"{mark:.2f}"] = {
            "fnmr": found.fnmr.share,
            "fnmr_95": [missed.low, missed.high] if missed else None,
            "fmr": found.fmr.share,
            "fmr_95": [taken.low, taken.high] if taken else None,
            "fmr_exact_high": found.fmr.high,
        }
    return {
        "set": name,
        "seconds": seconds or "whole",
        "speakers": len(set(one) | set(two)),
        "speakers_with_pairs": true_pairs.people,
        "genuine": len(genuine),
        "impostor": len(impostor),
        "eer": equal[0] if equal else None,
        "eer_95": eer_interval(scores, same, one, two, seed=seed),
        "eer_at": equal[1] if equal else None,
        "mark_for_fmr_1e-3": threshold_for_fmr(impostor, 1e-3),
        "genuine_mean": float(genuine.mean()),
        "genuine_sd": float(genuine.std()),
        "impostor_mean": float(impostor.mean()),
        "impostor_max": float(impostor.max()),
        "marks": marks,
    }


def eer_interval(
    scores: NDArray[np.float64],
    same: NDArray[np.bool_],
    one: NDArray[np.int64],
    two: NDArray[np.int64],
    *,
    seed: int,
) -> list[float] | None:
    """The 95 % interval of the EER from drawing speakers anew; None for fewer than three of them."""
    people = np.unique(np.concatenate([one, two]))
    if len(people) < 3:
        return None
    rng, found = np.random.default_rng(seed), []
    for _ in range(TURNS):
        drawn = set(rng.choice(people, len(people)).tolist())
        inside = np.isin(one, list(drawn)) & np.isin(two, list(drawn))
        equal = equal_error(scores[inside & same], scores[inside & ~same])
        if equal is not None:
            found.append(equal[0])
    return [float(edge) for edge in np.quantile(found, [0.025, 0.975])]


def every(speech: Speech) -> Iterator[tuple[str, Sound]]:
    """Each recording with its speaker."""
    for speaker in sorted(speech):
        for sound in speech[speaker]:
            yield speaker, sound


def main() -> None:
    """Measure what was given; a JSON object a row, on stdout and in the file."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--read", type=Path)
    parser.add_argument("--digits", type=Path)
    parser.add_argument("--mandarin", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    sets: list[tuple[str, Speech, tuple[float | None, ...]]] = []
    if given.read:
        sets.append(("read English", read_speech(given.read), (None, 10.0, 6.0, 3.0)))
    if given.digits:
        sets.append(("twelve digits, English", spoken_digits(given.digits, seed=given.seed), (None,)))
    if given.mandarin:
        sets.append(("read Mandarin", mandarin(given.mandarin), (None, 6.0)))
    rows = []
    for (name, speech, lengths), (channel, through) in itertools.product(
        sets, (("as recorded", lambda sound: sound), ("telephone", telephone))
    ):
        for seconds in lengths:
            found = measure(f"{name}, {channel}", speech, through, seconds, seed=given.seed)
            if found is not None:
                rows.append(found)
                sys.stdout.write(json.dumps(found) + "\n")
                sys.stdout.flush()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(json.dumps({"peak_memory_mb": memory}) + "\n")
    if given.json:
        given.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
