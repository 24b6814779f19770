"""The decision table of certification: what is known of people in, one result with its reasons each out. Pure.

The table is read from the top; the first line that holds decides. It is written once, over columns, so the run over a
whole roster and the explanation of one person are the same code.

| line | holds when | result |
|---|---|---|
| number_joined | two people said that the number is one more of somebody else | exempt |
| benefit_ended | the benefit has ended | exempt |
| bad_record | the record cannot be true (no start month, no amount, no birth date) | failed |
| no_policy | nobody wrote a policy for this region, benefit and day | failed |
| not_subject | the policy says that this benefit need not certify | exempt |
| death_contradicted | a death is reported, and life evidence or a pass is dated after it (rule a) | doubtful |
| death_reported | a death is reported: it outranks any older pass (rules b, c) | doubtful |
| custody_reported | a sentence in custody is reported | doubtful |
| missing_reported | the person is reported missing and not proven alive since | doubtful |
| duplicate_reported | a second benefit elsewhere is reported | doubtful |
| overdue, due_soon | the due date has passed, or the first reminder's day has come | due |
| abroad_reported | due, and the last record says abroad: the consulate's way is offered (never decides alone) | due |
| strong_life_event, points_reached | life evidence of enough points is the newest proof (rule d) | passed |
| earlier_certification, first_cycle | the last certification, or the first cycle, still runs | not_due |

Nothing in it refuses, pauses or ends: the worst that a machine says of a person is "a person should look".
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from yizheng.kernel.time import Month
from yizheng.rooms.certification.cycles import Days, due_after, first_due
from yizheng.rooms.certification.data import Policy, Reason, Result
from yizheng.rooms.comparison.data import DAY_SHIFT, EVIDENCE_MASK, KIND_MASK, KIND_SHIFT
from yizheng.rooms.entitlements.data import PayState

RULES_VERSION = "2"
"""Changes with any change of meaning in this file; it is part of every run's rules hash."""

Flags = NDArray[np.bool_]
Numbers = NDArray[np.int64]

RESULT_OF = {
    Reason.NUMBER_JOINED: Result.EXEMPT,
    Reason.BENEFIT_ENDED: Result.EXEMPT,
    Reason.BAD_RECORD: Result.FAILED,
    Reason.NO_POLICY: Result.FAILED,
    Reason.NOT_SUBJECT: Result.EXEMPT,
    Reason.DEATH_CONTRADICTED: Result.DOUBTFUL,
    Reason.DEATH_REPORTED: Result.DOUBTFUL,
    Reason.CUSTODY_REPORTED: Result.DOUBTFUL,
    Reason.MISSING_REPORTED: Result.DOUBTFUL,
    Reason.DUPLICATE_REPORTED: Result.DOUBTFUL,
    Reason.OVERDUE: Result.DUE,
    Reason.DUE_SOON: Result.DUE,
    Reason.ABROAD_REPORTED: Result.DUE,
    Reason.STRONG_LIFE_EVENT: Result.PASSED,
    Reason.POINTS_REACHED: Result.PASSED,
    Reason.EARLIER_CERTIFICATION: Result.NOT_DUE,
    Reason.FIRST_CYCLE: Result.NOT_DUE,
}
"""The table: in this order, the first reason that holds decides the result."""

