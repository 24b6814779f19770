"""What risk refuses and what it tells (风险): the codes. Their words stand at the doors."""

from yizheng.kernel.errors import Code


class Why(Code):
    """What is wrong with a look at an alert."""

    LOOKED_ALREADY = "risk:looked_already"
    NOTE_LENGTH = "risk:note_length"
    NO_ALERT = "risk:no_alert"


class Flaw(Code):
    """What is wrong with an agency's table of risk."""

    PLACE_DEGREES = "risk:place_degrees"
    SIGNALS_INCOMPLETE = "risk:signals_incomplete"
    ACTS_INCOMPLETE = "risk:acts_incomplete"
    FIRST_STEP_NOT_ZERO = "risk:first_step_not_zero"
    STEPS_NOT_RISING = "risk:steps_not_rising"
    CERTIFY_ASKS_MORE = "risk:certify_asks_more"
    TYPING_TOO_HEAVY = "risk:typing_too_heavy"
    MANY_TOO_HEAVY = "risk:many_too_heavy"
    FAMILY_MISSING = "risk:family_missing"
    PERCENTS_WRONG = "risk:percents_wrong"


class Finding(Code):
    """The fact behind a signal, as a clerk may read it. Kept in rows that the ledger witnesses."""

    DEVICE_NEW = "risk:device_new"
    PLACE_NEW = "risk:place_new"
    HOUR_UNUSUAL = "risk:hour_unusual"
    TRAVEL_TOO_FAST = "risk:travel_too_fast"
    TYPING_DIFFERS = "risk:typing_differs"
    SERVES_MANY = "risk:serves_many"
    ACCOUNT_CHANGED = "risk:account_changed"
    PHONE_CHANGED = "risk:phone_changed"
    HELPER_ACTS = "risk:helper_acts"
    TRIES_FAILED = "risk:tries_failed"
    CAMERA_VIRTUAL = "risk:camera_virtual"
    FRAMES_EVEN = "risk:frames_even"
    SESSION_MOVED = "risk:session_moved"
    HELPER_HAS_MANDATES = "risk:helper_has_mandates"
