"""Tables of biometrics (生物特征): consents, enrolments, the vault of templates, tries, the filing of stored faces,
recordings that wait for a call, and faces that are alike."""

from django.db import models


class Consent(models.Model):
    """That a person agreed to one kind of comparison (单独同意). Withdrawing ends the row."""

    pno = models.BigIntegerField()
    modality = models.CharField(max_length=12)
    text_version = models.CharField(max_length=24)
    channel = models.CharField(max_length=16)
    given_at = models.DateTimeField()
    given_by = models.CharField(max_length=64)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["pno", "modality"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="one_consent_in_force",
            ),
        )


class Enrolment(models.Model):
    """That templates of a person were made, and that they were deleted (注册与删除记录). Tells nothing of the face."""

    pno = models.BigIntegerField()
    modality = models.CharField(max_length=12)
    engine = models.CharField(max_length=64)
    source = models.CharField(max_length=16)
    pictures = models.SmallIntegerField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=64)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=64, blank=True)
    revoke_reason = models.CharField(max_length=16, blank=True)

    class Meta:
        indexes = (models.Index(fields=["pno", "modality"], name="enrolments_of_a_person"),)


class Template(models.Model):
    """The vault (模板库): one template of one picture, turned by its seed and sealed under the vault's own key.

    The seed is sealed under the key of names and numbers: one key alone opens nothing of use. The row is deleted, not
    marked, when the template is revoked; so it is no row that the ledger witnesses: its enrolment is.
    """

    enrolment_id = models.BigIntegerField(db_index=True)
    pno = models.BigIntegerField()
    modality = models.CharField(max_length=12)
    engine = models.CharField(max_length=64)
    place = models.BinaryField(max_length=16)
    vector_sealed = models.BinaryField()
    seed_sealed = models.BinaryField()

    class Meta:
        indexes = (models.Index(fields=["modality", "pno"], name="templates_of_a_person"),)


class Try(models.Model):
    """One comparison of a person (比对次数): counted to keep tries few, forgotten when it counts no more."""

    pno = models.BigIntegerField()
    modality = models.CharField(max_length=12)
    tried_at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = (models.Index(fields=["pno", "modality", "tried_at"], name="tries_of_a_person"),)


class FilingMade(models.Model):
    """A filing of stored faces with the cyberspace administration (备案), as the office recorded it."""

    filed_on = models.DateField()
    reference = models.CharField(max_length=64)
    faces = models.BigIntegerField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=64)


class VoiceAnswer(models.Model):
    """A recording that prepares a call-back (声纹回拨准备): what was asked, what the machine thinks of it, in words.

    The recording itself lies sealed in the store under `sound`, until it is deleted with the case's end; the name is
    empty from then on.
    """

    pno = models.BigIntegerField(db_index=True)
    case_id = models.BigIntegerField(db_index=True)
    answered_at = models.DateTimeField()
    digits = models.CharField(max_length=24)
    engine = models.CharField(max_length=64)
    source = models.CharField(max_length=16)
    match = models.CharField(max_length=16)
    digits_read = models.CharField(max_length=12)
    sound = models.CharField(max_length=80, blank=True)


class AlikeFaces(models.Model):
    """Two people on the roster whose faces are alike (同一面孔线索): a question for a person, asked once.

    `pno` is whose face was sought, `other` who was found; `pair` is both numbers in order, so that nobody is asked the
    same twice. `place` is the other's place in the list (1 is the most alike), `strength` a word for it.
    """

    pair = models.CharField(max_length=44, unique=True)
    pno = models.BigIntegerField(db_index=True)
    other = models.BigIntegerField(db_index=True)
    case_id = models.BigIntegerField(db_index=True)
    engine = models.CharField(max_length=64)
    place = models.SmallIntegerField()
    strength = models.CharField(max_length=12)
    facts = models.CharField(max_length=80, blank=True)
    found_at = models.DateTimeField()


class FaceSearch(models.Model):
    """A search for the same face under two numbers (同一面孔查找): up to which template of an engine it has looked."""

    engine = models.CharField(max_length=64)
    upto = models.BigIntegerField()
    sought = models.IntegerField()
    against = models.IntegerField()
    pairs = models.IntegerField()
    searched_at = models.DateTimeField()
    searched_by = models.CharField(max_length=64)
