"""Tables of the ledger (存证账本). Rows are added, never changed or removed; nothing here points at another table."""

from django.db import models


class Entry(models.Model):
    """One leaf: who did what to which thing, when, and the keyed commitment to the row it is about."""

    index = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=64)
    actor = models.CharField(max_length=64)
    at = models.DateTimeField()
    subject = models.CharField(max_length=128, db_index=True)
    commitment = models.BinaryField(max_length=32)
    detail = models.JSONField(default=dict)
    leaf_hash = models.BinaryField(max_length=32)


class Node(models.Model):
    """A complete subtree of the RFC 6962 tree: `level` 1 is over two leaves, `position` counts from the left.

    The leaves themselves (level 0) are the entries' `leaf_hash`.
    """

    pk = models.CompositePrimaryKey("level", "position")
    level = models.SmallIntegerField()
    position = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)
