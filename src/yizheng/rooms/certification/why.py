"""Why a run is refused, and what is told of a result (资格认证): the codes. Their words stand at the doors."""

from yizheng.kernel.errors import Code


class Why(Code):
    """What is wrong with a run or a policy, and the sentences of an explanation."""

    FUTURE_DAY = "certification:future_day"
    NO_ROSTER = "certification:no_roster"
    RUN_NOT_FINISHED = "certification:run_not_finished"
    RESULTS_NOT_THE_ROSTER = "certification:results_not_the_roster"
    PERSON_NOT_IN_A_RUN = "certification:person_not_in_a_run"
    OUT_NAME = "certification:out_name"
    NO_RUN = "certification:no_run"
    ROSTER_NOT_IN_RUN = "certification:roster_not_in_run"
    NO_STATES = "certification:no_states"
    NO_SILENCE = "certification:no_silence"
    RESULT_AS_OF = "certification:result_as_of"
    REASON_IS = "certification:reason_is"
    DECIDED_BY = "certification:decided_by"
    DECIDED_BY_SOURCE = "certification:decided_by_source"
    RECORDS_FOUND = "certification:records_found"
    POLICY_APPLIES = "certification:policy_applies"
    HOLDS_UNTIL = "certification:holds_until"
    SOURCE_AWAY = "certification:source_away"
    CERTIFIED_LAST = "certification:certified_last"
    CAME_AFTER = "certification:came_after"
    CYCLE_LENGTH = "certification:cycle_length"
    ASK_WAIT = "certification:ask_wait"
    WINDOWS_AND_UNIT = "certification:windows_and_unit"
    RUN_IN_PROGRESS = "certification:run_in_progress"
    RUN_UNFINISHED = "certification:run_unfinished"
    RUN_BEGUN_BEFORE = "certification:run_begun_before"
