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
    """A code of six digits, kept as a keyed hash: ten minutes, five tries, used once, for one person in one browser.

    `holder` is the code of a `data.Holder`, `request_index` the keyed index of the browser's session that asked.
    """

    holder = models.CharField(max_length=32, db_index=True)
    request_index = models.BinaryField(max_length=16)
    code_hash = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)


class SignInAttempt(models.Model):
    """One try to prove who one is (登录尝试), of whatever factor, under one name: of the name typed, which may be
    anything, or of the holder it turned out to be, a blind index.
    """

    name_index = models.BinaryField(max_length=16)
    tried_at = models.DateTimeField()
    succeeded = models.BooleanField()
    nobody = models.BooleanField(default=False, db_default=False)
    """Of a name that was nobody's: nothing of it is kept for long."""

    class Meta:
        indexes = (models.Index(fields=["name_index", "tried_at"], name="attempts_of_a_name"),)


class Tally(models.Model):
    """What was tried in an hour from one place (登录频次), a blind index: how often, and how many people got in."""

    place_index = models.BinaryField(max_length=16)
    hour = models.DateTimeField()
    tries = models.IntegerField(default=0)
    got_in = models.IntegerField(default=0)
    next_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["place_index", "hour"], name="tally_of_an_hour_once"),)


class UsedOnce(models.Model):
    """Something that may be used once and was (一次性凭据): its kind and a keyed digest, kept until it means nothing."""

    kind = models.CharField(max_length=24)
    digest = models.BinaryField(max_length=16)
    used_at = models.DateTimeField()
    until = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["kind", "digest"], name="used_once_only"),)


class HolderPassword(models.Model):
    """The password of a citizen or helper, as its Argon2id hash. Staff have theirs in the account."""

    holder = models.CharField(max_length=32, db_index=True)
    hash = models.CharField(max_length=128)
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class AppKey(models.Model):
    """The secret that an authenticator app shares with us (动态码密钥), sealed. It counts when it was confirmed."""

    holder = models.CharField(max_length=32, db_index=True)
    secret_sealed = models.BinaryField()
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)


class Passkey(models.Model):
    """The public half of a passkey or hardware key (通行密钥), and how often it says that it signed."""

    holder = models.CharField(max_length=32, db_index=True)
    credential_id = models.BinaryField(max_length=1023, unique=True)
    public_key = models.BinaryField(max_length=2048)
    sign_count = models.BigIntegerField(default=0)
    label = models.CharField(max_length=32)
    synced = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)


class RecoveryCode(models.Model):
    """A code for the day when a factor is lost (恢复码): on the holder's own list, or on a service point's slip."""

    holder = models.CharField(max_length=32, db_index=True)
    kind = models.CharField(max_length=8)
    code_hash = models.BinaryField(max_length=16)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=64)
    expires_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)


class Session(models.Model):
    """A session of anybody at any door (登录会话), known by the keyed index of its key; kept when it has ended."""

    session_index = models.BinaryField(max_length=16, unique=True)
    holder = models.CharField(max_length=32, db_index=True)
    role = models.CharField(max_length=32)
    way = models.CharField(max_length=16)
    device_index = models.BinaryField(max_length=16)
    device_name = models.CharField(max_length=48)
    new_device = models.BooleanField(default=False)
    begun_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    factors = models.JSONField(default=list)
    fresh_at = models.DateTimeField()
    fresh = models.JSONField(default=list)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=32, blank=True)


class KnownDevice(models.Model):
    """A device on which a holder has signed in before (常用设备), by the keyed index of its cookie."""

    holder = models.CharField(max_length=32)
    device_index = models.BinaryField(max_length=16)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["holder", "device_index"], name="device_of_a_holder_once"),
        )


class QrTicket(models.Model):
    """What a code on a signed-in phone stands for (扫码登录凭据): one holder, two minutes, once."""

    ticket_index = models.BinaryField(max_length=16, unique=True)
    holder = models.CharField(max_length=32)
    factors = models.JSONField(default=list)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    made_in = models.BigIntegerField()
