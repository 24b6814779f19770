"""What a value says has one name: spelling, order of keys and defaults do not count, every value does."""

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

import pytest

from yizheng.kernel.digest import content_hash


class Unit(StrEnum):
    """How something counts."""

    DAY = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Older:
    """A value as an older version knew it."""

    key: str
    days: int = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Newer:
    """The same with fields that came later, one of them before the others."""

    unit: Unit = Unit.DAY
    key: str
    days: int = 15
    names: tuple[str, ...] = ()
    columns: dict[str, str] = field(default_factory=dict)


def test_new_field_with_a_default_renames_nothing() -> None:
    assert content_hash([Newer(key="a")]) == content_hash([Older(key="a")])
    assert content_hash(Newer(key="a", days=20)) == content_hash(Older(key="a", days=20))


@pytest.mark.parametrize(
    "changed",
    [
        {"key": "b"},
        {"days": 16},
        {"names": ("b", "a")},
        {"names": ("a", "b")},
        {"columns": {"a": "1"}},
    ],
)
def test_changed_value_renames(changed: dict[str, object]) -> None:
    assert content_hash(replace(Newer(key="a"), **changed)) != content_hash(Newer(key="a"))  # type: ignore[arg-type]


def test_order_of_keys_does_not_count_and_order_of_a_sequence_does() -> None:
    assert content_hash({"a": 1, "b": [0.5, None]}) == content_hash({"b": (0.5, None), "a": 1})
    assert content_hash([1, 2]) != content_hash([2, 1])


def test_days_and_floats_have_one_text() -> None:
    assert content_hash(date(2026, 10, 5)) == content_hash("2026-10-05")
    assert content_hash(1.0) != content_hash(1.5)


def test_what_has_no_canonical_content_is_refused() -> None:
    with pytest.raises(TypeError, match="set has no canonical content"):
        content_hash({1, 2})
