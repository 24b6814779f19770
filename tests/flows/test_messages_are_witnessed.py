"""What the ladder rests on hangs on leaves: who was told what, and how it ended. Verifying names the message."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from yizheng.adapters.store.local import LocalStore
from yizheng.flows.house import ledger_is_verified
from yizheng.rooms import ledger, notices
from yizheng.rooms.ledger.data import FaultKind
from yizheng.rooms.notices.data import Attempt, Fate, MessageState, NewMessage
from yizheng.rooms.notices.models import Batch, Message
from yizheng.rooms.notices.witness import QUEUED, REPORTED, SETTLED

pytestmark = pytest.mark.django_db
AT = datetime(2026, 10, 31, 1, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
ENDS = {
    "final:1": MessageState.SENT,
    "final:2": MessageState.SENT,
    "final:3": MessageState.DEAD,
    "code:4": MessageState.SENT,
}


def queue(*keys: str, template: str = "reminder_final") -> None:
    with transaction.atomic():
        notices.actions.queue_many(
            [
                NewMessage(key=key, pno=int(key[-1]), template=template, facts={"due_date": "2026-11-30"})
                for key in keys
            ],
            at=AT,
        )


def send() -> None:
    """Send what is due, as `ENDS` says; what it does not name is tried later."""
    with transaction.atomic():
        claimed = notices.actions.claim(worker="w", limit=50, at=LATER)
        attempts = [
            Attempt(
                claimed=one,
                state=(state := ENDS.get(one.key, MessageState.QUEUED)),
                receipt="r" if state is MessageState.SENT else "",
                error="no_phone" if state is MessageState.DEAD else "",
                next_try_at=None if one.key in ENDS else LATER + timedelta(days=1),
            )
            for one in claimed
        ]
        assert notices.actions.mark(attempts, worker="w", at=LATER) == 0


@pytest.fixture
def messages() -> dict[str, int]:
    """Three final notices (sent and reported lost; sent; given up), one that waits, and a code; their numbers."""
    queue("final:1", "final:2", "final:3")
    queue("wait:5")
    queue("code:4", template="login_code")
    send()
    numbers = dict(Message.objects.values_list("key", "id"))
    with transaction.atomic():
        notices.actions.note_fates(
            {numbers["final:1"]: Fate(receipt="r", delivered=False, why="off")}, actor="clock", at=LATER
        )
    return numbers


def faults() -> Iterator[tuple[FaultKind, str, str]]:
    found = ledger_is_verified.verify(
        witnessed=(), trees=notices.queries.witnessed_trees(), store=LocalStore(Path("nowhere"))
    )
    for fault in found.faults:
        yield fault.kind, fault.table.partition(":")[0], fault.key


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_messages_verify_at_every_moment_of_their_lives(messages: dict[str, int]) -> None:
    assert list(faults()) == []
    queue("final:1", "final:6")  # one known, one new
    assert list(faults()) == []
    assert Batch.objects.count() == 5


@pytest.mark.parametrize(
    ("change", "key", "tree"),
    [
        ("state = 'delivered', error = ''", "final:1", REPORTED),
        ("reported_at = queued_at", "final:1", REPORTED),
        ("state = 'delivered'", "final:2", SETTLED),
        ("state = 'queued'", "final:2", SETTLED),
        ("sent_at = queued_at", "final:2", SETTLED),
        ("state = 'sent'", "final:3", SETTLED),
        ("error = 'x'", "final:3", SETTLED),
        ("template = 'reminder_first'", "final:2", QUEUED),
        ("pno = 9", "wait:5", QUEUED),
        ("facts = '{}'", "wait:5", QUEUED),
        ("queued_at = sent_at", "final:2", QUEUED),
    ],
)
def test_message_changed_beside_the_product_is_named(
    messages: dict[str, int], change: str, key: str, tree: str
) -> None:
    sql(f"UPDATE notices_message SET {change} WHERE id = %s", messages[key])  # noqa: S608
    assert (FaultKind.TREE_ROW_CHANGED, tree, str(messages[key])) in list(faults())


def test_message_sent_beside_the_product_is_named(messages: dict[str, int]) -> None:
    sql("UPDATE notices_message SET state = 'sent' WHERE id = %s", messages["wait:5"])
    assert list(faults()) == [(FaultKind.ROW_UNWITNESSED, SETTLED, str(messages["wait:5"]))]


def test_final_notice_put_in_beside_the_product_is_named(messages: dict[str, int]) -> None:
    made = Message.objects.create(
        key="final:7",
        pno=7,
        template="reminder_final",
        channel="sms",
        state="sent",
        next_try_at=AT,
        queued_at=AT,
    )
    assert set(faults()) == {
        (FaultKind.ROW_UNWITNESSED, QUEUED, str(made.pk)),
        (FaultKind.ROW_UNWITNESSED, SETTLED, str(made.pk)),
    }


def test_final_notice_put_in_with_a_batch_that_nobody_made_is_named(messages: dict[str, int]) -> None:
    made = Message.objects.create(
        key="final:8",
        pno=8,
        template="reminder_final",
        channel="sms",
        state="sent",
        next_try_at=AT,
        queued_at=AT,
        queued_in="0" * 16,
        settled_in="0" * 16,
    )
    assert set(faults()) == {(FaultKind.ROW_UNWITNESSED, tree, str(made.pk)) for tree in (QUEUED, SETTLED)}


def test_batches_are_read_together_however_many_there_are(
    messages: dict[str, int], django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    for number in range(10, 30):
        queue(f"wait:{number}")
    with django_assert_max_num_queries(20):
        assert list(faults()) == []


def test_batch_whose_messages_are_all_gone_is_told(messages: dict[str, int]) -> None:
    queue("final:9")
    sql("DELETE FROM notices_message WHERE key = 'final:9'")
    assert [kind for kind, *_ in faults()] == [FaultKind.TREE_ROW_MISSING]


def test_deleted_message_is_told(messages: dict[str, int]) -> None:
    sql("DELETE FROM notices_message WHERE id = %s", messages["final:2"])
    assert {kind for kind, *_ in faults()} == {FaultKind.TREE_ROW_MISSING}


def test_messages_of_a_version_before_verify(messages: dict[str, int]) -> None:
    """Their entries say how many there were, and commit to none of them."""
    Message.objects.bulk_create(
        Message(
            key=f"old:{n}",
            pno=n,
            template="paused",
            channel="sms",
            state="sent",
            next_try_at=AT,
            queued_at=AT,
        )
        for n in range(2)
    )
    for happened, detail in (("queued", {"queued": 2}), ("settled", {"sent": 2, "dead": 0})):
        with transaction.atomic():
            ledger.actions.append(
                kind=f"notices:batch:{happened}",
                actor="system",
                at=AT,
                subject="notices_batch:0123456789abcdef",
                detail=detail,
            )
    assert list(faults()) == []
