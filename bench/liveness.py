"""The liveness check measured: how many attacks of each species pass, how many living people do not.

    ./run bench liveness --quick                        a few tries of each, for a look
    ./run bench liveness --full [--tries 40]            the table of docs/reference/liveness-figures.md
    ./run bench liveness --real FOLDER                  real heads: a folder of people, a folder of pictures each
    ./run bench liveness --full --keep tries.jsonl      keep each try; a run that was stopped goes on from there
    ./run bench liveness --full --tries 0 --keep tries.jsonl --write    write what was kept into the page of figures

People and attacks are made from one cleared portrait (`simulators/attacks`), so the rates say how the check behaves
against these, not what a laboratory would find. Rates are in the terms of ISO/IEC 30107-3: APCER is the share of a
species' tries that a machine would have passed as alive, BPCER the share of living people's captures that it would
not; intervals are Clopper and Pearson's at 95 %. The same seed makes the same tries.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from scipy.stats import beta

from yizheng.adapters.face.engine import SFaceEngine
from yizheng.rooms.biometrics import liveness_limits as limit
from yizheng.rooms.biometrics.data import FaceSeen, Match, Vector
from yizheng.rooms.biometrics.face_terms import FaceRules
from yizheng.rooms.biometrics.liveness_data import Abilities, LivenessOutcome
from yizheng.rooms.biometrics.liveness_motion import flat_residual, rolled_residual
from yizheng.rooms.biometrics.matching import match_capture
from yizheng.simulators.attacks import SEEN_TO_BLINK, STRANGERS, Habits, Pace, live_session, photo_of
from yizheng.simulators.attacks.species import Species, attack
from yizheng.simulators.attacks.trial import Maker, try_on

PAGE = Path(__file__).parent.parent / "docs/reference/liveness-figures.md"
BEGIN, END = "<!-- written by bench/liveness.py -->", "<!-- end of what it writes -->"
ELDER = Habits(
    reaction=(0.8, 2.2), turn=(25, 33), hold=(0.7, 1.6), shut=(0.25, 0.5), slowness=0.22, wrong_way=0.15
)
SHORT = Pace(step_limit_ms=3_300)
"""An attacker gives a step up after 3.3 seconds: whoever does not pass it by then hardly passes it later."""


RULES = FaceRules()
"""The product's thresholds."""


@cache
def enrolled(engine: SFaceEngine, number: int) -> list[Vector]:
    """What the vault holds of the person of a try: the template of another picture than any that is shown."""
    seen = engine.look(photo_of(SEEN_TO_BLINK[number % len(SEEN_TO_BLINK)], seed=1)).embedding
    return [] if seen is None else [seen]


def living(group: str, number: int) -> tuple[Maker, Abilities]:
    """The numbered capture of a living person of a group."""
    who = SEEN_TO_BLINK[number % len(SEEN_TO_BLINK)]
    habits = ELDER if group == "elder" else None
    able = Abilities(mouth=group != "no_mouth")
    seed = number + 1000 * len(group)
    return lambda steps, accepts: live_session(
        steps, seed=seed, who=who, habits=habits, accepts=accepts
    ), able


def attacker(name: str, number: int, stranger: dict[int, int]) -> tuple[Maker, Abilities]:
    """The numbered try of a species; "/no_mouth" after its name: by somebody who says they cannot open the mouth."""
    species, _, claim = name.partition("/")
    who = SEEN_TO_BLINK[number % len(SEEN_TO_BLINK)]
    return lambda steps, accepts: attack(
        Species(species), steps, seed=number, who=who, by=stranger[who], accepts=accepts, pace=SHORT
    ), Abilities(mouth=claim != "no_mouth")


def strangers(engine: SFaceEngine) -> tuple[dict[int, int], float]:
    """To each made person the one who is least like them to the engine, and the largest of these cosines."""
    numbers = (*SEEN_TO_BLINK, *STRANGERS)
    templates = np.stack([engine.look(photo_of(number)).embedding for number in numbers])
    alike = templates @ templates.T
    return (
        {number: numbers[int(row.argmin())] for number, row in zip(numbers, alike, strict=True)},
        float(alike.min(axis=1).max()),
    )


GROUPS = ("usual", "elder", "no_mouth")
ATTACKS = {species.value: species.told for species in Species} | {
    "paper_mask/no_mouth": "paper mask, and the wearer says they cannot open the mouth"
}


