"""`yizheng pay-run` and `yizheng pause-list`: a month's pay, and the list of people to be paused from a month on."""

import json
from datetime import date
from pathlib import Path

import click
from django.utils.translation import gettext as _
from rich import table as rich_table

from yizheng import wiring
from yizheng.doors.cli.base import Bars, Day, PayrollMonth, command, console
from yizheng.doors.cli.figures import Stopwatch, peak_mib
from yizheng.doors.cli.staff import as_option, password_option, signed_in
from yizheng.doors.why import Why
from yizheng.doors.words import word
from yizheng.flows.pay import held_pay_is_decided, pay_export
from yizheng.flows.pay import pause_list as pause_list_flow
from yizheng.flows.pay import pay_run as pay_run_flow
from yizheng.kernel.errors import Misused, Refused
from yizheng.kernel.money import yuan_text
from yizheng.kernel.time import Month
from yizheng.rooms import payments
from yizheng.rooms.payments.data import HeldPay, PauseListView, PayReport

_HELD = click.argument("held_id", metavar="HELD", type=int)
_REASON = click.option(
    "--reason", required=True, help="What you looked at and whom you asked; no names, no numbers."
)


@click.group("pay-run", invoke_without_command=True)
@click.option("--month", type=PayrollMonth(), help="The payroll month, YYYY-MM.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the table.")
@click.pass_context
@command
def pay_run(context: click.Context, month: Month | None, as_json: bool) -> None:
    """Run a month's pay: every instruction, and a control total that reconciles to the month before.

    A month that was run before stays as it is; the run is shown again.

    Example: yizheng pay-run --month 2026-11 --json
    """
    if context.invoked_subcommand is not None:
        return
    if month is None:
        raise Misused(Why.MONTH_MISSING, call="yizheng pay-run --month 2026-11")
    watch = Stopwatch()
    with Bars() as bars, watch.step("pay"):
        hands = wiring.operator_hands(progress=bars)
        report = pay_run_flow.run(hands, month=month, limits=wiring.agency().pay_limits)
    if report.already:
        click.echo(f"The pay run of {month} exists already; nothing was changed.", err=True)
    if as_json:
        more = {"already": report.already, "seconds": watch.seconds, "peak_mib": peak_mib()}
        click.echo(json.dumps(report.as_json() | more, ensure_ascii=False))
        return
    console().print(_totals(report))


