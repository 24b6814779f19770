"""What a link says field by field, in the model's own words, for a clerk who knows people and files and no statistics."""

from collections.abc import Mapping
from dataclasses import dataclass

from yizheng.rooms.comparison.tail.data import FIELDS, Model


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSays:
    """What one field of a link says: the level that holds, and the points that it gave.

    Points are bits: each doubles how likely it is that both are one person, a negative one halves. None: nothing is
    known. `name` and `says` are the model's words for the field and the level.
    """

    field: str
    level: str
    name: str
    says: str
    points: float | None


def fields_of(link: Mapping[str, object], model: Model) -> list[FieldSays]:
    """What each field of a link (a row of LINKS) says."""
    said = []
    for field in FIELDS:
        comparison = model.comparison(field)
        number, points = link[f"level_{field}"], link[f"mw_{field}"]
        level = comparison.level(int(str(number)) if number is not None else -1)
        said.append(
            FieldSays(
                field=field,
                level=level.key,
                name=comparison.words,
                says=level.words,
                points=None if points is None else float(str(points)),
            )
        )
    return said
