"""How a result came about, in the words of the person whom it is about: the same findings as staff read, said for an old
person, without the law's turns of phrase and without two sentences that seem to contradict each other. Pure.
"""

from collections.abc import Iterator, Mapping, Sequence

from yizheng.doors.words import told_in
from yizheng.doors.words.base import Words
from yizheng.doors.words.refusals import filled
from yizheng.kernel.errors import Code
from yizheng.kernel.told import Told
from yizheng.rooms.certification.why import Why

OWN: Mapping[Code, Words] = {
    Why.DECIDED_BY: Words(
        "主要根据的记录：{source}，{kind}，{day}（{owner}提供）。",
        "It rests mainly on this record: {source}, {kind}, {day} (from {owner}).",
    ),
    Why.DECIDED_BY_SOURCE: Words(
        "主要根据的记录：{source}，{day}（{owner}提供）。",
        "It rests mainly on this record: {source}, {day} (from {owner}).",
    ),
    Why.POLICY_APPLIES: Words("依据{basis}。您属于{name}。", "By the agency's rules ({policy})."),
}
NONE = Words(
    "这一年各部门送来的记录里，没有查到您的。",
    "None of the records that other offices sent this year is about you.",
)
FOUND = Words(
    "这一年各部门送来的记录里，查到您的有{found}条。",
    "{found} of the records that other offices sent this year are about you.",
)
TOO_FEW = Words(
    "这一年各部门送来的记录里，查到您的有{found}条，还不够办认证。",
    "{found} of the records that other offices sent this year are about you; they are not enough.",
)
MOVED_ON = (Why.CERTIFIED_LAST, Why.CAME_AFTER, Why.POLICY_APPLIES)
"""What is said once the person certified after the result: the older result and its day would contradict it."""


def why_lines(findings: Sequence[Told], *, must_act: bool, language: str) -> Iterator[str]:
    """The sentences, in the order of the findings. `must_act`: the person is asked to certify."""
    has_moved_on = any(told.what == Why.CAME_AFTER for told in findings)
    for told in findings:
        if not has_moved_on or told.what in MOVED_ON:
            yield _said(told, must_act=must_act, language=language)


def _said(told: Told, *, must_act: bool, language: str) -> str:
    if told.what == Why.RECORDS_FOUND:
        words = NONE if not told.facts["found"] else TOO_FEW if must_act else FOUND
        return filled(words, told.facts, language)
    own = next((words for code, words in OWN.items() if code == told.what), None)
    return filled(own, told.facts, language) if own else told_in(told, language)
