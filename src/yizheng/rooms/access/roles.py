"""The roles of staff (岗位). An auditor can read here who may do what; the code of a role is in the database for ever.

Rules that always hold: who proposes an outcome is not who confirms it, as a role and as a person; who audits changes
nothing.
"""

from typing import ClassVar

from yizheng.rooms.access.data import Permission

_EVERYBODY = frozenset({Permission.SEE_DASHBOARD, Permission.SEE_SOURCES, Permission.SEE_RUNS})
_CASES = frozenset(
    {
        Permission.FIND_PERSON,
        Permission.SEE_PERSON,
        Permission.SEE_CASES,
        Permission.SEE_LINKS,
        Permission.SEE_PAUSE_LIST,
        Permission.SEE_MANDATES,
    }
)


class Role:
    """What a role says of itself."""

    code: ClassVar[str]
    name_zh: ClassVar[str]
    name_en: ClassVar[str]
    description_zh: ClassVar[str]
    description_en: ClassVar[str]
    two_factors: ClassVar[bool] = False
    """Whether the role may work only in a session with two factors, where the installation holds to it
    (`YIZHENG_TWO_FACTORS`). Whoever has enrolled a second factor shows it in any role."""
    permissions: ClassVar[frozenset[Permission]]


class Certifier(Role):
    """Works on doubts and uncertain rows, takes departments' answers in, proposes how each doubt ends; helps people
    back in who lost what they sign in with.
    """

    code = "certifier"
    name_zh = "认证岗"
    name_en = "Certifier"
    description_zh = (
        "核对关联、核查疑点，提出处理意见，接收来源单位的更正答复，核对证件后为本人补办登录；"
        "不能复核自己的意见，不能放行暂停名单。"
    )
    description_en = (
        "Checks links, looks into doubts, proposes how each ends, takes departments' answers in,"
        " issues recovery slips to people whose card was checked;"
        " cannot confirm, cannot release a pause list."
    )
    permissions = (
        _EVERYBODY
        | _CASES
        | {
            Permission.PROPOSE_OUTCOME,
            Permission.DECIDE_LINK,
            Permission.TAKE_ANSWERS,
            Permission.RECORD_MANDATE,
            Permission.SEE_NOTICES,
            Permission.ENROL_FACE,
            Permission.ISSUE_RECOVERY,
        }
    )


class Rechecker(Role):
    """Confirms or returns what a certifier proposed."""

    code = "rechecker"
    name_zh = "复核岗"
    name_en = "Re-checker"
    description_zh = "复核认证岗提出的意见，同意或退回；自己不提出意见。"
    description_en = "Confirms or returns what a certifier proposed; proposes nothing."
    permissions = _EVERYBODY | _CASES | {Permission.CONFIRM_OUTCOME, Permission.SEE_NOTICES}


class Supervisor(Role):
    """Starts runs, releases a month's pause list, hands rows out for correction, answers for pay runs and accounts."""

    code = "supervisor"
    name_zh = "主管"
    name_en = "Supervisor"
    two_factors = True
    description_zh = (
        "启动比对，放行当月暂停名单，把待更正的记录交回来源单位，查看发放计划，开设账号；不经办个案。"
    )
    description_en = (
        "Starts runs, releases a month's pause list, hands rows out for correction, sees pay runs, makes accounts;"
        " decides no case."
    )
    permissions = (
        _EVERYBODY
        | _CASES
        | {
            Permission.START_RUN,
            Permission.RELEASE_PAUSE_LIST,
            Permission.HAND_OUT_ROWS,
            Permission.SEE_PAY_RUN,
            Permission.SEE_NOTICES,
            Permission.SEE_LEDGER,
            Permission.CREATE_ACCOUNT,
            Permission.SEE_VAULT,
            Permission.RECORD_FILING,
            Permission.SEE_ALERTS,
            Permission.LOOK_AT_ALERT,
        }
    )


class Auditor(Role):
    """Reads everything, also who looked at whom, and verifies the ledger; changes nothing."""

    code = "auditor"
    name_zh = "审计"
    name_en = "Auditor"
    two_factors = True
    description_zh = "查看全部记录、个人信息查看记录和存证账本，核验账本；不改动任何数据。"
    description_en = (
        "Reads every record, who looked at whom and the ledger, and verifies it; changes nothing."
    )
    permissions = (
        _EVERYBODY
        | _CASES
        | {
            Permission.SEE_PAY_RUN,
            Permission.SEE_NOTICES,
            Permission.SEE_LEDGER,
            Permission.VERIFY_LEDGER,
            Permission.SEE_LOOKS,
            Permission.SEE_VAULT,
            Permission.SEE_ALERTS,
        }
    )


ROLES: tuple[type[Role], ...] = (Certifier, Rechecker, Supervisor, Auditor)
