"""Notices go out (通知发送): messages are taken under a lease, sent outside any transaction, and marked.

A worker that dies between sending and marking leaves a lease that runs out; the next one sends with the same key, and
the channel, which knows the key, sends nothing twice. A worker that was away too long marks nothing: its fence is old.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yizheng.kernel.errors import Refused
from yizheng.kernel.progress import Progress, quiet
from yizheng.kernel.time import Clock
from yizheng.rooms import access, notices, people, privacy
from yizheng.rooms.access.data import Holder
from yizheng.rooms.notices.data import (
    HELPER_ACCOUNT,
    HELPER_SMS,
    LANGUAGE,
    NO_PHONE,
    ZH,
    Attempt,
    Claimed,
    DeliveryReport,
    MessageState,
)
from yizheng.rooms.notices.ports import Channel, Letter, TryLater, Undeliverable

BATCH = 500
STEP = "notices"


def deliver(
    *,
    channels: Mapping[str, Channel],
    letters: Mapping[str, Letter],
    clock: Clock,
    worker: str,
    limit: int,
    agency: Mapping[str, str],
    only: Collection[str] = (),
    about: int | None = None,
    progress: Progress = quiet,
) -> DeliveryReport:
    """Try up to `limit` messages that are due, once each; with `only`, those of these templates; with `about`, those
    about this person.

    `agency` fills `agency_name` and `agency_phone` in every letter. What a channel could not take is tried again
    later, at the time that the message's row says.
    """
    counts = dict.fromkeys(MessageState, 0)
    claimed = lost = 0
    while claimed < limit:
        with transaction.atomic():
            batch = notices.actions.claim(
                worker=worker, limit=min(BATCH, limit - claimed), at=clock.now(), only=only, about=about
            )
        if not batch:
            break
        addressees = _addressees(batch)
        attempts = [
            _attempt(one, addressees.get(one.message_id), channels, letters, agency, at=clock.now())
            for one in batch
        ]
        with transaction.atomic():
            lost += notices.actions.mark(attempts, worker=worker, at=clock.now())
        claimed += len(batch)
        for attempt in attempts:
            counts[attempt.state] += 1
        progress(STEP, claimed, limit)
    return DeliveryReport(
        claimed=claimed,
        sent=counts[MessageState.SENT],
        later=counts[MessageState.QUEUED],
        dead=counts[MessageState.DEAD],
        lost=lost,
    )


@dataclass(frozen=True, slots=True)
class _Addressee:
    """Whom a text is about and for: the masked names that it says, the phone that it goes to, and the language of
    whoever reads it there."""

    name: str
    phone: str
    helper: str = ""
    language: str = ZH


def _addressees(batch: Sequence[Claimed]) -> dict[int, _Addressee]:
    """Names and phones of a batch's messages, opened for the moment of sending."""
    wanted = {one.pno for one in batch}
    names, contacts = people.queries.identities(wanted), people.queries.contacts(wanted)
    languages = notices.queries.languages_of({_reader(one) for one in batch})
    helpers = {account_id: _helper(account_id) for account_id in {_account(one) for one in batch} - {None}}
    found = {}
    for one in batch:
        if one.pno not in names:
            continue
        helper, helper_phone = helpers.get(_account(one), ("", ""))
        phone = helper_phone if one.channel == HELPER_SMS else contacts[one.pno].phone
        found[one.message_id] = _Addressee(
            privacy.queries.mask_name(names[one.pno].name),
            phone,
            helper,
            languages.get(_reader(one), ZH),
        )
    return found


def _reader(claimed: Claimed) -> str:
    """Whoever reads the text on the phone that it goes to: the helper or the beneficiary, as a holder's code."""
    account_id = _account(claimed)
    if claimed.channel == HELPER_SMS and account_id is not None:
        return str(Holder.account(account_id))
    return str(Holder.person(claimed.pno))


def _account(claimed: Claimed) -> int | None:
    """The account of the helper that a message is about, if it is about one."""
    text = claimed.facts.get(HELPER_ACCOUNT, "")
    return int(text) if text.isdecimal() else None


def _helper(account_id: int | None) -> tuple[str, str]:
    """The masked name and the phone of a helper; empty where there is none, or the account is closed."""
    account = access.queries.account_of(account_id) if account_id is not None else None
    if account is None or not account.is_active:
        return "", ""
    return privacy.queries.mask_name(account.display_name), access.queries.helper_phone(
        account.account_id
    ) or ""


def _attempt(
    claimed: Claimed,
    addressee: _Addressee | None,
    channels: Mapping[str, Channel],
    letters: Mapping[str, Letter],
    agency: Mapping[str, str],
    *,
    at: datetime,
) -> Attempt:
    """Send one message, and say how it ended. Unknown (a time-out) counts as not sent: the key makes that safe."""
    channel, letter = channels.get(claimed.channel), letters.get(claimed.template)
    if channel is None or letter is None:
        what = "channel" if channel is None else "template"
        return Attempt(claimed=claimed, state=MessageState.DEAD, error=f"no_{what}")
    if addressee is None or (channel.needs_phone and not addressee.phone):
        return Attempt(claimed=claimed, state=MessageState.DEAD, error=NO_PHONE)
    try:
        text = notices.queries.text_of(
            letter,
            {
                LANGUAGE: addressee.language,
                **claimed.facts,
                **agency,
                "name": addressee.name,
                "helper": addressee.helper,
            },
        )
        receipt = channel.send(key=claimed.key, address=addressee.phone, text=text)
    except TryLater as error:
        state, next_try_at = notices.queries.after_failure(claimed.fence, key=claimed.key, at=at)
        return Attempt(claimed=claimed, state=state, error=str(error), next_try_at=next_try_at)
    except Undeliverable as error:
        return Attempt(claimed=claimed, state=MessageState.DEAD, error=str(error))
    except Refused as refusal:
        return Attempt(claimed=claimed, state=MessageState.DEAD, error=str(refusal.why))
    return Attempt(claimed=claimed, state=MessageState.SENT, receipt=receipt)
