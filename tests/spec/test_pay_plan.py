"""What a month pays (发放计划): one person a row, from what was paid last month to this month's instruction."""

from collections.abc import Sequence

import numpy as np
import pytest

from yizheng.kernel.time import Month
from yizheng.rooms.payments.data import Explanation, PayKind, StateStep
from yizheng.rooms.payments.owed import Dealt
from yizheng.rooms.payments.plan import AmountOf, LastMonth, PayColumns, Plan, plan_month
from yizheng.rooms.payments.rules import reconciles

MONTH = Month(2026, 11)
PNO = 5


def step(month: str, to_state: int, code: str, *, owed: bool = False) -> StateStep:
    """A step of the pay state."""
    return StateStep(
        pno=PNO,
        to_state=to_state,
        reason_code=code,
        effective_month=Month.parse(month).index,
        arrears_due=owed,
    )


def plan(
    *,
    paid_last: int | None,
    monthly: int = 100,
    start: str = "2010-01",
    through: str = "2026-10",
    steps: Sequence[StateStep] = (),
    amounts: dict[str, int] | None = None,
    **more: object,
) -> Plan:
    """Plan November for one person."""

    def amount_of(_: Sequence[int]) -> AmountOf:
        by_month = {Month.parse(month).index: fen for month, fen in (amounts or {}).items()}
        return lambda _pno, month: by_month.get(month, monthly)

    def column(value: int) -> np.ndarray:  # type: ignore[type-arg]
        return np.array([value], np.int64)

    paid = [] if paid_last is None else [paid_last]
    return plan_month(
        MONTH,
        benefits=PayColumns(
            pno=column(PNO),
            monthly_fen=column(monthly),
            start_month=column(Month.parse(start).index if start else 0),
            paid_through=column(Month.parse(through).index if through else 0),
        ),
        steps=steps,
        last=LastMonth(pno=np.array([PNO] * len(paid), np.int64), monthly_fen=np.array(paid, np.int64)),
        amount_of=amount_of,
        **more,  # type: ignore[arg-type]
    )


def stopped_in(month: str) -> Dealt:
    """A run stopped the pay in that month; the month before was paid."""
    index = Month.parse(month).index
    return Dealt(stopped={PNO: index}, broke_off={PNO: index})


