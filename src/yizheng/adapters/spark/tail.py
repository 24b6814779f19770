"""The hard tail on Spark: splink's Spark backend looks for the pairs, by the same model as on one machine.

What is dear is to look at all pairs and weigh them; that is what Spark does here. Features are prepared before and the
few pairs that are worth a look are judged after, both by the code of `comparison/tail`, so a link found this way is told
with the same words and weights. Model and settings are generated for the backend from the model's data: nothing that
was saved for one engine is loaded by the other.
"""

import math
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from splink import Linker

from yizheng.rooms.comparison.tail.data import FIELDS, Model
from yizheng.rooms.comparison.tail.finder import Finder
from yizheng.rooms.comparison.tail.scoring import frequencies, settings

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

WEIGHED = pa.schema(
    [
        ("pno", pa.int64()),
        ("record", pa.int64()),
        ("weight", pa.float64()),
        *((f"mw_{name}", pa.float64()) for name in FIELDS),
    ]
)
"""Pairs as splink weighs them: bits of each field, frequency of names included, and their sum."""


class SparkFinder(Finder):
    """A `Finder` whose pairs Spark looks for. Close it before the session is stopped."""

    def __init__(self, people: pa.Table, *, model: Model, session: "SparkSession", threads: int = 2) -> None:
        """`people` is a table of PEOPLE, as for `Finder`."""
        super().__init__(people, model=model, threads=threads)
        self._session = session

    def gather(self) -> None:
        """Make the table `pair` of those that splink on Spark finds worth a look."""
        read = self._connection.sql
        shares = {name: read(f"TABLE share_{name}").to_arrow_table() for name in frequencies(self._model)}
        found = weighed(
            self._session,
            people=read("SELECT * FROM people").to_arrow_table(),
            records=read("SELECT * FROM rest").to_arrow_table(),
            shares=shares,
            model=self._model,
            least=self._least,
        )
        self._connection.register("found", found)
        self._connection.execute(
            "CREATE OR REPLACE TEMP TABLE pair AS SELECT DISTINCT pno, record FROM found"
        )
        self._connection.unregister("found")


def weighed(
    session: "SparkSession",
    *,
    people: pa.Table,
    records: pa.Table,
    shares: dict[str, pa.Table],
    model: Model,
    least: float,
) -> pa.Table:
    """The pairs of at least so many bits (WEIGHED), out of tables of features (`comparison.tail.features`).

    `shares` tells for each of the model's `frequencies` which share of people has which value.
    """
    from splink import SparkAPI  # noqa: PLC0415 (an optional extra: asked for only here)

    mine = session.newSession()
    # The conditions of all levels are more than Spark compiles into one function; it would try, complain and go on.
    mine.conf.set("spark.sql.codegen.wholeStage", "false")
    open_api: Any = SparkAPI  # splink leaves its types out here
    api = open_api(
        spark_session=mine,
        break_lineage_method="persist",
        register_udfs_automatically=False,
        num_partitions_on_repartition=mine.sparkContext.defaultParallelism * 4,
    )
    tables = [
        api.register(mine.createDataFrame(table), dataset_display_name=name)
        for name, table in (("people", people), ("records", records))
    ]
    linker = Linker(tables, settings(model, "spark"), log_level=None)
    for name, table in shares.items():
        frequency = api.register(mine.createDataFrame(table), dataset_display_name=f"share_{name}")
        linker.table_management.register_term_frequency_lookup(frequency, name)
    # Splink begins with the chance that the model was trained with; our weights begin with nothing.
    begins = math.log2(model.prior / (1 - model.prior))
    found = linker.inference.predict(threshold_match_weight=least + begins).as_spark_dataframe()
    adjusted = {one.name for one in model.comparisons if any(level.frequency for level in one.levels)}
    bits = [
        f"mw_{name} + coalesce(mw_tf_adj_{name}, 0) AS mw_{name}" if name in adjusted else f"mw_{name}"
        for name in FIELDS
    ]
    result = found.selectExpr(
        "id_l AS pno", "id_r AS record", f"match_weight - ({begins!r}) AS weight", *bits
    )
    return result.toArrow().cast(WEIGHED)
