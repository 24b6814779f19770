"""Why a delivery is refused (数据送达): the codes of these refusals. Their words stand at the doors."""

from yizheng.kernel.errors import Code


class Why(Code):
    """What is wrong with a file that arrives, or with how it is asked about."""

    NO_ROSTER = "arrivals:no_roster"
    FROM_ANOTHER_SOURCE = "arrivals:from_another_source"
    NAMED_FOR_ANOTHER_SOURCE = "arrivals:named_for_another_source"
    TOO_MANY_AT_ONCE = "arrivals:too_many_at_once"
    ROSTER_FROM_THE_FUTURE = "arrivals:roster_from_the_future"
    ROSTERS_AT_ONCE = "arrivals:rosters_at_once"
    FEED_COLUMNS_MISSING = "arrivals:feed_columns_missing"
    ROSTER_COLUMNS_MISSING = "arrivals:roster_columns_missing"
    DAY_IN_NAME_WRONG = "arrivals:day_in_name_wrong"
    ROWS_NOT_AS_DECLARED = "arrivals:rows_not_as_declared"
    AMOUNT_NOT_AS_DECLARED = "arrivals:amount_not_as_declared"
    NO_LONGER_THAN_BEFORE = "arrivals:no_longer_than_before"
    SUPERSEDES = "arrivals:supersedes"
    NUMBERS_CUT = "arrivals:numbers_cut"
    NUMBERS_MOVED = "arrivals:numbers_moved"
    DELIVERY_GONE = "arrivals:delivery_gone"
    PREFIX_TOO_SHORT = "arrivals:prefix_too_short"
    NO_DELIVERY_BEGINS = "arrivals:no_delivery_begins"
    MANY_DELIVERIES_BEGIN = "arrivals:many_deliveries_begin"
