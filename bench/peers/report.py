"""Figures to rows, ratios, text and the page of the documentation; and what the machine is."""

import json
import os
import platform
import re
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from peers.measure import Used

Row = dict[str, Any]
TITLE = {
    "scan": "scan limit (DuckDB decodes the columns once)",
    "yizheng": "**Yizheng, evaluation** from the lean store",
    "yizheng_ingest": "Yizheng, taking the evidence in (once a delivery)",
    "yizheng_increment": "Yizheng, one more day's rows",
    "duckdb": "DuckDB, plain SQL over the raw data",
    "polars": "polars, plain lazy and streamed",
    "pandas": "pandas",
    "pyspark": "Spark on this machine, plain SQL",
    "yizheng_spark": "Yizheng's SQL on Spark, from the lean store, a task a bucket",
}
_PAGE = """# Figures of the comparison (比对性能)

What `./run bench comparison` measured on one machine; the sections below are written by its `--write`. Processor seconds
(user and system, all processes of an engine) are the figure to compare: wall seconds suffer from whatever else runs.
Figures are medians over the runs, in brackets the smallest and the largest; memory is the peak over the runs. Every
engine starts from files and writes one row for each person of whom there is evidence, and all rows of all engines are
the same by a fingerprint over every column. Python and the engine's start are in the figures; made data and the first
compilation of our kernel are not.
"""


def row(engine: str, runs: list[Used]) -> Row:
    """An engine's line: medians, and the runs they come from."""
    return {
        "engine": engine,
        "cpu_s": round(median(run.cpu_s for run in runs), 2),
        "wall_s": round(median(run.wall_s for run in runs), 2),
        "peak_mib": max(run.peak_mib for run in runs),
        "runs": [{"cpu_s": run.cpu_s, "wall_s": run.wall_s, "peak_mib": run.peak_mib} for run in runs],
    }


def steps(runs: list[Used]) -> Row:
    """Medians of what the runs said of themselves (one JSON object each, on their last line)."""
    said = [json.loads(run.said.splitlines()[-1]) for run in runs]
    return {name: median(one[name] for one in said) for name in said[0]}


def compare(rows: list[Row], *, per: str) -> None:
    """Give every row its processor and wall seconds as multiples of one engine's."""
    base = next((one for one in rows if one["engine"] == per), None)
    for one in rows if base else []:
        assert base is not None  # noqa: S101 (the loop is empty without it)
        one["cpu_x_scan"] = round(one["cpu_s"] / max(base["cpu_s"], 0.01), 2)
        one["wall_x_scan"] = round(one["wall_s"] / max(base["wall_s"], 0.01), 2)


def growth(steps: list[Row]) -> list[Row]:
    """Processor microseconds a row at every size, and against the first: 1.0 is linear."""
    first = {one["engine"]: one["cpu_s"] / steps[0]["evidence"] for one in steps[0]["rows"]}
    return [
        {
            "people": step["people"],
            "evidence": step["evidence"],
            "engine": one["engine"],
            "cpu_s": one["cpu_s"],
            "wall_s": one["wall_s"],
            "peak_mib": one["peak_mib"],
            "cpu_us_a_row": round(one["cpu_s"] / step["evidence"] * 1e6, 4),
            "against_first": round(
                one["cpu_s"] / step["evidence"] / max(first.get(one["engine"], 0), 1e-12), 2
            ),
        }
        for step in steps
        for one in step["rows"]
    ]


def available_bytes() -> int:
    """Memory that can be had now without swapping."""
    found = re.search(r"MemAvailable:\s+(\d+) kB", Path("/proc/meminfo").read_text())
    return int(found[1]) * 1024 if found else 0


