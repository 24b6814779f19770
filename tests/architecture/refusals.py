"""How tests read refusals out of the source: every `Why`, and every place that refuses, with the facts it gives."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

from reading import SOURCE

from yizheng.kernel.errors import Code

STOREYS = ("rooms", "flows", "kernel", "adapters", "simulators", "wiring", "doors")
REFUSERS = {"Refused", "Misused"}
SAYER = "yizheng.kernel.told.told"
"""The function that makes a code with its facts, beside refusals."""


@dataclass(frozen=True, slots=True)
class Site:
    """A place that refuses: the code as `package.Why.MEMBER`, empty where it is none, and the names of its facts."""

    path: str
    line: int
    code: str
    facts: frozenset[str]
    opaque: bool = False

    @property
    def place(self) -> str:
        return f"{self.path}:{self.line}"


@cache
def codes() -> dict[str, Code]:
    """Every code, by `package.Why.MEMBER` (`yizheng.rooms.access.Why.ROLE_UNKNOWN`)."""
    found: dict[str, Code] = {}
    for path in sorted(SOURCE.rglob("why.py")):
        package = ".".join(("yizheng", *path.parent.relative_to(SOURCE).parts))
        for kind in vars(import_module(f"{package}.why")).values():
            if isinstance(kind, type) and issubclass(kind, Code) and kind is not Code:
                found |= {f"{package}.{kind.__name__}.{code.name}": code for code in kind}
    return found


def sources(*storeys: str) -> Iterator[tuple[str, Path]]:
    """The files of these storeys, each with its name below the source."""
    for storey in storeys:
        for path in sorted((SOURCE / storey).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(SOURCE).as_posix(), path


@cache
def _kinds() -> set[str]:
    """The names of the enums of codes."""
    return {type(code).__name__ for code in codes().values()}


@cache
def _subclasses() -> set[str]:
    """The names of all classes of refusals but the two of the kernel."""
    kinds = [
        (node.name, {base.id for base in node.bases if isinstance(base, ast.Name)})
        for node in _classes()
        if node.name not in REFUSERS
    ]
    found: set[str] = set()
    while more := {name for name, bases in kinds if bases & (REFUSERS | found)} - found:
        found |= more
    return found


def sites(path: Path) -> Iterator[Site]:
    """Every place of a file that makes a refusal. A class that gives its own code refuses in its `__init__`."""
    tree = ast.parse(path.read_text("utf-8"))
    names = _packages(tree)
    name = path.relative_to(SOURCE).as_posix()
    own = {cls: _init_of(cls) for cls in ast.walk(tree) if isinstance(cls, ast.ClassDef)}
    kinds = (REFUSERS | _subclasses()) - _own_code()
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and (node.func.id in kinds or names.get(f"{node.func.id}.") == SAYER)
        ):
            yield _site(name, node, names)
    for cls, init in own.items():
        if init is not None and cls.name in _own_code():
            for node in ast.walk(init):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "super().__init__":
                    yield _site(name, node, names)


def mentioned(path: Path) -> set[str]:
    """The codes that a file names, whatever for."""
    tree = ast.parse(path.read_text("utf-8"))
    names = _packages(tree)
    found = (_code(node, names) for node in ast.walk(tree) if isinstance(node, ast.Attribute))
    return {code for code in found if code}


def _site(name: str, call: ast.Call, names: dict[str, str]) -> Site:
    facts = frozenset(keyword.arg for keyword in call.keywords if keyword.arg)
    opaque = any(keyword.arg is None for keyword in call.keywords)
    code = _code(call.args[0], names) if len(call.args) == 1 else ""
    return Site(name, call.lineno, code, facts, opaque)


def _code(node: ast.expr, names: dict[str, str]) -> str:
    """`package.Why.MEMBER` for `Why.MEMBER` or `room.Why.MEMBER`; empty for anything else."""
    match node:
        case ast.Attribute(value=ast.Name(id=alias), attr=member) if alias in names:
            return f"{names[alias]}.{member}"
        case ast.Attribute(value=ast.Attribute(value=ast.Name(id=room), attr=kind), attr=member) if (
            kind in _kinds()
        ):
            return f"{names.get(f'{room}.', '')}.{kind}.{member}"
    return ""


def _packages(tree: ast.AST) -> dict[str, str]:
    """Which package the name of an imported `Why` (or, with a dot, of an imported room) stands for."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom) or not node.module:
            continue
        for name in node.names:
            alias = name.asname or name.name
            if name.name in _kinds():
                found[alias] = f"{node.module.removesuffix('.why')}.{name.name}"
            else:
                found[f"{alias}."] = f"{node.module}.{name.name}"
    return found


def _init_of(cls: ast.ClassDef) -> ast.FunctionDef | None:
    return next(
        (node for node in cls.body if isinstance(node, ast.FunctionDef) and node.name == "__init__"), None
    )


@cache
def _own_code() -> set[str]:
    """The refusals whose class gives the code itself."""
    return {node.name for node in _classes() if node.name in _subclasses() and _init_of(node)}


@cache
def _classes() -> list[ast.ClassDef]:
    return [
        node
        for _, path in sources(*STOREYS)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
