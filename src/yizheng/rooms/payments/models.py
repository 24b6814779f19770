"""Tables of payments (发放): pause lists that a supervisor releases, pay runs and their exceptions."""

from django.db import models


class PauseList(models.Model):
    """The people proposed for a pause (暂停发放, reason 1201) from a payroll month on. Nothing happens until release."""

    month = models.IntegerField(primary_key=True)
    state = models.CharField(max_length=12)
    run_id = models.CharField(max_length=40)
    drawn_at = models.DateTimeField()
    drawn_by = models.CharField(max_length=64)
    released_at = models.DateTimeField(null=True)
    released_by = models.CharField(max_length=64, blank=True)


class PauseItem(models.Model):
    """One person on a pause list; `held` keeps the person out of it, for `hold_reason`."""

    month = models.IntegerField()
    pno = models.BigIntegerField()
    due_day = models.IntegerField()
    final_notice_at = models.DateTimeField(null=True)
    held = models.BooleanField()
    hold_reason = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["month", "pno"], name="pause_item_once")]  # noqa: RUF012 (Django reads it so)


class PayRun(models.Model):
    """One month's pay run (发放计划) and its control total. All amounts in fen."""

    month = models.IntegerField(primary_key=True)
    state = models.CharField(max_length=12)
    previous_total_fen = models.BigIntegerField()
    same_count = models.IntegerField()
    same_fen = models.BigIntegerField()
    new_count = models.IntegerField()
    new_fen = models.BigIntegerField()
    stopped_count = models.IntegerField()
    stopped_fen = models.BigIntegerField()
    resumed_count = models.IntegerField()
    resumed_fen = models.BigIntegerField()
    changed_fen = models.BigIntegerField()
    arrears_fen = models.BigIntegerField()
    total_fen = models.BigIntegerField()
    instructions = models.IntegerField()
    file = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64)
    run_at = models.DateTimeField()
    run_by = models.CharField(max_length=64)


class PayDifference(models.Model):
    """A month that an earlier run paid too low, by what was told since, and whose difference this run pays (补发差额)."""

    month = models.IntegerField()
    pno = models.BigIntegerField(db_index=True)
    for_month = models.IntegerField()
    was_fen = models.BigIntegerField()
    is_fen = models.BigIntegerField()

    class Meta:
        constraints = [  # noqa: RUF012 (Django reads it so)
            models.UniqueConstraint(fields=["month", "pno", "for_month"], name="pay_difference_once")
        ]


class HeldPay(models.Model):
    """A sum that waits for a person (待核发放): many owed months, or months paid higher than was told afterwards."""

    month = models.IntegerField()
    pno = models.BigIntegerField(db_index=True)
    why = models.CharField(max_length=12)
    first_month = models.IntegerField()
    last_month = models.IntegerField()
    months = models.IntegerField()
    fen = models.BigIntegerField()
    state = models.CharField(max_length=12)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    paid_in = models.IntegerField(null=True)


class PayException(models.Model):
    """A person whose pay differs from last month's, and why: new, stopped, resumed, changed."""

    month = models.IntegerField()
    pno = models.BigIntegerField(db_index=True)
    kind = models.CharField(max_length=12)
    monthly_fen = models.BigIntegerField()
    arrears_fen = models.BigIntegerField()
    reason_code = models.CharField(max_length=8)
    explanation = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["month", "pno"], name="pay_exception_once")]  # noqa: RUF012 (Django reads it so)
