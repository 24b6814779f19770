"""Tables of privacy: who looked at whose personal data, when and what for (个人信息查看记录)."""

from django.db import models


class Look(models.Model):
    """One look at a person's data by a person. Written before the data is shown."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=64)
    role = models.CharField(max_length=32)
    purpose = models.CharField(max_length=64)
    pno = models.BigIntegerField(db_index=True)
    what = models.CharField(max_length=200)
