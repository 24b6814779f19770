"""Uncertain links are decided by the list (关联批量核对): both sides leave the house as a table, a word comes back.

Every row goes the same way as a click in the staff web (`link_is_reviewed`), in a transaction of its own and under the
name of the account that signed in for the file; one bad row stops no other.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from django.db import transaction

from yizheng.flows.cases.cases_by_file import DecidedReport
from yizheng.flows.house.staff_files import read_rows, write_private
from yizheng.flows.house.writing_out import check_place
from yizheng.flows.sources import link_is_reviewed, link_sides
from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import Hands
from yizheng.kernel.store import Store
from yizheng.rooms import evidence, ledger
from yizheng.rooms.comparison.tail.data import FIELDS
from yizheng.rooms.evidence.data import EvidenceRules, LinkRecord, LinkState, Source
from yizheng.rooms.evidence.ports import TableReader

SIDES = tuple(f"{field}_{side}" for field in FIELDS for side in ("theirs", "ours"))
WAITING = (
    "link_id",
    "state",
    "probability",
    "method",
    "source",
    "kind",
    "day",
    "file_name",
    "row",
    *SIDES,
)
DECISIONS = ("link_id", "same", "reason")
_PAGE = 1_000


def all_links(state: LinkState | None = None) -> Iterator[LinkRecord]:
    """Every link in a state, the likeliest first; without one, all that wait for a person."""
    page = 1
    while True:
        found = evidence.queries.link_queue(state=state, page=page, page_size=_PAGE)
        yield from found.links
        if page >= found.pages:
            return
        page += 1


def export(hands: Hands, *, out: Path, rules: EvidenceRules, sources: Sequence[Source]) -> int:
    """Write the links that wait, with both sides of every field, and give how many.

    The export opens numbers and names, so it is written into the ledger before the file is made.
    """
    check_place(out)
    with transaction.atomic(), ledger.actions.appended_last():
        ledger.actions.append(
            kind="privacy:export:made",
            actor=hands.username,
            at=hands.now(),
            subject="evidence_export:links",
            detail={"columns": list(WAITING)},
        )
    by_key = {source.key: source for source in sources}
    return write_private(out, WAITING, (_row(link, rules, by_key, hands.store) for link in all_links()))


def decide(hands: Hands, *, file: Path, read_table: TableReader) -> DecidedReport:
    """Decide each row of a file with the columns `DECISIONS`. Raises Refused for no such table."""
    rows, refused = 0, []
    for number, cells in read_rows(file, read_table, DECISIONS):
        rows += 1
        try:
            _decide_one(hands, cells)
        except Refused as error:
            refused.append((number, error))
    return DecidedReport(rows=rows, done=rows - len(refused), refused=tuple(refused))


def _decide_one(hands: Hands, cells: dict[str, str]) -> None:
    if not cells["link_id"].isdecimal():
        raise Refused(evidence.Why.LINK_ID_NO_NUMBER)
    if cells["same"] not in ("yes", "no"):
        raise Refused(evidence.Why.SAME_YES_OR_NO)
    say = link_is_reviewed.confirm if cells["same"] == "yes" else link_is_reviewed.reject
    say(hands, link_id=int(cells["link_id"]), reason=cells["reason"])


def _row(link: LinkRecord, rules: EvidenceRules, sources: dict[str, Source], store: Store) -> list[object]:
    kind = rules.kind(link.kind_no)
    shown = link_sides.sides(link, kind=kind, source=sources[kind.source], store=store)
    told = [text for one in shown.fields for text in (one.theirs, one.ours)]
    return [
        link.link_id,
        link.state.value,
        f"{link.probability:.6f}",
        link.method,
        kind.source,
        kind.key,
        link_sides.event_day(link),
        shown.raw.file_name,
        shown.raw.row,
        *told,
    ]
