"""A roster that comes late (迟到的花名册): what of it still counts. Part of the story in `roster_arrives`."""

from dataclasses import dataclass
from datetime import date
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc

from yizheng.rooms import entitlements, people


@dataclass(frozen=True, slots=True)
class Late:
    """A file delivered before the newest roster: of whom a later row stands, for the facts of people and of benefits.

    About others nothing is taken from it: a newer roster repeated what was known, or they are in none that is newer.
    """

    people: pa.Array
    benefits: pa.Array

    @classmethod
    def of(cls, day: date) -> Self:
        """What stands behind the day."""
        return cls(
            pa.array(people.queries.people_told_after(day), pa.int64()),
            pa.array(entitlements.queries.people_told_after(day), pa.int64()),
        )

    def kept(self, rows: pa.Table) -> pa.Table:
        """The rows as they count: new people, and facts behind which a newer one stands. They tell nothing of pay."""
        new = rows["is_new"]
        counts = {
            "person_changed": pc.or_(new, pc.is_in(rows["pno"], value_set=self.people)),
            "benefit_changed": pc.or_(new, pc.is_in(rows["pno"], value_set=self.benefits)),
            "pay_changed": new,
            "told_differently": new,
        }
        for name, counting in counts.items():
            place = rows.schema.get_field_index(name)
            rows = rows.set_column(place, name, pc.and_(rows[name], counting))
        return rows
