"""`yizheng world`: the two commands as a person types them."""

import json
from pathlib import Path

from click.testing import CliRunner

from worlds import read_manifest
from yizheng.doors.cli.main import cli


def test_world_make_writes_the_world_that_its_json_describes(tmp_path: Path) -> None:
    out = tmp_path / "made"
    done = CliRunner().invoke(
        cli, ["world", "make", "--people", "300", "--months", "3", "--out", str(out), "--json"]
    )
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == read_manifest(out)


def test_world_make_misused_says_what_was_expected(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["world", "make", "--people", "3", "--out", str(tmp_path / "made")])
    assert done.exit_code == 2
    assert "200 to 20,000,000 people was expected" in done.stderr
    assert not (tmp_path / "made").exists()


def test_world_score_of_nothing_fails_in_one_sentence(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        cli, ["world", "score", "--world", str(tmp_path), "--results", str(tmp_path / "results.csv")]
    )
    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1


def test_world_commands_show_an_example() -> None:
    for words in (["world"], ["world", "make"], ["world", "score"]):
        assert "Example: yizheng world" in CliRunner().invoke(cli, [*words, "--help"]).output
