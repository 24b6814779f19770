"""What any letter of an agency must keep to: both languages, and facts said in the language that is read."""

import re
from pathlib import Path
from string import Formatter

import pytest

from contract.parties import Parties, each
from yizheng import wiring
from yizheng.adapters.agency_files.letters import Letter as AgencyLetter
from yizheng.rooms.notices.ports import Letter

LETTERS = {
    AgencyLetter: lambda _: AgencyLetter(zh="{name}，请于{due_date}前认证。", en="{name}: by {due_date}.")
}
PARTIES: Parties = {Letter: LETTERS}

CHINESE, LATIN = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[A-Za-z]")


def days_and_amounts(text: str) -> set[str]:
    """The placeholders of what nobody may read in one language only."""
    names = {name for _, name, _, _ in Formatter().parse(text) if name}
    return {name for name in names if name.endswith(("_date", "_month", "_fen"))}


@pytest.fixture(**each(LETTERS))
def letter(request: pytest.FixtureRequest, tmp_path: Path) -> Letter:
    return request.param(tmp_path)


def test_both_languages_have_a_text_and_english_promises_no_more(letter: Letter) -> None:
    for one in (letter, *wiring.agency().letters.values()):
        assert CHINESE.search(one.zh)
        assert not CHINESE.search(one.en)
        assert days_and_amounts(one.en) <= days_and_amounts(one.zh)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("due_date", "2026-12-31"),
        ("due_month", "2026-02"),
        ("arrears_fen", "312050"),
        ("rights_words", "view,certify,notices"),
        ("copy_words", "copy"),
        ("rights_words", "查看|to see"),
    ],
)
def test_fact_is_said_in_the_language_that_is_read(letter: Letter, name: str, value: str) -> None:
    zh, en = letter.say(name, value, "zh"), letter.say(name, value, "en")
    assert CHINESE.search(zh)
    assert not LATIN.search(zh)
    assert LATIN.search(en)
    assert not CHINESE.search(en)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("name", "value"), [("name", "陈国富"), ("code", "123456"), ("copy_words", "")])
def test_other_fact_is_said_as_it_is_and_none_as_nothing(
    letter: Letter, name: str, value: str, language: str
) -> None:
    assert letter.say(name, value, language) == value


@pytest.mark.parametrize(
    ("name", "value"), [("due_date", "soon"), ("due_month", "2026"), ("arrears_fen", "much")]
)
def test_fact_that_is_none_of_its_kind_is_an_error_and_never_sent(
    letter: Letter, name: str, value: str
) -> None:
    with pytest.raises(ValueError, match=r".+"):
        letter.say(name, value, "zh")
