"""Tables of entitlements (待遇): the benefit in payment, every change of its pay state, and what rosters say of it."""

from django.db import models


class IncomingBenefits(models.Model):
    """A roster whose benefits are being written, a portion at a time (待遇写入中): none counts until all are there.

    `token` is that of the import that writes. Whoever finds another's mark takes it over and begins anew: the other
    import was killed, or finds its token gone and starts over.
    """

    roster = models.IntegerField(primary_key=True)
    token = models.CharField(max_length=32)


class _ThatCount(models.Manager["Benefit"]):
    """The benefits of rosters that are there whole: nobody reads half a roster."""

    def get_queryset(self) -> models.QuerySet["Benefit"]:
        return super().get_queryset().exclude(roster__in=IncomingBenefits.objects.values("roster"))


class Benefit(models.Model):
    """A benefit in payment (待遇), as the roster at position `roster` tells it from `true_from` on. Amounts in fen.

    A roster tells of everybody every month: whatever is asked of a person goes by `newest` to the row in force, whatever
    is asked of a roster by `told`, whether a month brought news by `begun`, and nothing reads the years before.
    """

    pno = models.BigIntegerField()
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

    objects = _ThatCount()
    written = models.Manager()  # also what does not count yet

    class Meta:
        indexes = (
            models.Index(fields=["pno", "true_from", "id"], name="entitlements_benefit_newest"),
            models.Index(fields=["roster", "id"], name="entitlements_benefit_told"),
            models.Index(fields=["true_from", "known_since"], name="entitlements_benefit_begun"),
        )


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


class RosterHold(models.Model):
    """Steps of many people at once that a roster told, and that wait for a supervisor (花名册大批变更)."""

    roster = models.IntegerField()
    batch_id = models.CharField(max_length=64)
    to_state = models.SmallIntegerField()
    district = models.CharField(max_length=12, blank=True)
    people = models.IntegerField()
    named = models.IntegerField()
    state = models.CharField(max_length=12)
    held_at = models.DateTimeField()
    held_by = models.CharField(max_length=64)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=500, blank=True)


class HeldStep(models.Model):
    """One person's step among them. `dropped_by` is the position of the later roster that told otherwise."""

    hold = models.BigIntegerField(db_index=True)
    pno = models.BigIntegerField()
    effective_month = models.IntegerField()
    reason_code = models.CharField(max_length=8)
    given_reason = models.CharField(max_length=8, blank=True)
    dropped_by = models.IntegerField(null=True)


class RosterSaying(models.Model):
    """What rosters say of a person's pay while we say otherwise (与花名册不一致); told_state 0: they do not name them.

    `since` is the day of delivery of the first roster that said so, at position `first_roster`; `over_by` is the
    position of the one that did not any more. It decides nothing, so the ledger does not hold it.
    """

    pno = models.BigIntegerField(db_index=True)
    told_state = models.SmallIntegerField()
    told_month = models.IntegerField(null=True)
    told_reason = models.CharField(max_length=8, blank=True)
    since = models.DateField()
    first_roster = models.IntegerField()
    over_by = models.IntegerField(null=True)
