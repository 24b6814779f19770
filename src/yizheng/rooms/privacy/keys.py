"""The keys of names and numbers that this process was given."""

from yizheng.kernel.given import Given
from yizheng.rooms.privacy.ports import FieldKeys

FIELD_KEYS = Given[FieldKeys]("privacy:field_keys")
