"""What a command says no with: the same words as ever in English, and in Chinese where the terminal speaks it."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from yizheng.doors.cli.main import cli
from yizheng.doors.words import refusal_in
from yizheng.flows.house.why import Why as House
from yizheng.kernel.errors import Refused


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "a month was expected, but none came. Give one: yizheng pay-run --month 2026-11."),
        ("zh_CN.UTF-8", "没有写月份。请写上，例如：yizheng pay-run --month 2026-11"),
    ],
)
def test_command_without_its_month_says_so_in_the_language_of_the_terminal(language: str, said: str) -> None:
    done = CliRunner().invoke(cli, ["pay-run"], env={"YIZHENG_LANGUAGE": language})
    assert (done.exit_code, done.output) == (2, f"yizheng: {said}\n")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "a world of 200 to 20,000,000 people was expected, not 10"),
        ("zh", "一个世界可有 200 到 20,000,000 人，现在要的是 10。请改人数。"),
    ],
)
def test_world_that_cannot_be_made_says_so_in_the_language_of_the_terminal(
    tmp_path: Path, language: str, said: str
) -> None:
    order = ["world", "make", "--people", "10", "--out", str(tmp_path / "world")]
    done = CliRunner().invoke(cli, order, env={"YIZHENG_LANGUAGE": language})
    assert (done.exit_code, done.output) == (2, f"yizheng: {said}\n")


def test_home_of_no_simulated_day_is_told_with_what_to_do() -> None:
    refusal = Refused(House.HOME_OF_NO_SIMULATED_DAY, home="/srv/yizheng")
    assert "Take YIZHENG_TODAY away" in refusal_in(refusal, "en")
    assert "请去掉 YIZHENG_TODAY" in refusal_in(refusal, "zh-hans")
