"""`yizheng docs`: the parts of the documentation that are drawn from the code, so that they cannot lie."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

import click

from yizheng.doors.cli.base import command
from yizheng.doors.cli.commands_page import COMMANDS_PAGE, commands_page
from yizheng.kernel.errors import Misused
from yizheng.rooms.casework.data import OWNERS, TRANSITIONS, CaseState
from yizheng.rooms.certification.capture import CAPTURE_OWNERS, CAPTURE_TRANSITIONS, CaptureState
from yizheng.rooms.corrections.data import ROW_OWNERS, ROW_TRANSITIONS, RowState
from yizheng.rooms.entitlements.pay_states import PAY_OWNERS, PAY_TRANSITIONS, PayState
from yizheng.rooms.evidence.links import LINK_OWNERS, LINK_TRANSITIONS, LinkState
from yizheng.rooms.mandates.data import MANDATE_OWNERS, MANDATE_TRANSITIONS, MandateState
from yizheng.rooms.notices.data import MESSAGE_OWNERS, MESSAGE_TRANSITIONS, MessageState
from yizheng.rooms.payments.data import LIST_OWNERS, LIST_TRANSITIONS, PauseListState

S = TypeVar(
    "S", CaptureState, CaseState, LinkState, RowState, PayState, PauseListState, MessageState, MandateState
)

STATES_PAGE = Path("docs") / "reference" / "states.md"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of any thing's life, as the page shows it."""

    before: str | None
    step: str
    after: str
    taken_by: str


@dataclass(frozen=True, slots=True)
class Life:
    """A thing, its states with their Chinese words and owners, and its steps."""

    title: str
    source: str
    states: Mapping[str, tuple[str, str]]
    first: str
    steps: tuple[Step, ...]


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
        raise Misused(
            "the command was expected under `yizheng`, but it was called alone. Type: yizheng docs commands."
        )
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


def lives() -> tuple[Life, ...]:
    """Every thing that has states."""
    return (
        Life(
            "Case (疑点)",
            "rooms/casework/data.py",
            _states(CaseState, OWNERS),
            _name(CaseState.OPEN),
            _steps(TRANSITIONS),
        ),
        Life(
            "Capture (刷脸认证)",
            "rooms/certification/capture.py",
            _states(CaptureState, CAPTURE_OWNERS),
            _name(CaptureState.ASKING),
            _steps(CAPTURE_TRANSITIONS),
        ),
        Life(
            "Uncertain link (模糊关联)",
            "rooms/evidence/links.py",
            _states(LinkState, LINK_OWNERS),
            "",
            _steps(LINK_TRANSITIONS),
        ),
        Life(
            "Row to correct (待更正记录)",
            "rooms/corrections/data.py",
            _states(RowState, ROW_OWNERS),
            "",
            _steps(ROW_TRANSITIONS),
        ),
        Life(
            "Pay state (发放状态)",
            "rooms/entitlements/pay_states.py",
            _states(PayState, PAY_OWNERS),
            _name(PayState.IN_PAYMENT),
            _steps(PAY_TRANSITIONS),
        ),
        Life(
            "Pause list (暂停名单)",
            "rooms/payments/data.py",
            _states(PauseListState, LIST_OWNERS),
            "",
            _steps(LIST_TRANSITIONS),
        ),
        Life(
            "Message (通知)",
            "rooms/notices/data.py",
            _states(MessageState, MESSAGE_OWNERS),
            _name(MessageState.QUEUED),
            _steps(MESSAGE_TRANSITIONS),
        ),
        Life(
            "Mandate (代办委托)",
            "rooms/mandates/data.py",
            _states(MandateState, MANDATE_OWNERS),
            _name(MandateState.ASKED),
            _steps(MANDATE_TRANSITIONS),
        ),
    )


def _name(state: Enum) -> str:
    return state.name.lower()


def _steps(table: Iterable[Any]) -> tuple[Step, ...]:
    """The steps of a room's table; its rows name the taker `role` or `owner`."""
    return tuple(
        Step(
            _name(row.state) if row.state else None,
            row.step,
            _name(row.to),
            row.role if hasattr(row, "role") else row.owner,
        )
        for row in table
    )


def _states(kind: Iterable[S], owners: Mapping[S, str]) -> dict[str, tuple[str, str]]:
    return {_name(state): (state.chinese, owners[state]) for state in kind}


def _section(life: Life) -> list[str]:
    lines = [f"## {life.title}", "", f"Table: `{life.source}`.", "", "```mermaid", "stateDiagram-v2"]
    lines += [f"    {name}: {chinese} {name}" for name, (chinese, _) in life.states.items()]
    if life.first:
        lines.append(f"    [*] --> {life.first}")
    lines += [f"    {step.before or '[*]'} --> {step.after}: {step.step}" for step in life.steps]
    ends = [name for name in life.states if name not in {step.before for step in life.steps}]
    lines += [f"    {name} --> [*]" for name in ends]
    lines += ["```", "", "| state | 中文 | whose turn |", "|---|---|---|"]
    lines += [f"| {name} | {chinese} | {owner} |" for name, (chinese, owner) in life.states.items()]
    lines += ["", "| from | step | to | taken by |", "|---|---|---|---|"]
    lines += [
        f"| {step.before or '-'} | {step.step} | {step.after} | {step.taken_by} |" for step in life.steps
    ]
    return lines
