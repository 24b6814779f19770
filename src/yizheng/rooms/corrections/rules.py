"""The reference of a row to correct, and whom it goes to (校核纠错). Pure."""

import base64

from yizheng.kernel.digest import sha256_hex
from yizheng.kernel.errors import Misused
from yizheng.rooms.corrections.data import LONGEST_NAME
from yizheng.rooms.corrections.why import Why


def reference(source: str, batch_id: str, row: int) -> str:
    """The reference of a row, which its department answers by: twelve letters and digits that name nobody."""
    digest = bytes.fromhex(sha256_hex(f"{source}|{batch_id}|{row}".encode()))
    text = base64.b32encode(digest).decode()[:12]
    return f"{text[:4]}-{text[4:8]}-{text[8:]}"


def check_recipient(recipient: str) -> None:
    """Raises Misused where a hand-out names nobody that it goes to."""
    if not 1 <= len(recipient.strip()) <= LONGEST_NAME:
        raise Misused(Why.RECIPIENT_LENGTH, most=LONGEST_NAME, came=len(recipient.strip()))
