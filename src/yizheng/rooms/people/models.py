"""Tables of people (人员): who they are, what was true when, and since when it is known. Personal fields are sealed."""

from typing import TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


class IncomingPeople(models.Model):
    """A roster that is being written, a portion at a time (花名册写入中): nothing of it counts until all is there.

    `token` is that of the import that writes. Whoever finds another's mark takes it over and begins anew: the other
    import was killed, or finds its token gone and starts over.
    """

    roster = models.IntegerField(primary_key=True)
    token = models.CharField(max_length=32)


class _ThatCount(models.Manager[Row]):
    """The rows of rosters that are there whole: nobody reads half a roster."""

    def get_queryset(self) -> models.QuerySet[Row]:
        return super().get_queryset().exclude(roster__in=IncomingPeople.objects.values("roster"))


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

    objects = _ThatCount["Person"]()
    written = models.Manager()  # also what does not count yet


class PersonVersion(models.Model):
    """What is known of a person from a day on (信息变更节点): never changed, only followed by a newer version.

    `roster` is the position of the roster that told it; of what two people told on a case, the case's number below zero.
    """

    pno = models.BigIntegerField(db_index=True)
    true_from = models.DateField()
    known_since = models.DateTimeField()
    name_index = models.BinaryField(max_length=16, db_index=True)
    identity_sealed = models.BinaryField()
    contact_sealed = models.BinaryField()
    region = models.CharField(max_length=12)
    roster = models.IntegerField()

    objects = _ThatCount["PersonVersion"]()
    written = models.Manager()  # also what does not count yet

    class Meta:
        indexes = (models.Index(fields=["roster", "id"], name="people_version_told"),)


class LifeEvent(models.Model):
    """A fact about a life that a person has confirmed: death (死亡), missing (失踪), custody (收监), release, found."""

    pno = models.BigIntegerField(db_index=True)
    kind = models.CharField(max_length=16)
    true_from = models.DateField()
    known_since = models.DateTimeField()
    known_by = models.CharField(max_length=64)
    case_id = models.BigIntegerField(null=True)


class IdentityQuestion(models.Model):
    """Whether two records are one person, or whose a number is (身份核对). `told` is the blind index of a row that waits,
    as hex; `row_sealed` the row itself. `answer` is empty until two people have said.
    """

    pno = models.BigIntegerField(db_index=True)
    other = models.BigIntegerField(null=True, db_index=True)
    kind = models.CharField(max_length=16)
    signs = models.JSONField(default=list)
    roster = models.IntegerField()
    told = models.CharField(max_length=32, blank=True)
    row_sealed = models.BinaryField(null=True)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=64)
    answer = models.CharField(max_length=16, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=64, blank=True)
    case_id = models.BigIntegerField(null=True)


class PersonNumber(models.Model):
    """A number that a person has besides the one they came with (身份号码沿革): the number that `from_pno` came with.

    True from a day, known since two people decided it on a case; `over_since` where two people took it back.
    """

    pno = models.BigIntegerField(db_index=True)
    from_pno = models.BigIntegerField(db_index=True)
    true_from = models.DateField()
    known_since = models.DateTimeField()
    known_by = models.CharField(max_length=64)
    case_id = models.BigIntegerField()
    over_since = models.DateTimeField(null=True)
    over_by = models.CharField(max_length=64, blank=True)
    over_case = models.BigIntegerField(null=True)
