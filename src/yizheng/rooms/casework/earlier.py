"""How cases were written by versions before, so that their old entries in the ledger still verify. Pure.

Version 0.1 had no kinds: the reasons stood in one text, joined by commas and cut at 120 characters.
"""

from collections.abc import Iterable, Mapping

from yizheng.rooms.ledger.data import EarlierForm

COLUMNS_0_1 = (
    "pno",
    "state",
    "reasons",
    "leads",
    "run_id",
    "opened_on",
    "deadline",
    "version",
    "outcome",
    "loss",
    "outcome_reason",
    "outcome_day",
    "proposed_by",
    "proposed_at",
    "confirmed_by",
    "confirmed_at",
)

KIND_BY_REASON = (
    ("death_reported", "death"),
    ("death_contradicted", "contradiction"),
    ("custody_reported", "custody"),
    ("missing_reported", "missing"),
    ("duplicate_reported", "double_benefit"),
    ("voice_call", "voice_call"),
    ("face_review", "face_review"),
    ("same_face", "same_face"),
    ("visit_needed", "visit"),
)
"""The kind of an old case by the first of its reasons in this order. The migration has the same table: both stay."""


def kind_of(reasons: Iterable[str]) -> str:
    """The kind of a case of version 0.1."""
    known = set(reasons)
    return next((kind for reason, kind in KIND_BY_REASON if reason in known), "person_asks")


def _told(row: Mapping[str, object]) -> dict[str, object]:
    reasons = row["reasons"]
    return {"reasons": ",".join(str(one) for one in reasons) if isinstance(reasons, list) else reasons}


def _later(old: Mapping[str, object]) -> dict[str, object]:
    reasons = [reason for reason in str(old["reasons"]).split(",") if reason]
    return {"kind": kind_of(reasons), "reasons": reasons}


CASES_0_1 = EarlierForm(columns=COLUMNS_0_1, told=_told, later=_later)
