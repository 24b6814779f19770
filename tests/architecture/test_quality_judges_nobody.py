"""How good a source's data is never reaches what is concluded about people: no module on that way knows of it."""

from pathlib import Path

import pytest

from architecture.reading import SOURCE, imported

QUALITY = {
    "yizheng.flows.sources.source_quality",
    "yizheng.rooms.quality.contradictions",
    "yizheng.rooms.quality.data",
    "yizheng.rooms.quality.grades",
    "yizheng.rooms.quality.queries",
}
JUDGING = (
    "flows/runs/certification_inputs.py",
    "flows/runs/certification_run.py",
    "flows/decisions/decision_takes_effect.py",
    "flows/runs/explanation.py",
    "flows/pay/pause_list.py",
    "flows/pay/pay_run.py",
)
ROOMS = ("certification", "comparison", "entitlements", "payments")


def reached(start: Path) -> set[str]:
    """Every module of the product that a file leads to."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for name in imported(waiting.pop()):
            path = SOURCE.parent / Path(*name.split(".")).with_suffix(".py")
            if name.startswith("yizheng.") and name not in found and path.is_file():
                found.add(name)
                waiting.append(path)
    return found


FILES = [SOURCE / name for name in JUDGING]
FILES += [path for room in ROOMS for path in sorted((SOURCE / "rooms" / room).rglob("*.py"))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_what_judges_people_does_not_know_of_quality(path: Path) -> None:
    assert reached(path) & QUALITY == set()


def test_the_way_to_quality_is_found_where_there_is_one() -> None:
    assert reached(SOURCE / "flows" / "sources" / "corrections_go_out.py") >= QUALITY
