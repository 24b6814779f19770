"""What waits in a browser's session between a POST and the page after it, under a token that stands in the address.

Sealed, since a session's row is plain in the database; the newest `MOST` only, and none for longer than `LASTS`, so that
a session does not become a store of what people typed.
"""

import base64
import json
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest

from yizheng import wiring
from yizheng.rooms import privacy
from yizheng.rooms.privacy.data import SealBroken

PLACE = "kept"
MOST = 8  # pages that somebody may go back to; each is some hundred bytes
LASTS = timedelta(minutes=30)


def keep(request: HttpRequest, kind: str, what: object) -> str:
    """Keep a value (anything that JSON can say) and give the token that finds it again."""
    token = secrets.token_urlsafe(9)
    sealed = privacy.actions.seal_file(json.dumps(what, ensure_ascii=False).encode(), _context(kind, token))
    entry = [kind, wiring.clock().now().isoformat(), base64.b64encode(sealed).decode()]
    before: dict[str, list[str]] = request.session.get(PLACE, {})
    newest = sorted(before.items(), key=lambda one: one[1][1])[-(MOST - 1) :]
    request.session[PLACE] = {**dict(newest), token: entry}
    return token


def kept(request: HttpRequest, kind: str, token: str, *, once: bool = False) -> Any:
    """What was kept under the token; None where nothing of that kind is, or it waited too long. `once` takes it away."""
    everything: dict[str, list[str]] = request.session.get(PLACE, {})
    entry = everything.get(token)
    if entry is None or entry[0] != kind:
        return None
    if once:
        request.session[PLACE] = {name: one for name, one in everything.items() if name != token}
    if wiring.clock().now() - datetime.fromisoformat(entry[1]) > LASTS:
        return None
    try:
        return json.loads(privacy.queries.open_file(base64.b64decode(entry[2]), _context(kind, token)))
    except SealBroken:  # another key since: what was typed is lost, the page is not
        return None


def _context(kind: str, token: str) -> str:
    return f"kept:{kind}:{token}"
