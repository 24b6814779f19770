"""Why entitlements say no (待遇): the codes of their refusals. The words stand at the doors."""

from yizheng.kernel.errors import Code


class Why(Code):
    """What is wrong with deciding what a roster changes of many people at once."""

    HOLD_UNKNOWN = "entitlements:hold_unknown"
    HELD_STEPS_CHANGED = "entitlements:held_steps_changed"
    REASON_MISSING = "entitlements:reason_missing"
