"""Tables of evidence (证据): deliveries and rulings. The rows themselves live in the store, resolved and lean."""

from django.db import models


class Delivery(models.Model):
    """One delivered file of a source (数据批次), known by the SHA-256 of its content.

    Rows of the delivery carry the evidence numbers `first_evidence_no + row`, row counted from 0 in file order.
    `vouched_at`: when a person looked at it and let it count though its size or its refused rows say otherwise.
    """

    batch_id = models.CharField(primary_key=True, max_length=64)
    source = models.CharField(max_length=32, db_index=True)
    file_name = models.CharField(max_length=200)
    period = models.CharField(max_length=8)
    delivered_on = models.DateField()
    state = models.CharField(max_length=12)
    first_evidence_no = models.BigIntegerField(unique=True)
    rows = models.IntegerField()
    accepted = models.IntegerField()
    repaired = models.IntegerField()
    refused = models.IntegerField()
    matched = models.IntegerField()
    kinds = models.JSONField(default=dict)
    notes = models.JSONField(default=dict)
    files = models.JSONField(default=dict)
    errors_file = models.CharField(max_length=300, blank=True)
    imported_at = models.DateTimeField()
    imported_by = models.CharField(max_length=64)
    vouched_at = models.DateTimeField(null=True)
    vouched_by = models.CharField(max_length=64, blank=True)
    vouch_reason = models.CharField(max_length=300, blank=True)


class Ruling(models.Model):
    """A person's ruling on one row of evidence: set aside (信息有误退回数据源) or confirmed."""

    evidence_no = models.BigIntegerField(db_index=True)
    pno = models.BigIntegerField()
    ruling = models.CharField(max_length=16)
    case_id = models.BigIntegerField()
    ruled_at = models.DateTimeField()
    ruled_by = models.CharField(max_length=64)
