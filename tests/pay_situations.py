"""People in known situations of pay and certification, written straight into the tables that a flow under test reads.

Made for tests of what follows from a situation; how a situation comes about is tested with the flows that make it.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime, time

from yizheng.kernel.ids import Pno
from yizheng.kernel.time import CHINA, FixedClock, Month, day_number
from yizheng.rooms.access.data import Account
from yizheng.rooms.casework.data import NewCase
from yizheng.rooms.certification.data import Cycle, Policy, Result, Step, Unit
from yizheng.rooms.certification.models import Run, Standing
from yizheng.rooms.entitlements.models import Benefit, PayStateChange
from yizheng.rooms.people.models import Person, PersonVersion
from yizheng.rooms.privacy.actions import sealer
from yizheng.rooms.privacy.queries import blind

AS_OF = date(2026, 10, 31)
AT = datetime(2026, 10, 31, 9, tzinfo=CHINA)
NOVEMBER = Month(2026, 11)
CLOCK = FixedClock(AT)

CERTIFIER = Account(account_id=1, username="wang", display_name="王", role="certifier", is_active=True)
RECHECKER = Account(account_id=2, username="li", display_name="李", role="rechecker", is_active=True)
SUPERVISOR = Account(account_id=3, username="zhao", display_name="赵", role="supervisor", is_active=True)
AUDITOR = Account(account_id=4, username="sun", display_name="孙", role="auditor", is_active=True)

POLICY = Policy(
    key="test",
    name="测试",
    legal_basis="测试",
    from_day=date(2020, 1, 1),
    cycle=Cycle(unit=Unit.MONTH_END),
    ladder=(
        Step(days_before=30, template="reminder_first"),
        Step(days_before=-1, template="reminder_final"),
    ),
    grace_days=15,
    notice_days=15,
)


def clock_on(day: date) -> FixedClock:
    """Nine in the morning of a day."""
    return FixedClock(datetime.combine(day, time(9), CHINA))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pension:
    """A person with a benefit. Months as YYYY-MM; `steps` are (month, state, reason code)."""

    pno: int
    monthly_fen: int = 300_000
    start: str = "2015-01"
    paid_through: str = "2026-10"
    groups: int = 0
    phone: str = "13800000000"
    born: str = "1950-11-02"
    last_certified_on: date | None = None
    steps: tuple[tuple[str, int, str], ...] = ()


def make(*pensions: Pension) -> None:
    """Write people with their benefits and steps of pay."""
    for pension in pensions:
        _make_person(pension)
        Benefit.objects.create(
            pno=pension.pno,
            scheme="110",
            benefit_type="retirement",
            region="440802",
            groups=pension.groups,
            start_month=Month.parse(pension.start).index,
            monthly_fen=pension.monthly_fen,
            last_certified_on=pension.last_certified_on,
            paid_through=Month.parse(pension.paid_through).index if pension.paid_through else 0,
            true_from=date(2026, 10, 1),
            known_since=AT,
            roster=0,
        )
        for month, state, code in pension.steps:
            PayStateChange.objects.create(
                pno=pension.pno,
                to_state=state,
                reason_code=code,
                effective_month=Month.parse(month).index,
                known_since=AT,
                known_by="roster",
                decision="roster",
            )


def _make_person(pension: Pension) -> None:
    identity = json.dumps([f"44080219500101{pension.pno:04d}", f"测试{pension.pno}"], ensure_ascii=False)
    contact = json.dumps([pension.phone, "", ""], ensure_ascii=False)
    Person.objects.create(
        pno=pension.pno,
        number_index=blind("number", str(pension.pno)),
        sex=1,
        birth_day=day_number(date.fromisoformat(pension.born)),
        roster=0,
        known_since=AT,
    )
    PersonVersion.objects.create(
        pno=pension.pno,
        true_from=date(2026, 10, 1),
        known_since=AT,
        name_index=blind("name", str(pension.pno)),
        identity_sealed=sealer("people_personversion", "identity").seal(pension.pno, identity),
        contact_sealed=sealer("people_personversion", "contact").seal(pension.pno, contact),
        region="440802",
        roster=0,
    )


def make_run(as_of: date = AS_OF) -> str:
    """A finished run as of a day."""
    run_id = f"{as_of}-test"
    Run.objects.create(
        run_id=run_id,
        as_of=as_of,
        state="done",
        inputs_hash="",
        policies_hash="",
        rules_hash="",
        started_at=AT,
        started_by="test",
        finished_at=AT,
    )
    return run_id


def stand(
    pno: int,
    result: Result,
    *,
    due: date,
    event: date | None = None,
    frozen: bool = False,
    as_of: date = AS_OF,
) -> None:
    """Where a person stands after the run."""
    Standing.objects.update_or_create(
        pno=pno,
        defaults={
            "run_id": f"{as_of}-test",
            "as_of": as_of,
            "result": result,
            "reasons": "overdue" if result is Result.DUE else "strong_life_event",
            "policy": POLICY.key,
            "kind_no": 1 if event else 0,
            "event_day": day_number(event) if event else 0,
            "evidence_no": 0,
            "due_day": day_number(due),
            "step": len(POLICY.ladder) if result is Result.DUE else 0,
            "frozen": frozen,
        },
    )


def doubt(pno: int, *leads: int) -> NewCase:
    """A reported death."""
    return NewCase(pno=Pno(pno), reasons=("death_reported",), leads=leads)