LEADS = (
    Reason.DEATH_CONTRADICTED,
    Reason.DEATH_REPORTED,
    Reason.CUSTODY_REPORTED,
    Reason.MISSING_REPORTED,
    Reason.DUPLICATE_REPORTED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of people, one array element each. Keys are packed (`comparison.data.Key`), 0 where there is none.

    `policy` is the index into the run's policies, -1 for none. `start_month` is a `Month.index`, 0 unknown.
    `last_pass` and `last_due` are what stood before: days since 1970, 0 for none. `seen` has a bit for each source
    that ever spoke of the person. `is_joined`: the file is another person's, who is judged by what is known of both.
    """

    policy: Numbers
    start_month: Numbers
    monthly_fen: Numbers
    birth_day: Numbers
    pay_state: Numbers
    last_pass: Numbers
    last_due: Numbers
    proof_key: Numbers
    proof_is_strong: Flags
    latest_key: Numbers
    death_key: Numbers
    custody_key: Numbers
    missing_key: Numbers
    duplicate_key: Numbers
    abroad_key: Numbers
    seen: Numbers
    is_joined: Flags


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What follows for them. `kind_no`, `event_day` and `evidence_no` name the event that decided, 0 where none did.

    `reasons` holds one bit for each `Reason` that is true of the person, in the order of `RESULT_OF`; the lowest set
    bit is the one that decided. `pass_day` is the newest event that the due date counts from.
    """

    result: NDArray[np.int8]
    reasons: Numbers
    kind_no: Numbers
    event_day: Numbers
    evidence_no: Numbers
    pass_day: Numbers
    due_day: Numbers
    step: Numbers
    frozen: Flags


def judge(
    known: Known,
    *,
    policies: Sequence[Policy],
    as_of: int,
    silent_sources: int = 0,
    heard_until: int = 0,
) -> Judged:
    """Read the table for everybody. `as_of` counts days since 1970; `silent_sources` has a bit for each source that is
    silent or ill: a conclusion that leans on its absence is frozen, not drawn; `heard_until` is the last day of which the
    sources have told. A doubt moves no due date: whoever is doubtful is neither certified nor stopped."""
    newest = np.maximum(known.last_pass, known.proof_key >> DAY_SHIFT)
    due_day = _due_days(known, newest, policies)
    step = _ladder_step(known, due_day, policies, as_of=as_of, heard_until=heard_until)

    holds = _lines(known, due_day=due_day, step=step, policies=policies, as_of=as_of)
    reasons = np.zeros(len(newest), np.int64)
    for bit, reason in enumerate(RESULT_OF):
        reasons |= holds[reason].astype(np.int64) << bit
    first = _lowest_bit(reasons)
    result = np.array([int(value) for value in RESULT_OF.values()], np.int8)[first]

    is_due = result == Result.DUE
    is_doubtful = result == Result.DOUBTFUL
    has_due_day = ~np.isin(result, [Result.EXEMPT, Result.FAILED])
    pass_day = np.where(is_doubtful, known.last_pass, newest)
    unmoved = _due_days(known, known.last_pass, policies) if is_doubtful.any() else due_day
    deciding = _deciding_key(known, result, first)
    waiting = np.isin(result, [Result.DUE, Result.NOT_DUE])
    return Judged(
        result=result,
        reasons=_only_what_matters(reasons, result),
        kind_no=deciding >> KIND_SHIFT & KIND_MASK,
        event_day=np.where(deciding > 0, deciding >> DAY_SHIFT, np.where(waiting, pass_day, 0)),
        evidence_no=deciding & EVIDENCE_MASK,
        pass_day=pass_day,
        due_day=np.where(has_due_day, np.where(is_doubtful, unmoved, due_day), 0),
        step=np.where(is_due, step, 0),
        frozen=is_due & (known.seen & silent_sources != 0),
    )


def reasons_of(bits: int) -> tuple[Reason, ...]:
    """The reasons in a bit field, the deciding one first."""
    return tuple(reason for bit, reason in enumerate(RESULT_OF) if bits >> bit & 1)


def _lines(
    known: Known, *, due_day: Days, step: Numbers, policies: Sequence[Policy], as_of: int
) -> dict[Reason, Flags]:
    """Every line of the table, answered for everybody."""
    death_day, latest_day = known.death_key >> DAY_SHIFT, known.latest_key >> DAY_SHIFT
    proof_day, missing_day = known.proof_key >> DAY_SHIFT, known.missing_key >> DAY_SHIFT
    subject = np.array([policy.subject for policy in policies] + [True])[known.policy]
    reported_dead = known.death_key > 0
    alive_after = reported_dead & ((latest_day > death_day) | (known.last_pass > death_day))
    proven = (proof_day > 0) & (proof_day >= known.last_pass)
    return {
        Reason.NUMBER_JOINED: known.is_joined,
        Reason.BENEFIT_ENDED: known.pay_state == PayState.ENDED,
        Reason.BAD_RECORD: (known.start_month < Month(1950, 1).index)
        | (known.monthly_fen <= 0)
        | (known.birth_day > as_of),
        Reason.NO_POLICY: known.policy < 0,
        Reason.NOT_SUBJECT: ~subject,
        Reason.DEATH_CONTRADICTED: alive_after,
        Reason.DEATH_REPORTED: reported_dead & ~alive_after,
        Reason.CUSTODY_REPORTED: known.custody_key > 0,
        Reason.MISSING_REPORTED: (known.missing_key > 0) & (proof_day <= missing_day),
        Reason.DUPLICATE_REPORTED: known.duplicate_key > 0,
        Reason.OVERDUE: due_day < as_of,
        Reason.DUE_SOON: (due_day >= as_of) & (step > 0),
        Reason.ABROAD_REPORTED: (known.abroad_key > 0) & ((step > 0) | (due_day < as_of)),
        Reason.STRONG_LIFE_EVENT: proven & known.proof_is_strong,
        Reason.POINTS_REACHED: proven & ~known.proof_is_strong,
        Reason.EARLIER_CERTIFICATION: ~proven & (known.last_pass > 0),
        Reason.FIRST_CYCLE: ~proven & (known.last_pass == 0),
    }


def _due_days(known: Known, pass_day: Days, policies: Sequence[Policy]) -> Days:
    """The due date: counted from the newest life event, or the first cycle; never earlier than it stood before."""
    due = np.zeros(len(pass_day), np.int64)
    for index, policy in enumerate(policies):
        mine = known.policy == index
        ever = mine & (pass_day > 0)
        never = mine & (pass_day == 0) & (known.start_month >= Month(1950, 1).index)
        due[ever] = due_after(policy.cycle, pass_day[ever])
        due[never] = first_due(policy.cycle, known.start_month[never])
    return np.maximum(due, known.last_due)


def _ladder_step(
    known: Known, due_day: Days, policies: Sequence[Policy], *, as_of: int, heard_until: int
) -> Numbers:
    """How far up the reminder ladder the day is: 0 before the first step, and while the policy waits for deliveries."""
    step = np.zeros(len(due_day), np.int64)
    for index, policy in enumerate(policies):
        mine = known.policy == index
        if policy.waits_for_deliveries:
            mine &= (due_day <= heard_until) | (as_of > due_day + policy.ask_wait_days)
        for rung in policy.ladder:
            step[mine] += due_day[mine] - rung.days_before <= as_of
    return step


def _deciding_key(known: Known, result: NDArray[np.int8], first: Numbers) -> Numbers:
    """The packed key of the event behind the result: the lead for a doubt, the life event for a pass."""
    order = list(RESULT_OF)
    death = np.isin(first, [order.index(Reason.DEATH_CONTRADICTED), order.index(Reason.DEATH_REPORTED)])
    return np.select(
        [
            death,
            first == order.index(Reason.CUSTODY_REPORTED),
            first == order.index(Reason.MISSING_REPORTED),
            first == order.index(Reason.DUPLICATE_REPORTED),
            (result == Result.PASSED) | ((result == Result.DUE) & _proof_is_newest(known)),
        ],
        [known.death_key, known.custody_key, known.missing_key, known.duplicate_key, known.proof_key],
        default=0,
    )


def _proof_is_newest(known: Known) -> Flags:
    proof_day = known.proof_key >> DAY_SHIFT
    return (proof_day > 0) & (proof_day >= known.last_pass)


def _only_what_matters(reasons: Numbers, result: NDArray[np.int8]) -> Numbers:
    """Keep the reasons that belong to the result: a doubtful person is not also told that a reminder is due."""
    keep = np.zeros(int(max(Result)) + 1, np.int64)
    for bit, value in enumerate(RESULT_OF.values()):
        keep[value] |= 1 << bit
    kept: Numbers = reasons & keep[result]
    return kept


def _lowest_bit(bits: Numbers) -> Numbers:
    """The position of the lowest set bit. One is always set: the last two lines of the table are each other's no."""
    position: Numbers = np.round(np.log2(bits & -bits)).astype(np.int64)
    return position
