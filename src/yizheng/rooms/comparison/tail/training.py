"""Trains a model without knowing the truth: splink estimates u from chance pairs and m by expectation-maximisation.

Reproducible: the same tables, seed and DuckDB give the same model. It takes minutes and is done once a source.
"""

from dataclasses import replace

# ruff: noqa: S608 (the SQL is put together from names of our own, never from data)
import duckdb
import pyarrow as pa
from splink import DuckDBAPI, Linker

from yizheng.rooms import duck
from yizheng.rooms.comparison.tail import features
from yizheng.rooms.comparison.tail.comparisons import BLOCKING, COMPARISONS, LEVEL_BITS
from yizheng.rooms.comparison.tail.data import Comparison, Level, Model
from yizheng.rooms.comparison.tail.models import level_words
from yizheng.rooms.comparison.tail.scoring import as_joined, settings

LEAST_M, LEAST_U = 1e-4, 1e-8
"""No share is taken to be smaller: what was never seen is rare, not impossible."""
START = Model(trained_on="nothing", seed=0, people=1, prior=1e-6, comparisons=COMPARISONS, blocking=BLOCKING)
"""The shape of a model before training."""

BY_NUMBER = "l.n17 = r.n17"
BY_NAME_AND_BIRTH = "l.name = r.name AND l.birth = r.birth"


def train(
    people: pa.Table,
    records: pa.Table,
    *,
    trained_on: str,
    seed: int,
    chance_pairs: float = 5e6,
    threads: int = 2,
) -> Model:
    """A model from PEOPLE and RECORDS. `trained_on` says in words what they were; it is kept with the model."""
    connection = duck.apart()
    connection.execute(f"SET threads = {int(threads)}")
    features.install(connection)
    features.prepare_people(connection, people, into="people")
    features.prepare_records(connection, records, into="records")
    for step in ("start", "number", "stray"):
        connection.execute(features.sections("cascade.sql")[step])
    matched = connection.execute(
        f"SELECT count(*) FROM people l JOIN records r ON {BY_NUMBER} WHERE l.sound = r.sound OR l.birth = r.birth"
    ).fetchall()[0][0]
    told = connection.execute("SELECT count(n17) FROM records").fetchall()[0][0]
    here = min(1.0, matched / max(told, 1))
    shape = Model(
        trained_on=trained_on,
        seed=seed,
        people=people.num_rows,
        prior=max(here, 0.01) / people.num_rows,
        comparisons=COMPARISONS,
        blocking=BLOCKING,
    )
    model = estimate(
        connection,
        shape,
        by=(BY_NUMBER, BY_NAME_AND_BIRTH),
        chance_pairs=chance_pairs,
        fixed=LEVEL_BITS,
        counted=_rare_numbers(connection, people.num_rows * records.num_rows),
    )
    connection.close()
    return model


def estimate(
    connection: duckdb.DuckDBPyConnection,
    shape: Model,
    *,
    by: tuple[str, ...],
    chance_pairs: float,
    fixed: dict[str, float] | None = None,
    counted: dict[str, dict[str, float]] | None = None,
) -> Model:
    """Fill in m and u of a model's shape from the tables `people` and `records` of features.

    `by` are conditions under which pairs are mostly true ones; each estimates the fields that it does not ask for.
    `fixed` are weights in bits that are set by reason, by the key of the level; `counted` are shares u by field
    and level, known better than a sample of chance pairs can tell.
    """
    api = DuckDBAPI(connection)
    tables = [api.register(name, dataset_display_name=name) for name in ("people", "records")]
    linker = Linker(tables, settings(shape, "duckdb"), log_level=None)
    linker.training.estimate_u_using_random_sampling(max_pairs=chance_pairs, seed=shape.seed)
    for condition in by:
        linker.training.estimate_parameters_using_expectation_maximisation(
            condition, fix_probability_two_random_records_match=True
        )
    learned = {one["output_column_name"]: one for one in linker.misc.save_model_to_json()["comparisons"]}
    comparisons = tuple(
        _filled(one, learned[one.name], fixed or {}, (counted or {}).get(one.name, {}))
        for one in shape.comparisons
    )
    return Model(
        trained_on=shape.trained_on,
        seed=shape.seed,
        people=shape.people,
        prior=float(f"{shape.prior:.9g}"),
        comparisons=comparisons,
        blocking=shape.blocking,
    )


def _filled(
    one: Comparison,
    learned: dict[str, list[dict[str, float]]],
    fixed: dict[str, float],
    counted: dict[str, float],
) -> Comparison:
    says = level_words()
    levels = [replace(one.levels[0], words=says[one.name, one.levels[0].key])]
    for level, told in zip(one.levels[1:], learned["comparison_levels"][1:], strict=True):
        u = _share(counted.get(level.key, told.get("u_probability")), LEAST_U)
        m = _share(told.get("m_probability"), LEAST_M)
        if level.key in fixed:
            m = u * 2.0 ** fixed[level.key]
            if m > 1:
                m, u = 1.0, 2.0 ** -fixed[level.key]
        levels.append(
            Level(
                key=level.key,
                words=says[one.name, level.key],
                sql=level.sql,
                m=float(f"{m:.9g}"),
                u=float(f"{u:.9g}"),
                frequency=level.frequency,
            )
        )
    return Comparison(name=one.name, words=says[one.name, ""], levels=tuple(levels))


def _rare_numbers(connection: duckdb.DuckDBPyConnection, pairs: int) -> dict[str, dict[str, float]]:
    """How often strangers' numbers agree by chance: too rare for a sample, so counted among all pairs.

    Strangers are those whose name and birth both differ.
    """
    levels = {level.key: level.sql for level in COMPARISONS[0].levels}
    strangers = "l.sound IS DISTINCT FROM r.sound AND l.birth IS DISTINCT FROM r.birth AND l.sur <> r.sur"
    sources = {
        "same": f"people l JOIN records r ON l.n17 = r.n17 WHERE {strangers}",
        "repair": "people l JOIN (SELECT *, unnest(numbers) AS one FROM records WHERE n17 IS NULL) r"
        f" ON l.n17 = r.one WHERE {strangers}",
    }
    near = as_joined(levels["near"])
    pieces = ("l.n_a = r.n_a AND l.n_c = r.n_c", "l.n_b = r.n_b AND l.n_c = r.n_c")
    found = " UNION ".join(
        f"SELECT l.id, r.id FROM people l JOIN records r ON {piece} WHERE {strangers} AND ({near})"
        for piece in pieces
    )
    counts = {key: f"SELECT count(*) FROM {source}" for key, source in sources.items()}
    counts["near"] = f"SELECT count(*) FROM ({found})"
    return {
        "number": {
            key: (connection.execute(sql).fetchall()[0][0] + 0.5) / pairs for key, sql in counts.items()
        }
    }


def _share(told: object, least: float) -> float:
    """What was learned, or the least where nothing was seen."""
    return min(1.0, max(least, told)) if isinstance(told, float) else least