PAUSE = step("2026-08", 2, "1201")
E, K = Explanation, PayKind
ROWS = [
    # the situation, what is known, kind, monthly, arrears, explanation
    ("same", {"paid_last": 100}, K.SAME, 100, 0, E.SAME),
    ("raised", {"paid_last": 90}, K.CHANGED, 100, 0, E.AMOUNT_CHANGED),
    ("new this month", {"paid_last": None, "start": "2026-11", "through": "2026-10"}, K.NEW, 100, 0, E.NEW),
    (
        "new, three months late",
        {"paid_last": None, "start": "2026-08", "through": "2026-07", "amounts": {"2026-08": 95}},
        K.NEW,
        100,
        295,
        E.NEW_WITH_ARREARS,
    ),
    (
        "new, nobody says through when it was paid",
        {"paid_last": None, "start": "2026-08", "through": ""},
        K.NEW,
        100,
        0,
        E.NEW_PAID_THROUGH_UNKNOWN,
    ),
    ("not started yet", {"paid_last": None, "start": "2026-12"}, None, 0, 0, None),
    ("start not known: paid as before", {"paid_last": 100, "start": ""}, K.SAME, 100, 0, E.SAME),
    ("paused now", {"paid_last": 100, "steps": [step("2026-11", 2, "1201")]}, K.STOPPED, 0, 0, E.PAUSED),
    ("ended now", {"paid_last": 100, "steps": [step("2026-11", 3, "1401")]}, K.STOPPED, 0, 0, E.ENDED),
    (
        "paused from next month",
        {"paid_last": 100, "steps": [step("2026-12", 2, "1201")]},
        K.SAME,
        100,
        0,
        E.SAME,
    ),
    ("still paused", {"paid_last": None, "steps": [PAUSE]}, None, 0, 0, None),
    (
        "resumed, paused months owed at their amounts",
        {
            "paid_last": None,
            "steps": [PAUSE, step("2026-11", 1, "1301", owed=True)],
            "amounts": {"2026-08": 90, "2026-09": 90},
        },
        K.RESUMED,
        100,
        280,
        E.RESUMED_WITH_ARREARS,
    ),
    (
        "released from prison: nothing is owed",
        {"paid_last": None, "steps": [step("2026-01", 2, "1202"), step("2026-11", 1, "1302")]},
        K.RESUMED,
        100,
        0,
        E.RESUMED_WITHOUT_ARREARS,
    ),
    (
        "missed certification, then prison: the months before prison are owed",
        {
            "paid_last": None,
            "steps": [
                step("2026-05", 2, "1201"),
                step("2026-08", 2, "1202", owed=True),
                step("2026-11", 1, "1302"),
            ],
        },
        K.RESUMED,
        100,
        300,
        E.RESUMED_WITH_ARREARS,
    ),
    (
        "died in a pause: the heirs get the months to the month of death",
        {"paid_last": None, "steps": [PAUSE, step("2026-10", 3, "1401", owed=True)]},
        K.HEIRS,
        0,
        200,
        E.HEIRS,
    ),
    (
        "heirs are paid once",
        {
            "paid_last": None,
            "steps": [PAUSE, step("2026-10", 3, "1401", owed=True)],
            "dealt": Dealt(heirs={PNO: 10**6}, stopped={PNO: 10**6}),
        },
        None,
        0,
        0,
        None,
    ),
    (
        "died before the pause: nothing is owed",
        {"paid_last": None, "steps": [PAUSE, step("2026-08", 3, "1401", owed=True)]},
        None,
        0,
        0,
        None,
    ),
    (
        "new, in custody before the first run: the months before go to the person",
        {"paid_last": None, "start": "2026-08", "through": "2026-07", "steps": [step("2026-10", 2, "1202")]},
        K.OWED,
        0,
        200,
        E.OWED,
    ),
    (
        "new, died before the first run: the months up to the month of death go to the heirs",
        {"paid_last": None, "start": "2026-08", "through": "2026-07", "steps": [step("2026-11", 3, "1401")]},
        K.HEIRS,
        0,
        300,
        E.HEIRS,
    ),
    (
        "new, missing and found before the first run: all of it",
        {
            "paid_last": None,
            "start": "2026-08",
            "through": "2026-07",
            "steps": [step("2026-10", 2, "1203"), step("2026-11", 1, "1303", owed=True)],
        },
        K.RESUMED,
        100,
        300,
        E.RESUMED_WITH_ARREARS,
    ),
    (
        "those months go out once",
        {
            "paid_last": None,
            "start": "2026-08",
            "through": "2026-07",
            "steps": [step("2026-10", 2, "1202")],
            "dealt": Dealt(stopped={PNO: Month(2026, 10).index}),
        },
        None,
        0,
        0,
        None,
    ),
    (
        "stopped, and nobody says through when it was paid",
        {"paid_last": None, "start": "2026-08", "through": "", "steps": [step("2026-10", 2, "1202")]},
        None,
        0,
        0,
        None,
    ),
    (
        "paused from a month on that a run had paid: the months since its stop are owed, and none a second time",
        {
            "paid_last": None,
            "steps": [step("2026-07", 2, "1203"), step("2026-11", 1, "1303", owed=True)],
            "dealt": stopped_in("2026-09"),
        },
        K.RESUMED,
        100,
        200,
        E.RESUMED_WITH_ARREARS,
    ),
    (
        "died in a pause that was dated back into months paid: the heirs get the months since the stop",
        {
            "paid_last": None,
            "steps": [step("2026-07", 2, "1203"), step("2026-11", 3, "1401", owed=True)],
            "dealt": stopped_in("2026-09"),
        },
        K.HEIRS,
        0,
        200,
        E.HEIRS,
    ),
    (
        "new, whose months before a stop went out to the person: the pause is owed from its own month on",
        {
            "paid_last": None,
            "start": "2026-06",
            "through": "2026-05",
            "steps": [step("2026-08", 2, "1203"), step("2026-11", 1, "1303", owed=True)],
            "dealt": Dealt(stopped={PNO: Month(2026, 10).index}),
        },
        K.RESUMED,
        100,
        300,
        E.RESUMED_WITH_ARREARS,
    ),
    (
        "paused and resumed before any run saw it",
        {"paid_last": 100, "steps": [step("2026-11", 2, "1201"), step("2026-11", 1, "1301", owed=True)]},
        K.SAME,
        100,
        0,
        E.SAME,
    ),
]


@pytest.mark.parametrize(("situation", "known", "kind", "monthly", "arrears", "why"), ROWS)
def test_pay(
    situation: str,
    known: dict[str, object],
    kind: PayKind | None,
    monthly: int,
    arrears: int,
    why: Explanation | None,
) -> None:
    found = plan(**known)  # type: ignore[arg-type]
    assert reconciles(found.totals)
    exceptions = {row.pno: row for row in found.exceptions}
    if kind in (None, PayKind.STOPPED):
        assert found.pno.tolist() == []
    else:
        assert (found.kind.tolist(), found.monthly_fen.tolist()) == ([kind], [monthly])
        assert (found.arrears_fen.tolist(), found.explanation.tolist()) == ([arrears], [why])
        assert found.totals.total_fen == monthly + arrears
    if kind in (None, PayKind.SAME):
        assert not exceptions
    else:
        assert (exceptions[PNO].kind, exceptions[PNO].arrears_fen) == (kind, arrears)
        assert exceptions[PNO].explanation is why


def test_opening_pays_the_resumed_what_the_roster_left_unpaid() -> None:
    found = plan(
        paid_last=None,
        through="2026-08",
        steps=[step("2026-06", 2, "1201"), step("2026-09", 1, "1301", owed=True)],
    )
    assert found.kind.tolist() == [PayKind.RESUMED]
    assert found.arrears_fen.tolist() == [500]  # June to August paused, September and October not paid


def test_somebody_who_vanished_from_the_roster_breaks_the_control_total() -> None:
    found = plan(paid_last=100)
    gone = LastMonth(pno=np.array([PNO, 9]), monthly_fen=np.array([100, 80]))
    benefits = PayColumns(
        pno=np.array([PNO]),
        monthly_fen=np.array([100]),
        start_month=np.array([1]),
        paid_through=np.array([0]),
    )
    found = plan_month(
        MONTH, benefits=benefits, steps=(), last=gone, amount_of=lambda _: lambda _pno, _month: None
    )
    assert not reconciles(found.totals)
