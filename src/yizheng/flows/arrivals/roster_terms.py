"""What an agency says of its rosters (花名册的约定), as one value that doors hand to `roster_arrives`."""

from collections.abc import Mapping
from dataclasses import dataclass

from yizheng.rooms.casework.data import CaseRules
from yizheng.rooms.entitlements.data import RosterLimits
from yizheng.rooms.evidence.data import Column


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterTerms:
    """What an agency says of its rosters: how columns are found, what region codes start with, how much a roster changes
    by itself, and its kinds of cases.
    """

    columns: Mapping[str, Column]
    region: str
    limits: RosterLimits
    case_rules: CaseRules
