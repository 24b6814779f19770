"""What staff may be allowed to do (权限), and the codes of the roles that may: in accounts and the ledger for ever."""

from enum import StrEnum


class Permission(StrEnum):
    """Everything that a member of staff may be allowed to do: `room:thing:action`."""

    SEE_DASHBOARD = "insight:dashboard:see"
    FIND_PERSON = "people:person:find"
    SEE_PERSON = "people:person:see"
    SEE_CONTACT = "people:contact:see"
    SEE_SOURCES = "evidence:source:see"
    SEE_LINKS = "evidence:link:see"
    DECIDE_LINK = "evidence:link:decide"
    HAND_OUT_ROWS = "corrections:row:hand_out"
    TAKE_ANSWERS = "corrections:answer:take"
    SEE_RUNS = "certification:run:see"
    START_RUN = "certification:run:start"
    SEE_CASES = "casework:case:see"
    OPEN_CASE = "casework:case:open"
    PROPOSE_OUTCOME = "casework:case:propose"
    CONFIRM_OUTCOME = "casework:case:confirm"
    SEE_PAUSE_LIST = "payments:pause_list:see"
    RELEASE_PAUSE_LIST = "payments:pause_list:release"
    SEE_ROSTER_CHANGES = "entitlements:roster:see"
    DECIDE_ROSTER_HOLD = "entitlements:roster:decide"
    SEE_PAY_RUN = "payments:pay_run:see"
    DECIDE_HELD_PAY = "payments:held_pay:decide"
    SEE_NOTICES = "notices:message:see"
    SEE_LEDGER = "ledger:entry:see"
    VERIFY_LEDGER = "ledger:entry:verify"
    SEE_LOOKS = "privacy:look:see"
    CREATE_ACCOUNT = "access:account:create"
    ENROL_FACE = "biometrics:face:enrol"
    SEE_VAULT = "biometrics:vault:see"
    RECORD_FILING = "biometrics:filing:record"
    SEE_MANDATES = "mandates:mandate:see"
    RECORD_MANDATE = "mandates:mandate:record"
    SEE_ALERTS = "risk:alert:see"
    LOOK_AT_ALERT = "risk:alert:look_at"
    ISSUE_RECOVERY = "access:recovery:issue"


class RoleCode(StrEnum):
    """The roles of staff (岗位): stable codes, in accounts and in the ledger for ever."""

    CERTIFIER = "certifier"
    RECHECKER = "rechecker"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
