"""Tables of casework (疑点核查): doubts that people resolve, their clocks, and every step of theirs."""

from django.db import models


class Case(models.Model):
    """One doubt about one person, from opening to its end. `version` guards against two at once.

    `reasons` is a list of codes. `deadline` is the nearest end of its clocks, kept here for the worklist.
    """

    pno = models.BigIntegerField(db_index=True)
    kind = models.CharField(max_length=24)
    state = models.CharField(max_length=24, db_index=True)
    reasons = models.JSONField(default=list)
    leads = models.JSONField(default=list)
    run_id = models.CharField(max_length=40)
    opened_on = models.DateField()
    opened_at = models.DateTimeField()
    deadline = models.DateField()
    version = models.IntegerField(default=1)
    outcome = models.CharField(max_length=24, blank=True)
    loss = models.CharField(max_length=24, blank=True)
    outcome_reason = models.CharField(max_length=500, blank=True)
    outcome_day = models.DateField(null=True)
    proposed_at = models.DateTimeField(null=True)
    proposed_by = models.CharField(max_length=64, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [  # noqa: RUF012 (Django reads it so)
            models.UniqueConstraint(
                fields=["pno", "kind"], condition=~models.Q(state="closed"), name="one_open_case_a_kind"
            )
        ]
        indexes = [  # noqa: RUF012 (Django reads it so)
            models.Index(fields=["state", "deadline", "id"], name="case_worklist"),
            models.Index(fields=["kind", "opened_on"], name="case_kind_opened"),
        ]


class CaseClock(models.Model):
    """One term of a case, of so many `days` as its kind counts them.

    `provisional`: a year in it has no notice of holidays yet, so `due` may still move.
    """

    case_id = models.BigIntegerField()
    code = models.CharField(max_length=24)
    started_on = models.DateField()
    days = models.IntegerField()
    due = models.DateField()
    provisional = models.BooleanField(default=False)
    stopped_on = models.DateField(null=True)
    reminded_on = models.DateField(null=True)
    lapsed_on = models.DateField(null=True)

    class Meta:
        constraints = [  # noqa: RUF012 (Django reads it so)
            models.UniqueConstraint(fields=["case_id", "code"], name="one_clock_of_a_code")
        ]
        indexes = [  # noqa: RUF012 (Django reads it so)
            models.Index(
                fields=["due", "id"], condition=models.Q(stopped_on__isnull=True), name="clock_running"
            )
        ]


class CaseStep(models.Model):
    """One step of a case: who moved it from which state to which, and in which words."""

    case_id = models.BigIntegerField(db_index=True)
    from_state = models.CharField(max_length=24)
    to_state = models.CharField(max_length=24)
    taken_at = models.DateTimeField()
    taken_by = models.CharField(max_length=64)
    note = models.CharField(max_length=500, blank=True)
