"""What somebody does, what is watched, and what an act asks for: the codes that the table of risk is made of. Pure."""

from enum import StrEnum


class Act(StrEnum):
    """What somebody is about to do. `table.py` says what each act asks for at each level of risk."""

    VIEW = "view"
    CERTIFY = "certify"
    ENROL = "enrol"
    NAME_HELPER = "name_helper"
    CHANGE_PHONE = "change_phone"
    CHANGE_BANK = "change_bank"
    CHANGE_FACTOR = "change_factor"
    EXPORT = "export"


class Signal(StrEnum):
    """What is watched (风险信号). None of them alone refuses anybody anything."""

    NEW_DEVICE = "new_device"
    NEW_PLACE = "new_place"
    ODD_HOUR = "odd_hour"
    IMPOSSIBLE_TRAVEL = "impossible_travel"
    TYPING = "typing"
    MANY_SERVED = "many_served"
    RECENT_BANK_CHANGE = "recent_bank_change"
    RECENT_PHONE_CHANGE = "recent_phone_change"
    HELPER_ACTS = "helper_acts"
    FAILED_TRIES = "failed_tries"
    VIRTUAL_CAMERA = "virtual_camera"
    ODD_FRAMES = "odd_frames"
    SESSION_MOVED = "session_moved"


class Asked(StrEnum):
    """What an act asks for (加强核验), weakest first. Everything from `PERSON` on is done by or before a person."""

    NOTHING_MORE = "nothing_more"
    SECOND_FACTOR = "second_factor"
    STRONG_FACTOR = "strong_factor"
    FRESH_FACE = "fresh_face"
    PERSON = "person"
