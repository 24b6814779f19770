"""Every statement that reaches the two databases past the ORM stands on the page of SQL, and what stands there for both
is understood by both.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "yizheng"
PAGE = (ROOT / "docs" / "reference" / "sql.md").read_text("utf-8")
ASKS = {"execute", "executemany", "callproc", "raw", "extra", "vendor"}
NAMES = {"RawSQL", "RunSQL"}
OF_ONE = re.compile(
    r"::|\b(RETURNING|ILIKE|GLOB|IFNULL|PRAGMA|strftime|julianday|json_extract|to_char|date_trunc|"
    r"group_concat|string_agg|AUTOINCREMENT|pg_\w+|VACUUM|TABLESPACE|ISOLATION)\b|INSERT OR|REPLACE INTO",
    re.IGNORECASE,
)
LISTED = {
    (file, name): who
    for file, names, who in re.findall(r"^\| `([^`]+)` \| (.+?) \| ([^|]+?) \|", PAGE, re.MULTILINE)
    for name in re.findall(r"`(\w+)`", names)
}


@cache
def asking() -> dict[tuple[str, str], ast.FunctionDef]:
    """The functions that ask a database past the ORM, by file and name."""
    return {
        (path.relative_to(SOURCE).as_posix(), function.name): function
        for path in sorted(SOURCE.rglob("*.py"))
        if "from django.db import" in (text := path.read_text("utf-8"))
        for tree in [ast.parse(text)]
        if "connection" in _of_django(tree)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and _asks(function)
    }


def _of_django(tree: ast.Module) -> set[str]:
    """What a module takes from django.db."""
    return {
        name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.db"
        for name in node.names
    }


def _asks(function: ast.FunctionDef) -> bool:
    """Whether a function asks by itself; DuckDB's connections are called otherwise."""
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id in NAMES:
            return True
        if isinstance(node, ast.Attribute) and node.attr in ASKS:
            of = node.value.id if isinstance(node.value, ast.Name) else ""
            if of in ("cursor", "connection", "objects"):
                return True
    return False


def statements(file: str) -> Iterator[str]:
    """The texts of a module that are SQL."""
    for node in ast.walk(ast.parse((SOURCE / file).read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value.strip()
            if re.match(r"(SELECT|INSERT|UPDATE|DELETE)\b", text):
                yield text


def test_every_statement_past_the_orm_is_listed_and_none_that_is_gone() -> None:
    assert set(asking()) == set(LISTED)


def test_no_migration_holds_sql() -> None:
    assert [
        path.name for path in SOURCE.rglob("migrations/*.py") if "RunSQL" in path.read_text("utf-8")
    ] == []


def test_no_other_module_opens_a_cursor() -> None:
    files = {file for file, _ in LISTED}
    opening = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if re.search(
            r"connections?(\[[^\]]+\])?\.cursor\(|RawSQL\(|\.objects\.raw\(|\.extra\(",
            path.read_text("utf-8"),
        )
    }
    assert opening <= files


@pytest.mark.parametrize("file", sorted({file for (file, _), who in LISTED.items() if who == "both"}))
def test_statement_for_both_uses_what_both_understand(file: str) -> None:
    only_one = any(who != "both" for (at, _), who in LISTED.items() if at == file)
    wrong = [text for text in statements(file) if OF_ONE.search(text)]
    assert all(only_one and "pg_" in text for text in wrong), wrong
