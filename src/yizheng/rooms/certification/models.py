"""Tables of certification (资格认证): runs, and what each person stands at today."""

from django.db import models


class Run(models.Model):
    """One evaluation of the whole roster on a day, with the hashes of all that went in and of what came out."""

    run_id = models.CharField(primary_key=True, max_length=40)
    as_of = models.DateField(db_index=True)
    state = models.CharField(max_length=12)
    prior_run_id = models.CharField(max_length=40, blank=True)
    inputs_hash = models.CharField(max_length=64)
    policies_hash = models.CharField(max_length=64)
    rules_hash = models.CharField(max_length=64)
    results_hash = models.CharField(max_length=64, blank=True)
    counts = models.JSONField(default=dict)
    frozen = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=64)
    finished_at = models.DateTimeField(null=True)


class Standing(models.Model):
    """Where a person stands (认证状态) after the newest run or decision: the row that the look-ups read.

    The archive of a run is its result file; this table is drawn from it and can be drawn again.
    """

    pno = models.BigIntegerField(primary_key=True)
    run_id = models.CharField(max_length=40)
    as_of = models.DateField()
    result = models.SmallIntegerField()
    reasons = models.CharField(max_length=120)
    policy = models.CharField(max_length=48)
    kind_no = models.SmallIntegerField()
    event_day = models.IntegerField()
    evidence_no = models.BigIntegerField()
    due_day = models.IntegerField()
    step = models.SmallIntegerField()
    frozen = models.BooleanField()
