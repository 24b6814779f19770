"""Tables of corrections (校核纠错): files that went out, rows that were asked about, files that came back."""

from django.db import models


class HandOut(models.Model):
    """A file with rows to correct that went to a department."""

    source = models.CharField(max_length=32, db_index=True)
    recipient = models.CharField(max_length=64)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.IntegerField()
    handed_out_at = models.DateTimeField()
    handed_out_by = models.CharField(max_length=64)


class AskedRow(models.Model):
    """One delivered row that its department was asked about. Holds codes and places, nobody's data."""

    ref = models.CharField(max_length=16, unique=True)
    hand_out_id = models.BigIntegerField(db_index=True)
    source = models.CharField(max_length=32)
    batch_id = models.CharField(max_length=64)
    row = models.IntegerField()
    evidence_no = models.BigIntegerField(null=True, db_index=True)
    pno = models.BigIntegerField(null=True)
    asked = models.JSONField(default=list)
    state = models.CharField(max_length=12)
    answer = models.CharField(max_length=16, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=64, blank=True)
    answer_file = models.CharField(max_length=64, blank=True)
    taken_over_at = models.DateTimeField(null=True)
    taken_over_by = models.CharField(max_length=64, blank=True)
    new_batch_id = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [  # noqa: RUF012 (Django reads it so)
            models.UniqueConstraint(fields=["batch_id", "row"], name="a_row_is_asked_about_once")
        ]
        indexes = [models.Index(fields=["source", "state"], name="rows_of_a_source")]  # noqa: RUF012 (Django reads it so)


class AnswerFile(models.Model):
    """A file that came back, known by the SHA-256 of its content; the file itself lies sealed in the store."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    source = models.CharField(max_length=32)
    file_name = models.CharField(max_length=200)
    rows = models.IntegerField()
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=64)
