"""A step that is not allowed is refused in words: the product's own, or those of an agency's kind of case."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from case_situations import CASE_RULES
from yizheng.doors.cli.docs import lives
from yizheng.doors.words import refusal_in
from yizheng.doors.words.codes import WORDS
from yizheng.kernel.errors import Refused
from yizheng.kernel.life import Life
from yizheng.kernel.told import Named
from yizheng.rooms.casework.data import LIVES
from yizheng.rooms.mandates.data import MANDATE_LIFE, MandateState
from yizheng.rooms.payments.data import LIST_LIFE, PauseListState


def refused(check: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(Refused) as refusal:
        check()
    return refusal_in(refusal.value, "zh-hans"), refusal_in(refusal.value, "en")


@pytest.mark.parametrize("life", [drawn.life for drawn in lives()], ids=[drawn.title for drawn in lives()])
def test_every_state_and_step_of_a_life_has_words(life: Life[str]) -> None:
    states, steps = WORDS[f"{life.name}_state"], WORDS[f"{life.name}_step"]
    assert {str(state.code) for state in life.states} <= set(states)
    assert {str(move.step) for move in life.moves} <= set(steps)


def test_steps_of_a_case_are_refused_in_words() -> None:
    chinese, english = refused(lambda: LIVES["two_people"].check("proposed", "propose"))
    assert "现在的状态是“待复核”，不能办“提出结论”（能办的：同意、同意继续核查、退回再查）" in chinese
    assert "The state is “to be confirmed”, where “propose an outcome” is not possible" in english


def test_end_of_a_life_and_a_thing_that_has_not_begun_are_told() -> None:
    chinese, english = refused(lambda: LIST_LIFE.check(PauseListState.RELEASED, "release"))
    assert "能办的：没有" in chinese
    assert "possible is: nothing" in english
    chinese, _english = refused(lambda: LIST_LIFE.check(None, "release"))
    assert "现在的状态是“还没有”" in chinese
    assert "能办的：生成名单" in chinese


def test_mandate_is_refused_in_words() -> None:
    chinese, _english = refused(lambda: MANDATE_LIFE.check(MandateState.ENDED, "agree"))
    assert "“已结束”，不能办“同意”" in chinese


def test_words_of_an_agency_come_first() -> None:
    kind = replace(
        CASE_RULES.kinds["death"],
        step_words={"propose": Named(zh="写结论", en="write it up")},
        state_words={"closed": Named(zh="归档", en="filed")},
    )
    chinese, english = refused(lambda: kind.life.check("closed", "propose"))
    assert "“归档”，不能办“写结论”" in chinese
    assert "“filed”, where “write it up” is not possible" in english


def test_machine_reads_codes() -> None:
    with pytest.raises(Refused) as refusal:
        LIVES["two_people"].check("proposed", "propose")
    assert "state=proposed" in str(refusal.value)
    assert "step=propose" in str(refusal.value)
