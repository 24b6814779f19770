"""Tables of entitlements (待遇): the benefit in payment and every change of its pay state, dated twice."""

from django.db import models


class Benefit(models.Model):
    """A benefit in payment (待遇), as the roster at position `roster` tells it from `true_from` on. Amounts in fen."""

    pno = models.BigIntegerField(db_index=True)
    scheme = models.CharField(max_length=8)
    benefit_type = models.CharField(max_length=16)
    region = models.CharField(max_length=12)
    groups = models.IntegerField(default=0)
    start_month = models.IntegerField()
    monthly_fen = models.BigIntegerField()
    last_certified_on = models.DateField(null=True)
    paid_through = models.IntegerField()
    true_from = models.DateField()
    known_since = models.DateTimeField()
    roster = models.IntegerField()


class PayStateChange(models.Model):
    """A step of the pay state (发放状态): 1 in payment, 2 paused, 3 ended. No row means in payment since the start."""

    pno = models.BigIntegerField(db_index=True)
    to_state = models.SmallIntegerField()
    reason_code = models.CharField(max_length=8)
    effective_month = models.IntegerField()
    arrears_due = models.BooleanField(default=False)
    known_since = models.DateTimeField()
    known_by = models.CharField(max_length=64)
    decision = models.CharField(max_length=80)
