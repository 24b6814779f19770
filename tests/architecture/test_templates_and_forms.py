"""How pages are made: templates formatted by a tool, one reader of what browsers post, contexts that cannot change."""

import ast
import re
import subprocess
import sys
from dataclasses import is_dataclass
from importlib import import_module
from pathlib import Path

import yizheng.doors
from yizheng.doors.context import Context

DOORS = Path(next(iter(yizheng.doors.__path__)))
TEMPLATES = sorted(DOORS.rglob("*.html"))
MODULES = sorted(DOORS.rglob("*.py"))
LONGEST_LINE = 160


def test_no_line_of_a_template_is_longer_than_a_screen() -> None:
    long = [
        f"{path.relative_to(DOORS)}:{number}"
        for path in TEMPLATES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]
    assert long == []


def test_a_part_sees_what_it_is_given_and_nothing_of_the_page() -> None:
    """A flag that a page's context happens to name is no flag of a part: the number of a receipt is not `number`."""
    given = re.compile(r"{%\s*include\s+\"[a-z]+/parts/[a-z_]+\.html\"\s+with\s+((?:(?!%}).)*)%}", re.DOTALL)
    open_to_the_page = [
        f"{path.relative_to(DOORS)}: {found.group(0)}"
        for path in TEMPLATES
        for found in given.finditer(path.read_text(encoding="utf-8"))
        if not found.group(1).rstrip().endswith(" only")
    ]
    assert open_to_the_page == []


def test_templates_are_as_the_formatter_leaves_them() -> None:
    tool = Path(sys.executable).parent / "djangofmt"
    done = subprocess.run(
        [str(tool), "--check", str(DOORS)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"run djangofmt {DOORS}: {done.stderr}"


def test_what_browsers_post_is_read_by_the_forms_alone() -> None:
    pattern = re.compile(r"\.(POST|FILES)\b")
    readers = {
        path.relative_to(DOORS).parts[0]
        for path in MODULES
        if pattern.search(path.read_text(encoding="utf-8"))
    }
    assert readers == {"forms"}


def test_pages_are_drawn_from_contexts_alone() -> None:
    drawing = [
        str(path.relative_to(DOORS))
        for path in MODULES
        if any(
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "render"
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        )
    ]
    assert drawing == ["context.py"]


def test_every_context_is_a_frozen_value() -> None:
    for path in MODULES:
        if path.stem != "__init__" and path.relative_to(DOORS).parts[0] != "cli":
            import_module(".".join(("yizheng.doors", *path.relative_to(DOORS).with_suffix("").parts)))
    found = _below(Context)
    assert len(found) > 40
    for kind in found:
        assert is_dataclass(kind), kind
        assert kind.__dataclass_params__.frozen, kind  # type: ignore[attr-defined]
        assert "__dataclass_fields__" in vars(kind), f"{kind} is no dataclass of its own"


def test_what_a_page_shows_has_a_true_type() -> None:
    untyped = re.compile(r"^object\b|\[object\b")
    wrong = [
        f"{path.relative_to(DOORS)}: {shown.name}.{ast.unparse(field.target)}"
        for path in MODULES
        if path.relative_to(DOORS).parts[0] in ("staff", "citizen")
        for shown in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(shown, ast.ClassDef)
        for field in shown.body
        if isinstance(field, ast.AnnAssign) and untyped.search(ast.unparse(field.annotation))
    ]
    assert wrong == []


def _below(kind: type) -> set[type]:
    return {one for direct in kind.__subclasses__() for one in (direct, *_below(direct))}
