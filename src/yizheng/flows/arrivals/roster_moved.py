"""Numbers under which a roster suddenly names somebody else (号码对应的人变了). Part of the story in `roster_arrives`.

Where the numbers of two people are swapped, or one is typed over another's, an update would hand a person's pay,
account and evidence to a stranger. So a row under whose number name and birthday both change, or whose name and account
are another person's on the roster, changes nothing: it is kept as it came, and two people say which of the two is
right. What they said of a row holds for the same row in later files.
"""

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from yizheng.flows.arrivals.why import Why
from yizheng.kernel.errors import Refused
from yizheng.rooms import privacy
from yizheng.rooms.casework.data import NewCase
from yizheng.rooms.desk import Desk
from yizheng.rooms.people.data import Answer, NewQuestion, QuestionKind, Sign

MANY, SHARE = 20, 0.02
"""More rows than both, and a share of the people named: no office moves so many numbers, a column of the file was
shifted."""
_CHANGES = ("person_changed", "benefit_changed", "pay_changed", "told_differently")
_BEARERS = """
    SELECT row_number, min(known.pno) AS bearer, bool_or(known.account_key = rows.account_key) AS by_account
    FROM {rows} AS rows JOIN {known} AS known ON known.name_key = rows.name_key AND known.id17 <> rows.id17
        AND (known.birth_day = rows.birth_day OR (known.account_key = rows.account_key AND rows.account_key <> 0))
    GROUP BY row_number
"""
"""For rows whose name is another than before: who on the roster bears it, with that birthday or that account."""


def marked(desk: Desk, known: str, accepted: pa.Table) -> pa.Table:
    """The rows with `is_asked`, and `bearer`: the person on the roster whose name it is. `known` lies on the desk."""
    differs = accepted.filter(accepted["name_differs"])
    bearers = None
    if differs.num_rows:
        rows = desk.hand_in(differs.select(["row_number", "id17", "name_key", "birth_day", "account_key"]))
        bearers = desk.table(_BEARERS.format(rows=rows, known=known))
    asked = pc.and_(accepted["name_differs"], accepted["birth_differs"])
    bearer = pa.nulls(accepted.num_rows, pa.int64())
    if bearers is not None and bearers.num_rows:
        place = pc.index_in(accepted["row_number"], value_set=bearers["row_number"])
        bearer = pc.take(bearers["bearer"].cast(pa.int64()), place)
        asked = pc.or_(asked, pc.coalesce(pc.take(bearers["by_account"], place), False))
    return accepted.append_column("is_asked", asked).append_column("bearer", bearer)


def withheld(
    accepted: pa.Table, answered: Mapping[bytes, Answer | None]
) -> tuple[pa.Table, list[NewQuestion]]:
    """The rows, of which those that are asked about (`is_asked`) change nothing, and the questions that they raise.

    `accepted` has a `pno`. `answered`: what people said of such rows, by `told_of`. A row that they found right is taken.
    """
    rows = accepted.filter(accepted["is_asked"]).to_pylist()
    if not rows:
        return accepted, []
    held, questions = [], []
    for row in rows:
        told = told_of(row["id17"], row["name_key"], row["birth_day"])
        if answered.get(told) is Answer.ROW_RIGHT:
            continue
        held.append(row["row_number"])
        if told not in answered:
            signs = (Sign.NAME_BIRTHDAY,) if row["birth_differs"] else (Sign.ACCOUNT,)
            questions.append(
                NewQuestion(
                    pno=row["pno"],
                    other=row["bearer"],
                    kind=QuestionKind.NUMBER_MOVED,
                    signs=signs,
                    told=told,
                    row=(row["identity"], row["contact"]),
                )
            )
    is_held = pc.is_in(accepted["row_number"], value_set=pa.array(held, accepted["row_number"].type))
    changed = {name: pc.and_(accepted[name], pc.invert(is_held)) for name in _CHANGES}
    for name, values in {**changed, "is_asked": is_held}.items():
        accepted = accepted.set_column(accepted.schema.get_field_index(name), name, values)
    return accepted, questions


def check_few(questions: Sequence[NewQuestion], *, named: int, file: str) -> None:
    """Refuse a file under whose numbers far too many others appear: its columns are shifted, not the people."""
    if len(questions) > MANY and len(questions) > SHARE * named:
        raise Refused(Why.NUMBERS_MOVED, file=file, moved=len(questions), named=named)


def cases_of(questions: Sequence[NewQuestion]) -> list[NewCase]:
    """The cases: one for each question, and one for both of a swap, who are asked about as each other."""
    pairs = {(one.pno, one.other) for one in questions}
    return [
        NewCase(pno=one.pno, leads=(), kind=one.kind.value)
        for one in questions
        if one.other is None or one.pno < one.other or (one.other, one.pno) not in pairs
    ]


def told_of(id17: int, name_key: str, birth_day: int) -> bytes:
    """By what a row is known again: number, name and birthday, blind."""
    return privacy.queries.blind("identity_row", f"{id17}|{name_key}|{birth_day}")
