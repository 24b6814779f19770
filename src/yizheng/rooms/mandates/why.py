"""Why mandates say no (亲情代办): the codes of their refusals. The words stand at the doors."""

from yizheng.kernel.errors import Code


class Why(Code):
    """What is wrong with a request, an answer or a change, and with an agency's rules."""

    SCOPES_MISSING = "mandates:scopes_missing"
    END_NOT_LATER = "mandates:end_not_later"
    END_TOO_FAR = "mandates:end_too_far"
    HELPER_IS_FULL = "mandates:helper_is_full"
    DECLINED_LATELY = "mandates:declined_lately"
    ASKED_TOO_OFTEN = "mandates:asked_too_often"
    NAMED_TOO_OFTEN = "mandates:named_too_often"

    HELPER_NAME_MISSING = "mandates:helper_name_missing"
    HELPER_PHONE_WRONG = "mandates:helper_phone_wrong"
    OPEN_ALREADY = "mandates:open_already"
    NOTHING_WAITS = "mandates:nothing_waits"
    NAME_WRONG = "mandates:name_wrong"
    NAME_WRONG_AND_OVER = "mandates:name_wrong_and_over"
    NOT_BEGUN = "mandates:not_begun"
    ENDED_ALREADY = "mandates:ended_already"

    WARN_FROM_WRONG = "mandates:warn_from_wrong"
    FAMILY_LIMIT_MISSING = "mandates:family_limit_missing"
    USUAL_DAYS_WRONG = "mandates:usual_days_wrong"
    NUMBERS_TOO_SMALL = "mandates:numbers_too_small"

    KIND_UNKNOWN = "mandates:kind_unknown"
    HELPER_UNKNOWN = "mandates:helper_unknown"
