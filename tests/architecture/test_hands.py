"""What stories are given: hands first, not clock, store, actor and progress one by one; and rooms read no settings."""

import ast
from collections.abc import Iterator
from pathlib import Path

from reading import SOURCE

FURNITURE = {"clock", "store", "actor", "progress"}

PARTS = {
    "channels/face_is_decided.py:keep_photo": "a part of a story whose actor is the person before the camera",
    "house/ledger_is_verified.py:verify": "a reader: its store is that of the ledger's trees",
    "sources/source_quality.py:compare": "a reader, also of stories that tell no progress",
    "telling/notices_go_out.py:deliver": "nobody's act: a worker delivers what was decided before",
}
"""Public functions that take two of them all the same, each with its reason."""


def functions(folder: Path) -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in sorted(folder.rglob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield f"{path.relative_to(folder).as_posix()}:{node.name}", node


def names(function: ast.FunctionDef) -> list[str]:
    given = function.args
    return [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)]


def test_story_takes_hands_in_place_of_their_parts() -> None:
    several = {
        name
        for name, function in functions(SOURCE / "flows")
        if len(FURNITURE & set(names(function))) > 1
        or (FURNITURE & set(names(function)) and "hands" in names(function))
    }
    assert several == set(PARTS)


def test_hands_come_first() -> None:
    late = [
        name
        for name, function in functions(SOURCE / "flows")
        if "hands" in names(function) and names(function)[0] != "hands"
    ]
    assert late == []


def test_rooms_and_flows_read_no_settings() -> None:
    reading = [
        path.relative_to(SOURCE).as_posix()
        for storey in ("rooms", "flows", "kernel", "adapters")
        for path in sorted((SOURCE / storey).rglob("*.py"))
        if "from django.conf" in path.read_text("utf-8") and "migrations" not in path.parts
    ]
    assert reading == []
