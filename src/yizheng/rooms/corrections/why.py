"""What corrections refuse and tell (校核纠错): the codes. Their words stand at the doors."""

from yizheng.kernel.errors import Code


class Why(Code):
    """What is wrong with a hand-out, or with a file of answers."""

    RECIPIENT_LENGTH = "corrections:recipient_length"
    NAME_ENDING = "corrections:name_ending"
    NOTHING_TO_HAND_OUT = "corrections:nothing_to_hand_out"
    HANDED_OUT_AT_ONCE = "corrections:handed_out_at_once"

    COLUMNS_MISSING = "corrections:columns_missing"
    TOO_MANY_ROWS = "corrections:too_many_rows"
    NEVER_HANDED_OUT = "corrections:never_handed_out"
    SOURCES_MIXED = "corrections:sources_mixed"
    SOURCE_GONE = "corrections:source_gone"
    DELIVERY_GONE = "corrections:delivery_gone"


class Finding(Code):
    """Why the answer of one row was not taken."""

    REF_UNKNOWN = "corrections:ref_unknown"
    REF_TWICE = "corrections:ref_twice"
    ANSWERED_BEFORE = "corrections:answered_before"
    NO_ANSWER = "corrections:no_answer"
    NO_NAME = "corrections:no_name"
    NOTHING_CORRECTED = "corrections:nothing_corrected"
    CELL_EXPECTED = "corrections:cell_expected"
    STILL_UNUSABLE = "corrections:still_unusable"
