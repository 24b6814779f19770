"""A sentence ends (刑期届满): a person whose term has passed, by the row that told of it, gets a case, once.

A pause for a custody has no end of its own: without this a released person stays unpaid until somebody comes to a window.
Nothing changes but the case; two people find out and decide.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db import transaction

from yizheng.flows.house.whole_again import whole_again
from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import Hands
from yizheng.kernel.store import Store
from yizheng.rooms import casework, evidence, ledger, people
from yizheng.rooms.casework.data import CaseRules, NewCase
from yizheng.rooms.evidence.data import RawRow, Source
from yizheng.rooms.people.data import LifeFact

KIND = "sentence_over"
"""The kind of case. An agency whose files have none has none opened."""
UNTIL = "until_day"
"""What a source calls its column with the last day of a sentence."""


@whole_again
def look_at_ended_sentences(
    hands: Hands, *, as_of: date, sources: Sequence[Source], case_rules: CaseRules
) -> int:
    """Open a case for everybody in custody whose term has passed by a day, and give how many. Twice opens none twice."""
    if KIND not in case_rules.kinds:
        return 0
    columns = {source.key: source.columns[UNTIL].names for source in sources if UNTIL in source.columns}
    over = [
        NewCase(pno=custody.pno, leads=(), kind=KIND)
        for custody in people.queries.custodies_in_force()
        if (until := _until(custody, columns, hands.store))
        and until < as_of
        and not casework.queries.was_asked(custody.pno, KIND, since=until)
    ]
    with transaction.atomic(), ledger.actions.appended_last():
        return casework.actions.open_cases(
            over, case_rules=case_rules, run_id="", as_of=as_of, at=hands.now(), actor=hands.username
        )


def _until(custody: LifeFact, columns: Mapping[str, Iterable[str]], store: Store) -> date | None:
    """The last day of a sentence, by the rows that the custody rests on; None where none tells it."""
    if custody.case_id is None:
        return None
    told = [
        people.queries.parse_day(row.cells[name])
        for lead in casework.queries.get_case(custody.case_id).leads
        for row in _row(lead, store)
        for name in columns.get(row.source, ())
        if name in row.cells
    ]
    return max((day for day in told if day is not None), default=None)


def _row(lead: int, store: Store) -> list[RawRow]:
    try:
        return [evidence.queries.raw_row(lead, store)]
    except Refused:
        return []  # its delivery is gone: then nobody knows the end
