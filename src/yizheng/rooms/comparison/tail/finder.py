"""Finds people for records: candidates with a probability and its reasons.

Always holds: the result depends on the people, the record and the model alone, not on the other records, their order
or the number of threads. A record is told of at most MOST_CANDIDATES people; what is likelier comes first.

The probability weighs a pair against all other candidates of the record and against its person not being here at
all. Two people whom a record fits equally well therefore get one half each: of twins neither becomes a suspicion.
"""

# ruff: noqa: S608 (the SQL is put together from names of our own, never from data)

import math

import pyarrow as pa

from yizheng.rooms import duck
from yizheng.rooms.comparison.tail import features
from yizheng.rooms.comparison.tail.comparisons import CEILINGS, KIN_CEILING, Ceiling
from yizheng.rooms.comparison.tail.data import FIELDS, LINKS, MOST_CANDIDATES, SUSPICION, WORTH_A_LOOK, Model
from yizheng.rooms.comparison.tail.scoring import frequencies, pairs_scored, starting_bits

_SLACK = 3.0
"""Bits below WORTH_A_LOOK from which on a candidate still counts as a rival of the record's other candidates."""


class Finder:
    """The people to look among, prepared once for many deliveries. Not for sharing between threads."""

    def __init__(self, people: pa.Table, *, model: Model, threads: int = 2) -> None:
        """`people` is a table of PEOPLE, one row a person."""
        self._model = model
        self._connection = duck.apart()
        self._connection.execute(f"SET threads = {int(threads)}; SET preserve_insertion_order = false")
        features.install(self._connection)
        features.prepare_people(self._connection, people, into="people")
        self._share(frequencies(model))
        self._start = starting_bits(model, people.num_rows)
        self._least = _bits(WORTH_A_LOOK) - _SLACK - self._start

    def find(self, records: pa.Table) -> pa.Table:
        """Candidates (LINKS) of a table of RECORDS, best first per record, at most MOST_CANDIDATES each."""
        features.prepare_records(self._connection, records, into="records")
        self._cascade()
        self._score_settled()
        self._score_the_rest()
        return self._judged()

    def close(self) -> None:
        """Give the memory back."""
        self._connection.close()

    def _share(self, columns: list[str]) -> None:
        """Note the share of people that each value of these columns has."""
        self._shares = ""
        for column in columns:
            self._connection.execute(
                f"CREATE TABLE share_{column} AS SELECT {column}, count(*) / sum(count(*)) OVER () AS tf_{column}"
                f" FROM people WHERE {column} IS NOT NULL GROUP BY {column}"
            )
            self._shares += f" LEFT JOIN share_{column} ON share_{column}.{column} = l.{column}"

    def _cascade(self) -> None:
        steps = features.sections("cascade.sql")
        for step in ("start", "number", "stray", "repair", "cascade"):
            self._connection.execute(steps[step])

    def _score_settled(self) -> None:
        """Score what the cascade found; what the model does not believe is not settled after all."""
        source = (
            "settled JOIN records r ON r.id = settled.record JOIN people l ON l.id = settled.pno"
            + self._shares
        )
        self._connection.execute(
            f"CREATE OR REPLACE TEMP TABLE scored AS {self._columns(source, least=-1000.0)}"
        )
        self._connection.execute(
            "CREATE OR REPLACE TEMP TABLE rest AS SELECT * FROM records WHERE NOT id IN"
            f" (SELECT record FROM scored WHERE weight + {self._start!r} >= {_bits(SUSPICION) + 1!r})"
        )

    def _score_the_rest(self) -> None:
        self.gather()
        source = "pair JOIN rest r ON r.id = pair.record JOIN people l ON l.id = pair.pno" + self._shares
        self._connection.execute(f"INSERT INTO scored {self._columns(source, least=self._least)}")

    def gather(self) -> None:
        """Make the table `pair` (pno, record) of those worth a look, each once. Another engine may do it instead."""
        conditions = [
            "people l JOIN rest r ON l.n17 = r.n17",
            "people l JOIN (SELECT id, unnest(numbers) AS one FROM rest WHERE n17 IS NULL) r ON l.n17 = r.one",
            *(f"people l JOIN rest r ON {block.sql}" for block in self._model.blocking if not block.explode),
        ]
        pairs = " UNION ALL ".join(
            f"SELECT l.id AS pno, r.id AS record FROM {source}" for source in conditions
        )
        self._connection.execute(
            f"CREATE OR REPLACE TEMP TABLE pair AS SELECT DISTINCT pno, record FROM ({pairs})"
        )

    def _columns(self, source: str, *, least: float) -> str:
        names = ", ".join([*(f"mw_{field}" for field in FIELDS), *(f"level_{field}" for field in FIELDS)])
        return f"SELECT record, pno, weight, {names} FROM ({pairs_scored(self._model, source, least=least)})"

    def _judged(self) -> pa.Table:
        """Probabilities among rivals, ceilings, methods, the best few."""
        capped = " OR ".join(_reaches(self._model, ceiling) for ceiling in CEILINGS)
        columns = ", ".join([*(f"mw_{field}" for field in FIELDS), *(f"level_{field}" for field in FIELDS)])
        found = self._connection.sql(f"""
            WITH once AS (SELECT DISTINCT * FROM scored),
            odd AS (SELECT *, 2.0 ** least(weight + {self._start!r}, 200.0) AS odds FROM once),
            weighed AS (SELECT *, odds / (1 + sum(odds) OVER (PARTITION BY record)) AS share FROM odd),
            capped AS (
                SELECT *, CASE WHEN {capped} THEN least(share, {KIN_CEILING}) ELSE share END AS probability
                FROM weighed)
            SELECT capped.record, CAST(capped.pno AS INTEGER) AS pno, coalesce(method, 'model') AS method, probability,
                weight, {columns}, '{self._model.id}' AS model_id
            FROM capped LEFT JOIN settled ON settled.record = capped.record AND settled.pno = capped.pno
            WHERE probability >= {WORTH_A_LOOK}
            QUALIFY row_number() OVER (PARTITION BY capped.record ORDER BY probability DESC, weight DESC, capped.pno)
                <= {MOST_CANDIDATES}
            ORDER BY capped.record, probability DESC, weight DESC, capped.pno""")
        return found.to_arrow_table().cast(LINKS)


def _reaches(model: Model, ceiling: Ceiling) -> str:
    """The condition that a pair's probability stops at the ceiling."""
    lifted = " OR ".join(
        f"(level_number IN ({_numbers(model, 'number', numbers)})"
        + (f" AND level_birth IN ({_numbers(model, 'birth', births)}))" if births else ")")
        for numbers, births in ceiling.lifted_by
    )
    names = _numbers(model, "name", ceiling.names)
    return (
        f"(level_name IN ({names}) AND (level_sex = {_numbers(model, 'sex', ('else',))} OR NOT ({lifted})))"
    )


def _numbers(model: Model, field: str, keys: tuple[str, ...]) -> str:
    """The numbers of a field's levels, as a list in SQL; -9 stands for none."""
    one = model.comparison(field)
    places = [str(one.number_of(at)) for at, level in enumerate(one.levels) if level.key in keys]
    return ", ".join(places or ["-9"])


def _bits(probability: float) -> float:
    """The odds of a probability in bits."""
    return math.log2(probability / (1 - probability))
