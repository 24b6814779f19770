"""A link in plain words, for a clerk who knows people and files and no statistics."""

from collections.abc import Mapping

from yizheng.rooms.comparison.tail.data import FIELDS, Model


def in_words(link: Mapping[str, object], model: Model) -> list[str]:
    """One plain sentence a field of a link (a row of LINKS): what agrees or not, and the points that it gave.

    Points are bits to one decimal: each point doubles how likely it is that both are one person, a negative one halves.
    """
    said = []
    for field in FIELDS:
        comparison = model.comparison(field)
        number, points = link[f"level_{field}"], link[f"mw_{field}"]
        level = comparison.level(int(str(number)) if number is not None else -1)
        end = "不加不减" if points is None else f"{float(str(points)):+.1f} 分"
        said.append(f"{comparison.words}：{level.words}；{end}")
    return said
