"""What privacy needs from outside: keys. A file on a single box, a key service or a hardware module elsewhere."""

from typing import Protocol

from yizheng.kernel.given import Given


class FieldKeys(Protocol):
    """The keys that seal personal data, and the one that makes it findable."""

    def active_field_key(self) -> int:
        """The number of the key that seals new values."""
        ...

    def field_key(self, key_id: int) -> tuple[int, bytes]:
        """Suite and bytes of a key, also of one that seals no more. Raises Refused."""
        ...

    def blind_key(self) -> bytes:
        """32 bytes, the same for the life of the installation: a change would lose every index."""
        ...


FIELD_KEYS = Given[FieldKeys]("privacy:field_keys")
"""The keys of names and numbers that this process was given."""
