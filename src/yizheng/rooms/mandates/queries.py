"""Reads of mandates for screens and flows. Whether somebody may act for somebody is asked here, on every request."""

from collections.abc import Sequence
from datetime import date, datetime

from yizheng.kernel.ids import Pno
from yizheng.rooms import people
from yizheng.rooms.ledger.data import WitnessedTable
from yizheng.rooms.mandates import models, rules
from yizheng.rooms.mandates.data import FAMILY, KINDS, MANDATES, Mandate, MandateState, Scope, Side

OPEN = (MandateState.ASKED.value, MandateState.IN_FORCE.value)

check_can_ask = rules.check_can_ask
check_can_name = rules.check_can_name
check_can_take_on = rules.check_can_take_on
check_days = rules.check_days
check_scopes = rules.check_scopes
is_many = rules.is_many
WRONG_NAMES = rules.WRONG_NAMES


def witnessed() -> tuple[WitnessedTable, ...]:
    """The tables of this room whose every row has an entry in the ledger."""
    return (MANDATES, KINDS)


def in_force(helper_id: int, pno: int, scope: Scope, *, on: date) -> Mandate | None:
    """The mandate by which an account may do something for a person on a day; None where there is none.

    It holds no longer from the moment that the beneficiary's death is known, whether or not it was ended by then.
    """
    mandate = _standing(helper_id, on=on, pno=pno)
    return mandate if mandate and scope in mandate.scopes else None


def still_in_force(mandate_id: int, helper_id: int, *, on: date) -> Mandate | None:
    """The mandate with this number, if this account may act by it on a day; it ends with a death as `in_force` says."""
    return _standing(helper_id, on=on, pk=mandate_id)


def find(mandate_id: int) -> Mandate | None:
    """The mandate with this number, if there is one."""
    found = models.Mandate.objects.filter(pk=mandate_id).first()
    return as_mandate(found) if found else None


def open_between(helper_id: int, pno: int) -> Mandate | None:
    """The one mandate of these two that is asked for or in force, if there is one."""
    found = models.Mandate.objects.filter(pno=pno, helper_id=helper_id, state__in=OPEN).first()
    return as_mandate(found) if found else None


def of_person(pno: int) -> list[Mandate]:
    """Every mandate that a person gave or was asked for, newest first."""
    return [as_mandate(found) for found in models.Mandate.objects.filter(pno=pno).order_by("-id")]


def of_helper(helper_id: int) -> list[Mandate]:
    """Every mandate of a helper, newest first."""
    return [as_mandate(found) for found in models.Mandate.objects.filter(helper_id=helper_id).order_by("-id")]


def in_force_with(scope: Scope, *, on: date) -> dict[int, list[Mandate]]:
    """The mandates that allow something on a day, by person; not those of people whose death is known since."""
    found = models.Mandate.objects.filter(
        state=MandateState.IN_FORCE.value, from_day__lte=on, until_day__gt=on, scopes__contains=scope.value
    )
    rows = [as_mandate(one) for one in found.order_by("id")]
    dead = people.queries.deaths_known([one.pno for one in rows])
    by_person: dict[int, list[Mandate]] = {}
    for one in rows:
        if one.pno not in dead or (one.asked_at is not None and dead[one.pno] < one.asked_at):
            by_person.setdefault(one.pno, []).append(one)
    return by_person


def people_of(helper_id: int) -> int:
    """For how many people a helper may act or will, once they agree."""
    return models.Mandate.objects.filter(helper_id=helper_id, state__in=OPEN).count()


def asked_by_helper_since(helper_id: int, since: datetime) -> int:
    """How often a helper asked since a moment."""
    return models.Mandate.objects.filter(
        helper_id=helper_id, asked_by=Side.HELPER.value, asked_at__gte=since
    ).count()


def named_by_person_since(pno: int, since: datetime) -> int:
    """How often a person named somebody since a moment; changes of a mandate are none."""
    return models.Mandate.objects.filter(
        pno=pno, asked_by=Side.BENEFICIARY.value, asked_at__gte=since, follows=None
    ).count()


def last_declined(helper_id: int, pno: int) -> datetime | None:
    """When the person last said no to this helper."""
    found = models.Mandate.objects.filter(
        helper_id=helper_id, pno=pno, asked_by=Side.HELPER.value, state=MandateState.DECLINED.value
    )
    return found.order_by("-ended_at").values_list("ended_at", flat=True).first()


def due(today: date, *, asked_before: datetime) -> Sequence[Mandate]:
    """What the calendar ends: mandates past their last day, and requests that nobody answered in time."""
    late = models.Mandate.objects.filter(state=MandateState.IN_FORCE.value, until_day__lte=today)
    silent = models.Mandate.objects.filter(state=MandateState.ASKED.value, asked_at__lt=asked_before)
    return [as_mandate(found) for found in (*late.order_by("id"), *silent.order_by("id"))]


def of_the_dead() -> Sequence[Mandate]:
    """Open mandates of people whose death became known after the mandate was asked for."""
    found = [as_mandate(one) for one in models.Mandate.objects.filter(state__in=OPEN).order_by("id")]
    known = people.queries.deaths_known([one.pno for one in found])
    return [one for one in found if one.asked_at and one.pno in known and known[one.pno] >= one.asked_at]


def kind_of(account_id: int) -> str:
    """What kind of helper an account is."""
    newest = models.HelperKind.objects.filter(account_id=account_id).order_by("-id")
    return newest.values_list("kind", flat=True).first() or FAMILY


def as_mandate(found: models.Mandate) -> Mandate:
    """A mandate as a value."""
    return Mandate(
        mandate_id=found.pk,
        pno=Pno(found.pno),
        helper_id=found.helper_id,
        scopes=rules.scopes_of(found.scopes),
        from_day=found.from_day,
        until_day=found.until_day,
        state=MandateState(found.state),
        asked_by=Side(found.asked_by),
        asked_at=found.asked_at,
        agreed_at=found.agreed_at,
        ended_at=found.ended_at,
        end_reason=found.end_reason,
    )


def _standing(helper_id: int, *, on: date, **which: int) -> Mandate | None:
    """An account's mandate that stands on a day and whose giver is not known to have died since."""
    found = models.Mandate.objects.filter(
        helper_id=helper_id,
        state=MandateState.IN_FORCE.value,
        from_day__lte=on,
        until_day__gt=on,
        **which,
    ).first()
    if found is None:
        return None
    mandate = as_mandate(found)
    return None if _died_since(mandate) else mandate


def _died_since(mandate: Mandate) -> bool:
    """Whether a death became known after the mandate was asked for; one that is older was put right since."""
    known = people.queries.deaths_known([mandate.pno]).get(mandate.pno)
    return known is not None and mandate.asked_at is not None and known >= mandate.asked_at
