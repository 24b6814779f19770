"""The page of what files may do names, for each damage, a test that exists; in both languages the same ones."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "docs/reference" / name for name in ("what-files-may-do.md", "what-files-may-do.zh.md")]


def test_every_damage_on_the_page_has_its_test() -> None:
    written = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    named = [re.findall(r"`(test_\w+)`", page.read_text("utf-8")) for page in PAGES]
    assert named[0] == named[1]
    assert [name for name in named[0] if f"def {name}(" not in written] == []
