"""Every code that a screen can meet has words, and every Chinese text of the screens has its English."""

import ast
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.utils import translation

import yizheng.doors
from yizheng import wiring
from yizheng.doors.words import WORDS, word
from yizheng.flows.sources.link_sides import Agreement
from yizheng.rooms.access.data import ROLES
from yizheng.rooms.casework.data import CaseState
from yizheng.rooms.certification.data import Reason, Result
from yizheng.rooms.comparison.tail.data import FIELDS
from yizheng.rooms.corrections.data import Answer, RowState
from yizheng.rooms.entitlements.data import BenefitType, Group, Scheme
from yizheng.rooms.evidence.data import Health, LinkState, Polarity, Strength
from yizheng.rooms.notices.data import MessageState
from yizheng.rooms.passes.data import CHANNELS
from yizheng.rooms.payments.data import ARREARS_TABLE, HoldReason, PauseListState, PayKind
from yizheng.rooms.quality.data import Check, Grade, Problem

DOORS = Path(next(iter(yizheng.doors.__path__)))
PO = DOORS / "locale" / "en" / "LC_MESSAGES" / "django.po"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        ("result", [result.word for result in Result]),
        ("reason", list(Reason)),
        ("case_state", list(CaseState)),
        ("hold", list(HoldReason)),
        ("health", list(Health)),
        ("link_state", list(LinkState)),
        ("channel", list(CHANNELS)),
        ("link_field", list(FIELDS)),
        ("agreement", list(Agreement)),
        ("grade", list(Grade)),
        ("check", list(Check)),
        ("problem", list(Problem)),
        ("row_state", list(RowState)),
        ("answer", list(Answer)),
        ("polarity", list(Polarity)),
        ("strength", list(Strength)),
        ("message_state", list(MessageState)),
        ("list_state", list(PauseListState)),
        ("pay_kind", [kind.word for kind in PayKind]),
        ("benefit_type", list(BenefitType)),
        ("scheme", list(Scheme)),
        ("group", [str(group.name).lower() for group in Group]),
        ("role", [role.code for role in ROLES]),
        ("pay_reason", sorted({terms.reason_code for terms in ARREARS_TABLE.values()} - {""})),
        ("pay_reason", sorted({reason for reason, _ in ARREARS_TABLE})),
    ],
)
def test_every_code_has_words(kind: str, codes: Iterable[object]) -> None:
    assert [code for code in codes if str(getattr(code, "value", code)) not in WORDS[kind]] == []


def test_every_letter_has_a_name() -> None:
    assert set(wiring.agency().letters) <= set(WORDS["template"])


def test_an_enum_and_its_code_have_the_same_words() -> None:
    assert word("result", Result.PASSED) == word("result", "passed") == "已通过"


def test_every_text_has_its_english() -> None:
    blocks = PO.read_text(encoding="utf-8").split("\n\n")[1:]
    assert [block for block in blocks if re.search(r'^msgstr(\[\d\])? ""$', block, re.MULTILINE)] == []
    translated = {_msgid(block) for block in blocks}
    assert {text for text in _asked() if CHINESE.search(text)} - translated == set()


def _msgid(block: str) -> str:
    """The text that a block of the catalogue translates; its lines put together."""
    found = re.search(r'^msgid ((?:".*"\n?)+)', block, re.MULTILINE)
    return "".join(ast.literal_eval(line) for line in found[1].splitlines()) if found else ""


def _asked() -> set[str]:
    """Every text that templates and views of the doors ask for."""
    asked: set[str] = set()
    for template in DOORS.rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        asked |= {
            double or single for double, single in re.findall(r"{% translate (?:\"(.*?)\"|'(.*?)')", text)
        }
        asked |= set(re.findall(r'_\("(.*?)"\)', text))
        for options, body in re.findall(
            r"{% blocktranslate(.*?)%}(.*?){% endblocktranslate %}", text, re.DOTALL
        ):
            one = body.split("{% plural %}")[0]
            if "trimmed" in options:
                one = " ".join(line.strip() for line in one.strip().splitlines())
            asked.add(re.sub(r"{{ (\w+) }}", r"%(\1)s", one))
    for module in DOORS.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if called and node.func.id in ("_", "gettext", "gettext_lazy") and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    asked.add(first.value)
    return asked


def test_compiled_english_is_fresh() -> None:
    with translation.override("en"):
        blocks = PO.read_text(encoding="utf-8").split("\n\n")[1:]
        pairs = [re.search(r'^msgid "(.*)"\nmsgstr "(.*)"$', block, re.MULTILINE) for block in blocks]
        stale = [
            pair[1]
            for pair in pairs
            if pair and "\\" not in pair[0] and translation.gettext(pair[1]) != pair[2]
        ]
    assert stale == []
