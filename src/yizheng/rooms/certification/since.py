"""What a pass does to where a person stands, before the next run says so itself: pure, and by the run's own arithmetic.

A run is a day's work over everybody; a pass is a moment's. Between the two every reader must tell the same truth, so all
of them ask here: the due date counts from the pass by the policy's cycle, never earlier than it stood, and a doubt or a
record to be mended is not settled by a pass.
"""

from datetime import date

import numpy as np

from yizheng.kernel.time import day_number, from_day_number
from yizheng.rooms.certification.cycles import due_after
from yizheng.rooms.certification.data import Policy, Result

MOVED_BY_A_PASS = frozenset({Result.PASSED, Result.NOT_DUE, Result.DUE})
"""The results that a later pass moves on; the others wait for a person, or ask for nothing."""


def holds_until(policy: Policy, *, event_day: date, stands_until: date | None = None) -> date:
    """Until when a certification of that day holds: by the policy's cycle, and never earlier than it stood before."""
    counted = int(due_after(policy.cycle, np.array([day_number(event_day)], np.int64))[0])
    return max(from_day_number(counted), stands_until or date.min)


def is_moved(result: Result, *, decided_by: date | None, pass_day: date) -> bool:
    """Whether a pass of `pass_day` says more than the run did, which decided by an event of `decided_by`."""
    return result in MOVED_BY_A_PASS and (decided_by is None or pass_day > decided_by)
