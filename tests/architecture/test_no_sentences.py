"""Rooms, flows, kernel and wiring say codes: no Chinese text and no English sentence stands in them, docstrings aside.

What an engineer reads in a traceback (the built-in exceptions) and what databases read (SQL) is no sentence for users.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from reading import SOURCE
from refusals import sources

STOREYS = ("rooms", "flows", "kernel", "wiring")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
WORD = re.compile(r"(?<![^\s(“\"'])[A-Za-z][A-Za-z'’-]*(?=[\s,.;:!?)”\"']|$)")
SQL = re.compile(
    r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE|FROM|JOIN|WHERE|ORDER BY|GROUP BY|CASE|WHEN|AND|OR|ON|IS|NULL)\b"
    r"|\b(DROP|ALTER|SET|BEGIN|select|insert into|create or replace|order by|cast|coalesce|concat_ws)\b"
)
BUILT_IN = {
    "ValueError",
    "LookupError",
    "IndexError",
    "KeyError",
    "TypeError",
    "RuntimeError",
    "AttributeError",
    "AssertionError",
}

READ = {
    "flows/arrivals/roster_words.py": "the words of rosters",
    "rooms/biometrics/data.py": "how lists of pictures say yes and no",
    "rooms/biometrics/liveness_suspicion.py": "names of virtual cameras",
    "rooms/comparison/linkage.py": "the sex as files write it",
    "rooms/people/data.py": "the sex as files write it",
    "rooms/access/passwords.py": "words that everybody guesses",
    "rooms/risk/table.py": "how virtual cameras call themselves",
    "rooms/people/rules.py": "days, months and amounts as others write them",
}
"""Chinese that is read or reckoned with, never shown: how others write. Each with its reason."""


def _quiet(tree: ast.AST) -> set[int]:
    """The strings that are no texts of the product: docstrings, and what built-in exceptions tell an engineer."""
    found: set[int] = set()
    for node in ast.walk(tree):
        for _, value in ast.iter_fields(node):
            if isinstance(value, list):
                found |= {
                    id(one.value)
                    for one in value
                    if isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)
                }
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BUILT_IN:
            found |= {id(inner) for inner in ast.walk(node)}
    return found


def _texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every text with its line; the parts of an f-string as one."""
    quiet = _quiet(tree)
    for node in ast.walk(tree):
        if id(node) in quiet:
            continue
        if isinstance(node, ast.JoinedStr):
            parts = [part for part in node.values if isinstance(part, ast.Constant)]
            quiet |= {id(part) for part in parts}
            yield node.lineno, "0".join(str(part.value) for part in parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def sentences(path: Path) -> list[str]:
    """Each Chinese text and English sentence of a file."""
    tree = ast.parse(path.read_text("utf-8"))
    return [
        f"{line}: {text[:80]!r}"
        for line, text in _texts(tree)
        if CHINESE.search(text) or (not SQL.search(text) and len(WORD.findall(text)) >= 4)
    ]


@pytest.mark.parametrize("name", sorted(name for name, _ in sources(*STOREYS)))
def test_no_sentence(name: str) -> None:
    found = sentences(SOURCE / name)
    if name in READ:
        assert found, f"{name} reads no Chinese any more: strike it out"
        return
    assert found == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('raise_("a month was expected here")', True),
        ('x = f"the case {x} does not exist"', True),
        ('x = "正常发放"', True),
        ('raise ValueError("a month was expected here")', False),
        ('x = "SELECT pno, day FROM people ORDER BY pno"', False),
        ('"""A docstring is read by those who build."""', False),
        ('x = "certification:run:started"', False),
    ],
)
def test_what_a_sentence_is(text: str, sentence: bool, tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text(text, "utf-8")
    assert bool(sentences(tmp_path / "x.py")) is sentence