def tries(count: int) -> Iterator[tuple[str, str, int]]:
    """All tries, a few of each kind at a time, so that a run that is stopped has some of everything."""
    for number in range(count):
        yield from (("living", group, number) for group in GROUPS)
        yield from (("attack", name, number) for name in ATTACKS)


def measured(
    engine: SFaceEngine, stranger: dict[int, int], kind: str, name: str, number: int
) -> dict[str, Any]:
    """One try, as a row."""
    maker, able = living(name, number) if kind == "living" else attacker(name, number, stranger)
    began = time.process_time()
    tried = try_on(maker, engine=engine, seed=number, able=able)
    alive = tried.verdict.outcome is LivenessOutcome.ALIVE and tried.challenge.machine
    match = match_capture(tried.by_step, tried.verdict.best, enrolled(engine, number), RULES.thresholds(None))
    return {
        "kind": kind,
        "name": name,
        "number": number,
        "outcome": tried.verdict.outcome.value,
        "match": match.value,
        "passed": alive and match is Match.SAME,
        "reasons": [reason.value for reason in tried.verdict.reasons],
        "steps": len(tried.by_step),
        "failed_at": tried.challenge.steps[len(tried.by_step) - 1].value,
        "frames": tried.frames,
        "cpu": round(time.process_time() - began, 2),
    }


def interval(hits: int, of: int) -> tuple[float, float]:
    """Clopper and Pearson's interval at 95 %."""
    low = float(beta.ppf(0.025, hits, of - hits + 1)) if hits else 0.0
    high = float(beta.ppf(0.975, hits + 1, of - hits)) if hits < of else 1.0
    return low, high


def share(hits: int, of: int) -> str:
    """A share with its interval, for a table."""
    low, high = interval(hits, of)
    return f"{hits} of {of} | {100 * hits / of:.1f} % | {100 * low:.1f}–{100 * high:.1f} %"


def table(rows: list[dict[str, Any]]) -> str:
    """The two tables, as Markdown: the check of liveness by itself, and the whole decision with the comparison."""
    out = ["| living people | check: not passed | BPCER | 95 % | passed by machine | why not (most often) |"]
    out.append("|---|---|---|---|---|---|")
    told = {
        "usual": "as people usually move",
        "elder": "slow, small turns, left and right mixed up in 15 %",
        "no_mouth": "cannot open the mouth: blink instead, and a person looks",
    }
    for group in GROUPS:
        some = [row for row in rows if row["name"] == group]
        if some:
            missed = [row for row in some if row["outcome"] != "alive"]
            out.append(f"| {told[group]} | {share(len(missed), len(some))} | {whole(some)} | {_why(some)} |")
    out += ["", "| attack | check: passed | APCER | 95 % | passed by machine | stopped by (most often) |"]
    out.append("|---|---|---|---|---|---|")
    for name, what in ATTACKS.items():
        some = [row for row in rows if row["name"] == name]
        if some:
            passed = [row for row in some if row["outcome"] == "alive"]
            out.append(f"| {what} | {share(len(passed), len(some))} | {whole(some)} | {_why(some)} |")
    frames = sum(row["frames"] for row in rows)
    cpu = sum(row["cpu"] for row in rows)
    out.append("")
    out.append(
        f"{len(rows)} captures, {frames} frames, {cpu:.0f} s of one processor with the making of the frames: "
        f"{1000 * cpu / max(frames, 1):.0f} ms a frame."
    )
    return "\n".join(out)


def whole(rows: list[dict[str, Any]]) -> str:
    """How many a machine would have passed: alive, abled to every step, and the enrolled face in each of them."""
    passed = sum(row["passed"] for row in rows)
    low, high = interval(passed, len(rows))
    return f"{passed} of {len(rows)} ({100 * low:.1f}–{100 * high:.1f} %)"


def _why(rows: list[dict[str, Any]]) -> str:
    counts = Counter(why for row in rows if not row["passed"] for why in _reasons(row))
    return ", ".join(f"{reason} {count}" for reason, count in counts.most_common(3)) or "–"


def _reasons(row: dict[str, Any]) -> Iterator[str]:
    """Why a try was not passed: what the check found, and the comparison where it did not find the enrolled face."""
    for reason in row["reasons"]:
        if reason != "too_few_frames":
            yield f"`{reason}` ({row['failed_at']})" if reason == "step_not_seen" else f"`{reason}`"
    if row["match"] in ("unsure", "different"):
        yield f"face `{row['match']}`"


