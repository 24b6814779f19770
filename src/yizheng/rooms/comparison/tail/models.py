"""Models as they are shipped and read. Training writes them (`training.train`); nothing here changes one."""

from functools import cache
from importlib import resources

from yizheng.rooms.comparison.tail.data import Model


@cache
def default_model() -> Model:
    """The model that the product ships."""
    shipped = resources.files("yizheng.rooms.comparison.tail") / "data" / "model.json"
    return load(shipped.read_text(encoding="utf-8"))


def load(text: str) -> Model:
    """A model from the JSON that training wrote. Refused where it is none."""
    return Model.from_json(text)
