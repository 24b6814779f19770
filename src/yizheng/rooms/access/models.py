"""Tables of access (账号与权限): staff accounts and the one-time codes of citizens."""

from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class Account(AbstractBaseUser):
    """A member of staff (经办人员). `role` is the stable code of a role in `roles.py`."""

    username = models.CharField(max_length=64, unique=True)
    display_name = models.CharField(max_length=64)
    role = models.CharField(max_length=32)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=64)

    objects: ClassVar[BaseUserManager[Self]] = BaseUserManager()

    USERNAME_FIELD = "username"


class Helper(models.Model):
    """A family helper (亲情代办人), beside the account: phone and name, sealed, and the phone's blind index."""

    account_id = models.BigIntegerField(primary_key=True)
    phone_index = models.BinaryField(max_length=16, unique=True)
    contact_sealed = models.BinaryField()
    known_since = models.DateTimeField()


class OneTimeCode(models.Model):
    """A sign-in code of six digits, kept as a keyed hash: ten minutes, five tries, used once."""

    pno = models.BigIntegerField(db_index=True)
    code_hash = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)


class SignInAttempt(models.Model):
    """One attempt of a member of staff to sign in (登录尝试); of the name typed, which may be anything, a blind index."""

    name_index = models.BinaryField(max_length=16)
    tried_at = models.DateTimeField()
    succeeded = models.BooleanField()

    class Meta:
        indexes = (models.Index(fields=["name_index", "tried_at"], name="attempts_of_a_name"),)


class UsedOnce(models.Model):
    """Something that may be used once and was (一次性凭据): its kind and a keyed digest, kept until it means nothing."""

    kind = models.CharField(max_length=24)
    digest = models.BinaryField(max_length=16)
    used_at = models.DateTimeField()
    until = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["kind", "digest"], name="used_once_only"),)
