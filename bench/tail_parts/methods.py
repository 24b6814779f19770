"""The ways of linking that are compared. Each takes people and records and gives record, pno, probability and times."""

# ruff: noqa: S608 (the SQL is put together from names of our own, never from data)

import time
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa
import splink.comparison_library as library
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from yizheng.rooms.comparison.tail import features
from yizheng.rooms.comparison.tail.finder import Finder
from yizheng.rooms.comparison.tail.models import default_model


@dataclass(slots=True)
class Outcome:
    """What a method found, best first per record, and processor and wall seconds of its steps."""

    links: pa.Table
    cpu: dict[str, float] = field(default_factory=dict)
    wall: dict[str, float] = field(default_factory=dict)


class Watch:
    """Times steps."""

    def __init__(self) -> None:
        self.cpu: dict[str, float] = {}
        self.wall: dict[str, float] = {}
        self._cpu, self._wall = time.process_time(), time.monotonic()

    def lap(self, step: str) -> None:
        cpu, wall = time.process_time(), time.monotonic()
        self.cpu[step] = round(cpu - self._cpu, 2)
        self.wall[step] = round(wall - self._wall, 2)
        self._cpu, self._wall = cpu, wall


def exact(people: pa.Table, records: pa.Table) -> Outcome:
    """The number as it was written, nothing else."""
    watch = Watch()
    connection = duckdb.connect()
    connection.register("people", people)
    connection.register("records", records)
    links = connection.sql(
        "SELECT record, pno, 1.0 AS probability FROM records JOIN people USING (number) ORDER BY record, pno"
    ).to_arrow_table()
    watch.lap("scoring")
    return Outcome(links, watch.cpu, watch.wall)


def cascade(people: pa.Table, records: pa.Table) -> Outcome:
    """The product's features and cascade in SQL, without a model."""
    watch = Watch()
    connection = duckdb.connect()
    connection.execute("SET threads = 2; SET preserve_insertion_order = false")
    features.install(connection)
    features.prepare_people(connection, people, into="people")
    features.prepare_records(connection, records, into="records")
    watch.lap("preparation")
    for step in features.sections("cascade.sql").values():
        connection.execute(step)
    links = connection.sql(
        "SELECT record, pno, 1.0 AS probability FROM settled ORDER BY record"
    ).to_arrow_table()
    watch.lap("cascade")
    return Outcome(links, watch.cpu, watch.wall)


def stock(people: pa.Table, records: pa.Table) -> Outcome:
    """Splink as its documentation shows it: fields as delivered, comparisons from the library, trained on the spot."""
    watch = Watch()
    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    connection.register("people", people)
    connection.register("records", records)
    connection.execute(
        "CREATE TABLE p AS SELECT pno AS id, * EXCLUDE (pno) REPLACE (birth::VARCHAR AS birth) FROM people"
    )
    connection.execute("CREATE TABLE r AS SELECT record AS id, number, name, sex, birth, region FROM records")
    settings = SettingsCreator(
        link_type="link_only",
        unique_id_column_name="id",
        comparisons=[
            library.JaroWinklerAtThresholds("name", [0.88, 0.7]).configure(term_frequency_adjustments=True),
            library.DateOfBirthComparison(
                "birth", input_is_string=True, datetime_metrics=["month", "year"], datetime_thresholds=[1, 1]
            ),
            library.DamerauLevenshteinAtThresholds("number", [1, 2]),
            library.ExactMatch("sex"),
            library.ExactMatch("region"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("number"),
            block_on("name", "birth"),
            block_on("birth", "region"),
            block_on("name", "region"),
        ],
    )
    api = DuckDBAPI(connection)
    linker = Linker(
        [api.register(name, dataset_display_name=name) for name in ("p", "r")], settings, log_level=None
    )
    watch.lap("preparation")
    linker.training.estimate_probability_two_random_records_match(
        [block_on("number"), block_on("name", "birth", "region")], recall=0.8
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for rule in (block_on("number"), block_on("name", "birth")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    watch.lap("training")
    found = linker.inference.predict(threshold_match_probability=0.01).physical_name
    left = connection.sql(f"SELECT source_dataset_l FROM {found} LIMIT 1").fetchall()[0][0]
    person, record = ("l", "r") if left == "p" else ("r", "l")
    links = connection.sql(
        f"SELECT id_{record} AS record, id_{person} AS pno, match_probability AS probability FROM {found}"
        " ORDER BY record, probability DESC, pno"
    ).to_arrow_table()
    watch.lap("scoring")
    return Outcome(links, watch.cpu, watch.wall)


class Stepwise(Finder):
    """The product's finder with a look at the clock between its steps."""

    def find_watched(self, records: pa.Table, watch: Watch) -> pa.Table:
        features.prepare_records(self._connection, records, into="records")
        watch.lap("preparation of records")
        self._cascade()
        watch.lap("cascade")
        self._score_settled()
        self._score_the_rest()
        links = self._judged()
        watch.lap("scoring")
        return links


def ours(people: pa.Table, records: pa.Table) -> Outcome:
    """The product: cascade, then the shipped model on what is left."""
    model = default_model()
    watch = Watch()
    finder = Stepwise(people, model=model)
    watch.lap("preparation of people")
    links = finder.find_watched(records, watch)
    finder.close()
    for times in (watch.cpu, watch.wall):
        times["preparation"] = round(
            times.pop("preparation of people") + times.pop("preparation of records"), 2
        )
    return Outcome(links, watch.cpu, watch.wall)


METHODS = {"exact": exact, "cascade": cascade, "splink_stock": stock, "yizheng": ours}
