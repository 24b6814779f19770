"""How passwords are hashed: Argon2id with the parameters of OWASP's Password Storage Cheat Sheet."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2idOwasp(Argon2PasswordHasher):
    """19 MiB, two rounds, one lane: some 30 ms on one core, and no more memory than a small server can spare."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
