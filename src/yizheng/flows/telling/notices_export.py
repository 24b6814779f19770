"""What was sent to whom since a day leaves the house as CSV (通知清单): template, state, days. Texts and phones stay.

Numbers and names are in it, so the entry in the ledger comes before the file.
"""

from datetime import date, datetime, time
from pathlib import Path

from django.db import transaction

from yizheng.flows.house.staff_files import write_private
from yizheng.flows.house.writing_out import check_place
from yizheng.kernel.hands import Hands
from yizheng.kernel.time import CHINA
from yizheng.rooms import ledger, notices, people

COLUMNS = ("id_number", "name", "template", "channel", "state", "queued_on", "sent_on", "due_date")


def export(hands: Hands, *, since: date, out: Path) -> int:
    """Write every message queued on `since` or later and give how many. Raises Refused when `out` cannot be written."""
    check_place(out)
    found = list(notices.queries.queued_since(datetime.combine(since, time(), CHINA)))
    with transaction.atomic():
        ledger.actions.append(
            kind="privacy:export:made",
            actor=hands.username,
            at=hands.now(),
            subject="notices_export:messages",
            detail={"since": since.isoformat(), "rows": len(found), "columns": list(COLUMNS)},
        )
    names = people.queries.identities({one.pno for one in found})
    return write_private(
        out,
        COLUMNS,
        (
            (
                names[one.pno].number,
                names[one.pno].name,
                one.template,
                one.channel,
                one.state.value,
                one.queued_at.astimezone(CHINA).date(),
                one.sent_at.astimezone(CHINA).date() if one.sent_at else "",
                one.facts.get("due_date", ""),
            )
            for one in found
        ),
    )
