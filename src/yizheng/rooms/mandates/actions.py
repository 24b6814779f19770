"""The only writes of mandates. Each leaves its entry in the ledger, in the transaction of the flow that calls it."""

from datetime import datetime

from yizheng.rooms import ledger
from yizheng.rooms.mandates import models, rules
from yizheng.rooms.mandates.data import (
    KINDS,
    MANDATE_LIFE,
    MANDATES,
    STEP_OF_REASON,
    EndReason,
    Mandate,
    MandateState,
    NewMandate,
    Side,
)
from yizheng.rooms.mandates.queries import as_mandate


def ask(new: NewMandate, *, actor: str, at: datetime, follows: int | None = None) -> Mandate:
    """Write a request down. Raises IntegrityError where these two have an open one."""
    made = models.Mandate.objects.create(
        pno=new.pno,
        helper_id=new.helper_id,
        scopes=rules.scopes_text(new.scopes),
        from_day=new.from_day,
        until_day=new.until_day,
        state=MandateState.ASKED.value,
        asked_by=new.asked_by.value,
        asked_at=at,
        asked_actor=actor,
        follows=follows,
    )
    _witness(made, "asked", actor=actor, at=at)
    return as_mandate(made)


def agree(mandate_id: int, *, actor: str, at: datetime) -> Mandate:
    """The mandate begins. Raises Refused where it is no open request, LookupError where there is none."""
    found = _held(mandate_id)
    MANDATE_LIFE.check(MandateState(found.state), "agree")
    found.state = MandateState.IN_FORCE.value
    found.agreed_at, found.agreed_actor = at, actor
    found.save(update_fields=["state", "agreed_at", "agreed_actor"])
    _witness(found, "agreed", actor=actor, at=at)
    return as_mandate(found)


def decline(mandate_id: int, *, actor: str, at: datetime) -> Mandate:
    """The request is declined. Raises Refused where it is no open request."""
    found = _held(mandate_id)
    MANDATE_LIFE.check(MandateState(found.state), "decline")
    return _close(found, MandateState.DECLINED, "", actor=actor, at=at)


def end(mandate_id: int, *, reason: EndReason, actor: str, at: datetime) -> Mandate:
    """The mandate, or the open request, ends at once. Raises Refused where it has ended."""
    found = _held(mandate_id)
    state = MandateState(found.state)
    step = STEP_OF_REASON[reason]
    if state is MandateState.ASKED and step in ("end", "change"):
        step = "take_back"
    MANDATE_LIFE.check(state, step)
    return _close(found, MandateState.ENDED, reason.value, actor=actor, at=at)


def note_wrong_name(mandate_id: int, *, actor: str, at: datetime) -> int:
    """A helper typed another name than the beneficiary's; gives how often that was."""
    found = _held(mandate_id)
    found.wrong_names += 1
    found.save(update_fields=["wrong_names"])
    _witness(found, "name_missed", actor=actor, at=at)
    return int(found.wrong_names)


def set_kind(account_id: int, *, kind: str, actor: str, at: datetime) -> None:
    """Write down what kind of helper an account is from now on."""
    made = models.HelperKind.objects.create(account_id=account_id, kind=kind, known_since=at, known_by=actor)
    ledger.actions.append(
        kind="mandates:helper:kind_known",
        actor=actor,
        at=at,
        subject=KINDS.subject(made.pk),
        row=KINDS.row_of(made),
        detail={"kind": kind},
    )


def _held(mandate_id: int) -> models.Mandate:
    found = models.Mandate.objects.select_for_update().filter(pk=mandate_id).first()
    if found is None:
        raise LookupError("a mandate with this number was expected")
    return found


def _close(found: models.Mandate, state: MandateState, reason: str, *, actor: str, at: datetime) -> Mandate:
    found.state, found.end_reason = state.value, reason
    found.ended_at, found.ended_actor = at, actor
    found.save(update_fields=["state", "end_reason", "ended_at", "ended_actor"])
    _witness(found, state.value, actor=actor, at=at)
    return as_mandate(found)


def _witness(found: models.Mandate, what: str, *, actor: str, at: datetime) -> None:
    ledger.actions.append(
        kind=f"mandates:mandate:{what}",
        actor=actor,
        at=at,
        subject=MANDATES.subject(found.pk),
        row=MANDATES.row_of(found),
        detail={"asked_by": Side(found.asked_by).value, "scopes": found.scopes},
    )
