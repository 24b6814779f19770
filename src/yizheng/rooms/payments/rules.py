"""The rules of pay (发放), pure: arrears, resumption, the pause list's checks, and the control total.

Rules that always hold: unknown never counts against a person (an unknown pair of the arrears table forfeits nothing, an
unknown check holds the person out of a pause); a control total that does not reconcile refuses the whole run.
"""

from collections.abc import Callable
from datetime import date, timedelta

from yizheng.kernel.errors import Refused
from yizheng.kernel.money import yuan_text
from yizheng.kernel.time import Month, months_from
from yizheng.rooms.payments.data import (
    ARREARS_TABLE,
    LIST_LIFE,
    NO_LIFE_PROOF,
    Arrears,
    Candidate,
    ControlTotal,
    HoldReason,
    PauseEnds,
    PauseListState,
    Terms,
)
from yizheng.rooms.payments.why import Why

PAUSE_FAMILIES = ("12", "16", "42", "47")
"""Pause codes of pensioners, pension survivors, injured workers and injury survivors: the same endings (AAE160)."""

UNKNOWN_TERMS = Terms(Arrears.UNKNOWN, "1399")


def canonical_pause_code(code: str) -> str:
    """The pensioners' pause code for any family's: 1601, 4201 and 4701 are 1201. Others stay as they are."""
    return f"12{code[2:]}" if len(code) == 4 and code[:2] in PAUSE_FAMILIES else code


def terms_of(pause_code: str, ends: PauseEnds) -> Terms:
    """On which terms a pause for that reason ends; `Arrears.UNKNOWN` where the table has no row."""
    return ARREARS_TABLE.get((canonical_pause_code(pause_code), ends), UNKNOWN_TERMS)


def how_a_case_ends(pause_code: str) -> PauseEnds:
    """What a case decided as eligible (具备资格) means for a pause of that reason."""
    return {
        "1201": PauseEnds.CERTIFIED,
        "1202": PauseEnds.SENTENCE_SERVED,
        "1203": PauseEnds.FOUND,
        "1206": PauseEnds.DETAILS_CORRECTED,
        "1207": PauseEnds.DETAILS_CORRECTED,
    }.get(canonical_pause_code(pause_code), PauseEnds.CONFIRMED_ELIGIBLE)


def forfeits_by_words(pause_code: str, resume_code: str) -> bool:
    """Whether a resumption of that reason says by itself that the pause forfeits its months: a served sentence.

    `resume_code` is empty where nobody gave one: then nothing is forfeited.
    """
    terms = [
        terms
        for (pause, _), terms in ARREARS_TABLE.items()
        if pause == canonical_pause_code(pause_code) and terms.reason_code == resume_code != ""
    ]
    return bool(terms) and all(one.arrears is Arrears.NONE for one in terms)


def is_pause_for_missing_proof(pause_code: str) -> bool:
    """Whether a machine may end the pause by a pass: only a missed certification (1201 and its siblings)."""
    return canonical_pause_code(pause_code) == NO_LIFE_PROOF


def months_owed(
    terms: Arrears, *, paused_from: Month, ended_before: Month, death_month: Month | None = None
) -> tuple[Month, ...]:
    """The paused months that are owed: from `paused_from` until before `ended_before`, cut at the month of death."""
    last = ended_before.plus(-1)
    if terms is Arrears.UP_TO_DEATH_MONTH and death_month is not None:
        last = min(last, death_month)
    if terms in (Arrears.NONE, Arrears.UNKNOWN):
        return ()
    return tuple(months_from(paused_from, last))


def arrears_of(months: tuple[Month, ...], amount_of: Callable[[Month], int | None]) -> int | None:
    """The sum of those months at their own amounts, in fen; None when an amount is not known."""
    total = 0
    for month in months:
        amount = amount_of(month)
        if amount is None:
            return None
        total += amount
    return total


def stop_month(day: date) -> Month:
    """The first month without pay after a loss on that day: the month of death is paid in full."""
    return Month.of(day).plus(1)


def resume_month(decided_on: date, next_payroll: Month) -> Month:
    """The month from which pay comes again: the payroll month after the decision, never one that has been run."""
    return max(Month.of(decided_on).plus(1), next_payroll)


def may_resume_on_pass(
    pause_code: str, *, event_day: date, due_day: date, as_of: date, last_certified_on: date | None
) -> bool:
    """Whether a machine's pass ends this pause: 1201, still in force on the day, and newer than what was known.

    A pass that rests on an event no later than the last certification on record cannot answer the pause that followed.
    """
    newer = last_certified_on is None or event_day > last_certified_on
    return is_pause_for_missing_proof(pause_code) and due_day >= as_of and newer


# --- the pause list ---


def is_ripe(due_day: date, *, grace_days: int, as_of: date) -> bool:
    """Whether due day and grace have passed."""
    return as_of > due_day + timedelta(days=grace_days)


def hold_reason(candidate: Candidate, *, from_day: date) -> HoldReason | None:
    """Why this person must be held out of the list, or None. The first reason in the order of weight.

    `from_day` is the day that the pause would begin on: the last reminder must lie `notice_days` before it.
    """
    notice = candidate.final_notice_on
    checks: tuple[tuple[bool, HoldReason], ...] = (
        (candidate.open_doubt, HoldReason.OPEN_DOUBT),
        (candidate.groups != 0, HoldReason.SPECIAL_GROUP),
        (candidate.frozen, HoldReason.SOURCE_ILL),
        (candidate.no_phone, HoldReason.NO_PHONE),
        (notice is None, HoldReason.NOTICE_MISSING),
        (candidate.final_notice_unsent, HoldReason.NOTICE_UNDELIVERED),
        (
            notice is not None and (from_day - notice).days < candidate.notice_days,
            HoldReason.NOTICE_TOO_LATE,
        ),
    )
    return next((reason for holds, reason in checks if holds), None)


def can_release(state: PauseListState | None) -> bool:
    """Whether the list waits for a supervisor."""
    return LIST_LIFE.may(state, "release")


# --- the pay run ---


def reconciles(total: ControlTotal) -> bool:
    """Whether last month, plus and minus what changed, is exactly this month."""
    try:
        check_control_total(total)
    except Refused:
        return False
    return True


def check_control_total(total: ControlTotal) -> None:
    """Refuse unless last month, plus and minus what changed, is exactly this month. Nothing may be lost or gained."""
    stays = total.previous_fen - total.stopped_fen
    if stays != total.same_fen:
        raise Refused(
            Why.SAME_DIFFERS,
            previous=yuan_text(total.previous_fen),
            stopped=yuan_text(total.stopped_fen),
            expected=yuan_text(stays),
            same=yuan_text(total.same_fen),
        )
    expected = total.same_fen + total.new_fen + total.resumed_fen + total.changed_fen + total.arrears_fen
    if expected != total.total_fen:
        raise Refused(Why.TOTAL_DIFFERS, expected=yuan_text(expected), total=yuan_text(total.total_fen))


def check_month(month: Month, *, last_run: Month | None, paid_through: Month | None) -> None:
    """Refuse a month that does not follow the last one paid."""
    last = last_run or paid_through
    if last is None:
        raise Refused(Why.NOBODY_IN_PAYMENT)
    if month == last.plus(1):
        return
    if last_run:
        raise Refused(Why.MONTH_AFTER_RUN, last=last, to_come=last.plus(1), month=month)
    raise Refused(Why.MONTH_AFTER_ROSTER, last=last, to_come=last.plus(1), month=month)
