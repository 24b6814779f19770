"""Tables of people (人员): who they are, what was true when, and since when it is known. Personal fields are sealed."""

from django.db import models


class RosterDelivery(models.Model):
    """One delivered roster (花名册), known by the SHA-256 of its content. `position` counts them by arrival."""

    batch_id = models.CharField(primary_key=True, max_length=64)
    position = models.IntegerField(unique=True)
    file_name = models.CharField(max_length=200)
    delivered_on = models.DateField()
    rows = models.IntegerField()
    accepted = models.IntegerField()
    repaired = models.IntegerField()
    refused = models.IntegerField()
    notes = models.JSONField(default=dict)
    errors_file = models.CharField(max_length=300, blank=True)
    imported_at = models.DateTimeField()
    imported_by = models.CharField(max_length=64)


class Person(models.Model):
    """A beneficiary (待遇领取人员). The number itself is sealed in the version; here is its keyed blind index.

    `roster` is the position of the roster that brought the person.
    """

    pno = models.BigIntegerField(primary_key=True)
    number_index = models.BinaryField(max_length=16, unique=True)
    sex = models.SmallIntegerField()
    birth_day = models.IntegerField()
    roster = models.IntegerField()
    known_since = models.DateTimeField()


class PersonVersion(models.Model):
    """What is known of a person from a day on (信息变更节点): never changed, only followed by a newer version."""

    pno = models.BigIntegerField(db_index=True)
    true_from = models.DateField()
    known_since = models.DateTimeField()
    name_index = models.BinaryField(max_length=16, db_index=True)
    identity_sealed = models.BinaryField()
    contact_sealed = models.BinaryField()
    region = models.CharField(max_length=12)
    roster = models.IntegerField()


class LifeEvent(models.Model):
    """A fact about a life that a person has confirmed: death (死亡), missing (失踪), custody (收监), release, found."""

    pno = models.BigIntegerField(db_index=True)
    kind = models.CharField(max_length=16)
    true_from = models.DateField()
    known_since = models.DateTimeField()
    known_by = models.CharField(max_length=64)
    case_id = models.BigIntegerField(null=True)
