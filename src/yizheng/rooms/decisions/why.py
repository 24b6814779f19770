"""Why a decision is not carried out: stable codes, whose words stand at the doors."""

from yizheng.kernel.errors import Code


class Why(Code):
    """What is wrong with a decision."""

    LIKENESS_ALONE = "decisions:likeness_alone"
    """A loss would rest on nothing but that faces are alike."""
    DAY_BEFORE_BIRTH = "decisions:day_before_birth"
    DEATH_BEFORE_BENEFIT = "decisions:death_before_benefit"
    RELEASE_BEFORE_CUSTODY = "decisions:release_before_custody"
    DEATH_BEFORE_SEEN = "decisions:death_before_seen"
    LEADS_UNSURE = "decisions:leads_unsure"
    """Every lead was linked by likeness, and nobody has confirmed it: `links`, their numbers."""
