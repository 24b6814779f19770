"""`yizheng biometrics`: measuring the face engine, the state of the vault, and enrolling a service point's batch."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click
from rich import table as rich_table

from yizheng import wiring
from yizheng.doors.cli.base import Bars, command, console
from yizheng.doors.cli.staff import as_option, password_option, show_refused, signed_in
from yizheng.doors.why import Why
from yizheng.flows.vault import (
    face_engine_is_measured,
    faces_are_filed,
    faces_are_tidied,
    faces_by_file,
    liveness_is_measured,
    vault_is_moved,
)
from yizheng.kernel.errors import Refused
from yizheng.rooms import biometrics
from yizheng.rooms.biometrics.data import EnrolSource, Modality
from yizheng.rooms.biometrics.error_rates import Drawn, Rate

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group("biometrics")
def biometrics_group() -> None:
    """Faces (人脸): measure the engine on your own pictures, see the vault, enrol a batch.

    Example: yizheng biometrics status
    """


@biometrics_group.command("evaluate")
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

    A list of captures (capture,label) measures the liveness check instead: APCER by kind of attack, and BPCER.

    Example: yizheng biometrics evaluate --pairs our-pictures/list.csv
    """
    if liveness_is_measured.is_list_of_captures(pairs):
        _evaluate_liveness(pairs, as_json=as_json)
        return
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


@biometrics_group.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@command
def status(as_json: bool) -> None:
    """How many people's templates are stored, made by which engine, and whether a filing is owed. Exits 0 either way.

    Example: yizheng biometrics status
    """
    rules = wiring.agency().biometrics.face
    duty = faces_are_filed.duty(rules, wiring.agency().calendar)
    stored = {modality.value: biometrics.queries.stored(modality) for modality in Modality}
    engines = biometrics.queries.engines_in_use(Modality.FACE)
    running = wiring.face_engine().engine.code
    check = wiring.passive_check()
    passive = check.engine.code if check else "not checked"
    if as_json:
        filing = duty.filing
        click.echo(
            json.dumps(
                {
                    "people": stored,
                    "face_templates_by_engine": engines,
                    "engine_of_the_rules": rules.engine,
                    "engine": running,
                    "passive_check": passive,
                    "filing_from": rules.filing_from,
                    "reached_on": str(filing.reached_on or ""),
                    "filing_until": str(duty.until or ""),
                    "filed_on": str(filing.filed_on or ""),
                }
            )
        )
        return
    for modality, people in stored.items():
        click.echo(f"{modality}: {people:,} people")
    for engine, templates in sorted(engines.items()):
        fits = "in use" if engine == rules.engine else "fits no more: these people enrol again"
        click.echo(f"  {engine}: {templates:,} templates ({fits})")
    if not rules.fits(running):
        click.echo(
            f"faces pass nobody: the thresholds are of {rules.engine}, but {running} compares."
            " Measure it (`yizheng biometrics evaluate`), then name it in biometrics.yaml."
        )
    if check:
        click.echo(f"passive check: {passive}; a doubt sends a capture to a person, nothing passes by it")
    else:
        click.echo("passive check: not checked (biometrics.yaml names no files under `passive`)")
    if duty.until:
        click.echo(
            f"a filing is owed by {duty.until}: {rules.filing_from:,} people were reached on {duty.filing.reached_on}"
        )
    else:
        click.echo(f"a filing is owed from {rules.filing_from:,} people on")


