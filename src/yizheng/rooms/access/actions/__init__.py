"""The writes of access: accounts, tries to sign in, codes, factors, sessions. Each leaves its entry in the ledger.

A try that fails is written too. So nothing here raises for a wrong password or code: the flow commits what happened,
and then the door says it.
"""

from yizheng.rooms.access.actions.accounts import (
    create_account,
    open_helper_account,
    set_account_password,
    set_active,
)
from yizheng.rooms.access.actions.codes import (
    check_code,
    make_code,
    make_recovery_list,
    make_slip_code,
    use_recovery_code,
)
from yizheng.rooms.access.actions.factors import (
    add_passkey,
    begin_app_key,
    check_app_code,
    confirm_app_key,
    end_all,
    end_app_key,
    end_passkey,
    end_password,
    passkey_signed,
    set_password,
)
from yizheng.rooms.access.actions.once import forget_used, use_once
from yizheng.rooms.access.actions.pacing import count_try, forget_tallies, got_in
from yizheng.rooms.access.actions.sessions import (
    begin_session,
    end_sessions,
    make_ticket,
    session_is_seen,
    strengthen_session,
    use_ticket,
)
from yizheng.rooms.access.actions.tries import begin_try, end_try, forget_tries_of_nobody, forgive

__all__ = [
    "add_passkey",
    "begin_app_key",
    "begin_session",
    "begin_try",
    "check_app_code",
    "check_code",
    "confirm_app_key",
    "count_try",
    "create_account",
    "end_all",
    "end_app_key",
    "end_passkey",
    "end_password",
    "end_sessions",
    "end_try",
    "forget_tallies",
    "forget_tries_of_nobody",
    "forget_used",
    "forgive",
    "got_in",
    "make_code",
    "make_recovery_list",
    "make_slip_code",
    "make_ticket",
    "open_helper_account",
    "passkey_signed",
    "session_is_seen",
    "set_account_password",
    "set_active",
    "set_password",
    "strengthen_session",
    "use_once",
    "use_recovery_code",
    "use_ticket",
]
