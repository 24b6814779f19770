"""Why notices say no (通知): the codes of their refusals. The words stand at the doors."""

from yizheng.kernel.errors import Code


class Why(Code):
    """What is wrong with a message, or with asking what became of one."""

    LETTER_HAS_HOLE = "notices:letter_has_hole"
    REPORTS_NOT_TOLD = "notices:reports_not_told"
