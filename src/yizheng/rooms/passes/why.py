"""Why passes says no (认证登记): the codes. Their words stand at the doors."""

from yizheng.kernel.errors import Code


class Why(Code):
    """What is wrong with a capture, a picture, a row or a recording."""

    CAPTURE_ENDED = "passes:capture_ended"
    CAPTURE_OF_NOBODY_HERE = "passes:capture_of_nobody_here"
    PICTURES_MISSING = "passes:pictures_missing"
    PICTURE_REFUSED = "passes:picture_refused"
    ENGINE_STOPPING = "passes:engine_stopping"
    ENGINE_FAILED_TWICE = "passes:engine_failed_twice"
    ENGINE_DOES_NOT_START = "passes:engine_does_not_start"
    NUMBER_NOT_ON_ROSTER = "passes:number_not_on_roster"
    NAME_DIFFERS = "passes:name_differs"
    CHANNEL_UNKNOWN = "passes:channel_unknown"
    NO_DAY = "passes:no_day"
    DAY_AHEAD = "passes:day_ahead"
    DIGITS_TOO_OLD = "passes:digits_too_old"
    RECORDING_DELETED = "passes:recording_deleted"
    TOO_MANY_ANSWERS = "passes:too_many_answers"
    DIGITS_READ_BEFORE = "passes:digits_read_before"
