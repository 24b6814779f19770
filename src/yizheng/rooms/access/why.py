"""Why access says no (账号与权限): the codes of its refusals. Their words stand at the doors."""

from yizheng.kernel.errors import Code


class Why(Code):
    """What is wrong with who acts, with an account, or with what proves somebody."""

    ROLE_NOT_ALLOWED = "access:role_not_allowed"
    SECOND_PERSON_NEEDED = "access:second_person_needed"

    USERNAME_NOT_ALLOWED = "access:username_not_allowed"
    DISPLAY_NAME_NOT_ALLOWED = "access:display_name_not_allowed"
    ROLE_UNKNOWN = "access:role_unknown"
    USERNAME_TAKEN = "access:username_taken"
    USERNAME_UNKNOWN = "access:username_unknown"
    ACCOUNT_NOT_OPEN = "access:account_not_open"
    HELPER_PHONE_NOT_ALLOWED = "access:helper_phone_not_allowed"
    HELPER_NAME_NOT_ALLOWED = "access:helper_name_not_allowed"
    PHONE_HAS_ACCOUNT = "access:phone_has_account"

    CODE_TOO_SOON = "access:code_too_soon"
    CODES_TOO_MANY = "access:codes_too_many"
    LOCKED = "access:locked"
    WAY_CLOSED = "access:way_closed"
    TOO_MANY_TRIES_HERE = "access:too_many_tries_here"
    PACE_NUMBERS_WRONG = "access:pace_numbers_wrong"
    FAILURES_IN_A_ROW_WRONG = "access:failures_in_a_row_wrong"
    PASSWORD_WRONG = "access:password_wrong"
    SECOND_FACTOR_WRONG = "access:second_factor_wrong"

    PASSWORD_LENGTH = "access:password_length"
    PASSWORD_GUESSABLE = "access:password_guessable"
    SHOW_AGAIN = "access:show_again"
    PASSKEY_NOT_MADE = "access:passkey_not_made"
    PASSKEY_KNOWN_OR_TOO_MANY = "access:passkey_known_or_too_many"
    CARD_NOT_COMPARED = "access:card_not_compared"
    NUMBER_UNKNOWN = "access:number_unknown"
