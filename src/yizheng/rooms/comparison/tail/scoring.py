"""A model put to work: splink's settings for each backend, and the same model as one SELECT for millions of pairs.

`settings` is what splink trains and what Spark runs. Between them splink joins pairs by texts of their identifiers;
`pairs_scored` is the same sum written over integers, a few times cheaper, and a test holds the two together.
"""

# ruff: noqa: S608 (the SQL is put together from names of our own, never from data)
import math
import re
from collections.abc import Iterable
from typing import Any

import splink.comparison_library as library
from splink import SettingsCreator, block_on
from splink.blocking_rule_library import CustomRule
from splink.comparison_level_library import CustomLevel, ElseLevel

from yizheng.kernel.errors import Refused
from yizheng.rooms.comparison.tail.data import Comparison, Level, Model
from yizheng.rooms.comparison.why import Why

BACKENDS = ("duckdb", "spark")


def settings(model: Model, backend: str, *, blocking: Iterable[int] | None = None) -> dict[str, Any]:
    """Splink settings of a model for a backend (`duckdb` or `spark`), m and u filled in.

    The inputs are tables of features with the columns that the model names, `id` and, for people, `tf_` columns are
    splink's own business. `blocking` picks rules by their place; without it all are taken.
    """
    if backend not in BACKENDS:
        raise Refused(Why.BACKEND_UNKNOWN, known=BACKENDS, backend=backend)
    rules = [model.blocking[at] for at in (range(len(model.blocking)) if blocking is None else blocking)]
    creator = SettingsCreator(
        link_type="link_only",
        unique_id_column_name="id",
        probability_two_random_records_match=model.prior,
        retain_intermediate_calculation_columns=True,
        retain_matching_columns=False,
        comparisons=[_splink_comparison(one) for one in model.comparisons],
        blocking_rules_to_generate_predictions=[
            block_on(*rule.explode, arrays_to_explode=list(rule.explode))
            if rule.explode
            else CustomRule(rule.sql, sql_dialect="duckdb")
            for rule in rules
        ],
    )
    return dict(creator.create_settings_dict(backend))


def pairs_scored(model: Model, source: str, *, least: float) -> str:
    """The SELECT that scores the pairs of `source`: levels, weights and their sum.

    `source` is a FROM clause over `l`, `r` and a column `tf_...` for each of `frequencies`.

    Pairs whose sum stays below `least` bits are left out. The dearest comparison, the first, is made only for pairs
    that could still reach it.
    """
    first, *others = model.comparisons
    carried = sorted({name for level in first.levels for name in _columns(level.sql)})
    cheap = ",\n".join(f"{_level_sql(one)} AS level_{one.name}" for one in others)
    shares = ", ".join(f"tf_{name}" for name in frequencies(model))
    passed = ", ".join(f"{side}.{name} AS {name}_{side}" for name, side in carried)
    best = max((level.weight for level in first.levels), default=0.0)
    sums = " + ".join(f"coalesce(mw_{one.name}, 0)" for one in others)
    whole = " + ".join(f"coalesce(mw_{one.name}, 0)" for one in model.comparisons)
    return f"""
        SELECT *, {whole} AS weight FROM (
            SELECT * EXCLUDE (level_{first.name}), CAST(level_{first.name} AS TINYINT) AS level_{first.name},
                {_weight_sql(first)} AS mw_{first.name}
            FROM (
                SELECT *, {_level_sql(first, joined=False)} AS level_{first.name} FROM (
                    SELECT *, {", ".join(f"{_weight_sql(one)} AS mw_{one.name}" for one in others)} FROM (
                        SELECT r.id AS record, l.id AS pno, {", ".join(filter(None, (shares, passed)))}, {cheap}
                        FROM {source}))
                WHERE {sums} + {best!r} >= {least!r}))
        WHERE {whole} >= {least!r}"""


def frequencies(model: Model) -> list[str]:
    """The columns by whose frequency among people a weight is sharpened."""
    return sorted({level.frequency for one in model.comparisons for level in one.levels if level.frequency})


def starting_bits(model: Model, people: int) -> float:
    """The chance to begin with, in bits, when looking among so many people."""
    prior = min(0.5, model.prior * model.people / max(people, 1))
    return math.log2(prior / (1 - prior))


def as_joined(sql: str) -> str:
    """A level's condition over the columns of `l` and `r` instead of columns named `_l` and `_r`."""
    return _COLUMN.sub(r"\2.\1", sql)


def _splink_comparison(one: Comparison) -> library.CustomComparison:
    made: list[Any] = []
    for level in one.levels:
        created: Any = ElseLevel()
        if level.sql != "ELSE":
            created = CustomLevel(level.sql, label_for_charts=level.key, base_dialect_str="duckdb")
        if level is one.levels[0]:
            created = created.configure(is_null_level=True)
        else:
            created = created.configure(m_probability=level.m, u_probability=level.u)
        if level.frequency:
            created = created.configure(
                tf_adjustment_column=level.frequency, disable_tf_exact_match_detection=True
            )
        made.append(created)
    return library.CustomComparison(made, output_column_name=one.name)


def _level_sql(one: Comparison, *, joined: bool = True) -> str:
    """CASE that gives a level's number. Joined: columns of `l` and `r` instead of columns named `_l` and `_r`."""
    parts = []
    for place, level in enumerate(one.levels):
        if level.sql == "ELSE":
            parts.append(f"ELSE {one.number_of(place)}")
        else:
            sql = as_joined(level.sql) if joined else level.sql
            parts.append(f"WHEN {sql} THEN {one.number_of(place)}")
    return f"CAST(CASE {' '.join(parts)} END AS TINYINT)"


def _weight_sql(one: Comparison) -> str:
    parts = []
    for place, level in enumerate(one.levels):
        if place == 0:
            continue
        parts.append(f"WHEN {one.number_of(place)} THEN {_bits_sql(level)}")
    return f"CAST(CASE level_{one.name} {' '.join(parts)} END AS DOUBLE)"


def _bits_sql(level: Level) -> str:
    if level.frequency and level.m:
        return f"({math.log2(level.m)!r} - log2(tf_{level.frequency}))"
    return repr(level.weight)


_COLUMN = re.compile(r"\b([a-z]\w*?)_([lr])\b")


def _columns(sql: str) -> list[tuple[str, str]]:
    return _COLUMN.findall(sql)
