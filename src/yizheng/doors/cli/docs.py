"""`yizheng docs`: the parts of the documentation that are drawn from the code, so that they cannot lie."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

import click

from yizheng.doors.cli.base import command
from yizheng.doors.cli.commands_page import COMMANDS_PAGE, commands_page
from yizheng.doors.why import Why
from yizheng.doors.words.casework import CASE_STATES
from yizheng.doors.words.refusals import fact_in
from yizheng.kernel.errors import Misused
from yizheng.kernel.life import Life, Move
from yizheng.rooms.casework.data import LIVES
from yizheng.rooms.certification.data import RUN_LIFE, RunState
from yizheng.rooms.corrections.data import ROW_LIFE, RowState
from yizheng.rooms.entitlements.data import HOLD_LIFE, PAY_LIFE, HeldState, PayState
from yizheng.rooms.evidence.data import LINK_LIFE, LinkState
from yizheng.rooms.mandates.data import MANDATE_LIFE, MandateState
from yizheng.rooms.notices.data import MESSAGE_LIFE, MessageState
from yizheng.rooms.passes.data import CAPTURE_LIFE, CaptureState
from yizheng.rooms.payments.data import LIST_LIFE, WAIT_LIFE, PauseListState, WaitState

S = TypeVar(
    "S",
    CaptureState,
    LinkState,
    RowState,
    PayState,
    HeldState,
    WaitState,
    PauseListState,
    MessageState,
    MandateState,
    RunState,
)

STATES_PAGE = Path("docs") / "reference" / "states.md"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A life as the page shows it: its title, the file that holds it, and the Chinese word of each state by its name."""

    title: str
    source: str
    life: Life[Any]
    words: Mapping[str, str]


@click.group()
def docs() -> None:
    """Documentation that is drawn from the code."""


@docs.command()
@click.option("--out", type=click.Path(path_type=Path), default=STATES_PAGE, show_default=True)
@command
def diagrams(out: Path) -> None:
    """Write the page of states, steps and owners.

    Example: yizheng docs diagrams
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(states_page(), "utf-8")
    click.echo(f"{out} written", err=True)


@docs.command()
@click.option("--out", type=click.Path(path_type=Path), default=COMMANDS_PAGE, show_default=True)
@click.pass_context
@command
def commands(context: click.Context, out: Path) -> None:
    """Write the page of commands.

    Example: yizheng docs commands
    """
    root = context.find_root().command
    if not isinstance(root, click.Group):
        raise Misused(Why.COMMAND_ALONE, call="yizheng docs commands")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(commands_page(root), "utf-8")
    click.echo(f"{out} written", err=True)


def states_page() -> str:
    """The page, from the tables of the rooms."""
    parts = [
        "# States (状态)",
        "",
        "Drawn from the rooms' tables by `yizheng docs diagrams`; a test fails when this page is stale.",
        "Change the table, then draw it again.",
    ]
    for life in lives():
        parts += ["", *_section(life)]
    return "\n".join(parts) + "\n"


def lives() -> tuple[Drawn, ...]:
    """Every thing that has states."""
    return (
        *(_case_life(name, life) for name, life in LIVES.items()),
        _drawn("Capture (刷脸认证)", "rooms/passes/data.py", CAPTURE_LIFE, CaptureState),
        _drawn("Uncertain link (模糊关联)", "rooms/evidence/links.py", LINK_LIFE, LinkState),
        _drawn("Row to correct (待更正记录)", "rooms/corrections/data.py", ROW_LIFE, RowState),
        _drawn("Pay state (发放状态)", "rooms/entitlements/pay_states.py", PAY_LIFE, PayState),
        _drawn(
            "Change of a roster, held (花名册大批变更)", "rooms/entitlements/held.py", HOLD_LIFE, HeldState
        ),
        _drawn("Pay that waits (待核发放)", "rooms/payments/waiting.py", WAIT_LIFE, WaitState),
        _drawn("Pause list (暂停名单)", "rooms/payments/data.py", LIST_LIFE, PauseListState),
        _drawn("Run (认证批次)", "rooms/certification/data.py", RUN_LIFE, RunState),
        _drawn("Message (通知)", "rooms/notices/data.py", MESSAGE_LIFE, MessageState),
        _drawn("Mandate (代办委托)", "rooms/mandates/data.py", MANDATE_LIFE, MandateState),
    )


def _drawn(title: str, source: str, life: Life[Any], states: Iterable[S]) -> Drawn:
    chinese = {_name(state): getattr(state, "chinese", "") or fact_in(state, "zh-hans") for state in states}
    return Drawn(title, source, life, chinese)


def _case_life(name: str, life: Life[str]) -> Drawn:
    """A life that kinds of cases share; those that a kind brings itself stand in the agency's files."""
    words = {state.code: CASE_STATES[state.code].zh for state in life.states}
    return Drawn(f"Case (疑点): {name}", "rooms/casework/lives.py", life, words)


def _name(state: Enum | str) -> str:
    return state.name.lower() if isinstance(state, Enum) else state


def _section(drawn: Drawn) -> list[str]:
    life, names = drawn.life, [_name(state.code) for state in drawn.life.states]
    lines = [f"## {drawn.title}", "", f"Table: `{drawn.source}`.", "", "```mermaid", "stateDiagram-v2"]
    lines += [f"    {name}: {drawn.words[name]} {name}" for name in names]
    if not life.steps(None):
        lines.append(f"    [*] --> {_name(life.begins[0])}")
    lines += [f"    {_from(move) or '[*]'} --> {_name(move.to)}: {move.step}" for move in life.moves]
    lines += [f"    {_name(state)} --> [*]" for state in life.finals]
    lines += ["```", "", "| state | 中文 | whose turn |", "|---|---|---|"]
    lines += [
        f"| {name} | {drawn.words[name]} | {state.owner} |"
        for name, state in zip(names, life.states, strict=True)
    ]
    lines += ["", "| from | step | to | taken by | permission |", "|---|---|---|---|---|"]
    lines += [
        f"| {_from(move) or '-'} | {move.step} | {_name(move.to)} | {life.taker(move)} | {_code(move.permission)} |"
        for move in life.moves
    ]
    return lines


def _from(move: Move[Any]) -> str:
    return _name(move.state) if move.state else ""


def _code(permission: str) -> str:
    return f"`{permission}`" if permission else "-"
