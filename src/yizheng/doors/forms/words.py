"""The words for what is wrong with what was typed: what is expected, never who is to blame. Chinese is the source."""

from collections.abc import Mapping

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yizheng.doors.forms.parsing import Fault, Wrong

Words = str | Promise
Told = Mapping[str, str]
"""A sentence in every language of the webs, by language code."""

WORDS: Mapping[Wrong, Words] = {
    Wrong.MISSING: _("请填%(label)s。"),
    Wrong.NOT_CHOSEN: _("请选%(label)s。"),
    Wrong.NOT_TICKED: _("请先勾选确认。"),
    Wrong.TOO_SHORT: _("%(label)s至少要 %(least)s 个字。"),
    Wrong.TOO_LONG: _("%(label)s最多 %(most)s 个字，请写短一点。"),
    Wrong.NOT_A_DAY: _("日期要写成 2026-10-31 这样。"),
    Wrong.NOT_A_MONTH: _("月份要写成 2026-10 这样。"),
    Wrong.NOT_A_WHOLE_NUMBER: _("%(label)s要填整数。"),
    Wrong.NOT_MONEY: _("金额要写成 3120.50 这样，单位是元。"),
    Wrong.NOT_AN_IDENTITY_NUMBER: _("请填 18 位身份证号码。"),
    Wrong.ONE_DIGIT_IS_WRONG: _("这个号码有一位不对，请对照身份证再看一遍。"),
    Wrong.NOT_A_PHONE: _("请填 11 位手机号码。"),
    Wrong.NOT_A_CODE: _("请填 %(length)s 位数字。"),
    Wrong.NOT_TEXT: _("%(label)s里有看不见的控制字符，请重新输入，不要从别处粘贴。"),
    Wrong.NO_FILE: _("请先选一个文件。"),
    Wrong.FILE_TOO_LARGE: _("文件太大，最多 %(most)s MB。"),
    Wrong.FILE_OF_ANOTHER_KIND: _("请选 %(kinds)s 文件。"),
    Wrong.TOO_MANY_FILES: _("最多选 %(most)s 个文件。"),
}


def told(words: Words, facts: Mapping[str, object] | None = None) -> Told:
    """A sentence in every language, so that it can wait in a session for whichever the page is shown in."""
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            text = str(words)
            found[language] = text % {name: _plain(fact) for name, fact in facts.items()} if facts else text
    return found


def fault_told(fault: Fault, *, label: Words, own: Mapping[Wrong, Words]) -> Told:
    """A fault in words: the field's own where it has any, with the field's name where they need it."""
    words = own.get(fault.code, WORDS[fault.code])
    return told(words, {"label": label, **fault.facts})


def in_language(sentence: Told) -> str:
    """The sentence in the language of whoever reads the page."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    return sentence.get(language) or next(iter(sentence.values()), "")


def _plain(fact: object) -> object:
    return str(fact) if isinstance(fact, Promise) else fact
