"""What tests expect of a refusal: its code and its facts. The words are the doors' matter."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from yizheng.kernel.errors import Code, Refused


@contextmanager
def refused(why: Code, kind: type[Refused] = Refused, **facts: object) -> Iterator[None]:
    """Holds when the block refuses with this code and (at least) these facts, as exactly this kind of refusal."""
    with pytest.raises(kind) as refusal:
        yield
    assert (type(refusal.value), refusal.value.why) == (kind, why)
    assert {name: refusal.value.facts.get(name) for name in facts} == facts
