"""The page of states is drawn from the lives of things: it cannot lie, and it cannot be forgotten."""

from pathlib import Path

from yizheng.doors.cli.docs import STATES_PAGE, lives, states_page

ROOT = Path(__file__).parents[2]


def test_states_page_is_fresh() -> None:
    """Run `yizheng docs diagrams` where this fails."""
    assert (ROOT / STATES_PAGE).read_text("utf-8") == states_page()


def test_every_life_of_the_house_is_on_the_page() -> None:
    """A module-level `Life(` anywhere in the rooms is drawn."""
    source = ROOT / "src" / "yizheng" / "rooms"
    files = {
        path.relative_to(source.parent).as_posix()
        for path in source.rglob("*.py")
        if "_LIFE = Life(" in (text := path.read_text("utf-8")) or "\nLIFE = Life(" in text
    }
    assert files <= {drawn.source for drawn in lives()}
