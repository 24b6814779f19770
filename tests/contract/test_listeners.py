"""What any listener to the progress of long work must bear: steps in any order, nothing to do, more than expected."""

from pathlib import Path

import pytest

from contract.parties import Parties, each
from yizheng.doors.cli.base import Bars
from yizheng.kernel.progress import Progress, quiet

LISTENERS = {quiet: lambda _: quiet, Bars: lambda _: Bars()}
PARTIES: Parties = {Progress: LISTENERS}


@pytest.fixture(**each(LISTENERS))
def progress(request: pytest.FixtureRequest, tmp_path: Path) -> Progress:
    return request.param(tmp_path)


@pytest.mark.parametrize(
    "told",
    [
        [("read", 0, 10), ("read", 5, 10), ("read", 10, 10)],
        [("read", 1, 2), ("write", 1, 2), ("read", 2, 2)],
        [("read", 0, 0)],
        [("read", 12, 10), ("read", 3, 10)],
        [("一步", 1, 1)],
    ],
    ids=["a step", "two at once", "nothing to do", "more, then less", "Chinese"],
)
def test_whatever_is_told_work_goes_on_and_no_answer_is_made(
    progress: Progress, told: list[tuple[str, int, int]], capsys: pytest.CaptureFixture[str]
) -> None:
    for step, done, total in told:
        assert progress(step, done, total) is None
    assert capsys.readouterr().out == ""


def test_arguments_may_be_named(progress: Progress) -> None:
    progress(step="read", done=1, total=2)
