"""Tables of casework (疑点核查): doubts that people resolve, two pairs of eyes each."""

from django.db import models


class Case(models.Model):
    """One doubt about one person, from opening to the confirmed outcome. `version` guards against two at once."""

    pno = models.BigIntegerField(db_index=True)
    state = models.CharField(max_length=12, db_index=True)
    reasons = models.CharField(max_length=120)
    leads = models.JSONField(default=list)
    run_id = models.CharField(max_length=40)
    opened_on = models.DateField()
    opened_at = models.DateTimeField()
    deadline = models.DateField()
    version = models.IntegerField(default=1)
    outcome = models.CharField(max_length=24, blank=True)
    loss = models.CharField(max_length=16, blank=True)
    outcome_reason = models.CharField(max_length=500, blank=True)
    outcome_day = models.DateField(null=True)
    proposed_at = models.DateTimeField(null=True)
    proposed_by = models.CharField(max_length=64, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [  # noqa: RUF012 (Django reads it so)
            models.UniqueConstraint(
                fields=["pno"], condition=~models.Q(state="closed"), name="one_open_case_a_person"
            )
        ]
        indexes = [models.Index(fields=["state", "deadline", "id"], name="case_worklist")]  # noqa: RUF012 (Django reads it so)


class CaseStep(models.Model):
    """One step of a case: who moved it from which state to which, and in which words."""

    case_id = models.BigIntegerField(db_index=True)
    from_state = models.CharField(max_length=12)
    to_state = models.CharField(max_length=12)
    taken_at = models.DateTimeField()
    taken_by = models.CharField(max_length=64)
    note = models.CharField(max_length=500, blank=True)
