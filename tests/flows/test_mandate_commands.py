"""`yizheng mandates`: the calendar's work once a day, and kinds of helpers."""

import pytest
from click.testing import CliRunner

from mandate_situations import DAUGHTER_PHONE, begun, make_mother
from pay_situations import clock_on
from yizheng import wiring
from yizheng.doors.cli.main import cli
from yizheng.kernel.time import add_months
from yizheng.rooms import mandates

pytestmark = pytest.mark.django_db


def run(*words: str, typed: str = "") -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["mandates", *words], input=typed)
    return done.exit_code, done.output


def test_lapse_says_what_ended_and_twice_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    make_mother()
    last = begun(days=10).until_day
    monkeypatch.setattr(wiring, "clock", lambda: clock_on(add_months(last, 1)))
    assert run("lapse") == (0, "1 past their last day, 0 unanswered, 0 after a death.\n")
    assert run("lapse") == (0, "0 past their last day, 0 unanswered, 0 after a death.\n")


def test_kind_raises_the_limit_of_the_helper_who_has_the_phone() -> None:
    make_mother()
    mandate = begun()
    code, said = run("kind", "community", typed=f"{DAUGHTER_PHONE}\n")
    assert code == 0
    assert "community from now on" in said
    assert mandates.queries.kind_of(mandate.helper_id) == "community"


@pytest.mark.parametrize(
    ("kind", "phone", "code", "said"),
    [
        ("king", DAUGHTER_PHONE, 2, "family, community, entrusted"),
        ("community", "13800009999", 1, "no helper"),
    ],
)
def test_kind_that_cannot_be_is_said(kind: str, phone: str, code: int, said: str) -> None:
    make_mother()
    begun()
    found = run("kind", kind, typed=f"{phone}\n")
    assert found[0] == code
    assert said in found[1]
