"""Cases of kinds: the kind of a case, its reasons as a list, and its terms as rows.

Existing cases get the kind of their first reason (the same table as in `earlier.py`, for ever). An open case gets the clock
that it had without a row: `check`, from its opening or the day on which it was sent on, up to its deadline. It was counted
without holidays, so it is provisional: the daily command counts it again.
"""

from datetime import timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from django.db import migrations, models

KIND_BY_REASON = (
    ("death_reported", "death"),
    ("death_contradicted", "contradiction"),
    ("custody_reported", "custody"),
    ("missing_reported", "missing"),
    ("duplicate_reported", "double_benefit"),
    ("voice_call", "voice_call"),
    ("face_review", "face_review"),
    ("same_face", "same_face"),
    ("visit_needed", "visit"),
)


def portions(rows, size=2000):
    rows = iter(rows)
    while some := list(islice(rows, size)):
        yield some


def give_kinds(apps, schema_editor):
    Case = apps.get_model("casework", "Case")
    found = Case.objects.only("id", "reasons").order_by("id").iterator(chunk_size=2000)
    for some in portions(found):
        for case in some:
            reasons = [reason for reason in case.reasons.split(",") if reason]
            case.reason_list = reasons
            case.kind = next((kind for reason, kind in KIND_BY_REASON if reason in reasons), "person_asks")
        Case.objects.bulk_update(some, ["reason_list", "kind"], batch_size=500)


def weekdays(start, last):
    """The days of a term as version 0.1 counted them: Monday to Friday, from the day after the start."""
    return sum((start + timedelta(days=one)).weekday() < 5 for one in range(1, (last - start).days + 1))


def give_clocks(apps, schema_editor):
    Case, CaseStep, CaseClock = (apps.get_model("casework", name) for name in ("Case", "CaseStep", "CaseClock"))
    sent_on = {
        case_id: taken_at.astimezone(ZoneInfo("Asia/Shanghai")).date()
        for case_id, taken_at in CaseStep.objects.filter(from_state="proposed", to_state="checking")
        .order_by("id")
        .values_list("case_id", "taken_at")
    }
    waiting = Case.objects.exclude(state="closed").order_by("id").values_list("id", "opened_on", "deadline")
    for some in portions(waiting.iterator(chunk_size=2000)):
        CaseClock.objects.bulk_create(
            CaseClock(
                case_id=case_id,
                code="check",
                started_on=(start := sent_on.get(case_id, opened_on)),
                days=weekdays(start, deadline),
                due=deadline,
                provisional=True,
            )
            for case_id, opened_on, deadline in some
        )


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="CaseClock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("case_id", models.BigIntegerField()),
                ("code", models.CharField(max_length=24)),
                ("started_on", models.DateField()),
                ("days", models.IntegerField()),
                ("due", models.DateField()),
                ("provisional", models.BooleanField(default=False)),
                ("stopped_on", models.DateField(null=True)),
                ("reminded_on", models.DateField(null=True)),
                ("lapsed_on", models.DateField(null=True)),
            ],
        ),
        migrations.AddConstraint(
            model_name="caseclock",
            constraint=models.UniqueConstraint(fields=["case_id", "code"], name="one_clock_of_a_code"),
        ),
        migrations.AddIndex(
            model_name="caseclock",
            index=models.Index(
                fields=["due", "id"], condition=models.Q(("stopped_on__isnull", True)), name="clock_running"
            ),
        ),
        migrations.RemoveConstraint(model_name="case", name="one_open_case_a_person"),
        migrations.AddField(model_name="case", name="kind", field=models.CharField(default="", max_length=24)),
        migrations.AddField(model_name="case", name="reason_list", field=models.JSONField(default=list)),
        migrations.AlterField(model_name="case", name="state", field=models.CharField(db_index=True, max_length=24)),
        migrations.AlterField(model_name="case", name="loss", field=models.CharField(blank=True, max_length=24)),
        migrations.AlterField(model_name="casestep", name="from_state", field=models.CharField(max_length=24)),
        migrations.AlterField(model_name="casestep", name="to_state", field=models.CharField(max_length=24)),
        migrations.RunPython(give_kinds, migrations.RunPython.noop),
        migrations.RunPython(give_clocks, migrations.RunPython.noop),
        migrations.RemoveField(model_name="case", name="reasons"),
        migrations.RenameField(model_name="case", old_name="reason_list", new_name="reasons"),
        migrations.AlterField(model_name="case", name="kind", field=models.CharField(max_length=24)),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "closed"), _negated=True),
                fields=("pno", "kind"),
                name="one_open_case_a_kind",
            ),
        ),
        migrations.AddIndex(
            model_name="case", index=models.Index(fields=["kind", "opened_on"], name="case_kind_opened")
        ),
    ]
