"""The words of privacy: sealed values, why people look, and what they look at."""

from yizheng.doors.words.base import Words
from yizheng.kernel.errors import Code
from yizheng.rooms.privacy.why import Why

REFUSALS: dict[Code, Words] = {
    Why.SEAL_BROKEN: Words(
        "{place} 处封存的内容打不开：它被改动、挪动过，或者是用别的密钥封存的。请从备份里恢复它和与它配套的密钥文件。",
        "The sealed value at {place} was expected to open, but it was altered, moved or sealed under another"
        " key. Restore it, and the keys file that belongs to it, from the backup.",
    ),
}
