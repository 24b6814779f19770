"""The building itself: sizes of files and functions, words that stay out, contracts without exceptions."""

import ast
import configparser
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "yizheng"
LONGEST_FILE = 600
LONGEST_FUNCTION = 80


def modules() -> list[Path]:
    return [path for path in sorted(SOURCE.rglob("*.py")) if "migrations" not in path.parts]


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_file_is_longer_than_a_reader_bears() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert {str(path): length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in modules()
        for node in functions(path)
        if (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in modules()
        if path.read_text(encoding="utf-8").strip()
        and ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) is None
    ]
    assert silent == []


def test_no_imports_hidden_in_functions_of_rooms_flows_and_kernel() -> None:
    hidden = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in modules()
        if path.relative_to(SOURCE).parts[0] in ("rooms", "flows", "kernel")
        for node in functions(path)
        if any(isinstance(inner, ast.Import | ast.ImportFrom) for inner in ast.walk(node))
    ]
    assert hidden == []


def test_only_flows_open_transactions() -> None:
    pattern = re.compile(r"\batomic\(|\.commit\(")
    others = [
        str(path.relative_to(ROOT))
        for path in modules()
        if path.relative_to(SOURCE).parts[0] != "flows" and pattern.search(path.read_text(encoding="utf-8"))
    ]
    assert others == []


def test_no_signals_anywhere() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in modules()
        if "dispatch" in path.read_text(encoding="utf-8") and "receiver" in path.read_text(encoding="utf-8")
    ]
    assert found == []


def test_import_contracts_have_no_exceptions() -> None:
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter")
    ignored = {name: parser[name].get("ignore_imports", "").strip() for name in parser.sections()}
    assert {name: value for name, value in ignored.items() if value} == {}


@pytest.mark.parametrize("folder", ["src", "docs", "agencies"])
def test_project_speaks_of_the_product_alone(folder: str) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    texts = [ROOT / name for name in listed if name.endswith((".py", ".md", ".yaml", ".html", ".sql"))]
    other = re.compile(r"/work/|/root/|/home/\w+/|pypi\.org|registry\.npmjs", re.IGNORECASE)
    assert [
        str(path) for path in texts if path.is_file() and other.search(path.read_text(encoding="utf-8"))
    ] == []