def real(engine: SFaceEngine, folder: Path) -> str:
    """Depth, sameness and shut eyes in pictures of real heads, one folder a person."""
    rows, means = [], []
    people = [one for one in sorted(folder.iterdir()) if one.is_dir()]
    for person in people:
        seen = [look for look in (_looked(engine, path) for path in sorted(person.iterdir())) if look]
        frontal = [one for one in seen if abs(one.yaw) < 10]
        for one in frontal:
            for other in seen:
                if one is not other and one.mesh is not None and other.mesh is not None:
                    pair = one.mesh[:, :2], other.mesh[:, :2]
                    rows.append((abs(other.yaw - one.yaw), flat_residual(*pair), rolled_residual(*pair)))
        templates = [one.embedding for one in frontal if one.embedding is not None]
        if len(templates) > 2:
            mean = np.mean(templates, axis=0)
            means += [float(one @ mean / np.linalg.norm(mean)) for one in templates]
    figures = np.array(rows)
    out = [
        "| turned by | pairs | flat residual 5 % / median | under | rolled residual 5 % / median | under |",
        "|---|---|---|---|---|---|",
    ]
    for low, high in ((12, 18), (18, 20), (20, 25), (25, 35), (35, 60)):
        some = figures[(figures[:, 0] >= low) & (figures[:, 0] < high)]
        if len(some):
            flat, rolled = some[:, 1], some[:, 2]
            out.append(
                f"| {low}–{high}° | {len(some)} | {np.percentile(flat, 5):.3f} / {np.median(flat):.3f} | "
                f"{100 * (flat < limit.FLAT_RESIDUAL).mean():.0f} % | "
                f"{np.percentile(rolled, 5):.3f} / {np.median(rolled):.3f} | "
                f"{100 * (rolled < limit.ROLLED_RESIDUAL).mean():.0f} % |"
            )
    under = sum(one < limit.SAME_FACE for one in means)
    out.append("")
    out.append(
        f"{len(people)} people; frontal pictures whose template is under the line of sameness: {share(under, len(means))}"
    )
    return "\n".join(out)


def _looked(engine: SFaceEngine, path: Path) -> FaceSeen | None:
    picture = cv2.imread(str(path))
    if picture is None:
        return None
    if max(picture.shape[:2]) < 300:
        picture = cv2.resize(picture, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    picture = cv2.copyMakeBorder(picture, 150, 150, 150, 150, cv2.BORDER_REPLICATE)
    seen = engine.look(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes())
    return seen if seen.faces else None


def main() -> int:
    """Measure and print; `--keep` remembers tries."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--quick", action="store_true", help="two tries of each")
    words.add_argument("--full", action="store_true", help="as many as --tries says")
    words.add_argument("--tries", type=int, default=40)
    words.add_argument("--keep", type=Path, help="a file of tries: read first, added to")
    words.add_argument("--real", type=Path, help="a folder of people with pictures of their heads")
    words.add_argument(
        "--write", action="store_true", help="put the table into docs/reference/liveness-figures.md"
    )
    words.add_argument("--part", default="0/1", help="this part of the tries only, as 0/2 and 1/2")
    given = words.parse_args()
    engine = SFaceEngine()
    if given.real:
        print(real(engine, given.real))  # noqa: T201 (its output)
        return 0
    if not given.quick and not given.full:
        words.print_help()
        return 2
    rows = (
        [json.loads(line) for line in given.keep.read_text().splitlines()]
        if given.keep and given.keep.exists()
        else []
    )
    known = {(row["kind"], row["name"], row["number"]) for row in rows}
    stranger, alike = strangers(engine) if given.quick or given.tries else ({}, 0.0)
    print(f"cosine of everybody to their stranger: at most {alike:.2f}", file=sys.stderr)  # noqa: T201 (its output)
    part, parts = (int(one) for one in given.part.split("/"))
    for place, one in enumerate(tries(2 if given.quick else given.tries)):
        if one in known or place % parts != part:
            continue
        rows.append(measured(engine, stranger, *one))
        print(json.dumps(rows[-1]), file=sys.stderr, flush=True)  # noqa: T201 (its output)
        if given.keep:
            with given.keep.open("a") as out:
                out.write(json.dumps(rows[-1]) + "\n")
    print(table(rows))  # noqa: T201 (its output)
    if given.write:
        _write(table(rows))
    return 0


def _write(text: str) -> None:
    """Put the table between its marks."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
