"""A refusal is a code of its room with exactly the facts that its words need, in both languages."""

import re
import string

import pytest
from reading import SOURCE
from refusals import STOREYS, codes, mentioned, sites, sources

from yizheng.doors.words.refusals import FILES, table_of

REFUSALS = {code: words for beginning in FILES for code, words in table_of(beginning).items()}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("name", sorted(name for name, _ in sources(*STOREYS)))
def test_every_refusal_is_a_code_with_the_facts_of_its_words(name: str) -> None:
    wrong = []
    for site in sites(SOURCE / name):
        code = codes().get(site.code)
        if code is None or site.opaque:
            wrong.append(
                f"{site.place}: a code was expected, Refused(Why.X, fact=...) or told(Finding.X, ...)"
            )
        elif code in REFUSALS and placeholders(REFUSALS[code].zh) != site.facts:
            wanted = sorted(placeholders(REFUSALS[code].zh))
            wrong.append(f"{site.place}: {code} has the facts {wanted} in words, here {sorted(site.facts)}")
    assert wrong == []


def test_every_code_has_words_in_both_languages_with_the_same_facts() -> None:
    assert [code for code in codes().values() if code not in REFUSALS] == []
    for code, words in REFUSALS.items():
        assert CHINESE.search(words.zh), code
        assert words.en.strip(), code
        assert placeholders(words.zh) == placeholders(words.en), code


def test_every_code_is_used() -> None:
    used: set[str] = set()
    for name, path in sources("."):
        if not name.endswith("why.py") and not name.startswith("doors/words/"):
            used |= mentioned(path)
    assert sorted(set(codes()) - used) == []


def test_codes_are_named_for_their_room_and_stand_once() -> None:
    for name, code in codes().items():
        room = name.split(".")[-3]
        assert code.value == f"{room}:{code.name.lower()}", name
    assert len(set(codes().values())) == len(codes())
