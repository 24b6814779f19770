"""A mother, a daughter and a mandate between them: what tests of acting for another start from."""

from datetime import date, timedelta

from pay_situations import AT, CLOCK, Pension, make
from yizheng.flows.helpers import mandates_agree, mandates_ask
from yizheng.flows.helpers.mandates_ask import Wish
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import CHINA
from yizheng.rooms.access.data import Account
from yizheng.rooms.access.queries import account_of
from yizheng.rooms.mandates.data import Mandate, MandateRules, Scope
from yizheng.rooms.people.models import Person
from yizheng.rooms.people.rules import check_digit
from yizheng.rooms.privacy.queries import blind

RULES = MandateRules()
MOTHER = Pno(7)
NAME = "测试7"
DAUGHTER_PHONE = "13911112222"
TODAY = AT.astimezone(CHINA).date()
BOTH = frozenset({Scope.VIEW, Scope.CERTIFY})


def number_of(pno: int) -> str:
    """A valid identity number for a person of these tests."""
    first = f"44080219501102{pno:03d}"
    return first + check_digit(first)


def make_mother(pno: int = MOTHER, **facts: object) -> Pno:
    """Somebody who draws a pension and can be found by number."""
    make(Pension(pno=pno, **facts))  # type: ignore[arg-type]
    Person.objects.filter(pno=pno).update(number_index=blind("number", number_of(pno)))
    return Pno(pno)


def wish(
    phone: str = DAUGHTER_PHONE,
    scopes: frozenset[Scope] = BOTH,
    from_day: date = TODAY,
    days: int = 366,
    name: str = "王小兰",
) -> Wish:
    """What the mother wants."""
    return Wish(
        phone=phone, name=name, scopes=scopes, from_day=from_day, until_day=from_day + timedelta(days=days)
    )


def asked(pno: Pno = MOTHER, **wanted: object) -> Mandate:
    """The mother has named her daughter, who has not answered yet."""
    return mandates_ask.by_beneficiary(pno=pno, wish=wish(**wanted), rules=RULES, clock=CLOCK)  # type: ignore[arg-type]


def daughter_of(mandate: Mandate) -> Account:
    """The helper's account."""
    found = account_of(mandate.helper_id)
    assert found is not None
    return found


def begun(pno: Pno = MOTHER, **wanted: object) -> Mandate:
    """A mandate that both agreed to."""
    mandate = asked(pno, **wanted)
    return mandates_agree.by_helper(
        mandate_id=mandate.mandate_id, account=daughter_of(mandate), name=f"测试{pno}", clock=CLOCK
    )
