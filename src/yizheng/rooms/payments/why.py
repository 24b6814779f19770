"""Why payments say no (发放): the codes of their refusals. The words stand at the doors."""

from yizheng.kernel.errors import Code


class Why(Code):
    """What is wrong with a pause list or a pay run; and what is told of pay that was made up for, or was too much."""

    NO_LIST = "payments:no_list"
    LIST_NOT_AS_DRAWN = "payments:list_not_as_drawn"
    LIST_VANISHED = "payments:list_vanished"
    LIST_NOT_TO_COME = "payments:list_not_to_come"
    MONTH_RUN_ALREADY = "payments:month_run_already"
    NO_CERTIFICATION = "payments:no_certification"
    CERTIFICATION_OF_ANOTHER_DAY = "payments:certification_of_another_day"

    NOBODY_IN_PAYMENT = "payments:nobody_in_payment"
    MONTH_AFTER_RUN = "payments:month_after_run"
    MONTH_AFTER_ROSTER = "payments:month_after_roster"
    SAME_DIFFERS = "payments:same_differs"
    TOTAL_DIFFERS = "payments:total_differs"
    HELD_PAY_UNKNOWN = "payments:held_pay_unknown"
    HELD_PAY_REASON = "payments:held_pay_reason"
    DIFFERENCE_PAID = "payments:difference_paid"
    LOWERED_FOUND = "payments:lowered_found"
    NO_RUN = "payments:no_run"
    INSTRUCTIONS_CHANGED = "payments:instructions_changed"
