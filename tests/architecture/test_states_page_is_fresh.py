"""The page of states is drawn from the code's tables: it cannot lie, and it cannot be forgotten."""

from pathlib import Path

from yizheng.doors.cli.docs import STATES_PAGE, lives, states_page

ROOT = Path(__file__).parents[2]


def test_states_page_is_fresh() -> None:
    """Run `yizheng docs diagrams` where this fails."""
    assert (ROOT / STATES_PAGE).read_text("utf-8") == states_page()


def test_every_step_of_every_table_leads_between_states_that_exist() -> None:
    for life in lives():
        for step in life.steps:
            assert step.after in life.states, (life.title, step)
            assert step.before is None or step.before in life.states, (life.title, step)


def test_every_state_can_be_reached_and_has_an_owner() -> None:
    for life in lives():
        reached = {step.after for step in life.steps} | {life.first}
        assert set(life.states) <= reached, life.title
        assert all(owner for _, owner in life.states.values()), life.title