@pay_run.command("export")
@click.option("--month", required=True, type=PayrollMonth(), help="The payroll month, YYYY-MM.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="FILE.csv")
@click.option(
    "--with-numbers", is_flag=True, help="Add id_number and name; the access is kept in the ledger."
)
@command
def export(month: Month, out: Path, with_numbers: bool) -> None:
    """Write a month's instructions as CSV: pno, kind, monthly_fen, arrears_fen, total_fen, reason_code,
    explanation_code.

    Example: yizheng pay-run export --month 2026-11 --out pay.csv
    """
    written = pay_export.export(wiring.operator_hands(), month=month, out=out, with_numbers=with_numbers)
    click.echo(f"{written} instructions written to {out}", err=True)


@pay_run.command("stopped")
@click.option("--month", required=True, type=PayrollMonth(), help="The payroll month, YYYY-MM.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="FILE.csv")
@command
def stopped(month: Month, out: Path) -> None:
    """Write everybody whose pay is paused or ended in a month as CSV: id_number, name, pay_state, reason_code, since,
    decision, decided_by. The access is kept in the ledger.

    Example: yizheng pay-run stopped --month 2026-11 --out stopped.csv
    """
    written = pay_export.export_stopped(wiring.operator_hands(), month=month, out=out)
    click.echo(f"{written} people written to {out}", err=True)


@pay_run.command("held")
@click.option("--all", "also_decided", is_flag=True, help="Also those that were decided.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the table.")
@command
def held(also_decided: bool, as_json: bool) -> None:
    """Sums that wait for a supervisor: more owed months than a run pays by itself, and amounts lowered for paid months.

    Example: yizheng pay-run held --json
    """
    found = payments.queries.held_pay(waiting=not also_decided)
    if as_json:
        click.echo(json.dumps([_held_facts(one) for one in found], ensure_ascii=False))
        return
    table = rich_table.Table("no", "pno", "why", "months", "yuan", "state")
    for one in found:
        table.add_row(
            str(one.held_id),
            str(one.pno),
            word("held_pay_why", one.why),
            f"{one.first} - {one.last} ({one.months})",
            yuan_text(one.fen),
            word("held_pay_state", one.state),
        )
    console().print(table)


@pay_run.command("release")
@_HELD
@_REASON
@as_option
@password_option
@command
def release_held(held_id: int, reason: str, username: str, password_stdin: bool) -> None:
    """Let a held sum go out with the next run, as a supervisor. HELD is its number in `pay-run held`.

    Of an amount that was lowered, it says that too much was paid; the recovery is a decision of its own.

    Example: yizheng pay-run release 3 --reason "The core system paid nothing since March" --as supervisor
    """
    actor = signed_in(username, password_stdin=password_stdin)
    held_pay_is_decided.release(wiring.hands(actor), held_id=held_id, reason=reason)
    click.echo("Released.", err=True)


@pay_run.command("reject")
@_HELD
@_REASON
@as_option
@password_option
@command
def reject_held(held_id: int, reason: str, username: str, password_stdin: bool) -> None:
    """Do not let a held sum go out, as a supervisor. HELD is its number in `pay-run held`.

    Example: yizheng pay-run reject 3 --reason "The core system paid these months by hand" --as supervisor
    """
    actor = signed_in(username, password_stdin=password_stdin)
    held_pay_is_decided.reject(wiring.hands(actor), held_id=held_id, reason=reason)
    click.echo("Rejected; the sum stays on record.", err=True)


def _held_facts(one: HeldPay) -> dict[str, object]:
    """A held sum for tools: codes, months and fen, no name and no number."""
    return {
        "held": one.held_id,
        "month": str(one.month),
        "pno": one.pno,
        "why": one.why.value,
        "first_month": str(one.first),
        "last_month": str(one.last),
        "months": one.months,
        "fen": one.fen,
        "state": one.state.value,
        "decided_by": one.decided_by,
        "reason": one.reason,
        "paid_in": str(one.paid_in or ""),
    }


@click.group("pause-list")
def pause_list() -> None:
    """The lists of people to be paused. A list pauses nobody until a supervisor releases it."""


@pause_list.command()
@click.option("--month", required=True, type=PayrollMonth(), help="The list's month.")
@as_option
@password_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the table.")
@command
def release(month: Month, username: str, password_stdin: bool, as_json: bool) -> None:
    """Release a month's list, as a supervisor: its people are paused from that payroll month on, and each is told.

    The same as in the staff web: who was certified since the list was drawn, or has a doubt now, is held out.

    Example: yizheng pause-list release --month 2026-12 --as supervisor
    """
    actor = signed_in(username, password_stdin=password_stdin)
    released = pause_list_flow.release(wiring.hands(actor), month=month, policies=wiring.agency().policies)
    _show(released, as_json=as_json)


@pause_list.command()
@click.option(
    "--month", required=True, type=PayrollMonth(), help="The payroll month to come: the first without pay."
)
@click.option("--as-of", required=True, type=Day(), help="The day of the certification run it rests on.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the table.")
@command
def draw(month: Month, as_of: date, as_json: bool) -> None:
    """Draw the list of the payroll month to come up, anew if it was drawn before. Another month is refused.

    Example: yizheng pause-list draw --month 2026-12 --as-of 2026-10-31
    """
    drawn = pause_list_flow.draw_up(
        wiring.operator_hands(),
        as_of=as_of,
        month=month,
        policies=wiring.agency().policies,
        case_rules=wiring.agency().case_rules,
    )
    _show(drawn, as_json=as_json)


@pause_list.command()
@click.option("--month", required=True, type=PayrollMonth(), help="The list's month.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the table.")
@command
def show(month: Month, as_json: bool) -> None:
    """Show a month's list: how many it would pause, and how many are held out of it for which reason.

    Example: yizheng pause-list show --month 2026-12
    """
    found = payments.queries.find_list(month)
    if found is None:
        raise Refused(payments.Why.NO_LIST, month=month)
    _show(found, as_json=as_json)


def _show(found: PauseListView, *, as_json: bool) -> None:
    if as_json:
        figures = {
            "month": str(found.month),
            "state": found.state.value,
            "run_id": found.run_id,
            "to_pause": found.to_pause,
            "held": found.held,
            "held_by_reason": found.held_by_reason,
        }
        click.echo(json.dumps(figures, ensure_ascii=False))
        return
    table = rich_table.Table(
        _("暂停名单"), "people", title=f"{found.month}  {word('list_state', found.state)}"
    )
    table.add_row(_("拟暂停"), f"{found.to_pause:,}")
    for reason, number in sorted(found.held_by_reason.items()):
        table.add_row(f"{_('不列入')}: {word('hold', reason)} ({reason})", f"{number:,}")
    console().print(table)


def _totals(report: PayReport) -> "rich_table.Table":
    total = report.totals
    table = rich_table.Table(
        "总额平衡", "people", "yuan", title=f"{report.month}  {report.instructions:,} instructions"
    )
    rows = (
        ("上月 last month", None, total.previous_fen),
        ("- 停发 stopped", report.stopped, -total.stopped_fen),
        ("= 延续 same", report.same, total.same_fen),
        ("+ 调整 changed", None, total.changed_fen),
        ("+ 新增 new", report.new, total.new_fen),
        ("+ 恢复 resumed", report.resumed, total.resumed_fen),
        ("+ 补发 arrears", None, total.arrears_fen),
        ("= 本月 this month", report.instructions, total.total_fen),
    )
    for name, people, fen in rows:
        table.add_row(name, "" if people is None else f"{people:,}", yuan_text(fen))
    return table
