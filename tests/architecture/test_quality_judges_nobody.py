"""How good a source's data is never reaches what is concluded about people: no module on that way knows of it."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "yizheng"
QUALITY = {
    "yizheng.flows.sources.source_quality",
    "yizheng.rooms.evidence.quality",
    "yizheng.rooms.evidence.quality_data",
    "yizheng.rooms.evidence.contradictions",
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


def imported(path: Path) -> set[str]:
    """The modules that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    return found


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
