"""The ledger (存证账本) for supervisor and auditor: its root, its entries, a proof for each, and verification."""

from django.http import Http404, HttpRequest, HttpResponse

from yizheng import wiring
from yizheng.doors.staff.gate import number_of, page, staff, staff_page
from yizheng.flows.house.ledger_is_verified import verify as verify_all
from yizheng.rooms import access, insight, ledger
from yizheng.rooms.access.data import Permission
from yizheng.rooms.insight.data import PageOf
from yizheng.rooms.ledger.data import VerifyReport

PAGE = 50


@staff_page(Permission.SEE_LEDGER)
def entries(request: HttpRequest) -> HttpResponse:
    """Root and entries, newest first."""
    return _ledger_page(request, None)


@staff_page(Permission.VERIFY_LEDGER, methods=("POST",))
def verify(request: HttpRequest) -> HttpResponse:
    """Recompute every entry and every row that it witnesses, and say what does not fit."""
    store = wiring.store()
    report = verify_all(witnessed=wiring.witnessed(), trees=wiring.witnessed_trees(), store=store)
    return _ledger_page(request, report)


@staff_page(Permission.SEE_LEDGER)
def entry(request: HttpRequest, index: int) -> HttpResponse:
    """One entry, with the proof that it stands in the tree."""
    proof = insight.queries.find_proof(index)
    if proof is None:
        raise Http404
    context = {
        "entry": proof.entry,
        "commitment": proof.entry.commitment.hex(),
        "leaf": proof.entry.leaf_hash.hex(),
        "detail": sorted(proof.entry.detail.items()),
        "path": [step.hex() for step in proof.path],
        "root": proof.root.hex(),
        "size": proof.size,
        "proven": proof.holds,
    }
    return page(request, "ledger_entry.html", context, place="ledger")


def _ledger_page(request: HttpRequest, report: VerifyReport | None) -> HttpResponse:
    size = ledger.queries.size()
    shown = PageOf.cut(size, number_of(request.GET.get("page")), PAGE)
    end = size - (shown.page - 1) * PAGE
    context: dict[str, object] = {
        "size": size,
        "root": ledger.queries.root(size).hex(),
        "entries": list(ledger.queries.entries(max(0, end - PAGE), end))[::-1],
        "page": shown,
        "previous_page": shown.page - 1,
        "next_page": shown.page + 1,
        "query": "",
        "report": report,
        "may_verify": access.queries.can(staff(request), Permission.VERIFY_LEDGER),
    }
    return page(request, "ledger.html", context, place="ledger")
