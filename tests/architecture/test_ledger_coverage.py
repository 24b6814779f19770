"""Every column of every table hangs on a leaf, or stands on the page of what the ledger covers with its reason."""

import re
from pathlib import Path

import pytest
from django.apps import apps

from yizheng.rooms import notices
from yizheng.wiring import witnesses

PAGE = Path(__file__).parents[2] / "docs/reference/what-the-ledger-covers.md"
ROW = re.compile(r"^\| (\w+) \| (entry|tree|seal|nothing) \| (.*?) \| (.*?) \|$", re.MULTILINE)
_DJANGOS = ("auth_", "django_", "ledger_")


def rows() -> dict[str, tuple[str, list[str], str]]:
    found = ROW.findall(PAGE.read_text("utf-8").replace("| |", "|  |").replace("| |", "|  |"))
    return {
        table: (on, [one for one in left.split(", ") if one], why.strip()) for table, on, left, why in found
    }


def tables() -> dict[str, set[str]]:
    return {
        model._meta.db_table: {field.attname for field in model._meta.concrete_fields}
        for model in apps.get_models()
        if not model._meta.db_table.startswith(_DJANGOS)
    }


def test_every_table_is_on_the_page() -> None:
    assert sorted(rows()) == sorted(tables())


def test_columns_with_an_entry_are_all_but_those_on_the_page() -> None:
    witnessed = {one.place: one for one in witnesses.witnessed()}
    assert {table for table, (on, _, _) in rows().items() if on == "entry"} == set(witnessed)
    for table, one in witnessed.items():
        assert tables()[table] - {one.key_column, *one.columns} == set(rows()[table][1]), table


@pytest.mark.parametrize("table", sorted(table for table, (on, _, _) in rows().items() if on != "entry"))
def test_what_is_left_out_exists_and_has_its_reason(table: str) -> None:
    _, left, why = rows()[table]
    assert left == ["all"] or set(left) <= tables()[table]
    assert why or left == ["id"]


def test_columns_of_messages_in_their_trees_are_all_but_those_on_the_page() -> None:
    assert tables()["notices_message"] - set(notices.queries.WITNESSED_COLUMNS) == set(
        rows()["notices_message"][1]
    )
