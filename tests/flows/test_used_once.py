"""What may be used once is used once (一次性凭据)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from yizheng.rooms.access.actions import forget_used, use_once
from yizheng.rooms.access.data import OnceKind

AT = datetime(2026, 11, 20, 1, tzinfo=UTC)
UNTIL = AT + timedelta(minutes=10)


def use(kind: OnceKind, value: str | bytes) -> bool:
    with transaction.atomic():
        return use_once(kind, value, at=AT, until=UNTIL)


@pytest.mark.django_db
def test_second_use_is_refused_and_other_kinds_are_other_things() -> None:
    assert use(OnceKind.CAPTURE_NONCE, b"abc")
    assert not use(OnceKind.CAPTURE_NONCE, b"abc")
    assert use(OnceKind.MESSAGE_NONCE, b"abc")
    assert use(OnceKind.CAPTURE_NONCE, b"abd")


@pytest.mark.django_db
def test_it_is_forgotten_only_when_the_value_means_nothing_any_more() -> None:
    use(OnceKind.SMS_CODE, "1:123456")
    assert forget_used(at=UNTIL) == 0
    assert not use(OnceKind.SMS_CODE, "1:123456")
    assert forget_used(at=UNTIL + timedelta(seconds=1)) == 1
