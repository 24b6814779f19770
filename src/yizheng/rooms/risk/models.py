"""Tables of risk (风险): what was weighed, how acts ended, habits of typing, warnings, and what staff made of them.

No table here holds a name, a number or an address of the net: a device is its keyed index, a place a coarse code, and
`actor_key` is `person:<pno>` or `account:<id>`.
"""

from django.db import models


class Weighing(models.Model):
    """One act as it was weighed (核验记录), with its reasons as they were then. `pno` is empty where it is about none."""

    at = models.DateTimeField()
    actor_key = models.CharField(max_length=32)
    pno = models.BigIntegerField(null=True)
    account_id = models.BigIntegerField(null=True)
    session_since = models.DateTimeField()
    act = models.CharField(max_length=16)
    points = models.IntegerField()
    asked = models.CharField(max_length=16)
    met = models.BooleanField()
    because = models.JSONField(default=list)
    device = models.BinaryField(max_length=16)
    place = models.CharField(max_length=32, blank=True)
    hour = models.SmallIntegerField()

    class Meta:
        indexes = (models.Index(fields=["actor_key", "at"], name="weighings_of_an_actor"),)


class Served(models.Model):
    """When an account, a person, a device or a phone last stood for somebody: one row for each two, so that counting
    whom one serves is cheap. `key` is an actor's, or `device:` or `phone:` with a keyed index.
    """

    key = models.CharField(max_length=48)
    pno = models.BigIntegerField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["key", "pno"], name="served_once_a_pair"),)
        indexes = (models.Index(fields=["key", "last_at"], name="served_lately"),)


class Outcome(models.Model):
    """How an act ended: done or not (a wrong code, a face that did not fit)."""

    at = models.DateTimeField()
    actor_key = models.CharField(max_length=32)
    pno = models.BigIntegerField()
    act = models.CharField(max_length=16)
    done = models.BooleanField()

    class Meta:
        indexes = (models.Index(fields=["actor_key", "at"], name="outcomes_of_an_actor"),)


class TypingSample(models.Model):
    """The rhythm of one typed field (打字节奏): milliseconds between key presses, sealed; the newest few of an actor."""

    actor_key = models.CharField(max_length=32)
    length = models.SmallIntegerField()
    intervals_sealed = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["actor_key", "length", "id"], name="typing_of_an_actor"),)


class Alert(models.Model):
    """Something that staff should look at (预警), and what they found."""

    kind = models.CharField(max_length=16)
    actor_key = models.CharField(max_length=48)
    pno = models.BigIntegerField(null=True)
    weighing_id = models.BigIntegerField(null=True)
    facts = models.JSONField(default=list)
    signals = models.CharField(max_length=240, blank=True)
    raised_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)
    looked_by = models.CharField(max_length=64, blank=True)
    verdict = models.CharField(max_length=12, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = (models.Index(fields=["actor_key", "kind"], name="alerts_of_an_actor"),)


class Damping(models.Model):
    """How much a signal of an actor counts for a while, in percent (调整): set by a look, with an end."""

    actor_key = models.CharField(max_length=48)
    signal = models.CharField(max_length=24)
    percent = models.SmallIntegerField()
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    set_by = models.CharField(max_length=64)
    alert_id = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=["actor_key", "until_at"], name="dampings_of_an_actor"),)
