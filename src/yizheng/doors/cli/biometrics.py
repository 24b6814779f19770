"""`yizheng biometrics`: measuring the face engine, the state of the vault, and enrolling a service point's batch."""

import json
from dataclasses import asdict
from pathlib import Path

import click
from rich.table import Column, Table

from yizheng import wiring
from yizheng.doors.cli.base import Bars, command, console
from yizheng.flows import face_engine_is_measured
from yizheng.flows.face_engine_is_measured import Group, Measured
from yizheng.rooms.biometrics.error_rates import Drawn, Rate

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def biometrics() -> None:
    """Faces (人脸): measure the engine on your own pictures, see the vault, enrol a batch.

    Example: yizheng biometrics status
    """


@biometrics.command("evaluate")
@click.option(
    "--pairs", required=True, type=_FILE, help="The labelled list, in CSV: picture,person or a,b,same."
)
@click.option(
    "--gate/--no-gate", default=True, help="Leave out pictures that the quality check refuses (default)."
)
@click.option(
    "--threshold",
    "thresholds",
    type=float,
    multiple=True,
    help="Measure at this likeness too; may be repeated.",
)
@click.option("--seed", default=1, show_default=True, help="For the intervals that draw people anew.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@command
def evaluate(pairs: Path, gate: bool, thresholds: tuple[float, ...], seed: int, as_json: bool) -> None:
    """Measure both errors of the face engine on labelled pictures, with 95 % intervals, group by group.

    FNMR is the share of true pairs that are not matched, FMR the share of false pairs that are. The first interval is
    exact for independent pairs; the second draws people anew, since pairs that share a person are not independent.
    Nothing is kept.

    Example: yizheng biometrics evaluate --pairs our-pictures/list.csv
    """
    rules = wiring.agency().biometrics.face
    own = {limit for band in rules.bands for limit in (band.refer, band.accept)}
    wanted = sorted({*face_engine_is_measured.THRESHOLDS, *own, *thresholds})
    with Bars() as bars:
        measured = face_engine_is_measured.measure(
            file=pairs, engine=wiring.face_engine(), gate=gate, thresholds=wanted, seed=seed, progress=bars
        )
    if as_json:
        click.echo(json.dumps(asdict(measured)))
        return
    _show_pictures(measured)
    for group in measured.groups:
        _show_group(group)


def _show_pictures(measured: Measured) -> None:
    click.echo(f"engine {measured.engine}; {measured.pictures:,} pictures")
    click.echo(f"  not readable {measured.unreadable:,}, without a face {measured.no_face:,}")
    faults = ", ".join(f"{fault} {count:,}" for fault, count in measured.faults.items()) or "none"
    left_out = "left out of the comparison" if measured.gated else "compared all the same"
    click.echo(f"  faults of quality: {faults} ({left_out})")


def _show_group(group: Group) -> None:
    equal = "unknown" if group.equal_error is None else _share(group.equal_error)
    table = Table(
        Column("threshold", justify="right"),
        *(
            Column(name, justify="right")
            for name in ("FNMR", "exact 95 %", "by person", "FMR", "exact 95 % ", "by person ")
        ),
        title=f"{group.name}: {group.people:,} people, {group.genuine:,} true and {group.impostor:,} false pairs;"
        f" equal error {equal}",
        title_justify="left",
    )
    for row in group.at:
        table.add_row(
            f"{row.threshold:.3f}",
            *_cells(row.fnmr, row.fnmr_by_person),
            *_cells(row.fmr, row.fmr_by_person),
        )
    console().print(table)
    for wanted, threshold, missed in group.for_fmr:
        said = "too few false pairs to say" if threshold is None else f"threshold {threshold:.3f}"
        click.echo(f"  FMR {wanted:g}: {said}" + ("" if missed is None else f", FNMR {_share(missed)}"))


def _cells(found: Rate, drawn: Drawn | None) -> tuple[str, str, str]:
    share = "unknown" if found.share is None else _share(found.share)
    by_person = "unknown" if drawn is None else f"{_share(drawn.low)} – {_share(drawn.high)}"
    return share, f"{_share(found.low)} – {_share(found.high)}", by_person


def _share(value: float) -> str:
    """A share in percent, with as many places as it needs."""
    percent = value * 100
    return f"{percent:.1f} %" if percent >= 1 else f"{percent:.3g} %"
