"""What commands print: tables that nobody's pipe cuts off, and records that are named once."""

import sys
from dataclasses import replace
from datetime import date

import pytest
from rich.table import Table

from yizheng.doors.cli.base import WIDE, console
from yizheng.flows.runs.explanation import EvidenceLine
from yizheng.rooms.evidence.data import Polarity, Strength

LINE = EvidenceLine(
    evidence_no=1,
    kind="死亡医学证明",
    source="死亡医学证明",
    owner="市卫生健康局",
    day=date(2026, 11, 3),
    says=Polarity.DEATH,
    strength=Strength.STRONG,
    points=0,
    valid_until=date(2126, 11, 3),
    counted=True,
    set_aside=False,
    decided=True,
    batch_id="b",
    file_name="f.csv",
    row=2,
    cells={},
)


def test_table_in_a_pipe_is_not_cut_at_80_columns(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("source", "why")
    table.add_row("railway", "缺" * 60)
    console().print(table)
    assert "缺" * 60 in capsys.readouterr().out
    assert console().width == WIDE


def test_table_on_a_terminal_is_as_wide_as_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "97")
    monkeypatch.setenv("TERM", "xterm")
    assert console().width == 97


def test_record_whose_kind_is_called_like_its_source_is_named_once() -> None:
    assert LINE.names == ("死亡医学证明",)
    assert replace(LINE, kind="签发").names == ("死亡医学证明", "签发")
