"""`./run bench decisions` as it is typed: the product lives through a tiny world, and one JSON object comes out."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WORLD = """
format: 1
name: tiny
about: A tiny world in which much happens.
life: {deaths_a_year: 0.1, custody_a_year: 0.02, wrongly_reported_dead_a_year: 0.04}
staff: {delay_days: [1, 10]}
"""


def bench(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("YIZHENG_")}
    return subprocess.run(
        [sys.executable, str(ROOT / "bench" / "decisions.py"), *words],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )


@pytest.mark.long
def test_product_lives_through_a_world_and_says_the_same_twice(tmp_path: Path) -> None:
    file = tmp_path / "tiny.yaml"
    file.write_text(WORLD, encoding="utf-8")
    words = ("--people", "300", "--months", "4", "--world", str(file), "--json", "--no-baseline")
    first, second = bench(*words, "--out", str(tmp_path / "report")), bench(*words)
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    (world,) = json.loads(first.stdout)["worlds"]
    assert world["name"] == "tiny"
    assert world["living_stopped_by_machine"] == 0
    assert world["silent_passes"] > 50
    assert world["asks"] > 0
    assert world["answers"] > 0
    assert world["cases_decided"] > 0
    assert world["deaths"] > world["deaths_still_paid"] > 0
    assert world["living_doubted_share"] > 0
    assert world["recovered_fen"] == 0
    assert json.loads((tmp_path / "report" / "decisions.json").read_text("utf-8"))["worlds"] == [world]


@pytest.mark.long
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--people", "10"), "at least 200 people"),
        (("--world", "nowhere.yaml"), "a world file"),
        (("--people", "200", "--months", "3", "--driver", "false", "--no-baseline"), "Mend the driver"),
    ],
)
def test_order_that_cannot_be_is_said_in_one_sentence(words: tuple[str, ...], said: str) -> None:
    done = bench(*words)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
