"""The roles of staff (岗位). An auditor can read here who may do what; the code of a role is in the database for ever.

Rules that always hold: who proposes an outcome is not who confirms it, as a role and as a person; who audits changes
nothing.
"""

from typing import ClassVar

from yizheng.rooms.access.permissions import Permission, RoleCode

_EVERYBODY = frozenset({Permission.SEE_DASHBOARD, Permission.SEE_SOURCES, Permission.SEE_RUNS})
_CASES = frozenset(
    {
        Permission.FIND_PERSON,
        Permission.SEE_PERSON,
        Permission.SEE_CASES,
        Permission.SEE_LINKS,
        Permission.SEE_PAUSE_LIST,
        Permission.SEE_ROSTER_CHANGES,
        Permission.SEE_MANDATES,
    }
)


class Role:
    """What a role says of itself."""

    code: ClassVar[RoleCode]
    two_factors: ClassVar[bool] = False
    """Whether the role may work only in a session with two factors, where the installation holds to it
    (`YIZHENG_TWO_FACTORS`). Whoever has enrolled a second factor shows it in any role."""
    permissions: ClassVar[frozenset[Permission]]


class Certifier(Role):
    """Works on doubts and uncertain rows, takes departments' answers in, proposes how each doubt ends; helps people
    back in who lost what they sign in with.
    """

    code = RoleCode.CERTIFIER
    permissions = (
        _EVERYBODY
        | _CASES
        | {
            Permission.SEE_CONTACT,
            Permission.OPEN_CASE,
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

    code = RoleCode.RECHECKER
    permissions = (
        _EVERYBODY | _CASES | {Permission.SEE_CONTACT, Permission.CONFIRM_OUTCOME, Permission.SEE_NOTICES}
    )


class Supervisor(Role):
    """Starts runs, releases a month's pause list and what a roster changes of many at once, hands rows out for
    correction, answers for pay runs and accounts.
    """

    code = RoleCode.SUPERVISOR
    two_factors = True
    permissions = (
        _EVERYBODY
        | _CASES
        | {
            Permission.START_RUN,
            Permission.RELEASE_PAUSE_LIST,
            Permission.DECIDE_ROSTER_HOLD,
            Permission.HAND_OUT_ROWS,
            Permission.SEE_PAY_RUN,
            Permission.DECIDE_HELD_PAY,
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

    code = RoleCode.AUDITOR
    two_factors = True
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
