"""Our one SELECT gives each pair the weight that splink gives it, and names stay what the rules of people say."""

# ruff: noqa: S608 (the SQL is put together from names of our own, never from data)

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from splink import DuckDBAPI, Linker

import tail_worlds
from yizheng.rooms.comparison.tail import features, models, scoring
from yizheng.rooms.comparison.tail.data import FIELDS
from yizheng.rooms.people import rules


def test_weights_are_those_of_splink():
    world, model = tail_worlds.made(3000, 3), models.default_model()
    connection = duckdb.connect()
    features.install(connection)
    features.prepare_people(connection, world.people, into="people")
    features.prepare_records(connection, world.records, into="records")
    api = DuckDBAPI(connection)
    tables = [api.register(name, dataset_display_name=name) for name in ("people", "records")]
    linker = Linker(tables, scoring.settings(model, "duckdb"), log_level=None)
    joins = ""
    for column in scoring.frequencies(model):
        connection.execute(
            f"CREATE TABLE share_{column} AS SELECT {column}, count(*) / sum(count(*)) OVER () AS tf_{column}"
            f" FROM people WHERE {column} IS NOT NULL GROUP BY {column}"
        )
        joins += f" LEFT JOIN share_{column} ON share_{column}.{column} = l.{column}"
        linker.table_management.register_term_frequency_lookup(api.register(f"share_{column}"), column)
    predicted = linker.inference.predict(warning_mode="never").physical_name
    assert connection.execute(f"SELECT DISTINCT source_dataset_l FROM {predicted}").fetchall() == [
        ("people",)
    ]
    pairs = f"(SELECT DISTINCT id_l, id_r FROM {predicted}) p"
    source = f"{pairs} JOIN people l ON l.id = p.id_l JOIN records r ON r.id = p.id_r{joins}"
    ours = scoring.pairs_scored(model, source, least=-1000.0)
    # Splink tells the adjustment for the frequency of names in a column of its own.
    others = [name for name in FIELDS if name != "name"]
    unlike = " OR ".join(
        f"abs(coalesce(s.mw_{name}, 0) - coalesce(o.mw_{name}, 0)) > 1e-9" for name in others
    )
    start = scoring.starting_bits(model, model.people)
    told = connection.execute(
        f"SELECT count(*), count(*) FILTER ({unlike}), max(abs(match_weight - weight - {start!r}))"
        f" FROM ({ours}) o JOIN {predicted} s ON s.id_l = o.pno AND s.id_r = o.record"
    ).fetchall()[0]
    connection.close()
    assert told[0] > 300
    assert told[1] == 0
    assert told[2] == pytest.approx(0, abs=1e-6)


def test_pairs_that_cannot_reach_the_least_are_left_out_and_no_others():
    world, model = tail_worlds.made(3000, 3), models.default_model()
    connection = duckdb.connect()
    features.install(connection)
    features.prepare_people(connection, world.people, into="people")
    features.prepare_records(connection, world.records, into="records")
    connection.execute("ALTER TABLE people ADD COLUMN tf_name DOUBLE DEFAULT 0.001")
    connection.execute("ALTER TABLE people ADD COLUMN tf_sound DOUBLE DEFAULT 0.002")
    source = "people l JOIN records r ON l.birth = r.birth OR l.n17 = r.n17"
    whole = (
        f"SELECT record, pno FROM ({scoring.pairs_scored(model, source, least=-1000.0)}) WHERE weight >= 12"
    )
    pruned = f"SELECT record, pno FROM ({scoring.pairs_scored(model, source, least=12.0)})"
    found = connection.execute(f"{whole} ORDER BY ALL").fetchall()
    assert found == connection.execute(f"{pruned} ORDER BY ALL").fetchall()
    connection.close()
    assert len(found) > 200


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.text(st.sampled_from("王小明欧阳陈·•．買贾 aB？某"), min_size=1, max_size=7),
        min_size=30,
        max_size=60,
    )
)
def test_folded_name_is_that_of_the_normal_name(names):
    """The way a name is written (width, blanks, kind of dot) changes nothing beyond what the rules of people fold."""
    connection = duckdb.connect()
    features.install(connection)
    told = [*names, *map(rules.normalise_name, names)]
    features.prepare_records(
        connection, tail_worlds.records(*({"name": name} for name in told)), into="records"
    )
    found = [row[0] for row in connection.execute("SELECT name FROM records ORDER BY id").fetchall()]
    connection.close()
    assert found[: len(names)] == found[len(names) :]
