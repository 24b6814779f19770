"""Whether a text that this installation sends reaches a phone: pages promise only what is true."""

from yizheng import wiring
from yizheng.rooms.notices.data import SMS


def reach_phones() -> bool:
    """Whether short messages go to a gateway. Without one they lie in the hand-over file, and staff pass them on."""
    return wiring.message_channels()[SMS].needs_phone
