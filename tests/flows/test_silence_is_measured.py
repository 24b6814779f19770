"""The figures of silence of a run: from its results, the outbox and earlier runs, to the dashboard and the commands."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from link_situations import NAMES, City, four_people, number
from pay_situations import AT
from signing_in import as_staff
from worlds import with_variant
from yizheng.adapters.agency_files.agency import load_agency
from yizheng.doors.cli.silence import silence
from yizheng.rooms import certification
from yizheng.rooms.certification.data import Policy
from yizheng.rooms.certification.models import Run
from yizheng.rooms.entitlements.models import Benefit
from yizheng.rooms.notices.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> tuple[Policy, ...]:
    """The policies that ask once deliveries are in."""
    return load_agency(with_variant("after-deliveries", tmp_path_factory.mktemp("agency"))).policies


def typed(*words: str) -> Result:
    return CliRunner().invoke(silence, list(words))


@pytest.fixture
def city(tmp_path: Path) -> City:
    """Four people who were due for years. All are asked in September; in October data tell that the first lives."""
    made = four_people(tmp_path)
    made.certify(date(2026, 9, 30))
    made.trains((number(0), NAMES[0]))
    return made


def test_figures_of_a_run_count_asks_and_what_data_proved_since(city: City) -> None:
    found = city.certify().counts.silence
    assert found is not None
    assert (found.people, found.confirmed, found.asked, found.days) == (4, 1, 4, 31)
    assert found.asks == Message.objects.count() > 4
    assert (found.silent, found.asked_first) == (0, 1)  # the train ran before the ask and was told after it


def test_lost_ask_asks_nobody_and_a_dead_persons_ask_is_left_out(city: City) -> None:
    Message.objects.filter(pno=1).update(state="dead")
    city.deaths((number(2), NAMES[2]))
    found = city.certify().counts.silence
    assert found is not None
    assert found.people == 3
    assert found.asked == 2 + Message.objects.filter(pno=1, state="queued").count()


def test_run_that_looks_back_counts_no_figures(city: City) -> None:
    city.certify()
    assert city.certify(date(2026, 10, 15), today=date(2026, 10, 31)).counts.silence is None


def test_figures_stand_in_command_and_dashboard(city: City, client: Client) -> None:
    report = city.certify()
    told = json.loads(typed("--json").stdout)
    assert (told["run_id"], told["confirmable"], told["asked_first"]) == (report.run_id, 0.25, 1)
    assert told["asks_a_year"] is None  # thirty-one days say nothing of a year
    assert "25.0%" in typed("--as-of", "2026-10-31").stdout
    user = get_user_model().objects.create(
        username="zhao", display_name="赵", role="supervisor", password="!", created_at=AT, created_by="test"
    )
    as_staff(client, user.pk)
    shown = client.get(reverse("staff:dashboard")).content.decode()
    assert "数据可确认率" in shown
    assert "25.0%" in shown


def test_run_of_an_earlier_version_has_no_figures_and_says_what_to_do(city: City) -> None:
    city.certify()
    for run in Run.objects.all():
        del run.counts["silence"]
        run.save()
    newest = certification.queries.find_latest_run()
    assert newest is not None
    assert newest.counts is not None
    assert newest.counts.silence is None
    assert typed().exit_code == 1


def test_nobody_is_asked_before_the_due_month_is_in_and_everybody_after_the_wait(
    tmp_path: Path, waiting: tuple[Policy, ...]
) -> None:
    city = four_people(tmp_path / "city")
    Benefit.objects.update(last_certified_on=date(2025, 9, 20))  # all are due on 20 September 2026
    city.trains((number(0), NAMES[0]))  # its file is about February: no source has told of September
    city.certify(date(2026, 10, 31), policies=waiting)
    assert not Message.objects.exists()
    silent = city.certify(date(2026, 11, 20), policies=waiting).counts.silence
    assert sorted(Message.objects.values_list("pno", flat=True)) == [1, 2, 3]
    assert silent is not None
    assert (silent.where_data_allow, silent.asked_first) == (1.0, 0)
