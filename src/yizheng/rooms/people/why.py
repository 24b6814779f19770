"""Why people say no (人员): the codes of their refusals. The words stand at the doors."""

from yizheng.kernel.errors import Code


class Why(Code):
    """What is wrong with saying whose number it is."""

    NOTHING_ASKED = "people:nothing_asked"
    NOBODY_TO_JOIN = "people:nobody_to_join"
    NOTHING_JOINED = "people:nothing_joined"
