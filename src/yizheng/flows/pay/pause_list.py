"""A month's pause list (暂停名单): drawn up by the product, released by a supervisor, and only then in force.

`draw_up` proposes the people whose certification is overdue, whose ladder and grace have passed by their policy, and
who are in payment. Its checks hold people out, each with the reason: special groups, ill sources, open doubts, a last
reminder that is missing, undelivered or too recent, no phone. `release` looks again, since days have passed: who was
certified since, or has a doubt now, is held out. The rest is paused (2/1201) from that payroll month on, and told so.

Whoever is held out because a message cannot do (a special group, no phone, nothing delivered) is visited: drawing the
list opens a case for each. Held out and left alone, a death that the family hides would be paid for ever.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction

from yizheng.flows.decisions import decision_takes_effect
from yizheng.flows.house.tree_is_kept import keep_tree
from yizheng.flows.house.whole_again import whole_again
from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import Hands
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import CHINA, Month, day_number
from yizheng.rooms import (
    access,
    casework,
    certification,
    entitlements,
    ledger,
    notices,
    passes,
    payments,
    people,
)
from yizheng.rooms.casework.data import CaseRules, Known, NewCase
from yizheng.rooms.certification.data import Policy, Result
from yizheng.rooms.decisions.data import Decision, MovesPay, Origin, SendsLetter
from yizheng.rooms.entitlements.data import PayState
from yizheng.rooms.notices.data import ARRIVED, NO_PHONE, NoticeTrace
from yizheng.rooms.payments.data import NO_LIFE_PROOF, Candidate, HoldReason, PauseEnds, PauseListView

OLDEST_NOTICE = timedelta(days=400)
"""Notices of earlier cycles are of no interest."""
ONLY_BY_VISIT = (HoldReason.SPECIAL_GROUP, HoldReason.NO_PHONE, HoldReason.NOTICE_UNDELIVERED)
"""Held out of a list because a message cannot do: these people are visited."""
VISITED_LATELY = timedelta(days=90)
"""Nobody is visited again before so many days have passed."""


@whole_again
def draw_up(
    hands: Hands, *, as_of: date, month: Month, policies: Sequence[Policy], case_rules: CaseRules
) -> PauseListView:
    """Draw up the list of a month, anew if it was drawn before. It pauses nobody.

    Raises Refused when it is released, when the month is not the payroll month to come, or when no run stands as of
    that day.
    """
    _check_is_to_come(month)
    run = certification.queries.find_latest_run()
    if run is None:
        raise Refused(payments.Why.NO_CERTIFICATION, as_of=as_of)
    if run.as_of != as_of:
        raise Refused(payments.Why.CERTIFICATION_OF_ANOTHER_DAY, as_of=as_of, newest=run.as_of)
    candidates = _candidates(as_of, month, {policy.key: policy for policy in policies})
    judged = [
        (candidate, payments.queries.hold_reason(candidate, from_day=month.first()))
        for candidate in candidates
    ]
    at = hands.now()
    with transaction.atomic(), ledger.actions.appended_last():
        drawn, tree = payments.actions.draw_list(
            month, run_id=run.run_id, candidates=judged, actor=hands.username, at=at
        )
        keep_tree(hands.store, tree)
        _send_visitors(hands, judged, case_rules, run_id=run.run_id, as_of=as_of, at=at)
    return drawn


def _send_visitors(
    hands: Hands,
    judged: Sequence[tuple[Candidate, HoldReason | None]],
    case_rules: CaseRules,
    *,
    run_id: str,
    as_of: date,
    at: datetime,
) -> int:
    """Open a case for everybody whom only a visit can reach, unless one was opened lately; gives how many."""
    visited = casework.queries.opened_since(as_of - VISITED_LATELY, kind=Known.VISIT)
    return casework.actions.open_cases(
        [
            NewCase(pno=candidate.pno, leads=(), kind=Known.VISIT)
            for candidate, hold in judged
            if hold in ONLY_BY_VISIT and candidate.pno not in visited
        ],
        case_rules=case_rules,
        run_id=run_id,
        as_of=as_of,
        at=at,
        actor=hands.username,
    )


@whole_again
def release(hands: Hands, *, month: Month, policies: Sequence[Policy]) -> PauseListView:
    """Release the list: from this payroll month on its people are paused, and each is told.

    Raises Refused when the actor may not, when there is no list, it was released or is not as it was drawn, or the pay of
    the month has been run.
    """
    access.queries.check_can_release(hands.actor)
    _check_not_run(month)
    at = hands.now()
    with transaction.atomic(), ledger.actions.appended_last():
        drawn = payments.queries.find_list(month)
        held_since = _held_since(month, policies, drawn_at=drawn.drawn_at, at=at) if drawn else {}
        to_pause, tree = payments.actions.release_list(
            month, held_since=held_since, actor=hands.username, at=at
        )
        decision_takes_effect.carry_out_list(
            [_decision(Pno(pno), month, released_by=hands.username) for pno in to_pause],
            month=month,
            actor=hands.username,
            at=at,
        )
        keep_tree(hands.store, tree)
    released = payments.queries.find_list(month)
    if released is None:
        raise Refused(payments.Why.LIST_VANISHED, month=month)
    return released


def _decision(pno: Pno, month: Month, *, released_by: str) -> Decision:
    """The decision about one person of a released list: paused for want of a certification, and told so."""
    return Decision(
        origin=Origin.PAUSE_LIST,
        number=str(month),
        pno=pno,
        on=month.first(),
        by=(released_by,),
        effects=(
            MovesPay(to=PayState.PAUSED, reason=NO_LIFE_PROOF, ends=PauseEnds.OTHER_LOSS),
            SendsLetter("paused"),
        ),
    )


def _check_is_to_come(month: Month) -> None:
    """A list for a later month would rest on what is known too early; nobody can be paused from an earlier one."""
    _check_not_run(month)
    to_come = payments.queries.month_to_come()
    if to_come is not None and month != to_come:
        raise Refused(payments.Why.LIST_NOT_TO_COME, to_come=to_come, month=month)


def _check_not_run(month: Month) -> None:
    to_come = payments.queries.month_to_come()
    if to_come is not None and month < to_come:
        raise Refused(payments.Why.MONTH_RUN_ALREADY, month=month, to_come=to_come)


def _candidates(as_of: date, month: Month, policies: Mapping[str, Policy]) -> list[Candidate]:
    """The overdue people in payment whose policy lets a pause be proposed for the month."""
    without_pay = _without_pay(month)
    ripe = [
        standing
        for standing in certification.queries.standings_at(Result.DUE)
        if standing.pno not in without_pay
        and _is_ripe(standing, policies.get(standing.policy), as_of=as_of, month=month)
    ]
    groups = _groups_of([standing.pno for standing in ripe], as_of)
    doubts = casework.queries.open_pnos()
    since = datetime.combine(as_of - OLDEST_NOTICE, time(), CHINA)
    traces = notices.queries.traces(certification.queries.reminder_templates(policies), since=since)
    sent = {key: trace.queued_at.astimezone(CHINA).date() for key, trace in traces.items()}
    return [
        _with_notice(
            Candidate(
                pno=Pno(standing.pno),
                due_day=standing.due_day,
                groups=groups.get(standing.pno, 0),
                frozen=standing.frozen,
                open_doubt=standing.pno in doubts,
                final_notice_on=None,
                notice_days=policies[standing.policy].notice_days,
            ),
            policies[standing.policy],
            traces,
        )
        for standing in ripe
        if standing.due_day is not None
        and certification.queries.has_had_time(
            policies[standing.policy],
            pno=standing.pno,
            due_day=day_number(standing.due_day),
            sent=sent,
            as_of=as_of,
        )
    ]


def _without_pay(month: Month) -> set[int]:
    """Everybody who is paused or ended, in the month before or by a step to come: a list pauses people in payment."""
    return {
        pno
        for pno, timeline in entitlements.queries.pay_timelines()
        if any(
            standing.state is not PayState.IN_PAYMENT
            for standing in (
                entitlements.queries.standing_after(timeline),
                entitlements.queries.standing_in(timeline, month.plus(-1)),
            )
        )
    }


def _is_ripe(
    standing: certification.queries.StandingRecord, policy: Policy | None, *, as_of: date, month: Month
) -> bool:
    """Whether due day and grace have passed, and the policy's first month to pause has come."""
    if policy is None or standing.due_day is None:
        return False
    earliest = certification.queries.pause_month(policy, day_number(standing.due_day))
    return (
        payments.queries.is_ripe(standing.due_day, grace_days=policy.grace_days, as_of=as_of)
        and earliest <= month
    )


