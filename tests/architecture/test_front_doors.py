"""Rooms are entered by their front doors: the import contract finds whoever goes in elsewhere, and so does this test."""

import ast
from configparser import ConfigParser
from functools import cache
from pathlib import Path

import grimp
import pytest
from importlinter.configuration import configure
from importlinter.domain.contract import ContractCheck

from architecture.front_doors import FrontDoors
from architecture.reading import SOURCE

TOP = SOURCE.parents[1]
CONTRACT = "importlinter:contract:front-doors"
LIBRARIES = {"biometrics", "comparison"}


@pytest.fixture(scope="module")
def contract() -> FrontDoors:
    """The contract as `.importlinter` has it."""
    configure()
    found = ConfigParser()
    found.read(TOP / ".importlinter")
    options = {
        key: [line for line in value.split("\n") if line] if "\n" in value else value
        for key, value in found[CONTRACT].items()
    }
    return FrontDoors(name=options["name"], session_options={}, contract_options=options)


def graph(*imports: tuple[str, str]) -> grimp.ImportGraph:
    """A house of one room and one library, with these imports."""
    made = grimp.ImportGraph()
    for module in (
        "yizheng",
        "yizheng.rooms",
        "yizheng.flows",
        "yizheng.flows.story",
        "yizheng.rooms.access",
    ):
        made.add_module(module)
    for room in ("casework", "comparison"):
        for module in ("", ".data", ".kinds", ".queries", ".queries.lists"):
            made.add_module(f"yizheng.rooms.{room}{module}")
    for importer, imported in imports:
        made.add_import(importer=importer, imported=imported)
    return made


def entered(contract: FrontDoors, *imports: tuple[str, str]) -> list[str]:
    check: ContractCheck = contract.check(graph(*imports), verbose=False)
    assert check.kept is not bool(check.metadata["entered"])
    found: list[str] = check.metadata["entered"]
    return found


@pytest.mark.parametrize("importer", ["yizheng.flows.story", "yizheng.rooms.access"])
@pytest.mark.parametrize("inner", ["kinds", "queries.lists"])
def test_import_of_an_inner_module_breaks_the_contract(
    contract: FrontDoors, importer: str, inner: str
) -> None:
    inside = f"yizheng.rooms.casework.{inner}"
    assert entered(contract, (importer, inside)) == [f"{importer} imports {inside}"]


def test_front_door_the_room_itself_and_libraries_keep_the_contract(contract: FrontDoors) -> None:
    imports = (
        ("yizheng.flows.story", "yizheng.rooms.casework"),
        ("yizheng.flows.story", "yizheng.rooms.casework.data"),
        ("yizheng.flows.story", "yizheng.rooms.casework.queries"),
        ("yizheng.flows.story", "yizheng.rooms.comparison.kinds"),
        ("yizheng.rooms.casework.queries", "yizheng.rooms.casework.kinds"),
    )
    assert entered(contract, *imports) == []


# --- what no graph shows: benches, and inner modules that are reached through the package ---


def inner_modules(room: Path) -> set[str]:
    doors = {"__init__", "actions", "data", "ports", "queries", "why"}
    found = {path.stem for path in room.glob("*.py")} | {
        path.parent.name for path in room.glob("*/__init__.py")
    }
    return found - doors - opened_by(room)


def opened_by(room: Path) -> set[str]:
    """What a room's own front door opens besides the usual."""
    calls = (node for node in ast.walk(ast.parse((room / "__init__.py").read_text("utf-8"))))
    return {
        word.value
        for node in calls
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "front_door"
        for word in node.args[1:]
        if isinstance(word, ast.Constant) and isinstance(word.value, str)
    }


INNER = {
    room.name: inner_modules(room)
    for room in sorted((SOURCE / "rooms").iterdir())
    if (room / "__init__.py").exists() and room.name not in LIBRARIES
}


@cache
def entries(text: str) -> frozenset[str]:
    """`room.module` of every inner module that a file imports, or reaches as an attribute of the room's package."""
    found, rooms = set[str](), set[str]()
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "yizheng.rooms":
            rooms |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("yizheng.rooms."):
            room, *rest = str(node.module).split(".")[2:]
            inside = rest[:1] or [name.name for name in node.names]
            found |= {f"{room}.{module}" for module in inside if module in INNER.get(room, ())}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in rooms:
            room = node.value.id
            found |= {f"{room}.{node.attr}"} if node.attr in INNER.get(room, ()) else set()
    return frozenset(found)


OUTSIDE = [*SOURCE.rglob("*.py"), *(TOP / "bench").rglob("*.py")]


@pytest.mark.parametrize("room", INNER)
def test_no_file_outside_enters_a_room(room: str) -> None:
    wrong = {
        path.relative_to(TOP).as_posix(): sorted(found)
        for path in OUTSIDE
        if SOURCE / "rooms" / room not in path.parents
        and (found := {one for one in entries(path.read_text("utf-8")) if one.startswith(f"{room}.")})
    }
    assert wrong == {}


@pytest.mark.parametrize(
    "text",
    [
        "from yizheng.rooms.casework.kinds import Kind",
        "from yizheng.rooms.casework import kinds",
        "def story():\n    from yizheng.rooms.casework.kinds import Kind",
        "from yizheng.rooms import casework\n\ndef story():\n    return casework.kinds.Kind",
    ],
)
def test_made_up_entry_is_found(text: str) -> None:
    assert entries(text) == {"casework.kinds"}
