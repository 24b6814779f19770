"""Why notices say no (通知): the code of their refusal. The words stand at the doors."""

from yizheng.kernel.errors import Code


class Why(Code):
    """What is wrong with a message."""

    LETTER_HAS_HOLE = "notices:letter_has_hole"
