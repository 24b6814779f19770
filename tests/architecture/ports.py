"""The product's ports and who fulfils them, read from the source; and who stands in the suites of tests/contract."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path

from architecture.reading import SOURCE

SUITES = Path(__file__).parents[1] / "contract"

Members = dict[str, tuple[str, ...] | None]
"""By name: a method's parameters, or None for what is read like a field."""


@dataclass(frozen=True)
class Found:
    """A class as it is written: where, its bases' names, its own members."""

    module: str
    name: str
    bases: tuple[str, ...]
    members: Members = field(repr=False, compare=False)

    @property
    def is_protocol(self) -> bool:
        return "Protocol" in self.bases


@cache
def classes(word: str = "class ") -> tuple[Found, ...]:
    """Every class of the product that stands at the top of a module in which that word stands."""
    return tuple(
        _found(path, node)
        for path in sorted(SOURCE.rglob("*.py"))
        if "migrations" not in path.parts and word in (text := path.read_text("utf-8"))
        for node in ast.parse(text).body
        if isinstance(node, ast.ClassDef)
    )


@cache
def ports() -> tuple[Found, ...]:
    """Protocols that ask for something to be done; one that has only fields is the shape of a value."""
    return tuple(one for one in classes("Protocol") if one.is_protocol and any(_methods(all_members(one))))


@cache
def fulfil(port: Found) -> tuple[Found, ...]:
    """The public classes with all of a port's members, methods with the same parameters."""
    wanted = all_members(port)
    return tuple(
        one
        for one in classes()
        if not one.is_protocol and not one.name.startswith("_") and _has(all_members(one), wanted)
    )


def heirs(one: Found) -> set[str]:
    """The names of a class and of those that are made from it."""
    names = {one.name}
    while more := {other.name for other in classes() if names & set(other.bases)} - names:
        names |= more
    return names


@cache
def all_members(one: Found) -> Members:
    """A class's members with those of its bases in the product; a protocol's bases are protocols."""
    by_name = _by_name("Protocol" if one.is_protocol else "class ")
    inherited: Members = {}
    for base in one.bases:
        known = [other for other in by_name.get(base, ()) if other != one]
        if len(known) == 1:
            inherited |= all_members(known[0])
    return inherited | one.members


@cache
def _by_name(word: str) -> Mapping[str, list[Found]]:
    found: dict[str, list[Found]] = {}
    for one in classes(word):
        found.setdefault(one.name, []).append(one)
    return found


@cache
def parties() -> Mapping[type, set[object]]:
    """Who stands in the suites, by port."""
    found: dict[type, set[object]] = {}
    for path in sorted(SUITES.glob("test_*.py")):
        suite = import_module(f"contract.{path.stem}")
        for port, makers in getattr(suite, "PARTIES", {}).items():
            found.setdefault(port, set()).update(makers)
    return found


def _has(members: Members, wanted: Members) -> bool:
    return all(
        name in members and (parameters is None or members[name] == parameters)
        for name, parameters in wanted.items()
    )


def _methods(members: Members) -> Iterator[str]:
    return (name for name, parameters in members.items() if parameters is not None)


def _found(path: Path, node: ast.ClassDef) -> Found:
    members: Members = {}
    for part in node.body:
        match part:
            case ast.FunctionDef():
                members[part.name] = None if _is_property(part) else _parameters(part)
                if part.name == "__init__":
                    members |= {name: None for name in _set_on_self(part) if name not in members}
            case ast.AnnAssign(target=ast.Name(id=name)):
                members[name] = None
            case ast.Assign(targets=[ast.Name(id=name)]):
                members[name] = None
    bases = tuple(ast.unparse(base).partition("[")[0].rpartition(".")[2] for base in node.bases)
    module = ".".join(["yizheng", *path.relative_to(SOURCE).with_suffix("").parts])
    return Found(module.removesuffix(".__init__"), node.name, bases, members)


def _is_property(function: ast.FunctionDef) -> bool:
    return any(isinstance(mark, ast.Name) and mark.id == "property" for mark in function.decorator_list)


def _parameters(function: ast.FunctionDef) -> tuple[str, ...]:
    given = function.args
    return tuple(one.arg for one in [*given.posonlyargs, *given.args, *given.kwonlyargs])[1:]


def _set_on_self(function: ast.FunctionDef) -> set[str]:
    return {
        node.attr
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    }
