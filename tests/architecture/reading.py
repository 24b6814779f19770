"""How tests of the building read it: which modules a file reaches, also through a room's front door."""

import ast
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "yizheng"
DOORS = ("actions", "queries")


def imported(path: Path) -> frozenset[str]:
    """The modules that a file imports, wherever in it; `casework.actions` of a front door counts as an import."""
    return _imported(path.read_text("utf-8"))


@cache
def _imported(text: str) -> frozenset[str]:
    tree = ast.parse(text)
    found: set[str] = set()
    rooms: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "yizheng.rooms":
            rooms |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    through = (f"yizheng.rooms.{room}.{door}" for room, door, _ in through_doors(tree, rooms))
    return frozenset(found.union(through))


def through_doors(tree: ast.AST, rooms: set[str]) -> set[tuple[str, str, str]]:
    """What is used of these rooms through their front doors: (room, door, name); name empty for the door itself."""
    found: set[tuple[str, str, str]] = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute):
            continue
        match node:
            case ast.Attribute(value=ast.Attribute(value=ast.Name(id=room), attr=door), attr=name):
                pass
            case ast.Attribute(value=ast.Name(id=room), attr=door):
                name = ""
            case _:
                continue
        if room in rooms and door in DOORS:
            found.add((room, door, name))
    return found
