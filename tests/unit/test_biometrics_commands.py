"""`yizheng biometrics`: an agency measures the engine and the liveness check on lists of its own."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from faces import astronaut, dimmed, jpeg
from yizheng.doors.cli.biometrics import biometrics_group
from yizheng.rooms.biometrics.liveness_data import Step
from yizheng.simulators.attacks import live_session, photo_of, print_session
from yizheng.simulators.attacks.session import Pace, Session

TURNS = (Step.TURN_LEFT, Step.TURN_RIGHT)
SHORT = Pace(fps=4, step_ms=2000)


def run(*words: str) -> Result:
    return CliRunner().invoke(biometrics_group, list(words))


def _write(file: Path, heading: str, lines: Sequence[str]) -> Path:
    file.write_text("\n".join([heading, *lines]) + "\n", "utf-8")
    return file


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three pictures of each of four drawn people, one without a face and one that is no picture."""
    folder = tmp_path_factory.mktemp("pictures")
    for who in range(4):
        for shot, yaw in enumerate((-8.0, 0.0, 8.0)):
            (folder / f"p{who}-{shot}.jpg").write_bytes(photo_of(who, seed=shot, yaw=yaw))
    (folder / "wall.jpg").write_bytes(jpeg(np.full((200, 200, 3), 120, np.uint8)))
    (folder / "text.jpg").write_bytes(b"no picture")
    return folder


def test_every_two_pictures_are_compared(pictures: Path) -> None:
    lines = [
        f"p{who}-{shot}.jpg,person{who},{'old' if who < 2 else 'young'}"
        for who in range(4)
        for shot in range(3)
    ]
    file = _write(pictures / "list.csv", "picture,person,band", [*lines, "wall.jpg,x,old", "text.jpg,y,old"])
    said = run("evaluate", "--pairs", str(file), "--no-gate", "--json")
    assert said.exit_code == 0, said.output
    found = json.loads(said.stdout)
    assert (found["pictures"], found["no_face"], found["unreadable"]) == (14, 1, 1)
    whole, old, young = found["groups"]
    assert (whole["name"], whole["people"], whole["genuine"], whole["impostor"]) == ("all", 4, 12, 54)
    assert (old["name"], old["genuine"], old["impostor"]) == ("old", 6, 9)
    assert young["name"] == "young"
    for row in whole["at"]:
        assert row["fnmr"]["low"] <= row["fnmr"]["errors"] / 12 <= row["fnmr"]["high"]
    shares = [row["fnmr"]["errors"] for row in whole["at"]]
    assert shares == sorted(shares)  # a higher bar misses more
    assert [wanted[1] for wanted in whole["for_fmr"]][1:] == [
        None,
        None,
    ]  # 54 pairs cannot show one in a thousand


def test_pairs_of_sets_and_the_table_for_people(pictures: Path) -> None:
    file = _write(
        pictures / "pairs.csv",
        "a,b,same",
        [
            "p0-0.jpg|p0-1.jpg,p0-2.jpg,yes",
            "p1-0.jpg,p1-1.jpg,是",
            "p0-0.jpg,p1-0.jpg,no",
            "p0-0.jpg,wall.jpg,no",
        ],
    )
    said = run("evaluate", "--pairs", str(file), "--no-gate", "--threshold", "0.2")
    assert said.exit_code == 0, said.output
    assert "2 true and 1 false pairs" in said.output
    assert "0.200" in said.output
    assert "too few false pairs to say" in said.output


def test_faulty_pictures_are_counted_and_left_out(pictures: Path) -> None:
    (pictures / "good.jpg").write_bytes(jpeg(astronaut()))
    (pictures / "dark.jpg").write_bytes(jpeg(dimmed(astronaut(), 0.2)))
    file = _write(pictures / "gate.csv", "picture,person", ["good.jpg,a", "dark.jpg,a"])
    gated = json.loads(run("evaluate", "--pairs", str(file), "--json").stdout)
    assert gated["faults"] == {"dark": 1}
    assert gated["groups"][0]["genuine"] == 0
    assert (
        json.loads(run("evaluate", "--pairs", str(file), "--no-gate", "--json").stdout)["groups"][0][
            "genuine"
        ]
        == 1
    )


@pytest.mark.parametrize(
    ("heading", "lines", "said"),
    [
        ("picture", ["p0-0.jpg"], "a heading with picture,person"),
        ("a,b,same", ["p0-0.jpg,p0-1.jpg,perhaps"], "line 2"),
        ("picture,person", [], "at least one line"),
        ("picture,person", ["nowhere.jpg,a"], "nowhere.jpg"),
        ("capture,label", ["nowhere,live"], "nowhere"),
    ],
)
def test_list_that_is_none_is_told_so(pictures: Path, heading: str, lines: list[str], said: str) -> None:
    file = _write(pictures / "wrong.csv", heading, lines)
    refused = run("evaluate", "--pairs", str(file))
    assert refused.exit_code in (1, 2)
    assert said in refused.output
    assert "Traceback" not in refused.output


def _capture(folder: Path, session: Session) -> None:
    for number, (step, frames) in enumerate(session.by_step, 1):
        place = folder / f"{number:02}-{step.value}"
        place.mkdir(parents=True)
        for frame in frames:
            (place / f"{frame.at_ms:06}.jpg").write_bytes(frame.jpeg)


def test_captures_measure_the_liveness_check(tmp_path: Path) -> None:
    _capture(tmp_path / "alive", live_session(TURNS, seed=3, pace=SHORT))
    _capture(tmp_path / "paper", print_session(TURNS, seed=3, pace=SHORT))
    file = _write(tmp_path / "captures.csv", "capture,label", ["alive,live", "paper,print"])
    found = json.loads(run("evaluate", "--pairs", str(file), "--json").stdout)
    (print_,) = found["errors"]["species"]
    assert (print_["species"], print_["apcer"]["of"], print_["apcer"]["errors"]) == ("print", 1, 0)
    assert (found["captures"], found["errors"]["bpcer"]["of"]) == (2, 1)
    assert found["frames"] > 10


@pytest.mark.django_db
def test_status_says_what_is_stored_and_what_is_owed() -> None:
    said = run("status")
    assert said.exit_code == 0, said.output
    assert "face: 0 people" in said.output
    assert "100,000 people" in said.output
    assert json.loads(run("status", "--json").stdout)["filing_from"] == 100_000


@pytest.mark.django_db
def test_tidying_nothing_deletes_nothing() -> None:
    assert run("tidy").output.startswith("0 templates of 0 people")
