"""Models as data: what is shipped, how it is read and written, and what each backend is told."""

import dataclasses
import json

import pytest

from yizheng.doors.words.comparison import LEVELS_IN_ENGLISH, field_says
from yizheng.kernel.errors import Refused
from yizheng.rooms.comparison.tail import models
from yizheng.rooms.comparison.tail.comparisons import BLOCKING, CEILINGS, COMPARISONS, LEVEL_BITS
from yizheng.rooms.comparison.tail.data import FIELDS, Method, Model
from yizheng.rooms.comparison.tail.models import level_words
from yizheng.rooms.comparison.tail.says import fields_of
from yizheng.rooms.comparison.tail.scoring import BACKENDS, frequencies, settings, starting_bits


@pytest.fixture(scope="module")
def model() -> Model:
    return models.default_model()


def test_shipped_model_fits_the_code(model):
    """Train it anew (`./run bench tail --train`) where this fails: its levels are those of an older version."""

    def shape(comparisons):
        return [
            (
                one.name,
                [(level.key, level.sql, level.frequency) for level in one.levels],
            )
            for one in comparisons
        ]

    assert shape(model.comparisons) == shape(COMPARISONS)
    assert model.blocking == BLOCKING
    assert tuple(one.name for one in model.comparisons) == FIELDS


def test_model_comes_back_from_its_text_as_it_was(model):
    again = models.load(model.to_json())
    assert again == model
    assert again.id == model.id
    assert dataclasses.replace(model, seed=model.seed + 1).id != model.id


@pytest.mark.parametrize("text", ["", "{}", "[]", "no json", '{"comparisons": []}'])
def test_text_that_is_no_model_is_refused(text):
    with pytest.raises(Refused, match="comparison:no_model"):
        models.load(text)


def test_share_that_cannot_be_one_is_refused(model):
    told = json.loads(model.to_json())
    told["comparisons"][0]["levels"][1]["u"] = 1.5
    with pytest.raises(Refused, match="comparison:shares_out_of_bounds"):
        models.load(json.dumps(told))


@pytest.mark.parametrize("backend", BACKENDS)
def test_settings_of_each_backend_carry_what_was_learned(model, backend):
    told = settings(model, backend)
    assert told["probability_two_random_records_match"] == model.prior
    for one, comparison in zip(told["comparisons"], model.comparisons, strict=True):
        assert one["output_column_name"] == comparison.name
        assert one["comparison_levels"][0]["is_null_level"]
        learned = [(level["m_probability"], level["u_probability"]) for level in one["comparison_levels"][1:]]
        assert learned == [(level.m, level.u) for level in comparison.levels[1:]]


def test_settings_say_nothing_that_only_one_backend_knows(model):
    """No function that splink would have to translate by guess, and above all no edit distance, which counts bytes."""
    told = json.dumps(settings(model, "spark")).lower()
    assert not [word for word in ("levenshtein", "jaro", "list_", "hamming", "::") if word in told]


def test_backend_that_nobody_knows_is_refused(model):
    with pytest.raises(Refused, match="comparison:backend_unknown"):
        settings(model, "oracle")


def test_no_blocking_asks_for_the_surname_alone():
    for block in BLOCKING:
        asked = {part.split(" = ")[0].strip("( ") for part in block.sql.split(" AND ")}
        assert asked - {"l.sur", "l.sur_s"}, block.sql


def test_every_level_has_words_and_numbers_that_lead_back(model):
    for comparison in model.comparisons:
        for place, level in enumerate(comparison.levels):
            assert level.words == level_words()[comparison.name, level.key]
            assert level.key in LEVELS_IN_ENGLISH[comparison.name]
            assert comparison.level(comparison.number_of(place)) is level
        with pytest.raises(Refused, match="comparison:no_such_level"):
            comparison.level(len(comparison.levels))
    with pytest.raises(Refused, match="comparison:no_such_field"):
        model.comparison("shoe_size")


def test_reasoned_levels_and_ceilings_name_levels_that_exist(model):
    keys = {one.name: {level.key for level in one.levels} for one in model.comparisons}
    assert set(LEVEL_BITS) <= keys["number"]
    for ceiling in CEILINGS:
        assert set(ceiling.names) <= keys["name"]
        for numbers, births in ceiling.lifted_by:
            assert set(numbers) <= keys["number"]
            assert set(births) <= keys["birth"]


def test_better_levels_weigh_more(model):
    for comparison in model.comparisons:
        weights = {level.key: level.weight for level in comparison.levels}
        assert weights["same"] > 0 > weights["else"]
        assert weights["missing"] == 0
    assert model.comparison("number").levels[-1].weight < -3


def test_prior_follows_the_number_of_people(model):
    assert starting_bits(model, model.people * 2) == pytest.approx(
        starting_bits(model, model.people) - 1, abs=1e-3
    )
    assert starting_bits(model, 0) == 0
    assert frequencies(model) == ["name", "sound"]


def test_link_in_words_says_each_field_with_its_points(model):
    name = model.comparison("name")
    sound = next(name.number_of(at) for at, level in enumerate(name.levels) if level.key == "sound")
    link = {f"mw_{field}": None for field in FIELDS} | {f"level_{field}": -1 for field in FIELDS}
    link |= {"mw_name": 5.13, "level_name": sound, "method": Method.MODEL}
    said = [field_says(one, "zh-hans") for one in fields_of(link, model)]
    assert said[1] == "姓名：读音相同，字不同（常见的同音误写）；+5.1 分"
    assert said[0] == "证件号码：有一方没有可用的号码；不加不减"
    assert len(said) == len(FIELDS)
    assert field_says(fields_of(link, model)[0], "en") == "number: one side has no usable number; no points"
