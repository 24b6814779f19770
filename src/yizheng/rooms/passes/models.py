"""Tables of passes (认证登记): passes, captures by face, receipts. They keep the names that the ledger knows them by."""

from django.db import models


class Pass(models.Model):
    """A certification on a channel other than comparison (非静默认证): window, case decision, other agency."""

    pno = models.BigIntegerField(db_index=True)
    channel = models.CharField(max_length=16)
    event_day = models.IntegerField()
    case_id = models.BigIntegerField(null=True)
    known_since = models.DateTimeField()
    known_by = models.CharField(max_length=64)

    class Meta:
        db_table = "certification_pass"


class Capture(models.Model):
    """One certification by face (刷脸认证), from its first step to its end. `version` guards against two at once.

    `code` is its name in addresses; `challenge_sealed` what was asked, sealed; nothing measured stands here.
    """

    code = models.CharField(max_length=32, unique=True)
    pno = models.BigIntegerField(db_index=True)
    state = models.CharField(max_length=12)
    why = models.CharField(max_length=16, blank=True)
    begin_index = models.BinaryField(max_length=16, null=True)
    challenge_sealed = models.BinaryField()
    of = models.SmallIntegerField()
    step_no = models.SmallIntegerField(default=1)
    misses = models.SmallIntegerField(default=0)
    posts = models.SmallIntegerField(default=0)
    begun_at = models.DateTimeField()
    begun_by = models.CharField(max_length=64)
    touched_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)
    case_id = models.BigIntegerField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "certification_capture"
        constraints = (
            models.UniqueConstraint(
                fields=["pno"], condition=models.Q(state="asking"), name="one_open_capture_a_person"
            ),
        )


class CaptureFrames(models.Model):
    """What one sending of frames showed, sealed, and what was answered: the same sending is judged once.

    Deleted when the capture ends. `key_index` is the blind index of the sending's idempotency key.
    """

    capture_id = models.BigIntegerField()
    post_no = models.SmallIntegerField()
    key_index = models.BinaryField(max_length=16)
    step_no = models.SmallIntegerField()
    answer = models.CharField(max_length=24)
    frames = models.SmallIntegerField()
    seen_sealed = models.BinaryField()

    class Meta:
        db_table = "certification_captureframes"
        constraints = (
            models.UniqueConstraint(fields=["capture_id", "key_index"], name="one_answer_a_sending"),
            models.UniqueConstraint(fields=["capture_id", "post_no"], name="sendings_in_order"),
        )


class CapturePicture(models.Model):
    """A picture of a capture, sealed: until its end, or until a person has looked (`keep_until`), and no longer."""

    capture_id = models.BigIntegerField()
    post_no = models.SmallIntegerField()
    sealed = models.BinaryField()
    keep_until = models.DateTimeField(null=True, db_index=True)

    class Meta:
        db_table = "certification_capturepicture"
        constraints = (
            models.UniqueConstraint(fields=["capture_id", "post_no"], name="one_picture_a_sending"),
        )


class Receipt(models.Model):
    """A receipt (受理回执): what the person holds in the hand. Never changed."""

    number = models.CharField(primary_key=True, max_length=16)
    pno = models.BigIntegerField(db_index=True)
    channel = models.CharField(max_length=16)
    event_day = models.IntegerField()
    until_day = models.IntegerField()
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=64)
    capture_id = models.BigIntegerField(null=True, unique=True)

    class Meta:
        db_table = "certification_receipt"
