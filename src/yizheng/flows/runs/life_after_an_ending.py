"""Life after an ending (终止后又有活动): who was ended for a death and is proven alive after it is looked at.

Part of the story in `certification_run`. Whoever has ended is not judged by evidence any more, so a living person who was
ended by mistake would never be found by data. A case opens, which two people decide; nothing else changes.
"""

from collections.abc import Iterator, Sequence

from yizheng.flows.runs.certification_inputs import Inputs
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import from_day_number
from yizheng.rooms import casework, people
from yizheng.rooms.casework.data import Known, NewCase
from yizheng.rooms.certification.data import Reason, Result
from yizheng.rooms.comparison import database
from yizheng.rooms.comparison.data import DAY_SHIFT, KIND_MASK, KIND_SHIFT
from yizheng.rooms.evidence.data import Strength
from yizheng.rooms.people.data import LifeEventKind


def cases_of_the_living(inputs: Inputs, files: Sequence[str]) -> Iterator[NewCase]:
    """A case for everybody ended for a death whom strong evidence shows alive after it, once for what is known."""
    with database.connection() as connection:
        rows = connection.execute(
            "select pno, proof_key from read_parquet($files)"
            " where result = $exempt and list_contains(string_split(reasons, ','), $ended) and proof_key > 0"
            " and list_contains($strong, proof_key >> $shift & $mask) order by pno",
            {
                "files": list(files),
                "exempt": int(Result.EXEMPT),
                "ended": Reason.BENEFIT_ENDED.value,
                "strong": [
                    kind.no for kind in inputs.standard.rules.kinds if kind.strength is Strength.STRONG
                ],
                "shift": KIND_SHIFT,
                "mask": int(KIND_MASK),
            },
        ).fetchall()
    for number, key in rows:
        pno, seen_on = Pno(number), from_day_number(key >> DAY_SHIFT)
        death = people.queries.loss_in_force(pno, LifeEventKind.DEATH)
        if death is None or seen_on <= death.true_from:
            continue
        if not casework.queries.was_asked(pno, Known.CONTRADICTION, since=seen_on):
            yield NewCase(pno=pno, leads=(), kind=Known.CONTRADICTION)
