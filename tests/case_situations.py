"""The kinds of cases of the demo agency, as flows under test are given them, and kinds that only tests have."""

import shutil
import tempfile
from functools import cache
from pathlib import Path

from worlds import AGENCY, demo_agency
from yizheng.adapters.agency_files.agency import Agency, load_agency
from yizheng.rooms.casework.data import CaseRules

KINDS = Path(__file__).parent / "data" / "kinds"
CASE_RULES: CaseRules = demo_agency().case_rules


def agency_with(folder: Path, *codes: str) -> Agency:
    """The demo agency, copied into a new folder, with more kinds of cases: files alone."""
    shutil.copytree(AGENCY, folder)
    for code in codes:
        shutil.copy(KINDS / f"{code}.yaml", folder / "cases")
    return load_agency(folder)


@cache
def with_kind(code: str) -> CaseRules:
    """The demo agency's kinds and one more."""
    with tempfile.TemporaryDirectory() as folder:
        return agency_with(Path(folder) / "agency", code).case_rules
