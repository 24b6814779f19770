"""Tables of mandates (亲情代办)."""

from django.db import models


class Mandate(models.Model):
    """That a helper may act for a beneficiary (委托). Scopes are codes joined by commas; it holds before `until_day`.

    Who asked, agreed and ended is kept with its moment. A row that has ended stays; a change makes a new row.
    """

    pno = models.BigIntegerField()
    helper_id = models.BigIntegerField()
    scopes = models.CharField(max_length=60)
    from_day = models.DateField()
    until_day = models.DateField()
    state = models.CharField(max_length=12)
    asked_by = models.CharField(max_length=12)
    asked_at = models.DateTimeField()
    asked_actor = models.CharField(max_length=64)
    agreed_at = models.DateTimeField(null=True)
    agreed_actor = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_actor = models.CharField(max_length=64, blank=True)
    end_reason = models.CharField(max_length=12, blank=True)
    wrong_names = models.SmallIntegerField(default=0)
    follows = models.BigIntegerField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["pno", "state"], name="mandates_of_a_person"),
            models.Index(fields=["helper_id", "state"], name="mandates_of_a_helper"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["pno", "helper_id"],
                condition=models.Q(state__in=["asked", "in_force"]),
                name="one_open_mandate_of_two",
            ),
        )


class HelperKind(models.Model):
    """What kind of helper an account is since a moment (代办人类别): the newest row counts; without one, family."""

    account_id = models.BigIntegerField(db_index=True)
    kind = models.CharField(max_length=12)
    known_since = models.DateTimeField()
    known_by = models.CharField(max_length=64)
