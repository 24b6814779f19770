"""What a request shows of its circumstances (办理情形), for weighing: device index, coarse place, rhythm of typing.

The network address is looked up in the agency's table and then forgotten. What the browser says of typing are times
between key presses of one field, never the keys; whoever runs no script says nothing, and that adds nothing.
"""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

from yizheng import wiring
from yizheng.doors import forms
from yizheng.doors.identity import device_index
from yizheng.rooms.risk.data import Circumstances

TYPING = "typing"
RHYTHM = forms.Text(TYPING, required=False, most=240)
TYPED = forms.Form("typing", RHYTHM)
FEWEST_KEYS, MOST_KEYS, LONGEST_MS = 4, 40, 60_000


def seen(request: HttpRequest, *, camera_label: str = "", frame_jitter: float | None = None) -> Circumstances:
    """The circumstances of this request; what is not known stays empty."""
    return Circumstances(
        at=wiring.clock().now(),
        device=device_index(request),
        place=wiring.agency().networks.place_of(address_of(request)),
        typing=read_typing(TYPED.read(request).get(RHYTHM, "") or str(request.session.get(TYPING, ""))),
        camera_label=camera_label[:200],
        frame_jitter=frame_jitter,
    )


def address_of(request: HttpRequest) -> str:
    """The network address of who asks; empty where it is unknown.

    Every proxy adds the address that it saw to the end of X-Forwarded-For, and a client can begin the list with lies: so
    it is read from the end, as far as our own proxies (YIZHENG_PROXIES) stand.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    said = [
        part.strip() for part in str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",") if part.strip()
    ]
    while said and _is_proxy(address):
        address = said.pop()
    return address


def _is_proxy(address: str) -> bool:
    try:
        seen = ip_address(address)
    except ValueError:
        return False
    return any(seen in network for network in settings.YIZHENG.proxies)


def carry_typing(request: HttpRequest) -> None:
    """Keep the rhythm of the form that signed somebody in for the first weighing of the session."""
    text = TYPED.read(request).get(RHYTHM, "")
    if read_typing(text) is not None:
        request.session[TYPING] = text


def read_typing(text: str) -> tuple[float, ...] | None:
    """Milliseconds between key presses from a form's text; None where it is none, or says too little or too much."""
    parts = text.split(",") if len(text) <= MOST_KEYS * 6 else []
    if not FEWEST_KEYS <= len(parts) <= MOST_KEYS:
        return None
    if not all(part.isascii() and part.isdecimal() and len(part) <= 5 for part in parts):
        return None
    intervals = tuple(float(part) for part in parts)
    return intervals if max(intervals) <= LONGEST_MS else None
