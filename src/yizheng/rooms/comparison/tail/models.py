"""Models as they are shipped and read. Training writes them (`training.train`); nothing here changes one."""

import csv
from functools import cache
from importlib import resources

from yizheng.rooms.comparison.tail.data import Model


@cache
def level_words() -> dict[tuple[str, str], str]:
    """What a model that is trained today says of each level, by field and level; of the field itself under ""."""
    file = resources.files("yizheng.rooms.comparison.tail") / "data" / "levels.csv"
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return {(row["field"], row["level"]): row["words"] for row in rows}


@cache
def default_model() -> Model:
    """The model that the product ships."""
    shipped = resources.files("yizheng.rooms.comparison.tail") / "data" / "model.json"
    return load(shipped.read_text(encoding="utf-8"))


def load(text: str) -> Model:
    """A model from the JSON that training wrote. Refused where it is none."""
    return Model.from_json(text)
