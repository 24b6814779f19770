"""The figures that commands print: one JSON shape for `certify` and `demo`, and how time and memory are taken."""

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from yizheng.doors.words import told_in
from yizheng.kernel.told import Told
from yizheng.rooms.certification.data import RunReport, Silence


class Stopwatch:
    """Seconds a step, in the order of the steps."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Count the time inside to a step; several times the same step add up."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = round(self.seconds.get(name, 0.0) + time.perf_counter() - begun, 2)


def peak_mib() -> int:
    """The most memory this process ever held, in MiB, and its largest child's beside it if that was larger."""
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    usages = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return max(usages) // unit


def run_figures(report: RunReport) -> dict[str, object]:
    """A run's part of the contract: the counts sum to `roster`."""
    return {
        "run_id": report.run_id,
        "as_of": report.as_of.isoformat(),
        "roster": report.counts.roster,
        **report.counts.results,
        "passed_by_source": report.counts.passed_by_source,
        "frozen": report.counts.frozen,
        "unwell_sources": {source: _both(why) for source, why in report.unwell_sources.items()},
        "cases_opened": report.counts.cases_opened,
        "notices_queued": report.counts.notices_queued,
        "inputs_hash": report.inputs_hash,
        "results_hash": report.results_hash,
        "silence": silence_figures(report.counts.silence),
    }


def silence_figures(silence: Silence | None) -> dict[str, object] | None:
    """The four figures of silence and the counts behind them; None for a run that counted none."""
    return None if silence is None else dict(silence.figures) | asdict(silence)


def _both(why: Told | str) -> str:
    """Why a source was not well, in both languages: a program's reader may have either. Older runs kept a text."""
    return why if isinstance(why, str) else f"{told_in(why, 'zh-hans')} ({told_in(why, 'en')})"
