"""Whom a roster brings who may be somebody it has dropped (新增人员与消失人员比对). Part of the story in
`roster_arrives`.

Where the core system corrects a number, the old one vanishes from the file and a new one appears with the same account,
the same name and birthday, or the same phone. Taken as two people both would be paid. So the new one is asked about,
before anything is paid: two people say whether they are one. Nothing is decided here, and the old one is paid on.

Compared are the people whom this roster and the one before brought with everybody whom this roster does not name, and,
where nearly all is the same, with everybody else: two numbers of one person in the same file.
"""

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from yizheng.kernel.ids import Pno
from yizheng.rooms import entitlements, people
from yizheng.rooms.comparison import database
from yizheng.rooms.entitlements.data import PayState
from yizheng.rooms.people.data import NewQuestion, QuestionKind, Sign

SHARED = 3
"""People at the most whose pay goes to one account that says something of them: couples share one, with a child perhaps.
An account of more is a home's or a village's, and says nothing."""

_KEYS = ("pno", "name_key", "birth_day", "account_key", "phone_key")

_PAIRS = """
    WITH crowded AS (
        SELECT account_key FROM known WHERE account_key IN (SELECT account_key FROM fresh)
        GROUP BY account_key HAVING count(*) > {shared}
    ), pairs AS (
        SELECT fresh.pno AS pno, known.pno AS other FROM fresh JOIN known USING (account_key)
        WHERE account_key <> 0 AND account_key NOT IN (SELECT account_key FROM crowded)
        UNION SELECT fresh.pno, known.pno FROM fresh JOIN known USING (name_key, birth_day)
        UNION SELECT fresh.pno, known.pno FROM fresh JOIN known USING (phone_key, name_key) WHERE phone_key <> 0
        UNION SELECT fresh.pno, known.pno FROM fresh JOIN known USING (phone_key, birth_day) WHERE phone_key <> 0
    ), told AS (
        SELECT fresh.pno AS pno, known.pno AS other, known.is_missing AS is_missing,
            fresh.account_key = known.account_key AND fresh.account_key <> 0
                AND fresh.account_key NOT IN (SELECT account_key FROM crowded) AS by_account,
            fresh.name_key = known.name_key AND fresh.birth_day = known.birth_day AS by_name,
            fresh.phone_key = known.phone_key AND fresh.phone_key <> 0 AS by_phone
        FROM pairs JOIN fresh ON fresh.pno = pairs.pno JOIN known ON known.pno = pairs.other
        WHERE fresh.pno <> known.pno
    )
    SELECT pno, other, bool_or(is_missing) AS is_missing, bool_or(by_account) AS by_account, bool_or(by_name) AS by_name,
        bool_or(by_phone) AS by_phone
    FROM told GROUP BY pno, other
    HAVING bool_or(is_missing) OR (bool_or(by_name) AND (bool_or(by_account) OR bool_or(by_phone)))
"""
"""Pairs of a new person (`fresh`) and one on the roster. A phone alone says nothing: a child's stands for both
parents."""


def asked(known: pa.Table, fresh: pa.Table, *, missing: Sequence[int], roster: int) -> list[NewQuestion]:
    """The questions that a roster raises about the people it brings. `known` and `fresh` are link tables, by number.

    `missing` are the people on the roster whom it does not name. A pair that was asked about before, and a person about
    whom is asked already, raise none.
    """
    lately = people.queries.brought_by(roster - 1) if roster > 1 else []
    recent = known.filter(pc.is_in(known["pno"], value_set=pa.array(lately, pa.int32())))
    new = pa.concat_tables([fresh.select(_KEYS), recent.select(_KEYS)])
    if not new.num_rows or not known.num_rows:
        return []
    everybody = pa.concat_tables([known.select(_KEYS), fresh.select(_KEYS)])
    is_missing = pc.is_in(everybody["pno"], value_set=pa.array(missing, pa.int32()))
    pairs = _pairs(new, everybody.append_column("is_missing", is_missing), list(missing))
    told = people.queries.pairs_asked({int(pair["pno"]) for pair in pairs})
    waiting = people.queries.asked_as_new()
    ended = _ended([int(pair["other"]) for pair in pairs])
    best: dict[int, Mapping[str, int]] = {}
    for pair in sorted(pairs, key=_weight, reverse=True):
        pno, other = int(pair["pno"]), int(pair["other"])
        if (pno, other) in told or (other, pno) in told or pno in waiting or pno in best or other in best:
            continue
        if other in ended and not pair["by_name"]:
            continue  # nothing is paid twice: an account that has come free
        best[pno] = pair
    return [_question(pair) for _, pair in sorted(best.items())]


def _pairs(fresh: pa.Table, known: pa.Table, missing: Sequence[int]) -> list[Mapping[str, int]]:
    with database.connection() as connection:
        connection.register("fresh", fresh)
        connection.register("known", known)
        found: list[Mapping[str, int]] = (
            connection.sql(_PAIRS.format(shared=SHARED)).to_arrow_table().to_pylist()
        )
    gone = set(missing)
    return [
        pair
        for pair in found
        if pair["pno"] not in gone and (pair["is_missing"] or pair["pno"] > pair["other"])
    ]


def _weight(pair: Mapping[str, int]) -> tuple[int, int, int]:
    """Whoever is missing first, then who shares more; of two alike the one known longest."""
    signs = pair["by_account"] + pair["by_name"] + pair["by_phone"]
    return int(pair["is_missing"]), signs, -pair["other"]


def _ended(pnos: Sequence[int]) -> frozenset[int]:
    """Those of these people whose benefit has ended."""
    return frozenset(pno for pno in pnos if entitlements.queries.pay_standing_of(pno).state is PayState.ENDED)


def _question(pair: Mapping[str, int]) -> NewQuestion:
    shared = {Sign.ACCOUNT: "by_account", Sign.NAME_BIRTHDAY: "by_name", Sign.PHONE: "by_phone"}
    return NewQuestion(
        pno=Pno(pair["pno"]),
        other=Pno(pair["other"]),
        kind=QuestionKind.SAME_PERSON,
        signs=tuple(sign for sign, column in shared.items() if pair[column]),
    )