def machine() -> dict[str, Any]:
    """Cores and memory, and the versions of what was measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(memory / 2**30),
        "python": platform.python_version(),
        **{name: version(name) for name in ("duckdb", "polars", "pandas", "pyspark", "numba")},
    }


def as_text(found: dict[str, Any]) -> str:
    """What is shown in a terminal."""
    return "\n\n".join(part for _, part in _sections(found)) + "\n"


def write_page(page: Path, found: dict[str, Any]) -> None:
    """Put the sections that were measured now in place of the old ones; the others stay."""
    text = page.read_text(encoding="utf-8") if page.exists() else _PAGE
    for name, part in _sections(found):
        whole = f"<!-- measured: {name} -->\n{part}\n<!-- end of {name} -->"
        old = re.compile(rf"<!-- measured: {name} -->.*?<!-- end of {name} -->", re.DOTALL)
        text = old.sub(lambda _, whole=whole: whole, text) if old.search(text) else f"{text}\n{whole}\n"
    page.write_text(text, encoding="utf-8")


def _sections(found: dict[str, Any]) -> list[tuple[str, str]]:
    if "growth" in found:
        return [("growth", _growth(found))]
    name = "increment" if found.get("increment") else "engines"
    return [(name, _engines(found))]


def _engines(found: dict[str, Any]) -> str:
    extra = f", and {found['increment']:,} more" if found.get("increment") else ""
    how = f"{_of(found['machine'])} {found['threads']} threads, runs of each, in turn: {found['repeat']}."
    lines = [
        f"## {found['people']:,} people, {found['evidence']:,} rows of evidence{extra}",
        "",
        f"{how} {_equality(found)}",
        "",
        "| engine | CPU s | × scan | wall s | × scan | peak MiB |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {TITLE[one['engine']]} | {_spread(one, 'cpu_s')} | {one.get('cpu_x_scan', '')} |"
        f" {_spread(one, 'wall_s')} | {one.get('wall_x_scan', '')} | {one['peak_mib']:,} |"
        for one in found["rows"]
    ]
    for one in found["rows"]:
        if "steps" in one:
            lines += ["", _steps(one["steps"])]
    return "\n".join([*lines, *_skipped(found["skipped"])])


def _steps(told: Row) -> str:
    return (
        f"The day's rows were about {told['people']:,.0f} people; {told['changed']:,.0f} of them gained or lost a proof"
        f" or a lead. What changed was known after {told['changes_s']:.2f} s of work; states and evidence were on the"
        f" disk after {told['durable_s']:.2f} s (medians; the start of Python comes before)."
    )


def _growth(found: dict[str, Any]) -> str:
    lines = [
        "## Growth",
        "",
        f"{_of(found['machine'])} Runs of each: {found['steps'][0]['repeat']}. 1.0 is linear.",
        "",
        "| people | rows of evidence | engine | CPU s | wall s | peak MiB | CPU µs a row | against the first |",
        "|--:|--:|---|--:|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {one['people']:,} | {one['evidence']:,} | {one['engine']} | {one['cpu_s']} | {one['wall_s']} |"
        f" {one['peak_mib']:,} | {one['cpu_us_a_row']} | {one['against_first']} |"
        for one in found["growth"]
    ]
    return "\n".join([*lines, *_skipped([one for step in found["steps"] for one in step["skipped"]])])


def _of(machine_: dict[str, Any]) -> str:
    versions = ", ".join(
        f"{name} {value}" for name, value in machine_.items() if name not in ("cores", "memory_gib")
    )
    return f"A machine of {machine_['cores']} cores and {machine_['memory_gib']} GiB; {versions}."


def _equality(found: dict[str, Any]) -> str:
    if found["equal_results"] is None:
        return "Only one engine wrote states, so nothing was compared."
    return "All results are equal." if found["equal_results"] else "**The results are not equal.**"


def _spread(one: Row, name: str) -> str:
    values = [run[name] for run in one["runs"]]
    return f"{one[name]} ({min(values)}–{max(values)})" if len(values) > 1 else str(one[name])


def _skipped(skipped: list[dict[str, str]]) -> list[str]:
    if not skipped:
        return []
    return [
        "",
        "Skipped:",
        "",
        *(f"- {one['engine']} at {int(one['people']):,} people: {one['reason']}" for one in skipped),
    ]
