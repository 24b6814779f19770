"""Why privacy says no (隐私与封存): the code of its refusal. The words stand at the doors."""

from yizheng.kernel.errors import Code


class Why(Code):
    """What is wrong with a sealed value."""

    SEAL_BROKEN = "privacy:seal_broken"
