"""How texts reach people, and who tells what became of them."""

from django.conf import settings

from yizheng import wiring
from yizheng.adapters.messages.files import ConsoleChannel, FileChannel
from yizheng.flows.telling.holder_is_told import Post
from yizheng.rooms.notices.data import CONSOLE, FILE, HELPER_SMS, SMS
from yizheng.rooms.notices.ports import Channel, Reports
from yizheng.wiring import suppliers


def message_channels() -> dict[str, Channel]:
    """How notices reach people. Raises Refused where short messages have no supplier."""
    sms = suppliers.supplied(suppliers.SMS).channel
    file = FileChannel(settings.YIZHENG.home / "notices")
    return {SMS: sms, HELPER_SMS: sms, FILE: file, CONSOLE: ConsoleChannel(print)}


def message_reports() -> dict[str, Reports]:
    """Who can tell what became of messages, by channel; none where a supplier of short messages tells nothing."""
    reports = suppliers.supplied(suppliers.SMS).reports
    return {SMS: reports, HELPER_SMS: reports} if reports else {}


def post() -> Post:
    """How a code or a word about the sign-in reaches a phone at once."""
    return Post(
        channels=wiring.message_channels(), letters=wiring.agency().letters, facts=wiring.letter_facts()
    )