def _groups_of(pnos: Sequence[int], as_of: date) -> dict[int, int]:
    """The special groups of people on a day: what the roster says, and 高龄 by age."""
    told = entitlements.queries.groups_of(pnos)
    born = people.queries.persons(pnos)
    return {
        pno: int(certification.queries.groups_on(told.get(pno, 0), born[Pno(pno)].birth_day, as_of))
        for pno in pnos
        if Pno(pno) in born
    }


def _with_notice(candidate: Candidate, policy: Policy, traces: Mapping[str, NoticeTrace]) -> Candidate:
    """The candidate with what is known of the ladder for this due day: nothing, unless every step of it was sent."""
    due_day = day_number(candidate.due_day)
    trace = traces.get(certification.queries.reminder_key(candidate.pno, due_day, len(policy.ladder)))
    if trace is None or not certification.queries.was_fully_reminded(
        policy, pno=candidate.pno, due_day=due_day, sent=traces
    ):
        return candidate
    return replace(
        candidate,
        final_notice_on=trace.queued_at.astimezone(CHINA).date(),
        final_notice_at=trace.queued_at.astimezone(UTC),
        final_notice_unsent=trace.state not in ARRIVED,
        no_phone=trace.error == NO_PHONE,
    )


def _held_since(
    month: Month, policies: Sequence[Policy], *, drawn_at: datetime, at: datetime
) -> dict[int, HoldReason]:
    """Who must not be paused any more, though the list was drawn with them."""
    due_days = payments.queries.due_days_to_pause(month)
    without_pay = _without_pay(month)
    still = _still_proposed(month, policies)
    passes_then = passes.queries.newest_passes(known_before=drawn_at)
    passes_now = passes.queries.newest_passes(known_before=at)
    unreached = notices.queries.lost_since(drawn_at)
    held: dict[int, HoldReason] = {}
    for pno, due_day in due_days.items():
        candidate = still.get(pno)
        if pno in without_pay:
            held[pno] = HoldReason.NOT_IN_PAYMENT
        elif candidate is None or day_number(candidate.due_day) != due_day:
            held[pno] = HoldReason.CERTIFIED_SINCE
        elif reason := payments.queries.hold_reason(candidate, from_day=month.first()):
            held[pno] = reason
        elif passes_now.get(pno) != passes_then.get(pno):
            held[pno] = HoldReason.CERTIFIED_SINCE
        elif pno in unreached:
            held[pno] = HoldReason.NOTICE_UNDELIVERED
    return held


def _still_proposed(month: Month, policies: Sequence[Policy]) -> dict[int, Candidate]:
    """Whom a list drawn now would propose, by person: what the newest run says, with today's notices and doubts."""
    run = certification.queries.find_latest_run()
    if run is None:
        return {}
    proposed = _candidates(run.as_of, month, {policy.key: policy for policy in policies})
    return {candidate.pno: candidate for candidate in proposed}
