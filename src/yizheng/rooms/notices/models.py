"""Tables of notices (通知): the outbox. A row is written with the decision; a worker delivers it, once."""

from django.db import models


class Message(models.Model):
    """One message to one person. `key` makes it unique for ever; texts and numbers are filled in at delivery."""

    key = models.CharField(max_length=120, unique=True)
    pno = models.BigIntegerField(db_index=True)
    template = models.CharField(max_length=48)
    channel = models.CharField(max_length=16)
    facts = models.JSONField(default=dict)
    state = models.CharField(max_length=12)
    attempts = models.SmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    leased_by = models.CharField(max_length=64, blank=True)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    receipt = models.CharField(max_length=80, blank=True)
    reported_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)
    queued_in = models.CharField(max_length=32, default="", db_default="", blank=True, db_index=True)
    settled_in = models.CharField(max_length=32, default="", db_default="", blank=True, db_index=True)
    reported_in = models.CharField(max_length=32, default="", db_default="", blank=True, db_index=True)

    class Meta:
        indexes = [  # noqa: RUF012 (Django reads it so)
            models.Index(fields=["state", "next_try_at"], name="outbox_due"),
            models.Index(fields=["template", "pno"], name="outbox_template"),
        ]


class Batch(models.Model):
    """The leaves of a batch's tree, to say which row was changed; the ledger's entry commits to their root."""

    subject = models.CharField(primary_key=True, max_length=64)
    leaves = models.BinaryField()


class TextLanguage(models.Model):
    """The language in which somebody wants to be written to. `reader` is a holder's code; no row: Chinese."""

    reader = models.CharField(max_length=32, unique=True)
    language = models.CharField(max_length=8)
    chosen_at = models.DateTimeField()
