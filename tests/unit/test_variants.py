"""Variants that ship: each is an agency's folder with some files laid over the demo's, and it can be read."""

from pathlib import Path

import pytest

from worlds import AGENCY, with_variant
from yizheng.adapters.agency_files.agency import load_agency

VARIANTS = sorted(path.name for path in (AGENCY.parent / "variants").iterdir() if path.is_dir())


@pytest.mark.parametrize("name", VARIANTS)
def test_variant_can_be_read_and_its_page_names_it(name: str, tmp_path: Path) -> None:
    varied, demo = load_agency(with_variant(name, tmp_path)), load_agency(AGENCY)
    assert (varied.policies, varied.evidence_rules) != (demo.policies, demo.evidence_rules)
    assert {policy.key for policy in varied.policies} == {policy.key for policy in demo.policies}
    assert f"| `{name}` |" in (AGENCY.parent / "variants" / "README.md").read_text("utf-8")
