"""How tests sign somebody in without walking through the pages: a real session, as the doors begin one."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime

from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import HttpRequest
from django.test import Client

from yizheng import wiring
from yizheng.doors.identity import MARK
from yizheng.flows.signing_in import sessions_are_kept
from yizheng.rooms import people
from yizheng.rooms.access.data import CITIZEN, HELPER, Factor, Holder, Session, Way
from yizheng.rooms.access.queries import session_index
from yizheng.rooms.people.actions import add_people, add_versions
from yizheng.rooms.privacy.actions import sealer
from yizheng.rooms.privacy.queries import blind

DEVICE = b"d" * 16


def as_staff(client: Client, account_id: int, *, factors: Iterable[Factor] = (Factor.PASSWORD,)) -> Session:
    """Sign a member of staff in."""
    user = get_user_model().objects.get(pk=account_id)
    client.force_login(user)
    return _begin(client, Holder.account(account_id), user.role, factors, Way.STAFF_WEB)


def as_citizen(client: Client, pno: int, *, factors: Iterable[Factor] = (Factor.SMS_CODE,)) -> Session:
    """Sign a beneficiary in."""
    return _begin(client, Holder.person(pno), CITIZEN, factors, Way.CITIZENS_WEB)


def as_helper(client: Client, account_id: int, *, factors: Iterable[Factor] = (Factor.SMS_CODE,)) -> Session:
    """Sign a family helper in."""
    return _begin(client, Holder.account(account_id), HELPER, factors, Way.CITIZENS_WEB)


def request_of(client: Client) -> HttpRequest:
    """A request that carries the client's session and cookies."""
    request = HttpRequest()
    request.session = client.session
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    return request


def _begin(client: Client, holder: Holder, role: str, factors: Iterable[Factor], way: Way) -> Session:
    session = client.session
    session[MARK] = True
    session.save()
    client.cookies["sessionid"] = session.session_key or ""
    return sessions_are_kept.begin(
        session_index(str(session.session_key)),
        holder=holder,
        role=role,
        way=way,
        factors=factors,
        device=DEVICE,
        device_name="Firefox · Linux",
        clock=wiring.clock(),
    )


def person(pno: int, number: str, *, name: str = "王秀英", phone: str = "13800138000") -> None:
    """Put somebody on the roster, as the roster's import writes people."""
    at = datetime(2026, 10, 1, tzinfo=UTC)
    identity = sealer(people.queries.TABLE, "identity").seal(pno, json.dumps([number, name]))
    contact = sealer(people.queries.TABLE, "contact").seal(pno, json.dumps([phone, "6222", "幸福路"]))
    with transaction.atomic():
        add_people([[pno], [blind("number", number)], [1], [-7000]], roster=0, at=at)
        add_versions(
            [[pno], [blind("name", people.queries.name_key(name))], [identity], [contact], ["440802"]],
            roster=0,
            true_from=at.date(),
            at=at,
        )
