"""The words that rosters use (花名册用语): how others write sex, scheme, benefit, state of pay and groups of people."""

from collections.abc import Mapping

from yizheng.rooms.entitlements.data import BenefitType, Group, PayState, Scheme

SEXES = {"男": "1", "女": "2", "1": "1", "2": "2", "男性": "1", "女性": "2"}
SCHEMES = {scheme.value: scheme.value for scheme in Scheme} | {
    "企业职工基本养老保险": "110",
    "机关事业单位养老保险": "120",
    "城乡居民基本养老保险": "170",
    "工伤保险": "410",
}
BENEFITS = {kind.value: kind.value for kind in BenefitType} | {
    "退休养老金": "retirement",
    "城乡居民养老金": "resident",
    "遗属待遇": "survivor",
    "工伤长期待遇": "injury",
}
GROUPS = {
    "高龄": Group.VERY_OLD,
    "残疾": Group.DISABLED,
    "重病": Group.SERIOUSLY_ILL,
    "独居": Group.ALONE,
    "异地": Group.AWAY,
    "境外": Group.ABROAD,
}
IN_PAYMENT, PAUSED, ENDED = (str(state.value) for state in PayState)
STATES = {state: state for state in (IN_PAYMENT, PAUSED, ENDED)} | {
    "正常发放": IN_PAYMENT,
    "正常": IN_PAYMENT,
    "暂停": PAUSED,
    "暂停发放": PAUSED,
    "终止": ENDED,
    "终止发放": ENDED,
}
PAUSED_OTHERWISE, ENDED_OTHERWISE = "1200", "1499"
"""The reason (AAE160) of a pause or an ending whose reason the roster does not tell: some pause, another ending.

A certification ends a pause that nobody gives a reason for, with its months; 1299 is for who is wanted or detained.
"""

WORDS: Mapping[str, Mapping[str, str]] = {
    "sex": SEXES,
    "scheme": SCHEMES,
    "benefit_type": BENEFITS,
    "pay_state": STATES,
}
"""The code of each word, by field."""

SEPARATORS = "[、,，;； /无]"
"""What stands between the words of groups, and the word for none."""
