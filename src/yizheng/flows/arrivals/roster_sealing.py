"""Sealing a roster's rows (花名册加密): personal values become sealed values and blind indexes, rows become leaf hashes.

Part of the story in `roster_arrives`. It is work for the processor alone, row by row, so a large roster is given to
several processes; no clear text is kept once a portion is sealed.
"""

from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from yizheng.rooms import ledger, people, privacy
from yizheng.rooms.comparison import database

CLEAR = ("number", "name", "name_key", "identity", "contact", "id17", "account_key", "phone_key")
"""The columns that do not outlive the sealing."""
WORTH_A_PROCESS = 40_000_000
"""Files smaller than this (bytes) are sealed in the process that reads them: starting others would take longer."""

_PERSON_TEXT = """
    concat_ws('|', pno, lower(hex(name_index)), lower(hex(identity_sealed)), lower(hex(contact_sealed)), region, $day)
    || CASE WHEN is_new THEN concat_ws('|', '', lower(hex(number_index)), sex, birth_day) ELSE '' END
"""
_BENEFIT_TEXT = """
    concat_ws('|', pno, scheme, benefit_type, region, groups, start_month, monthly_fen,
        coalesce(last_certified_on, ''), paid_through, $day)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A sealed portion: the rows, and the leaf hashes of its people and of its benefits, each in the rows' order."""

    rows: pa.Table
    person_leaves: bytes
    benefit_leaves: bytes


def seal(kept: pa.Table, day: date) -> Sealed:
    """Seal the rows of a portion that bring something new. `day` is what the rows will be true from.

    Whose benefit alone has changed is known as before: of them nothing personal is sealed again, though every monthly
    roster brings everybody's benefit anew.
    """
    about = kept.filter(kept["person_changed"])
    pnos = about["pno"].to_pylist()
    made = {
        "name_index": privacy.queries.blind_many("name", about["name_key"].to_pylist()),
        "number_index": privacy.queries.blind_many("number", about["number"].to_pylist()),
        "identity_sealed": privacy.actions.sealer(people.queries.TABLE, "identity").seal_many(
            pnos, _bytes(about, "identity")
        ),
        "contact_sealed": privacy.actions.sealer(people.queries.TABLE, "contact").seal_many(
            pnos, _bytes(about, "contact")
        ),
    }
    changed, nothing = kept["person_changed"].combine_chunks(), pa.nulls(kept.num_rows, pa.binary())
    rows = kept.drop_columns(list(CLEAR))
    for name, values in made.items():
        rows = rows.append_column(name, pc.replace_with_mask(nothing, changed, pa.array(values, pa.binary())))
    return Sealed(
        rows=rows,
        person_leaves=ledger.actions.row_leaves(_told(rows, "person_changed", _PERSON_TEXT, day)),
        benefit_leaves=ledger.actions.row_leaves(_told(rows, "benefit_changed", _BENEFIT_TEXT, day)),
    )


def _bytes(rows: pa.Table, column: str) -> list[bytes]:
    found: list[bytes] = pc.cast(rows[column], pa.binary()).to_pylist()
    return found


def _told(rows: pa.Table, column: str, text: str, day: date) -> list[bytes]:
    """The canonical rows of a tree, as `person_row` and `benefit_row` tell them of the tables, in the same order."""
    with database.connection() as connection:
        connection.register("sealed", rows)
        found: list[bytes] = (
            connection.sql(
                f"SELECT CAST({text} AS BLOB) AS told FROM sealed WHERE {column} ORDER BY row_number",  # noqa: S608
                params={"day": day.isoformat()},
            )
            .to_arrow_table()["told"]
            .to_pylist()
        )
    return found
