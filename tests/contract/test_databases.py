"""What anybody who keeps an installation's tables must keep to: steps known or to come, nothing taken twice."""

from pathlib import Path

import pytest
from django.db import connection

from contract.parties import Parties, each
from yizheng.adapters.database.tables import DjangoTables
from yizheng.flows.house.home_is_upgraded import Tables

TABLES = {DjangoTables: DjangoTables}
PARTIES: Parties = {Tables: TABLES}
pytestmark = pytest.mark.django_db


@pytest.fixture(**each(TABLES))
def tables(request: pytest.FixtureRequest, tmp_path: Path) -> Tables:
    return request.param(tmp_path)


def test_tables_that_are_up_to_date_lack_nothing_and_bringing_them_up_changes_nothing(tables: Tables) -> None:
    assert tables.hold_a_ledger()
    assert list(tables.steps_to_come()) == list(tables.steps_unknown()) == []
    before = connection.introspection.table_names()
    tables.bring_up()
    assert connection.introspection.table_names() == before
    assert list(tables.steps_to_come()) == []


def test_step_of_a_later_version_is_unknown_and_does_not_come_again(tables: Tables) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('notices', '0999_later', '2030-01-01')"
        )
    (unknown,) = tables.steps_unknown()
    assert "0999_later" in unknown
    assert list(tables.steps_to_come()) == []
