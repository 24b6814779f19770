"""World files: what ships can be read and differs in kind; what is wrong is said in plain words."""

from pathlib import Path

import pytest

from refused import refused
from yizheng.kernel.errors import Refused
from yizheng.simulators.city.worldfile import Behaviour, CityWorld, load_world, shipped_worlds
from yizheng.simulators.why import Why

HEAD = "format: 1\nname: mine\nabout: A world of a test.\n"


def written(tmp_path: Path, more: str, head: str = HEAD) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(head + more, encoding="utf-8")
    return path


def test_shipped_worlds_are_many_and_no_two_are_alike() -> None:
    worlds = shipped_worlds()
    assert len(worlds) >= 8
    assert len({world.name for world in worlds}) == len(worlds)
    assert all(world.about and world.about_zh for world in worlds)
    kinds = {
        repr((world.life, world.registers, world.sources, world.people, world.staff)) for world in worlds
    }
    assert len(kinds) == len(worlds)


def test_world_says_only_how_it_differs(tmp_path: Path) -> None:
    world = load_world(written(tmp_path, "sources:\n  railway: {lag_months: 2}\n"))
    assert world == CityWorld(
        format=1, name="mine", about="A world of a test.", sources={"railway": Behaviour(lag_months=2)}
    )
    assert world.behaviour("railway").lag_months == 2
    assert world.behaviour("aviation") == Behaviour()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("staff: {accuracy: 1.2}\n", "staff.accuracy"),
        ("staff: {patience: 3}\n", "patience"),
        ("weather: rainy\n", "weather"),
        ("people: {answers: often}\n", "people.answers"),
        ("people: {answer_days: [9, 2]}\n", "place=people.answer_days fewest=9 most=2"),
        ("sources:\n  railways: {}\n", "railways"),
        ("sources:\n  railway: {silent: [[8, 3]]}\n", "sources.railway.silent"),
        ("life: [1, 2]\n", "life"),
        ("life: {deaths_a_year: -1}\n", "deaths_a_year"),
        ("life: {hidden_deaths: 0.1\n", "line"),
    ],
)
def test_wrong_world_is_refused_with_the_place(tmp_path: Path, more: str, said: str) -> None:
    with pytest.raises(Refused) as refusal:
        load_world(written(tmp_path, more))
    assert "mine.yaml" in str(refusal.value)
    assert said in str(refusal.value)


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (HEAD.replace("format: 1", "format: 2"), "format=1 came=2"),
        (HEAD.replace("name: mine", "name: My World"), "name"),
        ("name: mine\nabout: x\n", "format"),
        ("", "mine.yaml"),
    ],
)
def test_world_without_its_head_is_refused(tmp_path: Path, head: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        load_world(written(tmp_path, "", head))


def test_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with refused(Why.WORLD_FILE_MISSING):
        load_world(tmp_path / "none.yaml")
