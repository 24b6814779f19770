"""Tables of evidence (证据): deliveries, rulings, uncertain links. The rows live in the store, resolved and lean."""

from django.db import models


class Delivery(models.Model):
    """One delivered file of a source (数据批次), known by the SHA-256 of its content.

    Rows of the delivery carry the evidence numbers `first_evidence_no + row`, row counted from 0 in file order.
    `roster` is the position of the newest roster that its rows were linked to, `unlinked` the sealed files of the rows
    that reached nobody, with their hashes.
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
    roster = models.IntegerField(default=-1)
    unlinked = models.JSONField(default=dict)
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


class Search(models.Model):
    """One search for the people of a delivery's rows that could not be linked at once (补充关联).

    `roster` is the position of the newest roster that it was made against, `files` the lean rows that it linked
    exactly, with their hashes, `model_id` the model for leads (empty where the source gives none).
    """

    batch_id = models.CharField(max_length=64, db_index=True)
    roster = models.IntegerField()
    model_id = models.CharField(max_length=16, blank=True)
    linked = models.IntegerField()
    suspected = models.IntegerField()
    waiting = models.IntegerField()
    files = models.JSONField(default=dict)
    sought_at = models.DateTimeField()
    sought_by = models.CharField(max_length=64)

    class Meta:
        constraints = [  # noqa: RUF012 (Django reads it so)
            models.UniqueConstraint(
                fields=["batch_id", "roster", "model_id"], name="one_search_a_roster_and_model"
            )
        ]


class Link(models.Model):
    """An uncertain link of a row to a person (模糊关联): how sure, by which field how much, and who decided.

    `probability` counts millionths, `weight` and `weights` thousandths of a bit, so that the ledger can commit to them.
    """

    evidence_no = models.BigIntegerField(db_index=True)
    pno = models.BigIntegerField(db_index=True)
    kind_no = models.SmallIntegerField()
    day = models.IntegerField()
    method = models.CharField(max_length=16)
    probability = models.IntegerField()
    weight = models.IntegerField()
    weights = models.JSONField(default=dict)
    levels = models.JSONField(default=dict)
    model_id = models.CharField(max_length=16)
    state = models.CharField(max_length=12)
    found_as = models.CharField(max_length=12)
    found_at = models.DateTimeField()
    found_by = models.CharField(max_length=64)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [  # noqa: RUF012 (Django reads it so)
            models.UniqueConstraint(fields=["evidence_no", "pno"], name="one_link_a_row_and_person")
        ]
        indexes = [models.Index(fields=["state", "-probability", "id"], name="link_queue")]  # noqa: RUF012 (Django reads it so)
