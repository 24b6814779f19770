"""The ledger (存证账本) for supervisor and auditor: its root, its entries, a proof for each, and verification."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from yizheng import wiring
from yizheng.doors import forms
from yizheng.doors.context import Context
from yizheng.doors.staff.gate import number_of, page, staff, staff_page
from yizheng.doors.staff.views.pages import Paging, paging
from yizheng.doors.words import told_in
from yizheng.flows.house.ledger_is_verified import verify as verify_all
from yizheng.rooms import access, insight, ledger
from yizheng.rooms.access.data import Permission
from yizheng.rooms.insight.data import PageOf
from yizheng.rooms.ledger.data import LedgerEntry

PAGE = 50


REPORT = "ledger-verified"
FAULTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerShown(Context):
    """Root and entries, newest first; `report` is what the last verification of this browser found."""

    size: int
    root: str
    entries: Sequence[LedgerEntry]
    paging: Paging
    report: dict[str, Any] | None
    may_verify: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryShown(Context):
    """One entry, with the proof that it stands in the tree."""

    entry: LedgerEntry
    commitment: str
    leaf: str
    detail: Sequence[tuple[str, object]]
    path: Sequence[str]
    root: str
    size: int
    proven: bool


@staff_page(Permission.SEE_LEDGER)
def entries(request: HttpRequest) -> HttpResponse:
    """Root and entries, newest first."""
    size = ledger.queries.size()
    shown = PageOf.cut(size, number_of(request.GET.get("page")), PAGE)
    end = size - (shown.page - 1) * PAGE
    context = LedgerShown(
        size=size,
        root=ledger.queries.root(size).hex(),
        entries=list(ledger.queries.entries(max(0, end - PAGE), end))[::-1],
        paging=paging(shown),
        report=forms.kept(request, REPORT, request.GET.get("report", "")),
        may_verify=access.queries.can(staff(request), Permission.VERIFY_LEDGER),
    )
    return page(request, "ledger.html", context, place="ledger")


@staff_page(Permission.VERIFY_LEDGER, form="staff:ledger")
def verify(request: HttpRequest) -> HttpResponse:
    """Recompute every entry and every row that it witnesses, and say what does not fit."""
    store = wiring.store()
    found = verify_all(
        witnessed=wiring.witnessed(),
        trees=wiring.witnessed_trees(),
        files=wiring.witnessed_files(),
        unfinished=wiring.unfinished(),
        store=store,
    )
    report = {
        "verified": found.verified,
        "size": found.size,
        "checked_rows": found.checked_rows,
        "faults_found": found.faults_found,
        "faults": [asdict(fault) | {"told": told_in(fault.told)} for fault in found.faults[:FAULTS]],
        "unfinished": [told_in(what) for what in found.unfinished],
    }
    return forms.elsewhere("staff:ledger", query={"report": forms.keep(request, REPORT, report)})


@staff_page(Permission.SEE_LEDGER)
def entry(request: HttpRequest, index: int) -> HttpResponse:
    """One entry, with the proof that it stands in the tree."""
    proof = insight.queries.find_proof(index)
    if proof is None:
        raise Http404
    context = EntryShown(
        entry=proof.entry,
        commitment=proof.entry.commitment.hex(),
        leaf=proof.entry.leaf_hash.hex(),
        detail=sorted(proof.entry.detail.items()),
        path=[step.hex() for step in proof.path],
        root=proof.root.hex(),
        size=proof.size,
        proven=proof.holds,
    )
    return page(request, "ledger_entry.html", context, place="ledger")