@biometrics_group.command("enrol-file")
@click.argument("file", type=_FILE)
@click.option(
    "--source",
    type=click.Choice(
        [EnrolSource.SERVICE_POINT.value, EnrolSource.ID_PHOTO.value, EnrolSource.HOME_VISIT.value]
    ),
    default=EnrolSource.SERVICE_POINT.value,
    show_default=True,
    help="Where the pictures come from.",
)
@as_option
@password_option
@command
def enrol_file(file: Path, source: str, username: str, password_stdin: bool) -> None:
    """Enrol the people of a list: number,pictures,signed. Pictures are looked at and not kept. Exits 1 if one was not.

    Example: yizheng biometrics enrol-file batch/list.csv --as certifier --password-stdin < password
    """
    actor = signed_in(username, password_stdin=password_stdin)
    means = faces_by_file.Means(
        read_table=wiring.read_table,
        border=wiring.picture_border(),
        engine=wiring.face_engine(),
        rules=wiring.agency().biometrics.face,
    )
    with Bars() as bars:
        report = faces_by_file.enrol_file(
            wiring.hands(actor, progress=bars), file=file, source=EnrolSource(source), means=means
        )
    click.echo(f"{report.rows:,} rows: {report.enrolled:,} enrolled, {len(report.refused):,} not")
    show_refused(report.refused)
    if report.refused:
        raise Refused(Why.ROWS_NOT_ENROLLED)


@biometrics_group.command("tidy")
@command
def tidy() -> None:
    """Delete the templates of people whose benefit has ended, and counts of tries that count no more. Run it daily.

    Example: yizheng biometrics tidy
    """
    done = faces_are_tidied.tidy(clock=wiring.clock())
    click.echo(
        f"{done.templates:,} templates of {done.people:,} people deleted, {done.tries:,} tries forgotten"
    )


@biometrics_group.command("vault-space")
@click.argument("tablespace")
@command
def vault_space(tablespace: str) -> None:
    """Move the vault's table into a table space of its own (PostgreSQL): another disk, another backup, other rights.

    The database administrator makes the table space first. SQLite has none: there the vault's own key keeps it apart.

    Example: yizheng biometrics vault-space vault
    """
    indexes = vault_is_moved.move(tablespace=tablespace)
    click.echo(f"the vault's table and its {indexes} indexes lie in {tablespace}")


def _evaluate_liveness(file: Path, *, as_json: bool) -> None:
    with Bars() as bars:
        measured = liveness_is_measured.measure(file=file, engine=wiring.face_engine(), progress=bars)
    if as_json:
        click.echo(json.dumps(asdict(measured)))
    else:
        _show_liveness(measured)


def _show_liveness(measured: liveness_is_measured.LivenessMeasured) -> None:
    click.echo(f"engine {measured.engine}; {measured.captures:,} captures, {measured.frames:,} frames")
    table = rich_table.Table(
        rich_table.Column("captures of"),
        *(
            rich_table.Column(name, justify="right")
            for name in ("count", "taken for alive", "exact 95 %", "no answer", "exact 95 % ")
        ),
    )
    for kind in measured.errors.species:
        table.add_row(
            kind.species,
            f"{kind.apcer.of:,}",
            *_cells(kind.apcer, None)[:2],
            *_cells(kind.no_answer, None)[:2],
        )
    console().print(table)
    bona_fide = measured.errors.bpcer
    click.echo(
        f"live people: {bona_fide.of:,}; taken for an attack {' '.join(_cells(bona_fide, None)[:2])};"
        f" no answer {' '.join(_cells(measured.errors.bona_fide_no_answer, None)[:2])}"
    )


def _show_pictures(measured: face_engine_is_measured.Measured) -> None:
    click.echo(f"engine {measured.engine}; {measured.pictures:,} pictures")
    click.echo(f"  not readable {measured.unreadable:,}, without a face {measured.no_face:,}")
    faults = ", ".join(f"{fault} {count:,}" for fault, count in measured.faults.items()) or "none"
    left_out = "left out of the comparison" if measured.gated else "compared all the same"
    click.echo(f"  faults of quality: {faults} ({left_out})")


def _show_group(group: face_engine_is_measured.Group) -> None:
    equal = "unknown" if group.equal_error is None else _share(group.equal_error)
    table = rich_table.Table(
        rich_table.Column("threshold", justify="right"),
        *(
            rich_table.Column(name, justify="right")
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
