"""The lives that kinds of cases may name (`life: two_people`), and the steps that the product itself understands. Pure.

A kind may bring a life of its own; these steps mean the same in each of them:

* `propose` writes an outcome down, `agree` makes it hold, `agree_to_check_on` lets the case go on, `disagree` sends it
  back;
* `withdraw` closes a case whose leads its sources took back: nothing is decided, and nothing counts against anybody;
* every other step is work: it moves the case and decides nothing.
"""

from collections.abc import Mapping
from enum import StrEnum

from yizheng.kernel.life import Life, Move, State, Turn
from yizheng.rooms.access.data import Permission

PROPOSES, CONFIRMS = Permission.PROPOSE_OUTCOME.value, Permission.CONFIRM_OUTCOME.value


class CaseState(StrEnum):
    """The states of the lives below. A life of a kind's own may have others; all of them begin open and end closed."""

    OPEN = "open"
    CHECKING = "checking"
    PROPOSED = "proposed"
    CLOSED = "closed"


class CaseMove(StrEnum):
    """The steps that decide: everything else is work."""

    PROPOSE = "propose"
    AGREE = "agree"
    AGREE_TO_CHECK_ON = "agree_to_check_on"
    DISAGREE = "disagree"
    WITHDRAW = "withdraw"


_OPEN, _CHECKING, _PROPOSED, _CLOSED = (state.value for state in CaseState)

CLOSED = State(code=_CLOSED, owner=Turn.NOBODY, final=True)


def _withdrawn(state: str) -> Move[str]:
    return Move(state=state, step=CaseMove.WITHDRAW.value, to=_CLOSED, by=Turn.MACHINE)


TWO_PEOPLE: Life[str] = Life(
    name="case",
    states=(
        State(code=_OPEN, owner="certifier"),
        State(code=_CHECKING, owner="certifier"),
        State(code=_PROPOSED, owner="rechecker"),
        CLOSED,
    ),
    moves=(
        Move(state=_OPEN, step=CaseMove.PROPOSE.value, to=_PROPOSED, permission=PROPOSES),
        Move(state=_CHECKING, step=CaseMove.PROPOSE.value, to=_PROPOSED, permission=PROPOSES),
        Move(state=_PROPOSED, step=CaseMove.AGREE.value, to=_CLOSED, permission=CONFIRMS),
        Move(state=_PROPOSED, step=CaseMove.AGREE_TO_CHECK_ON.value, to=_CHECKING, permission=CONFIRMS),
        Move(state=_PROPOSED, step=CaseMove.DISAGREE.value, to=_OPEN, permission=CONFIRMS),
        *(_withdrawn(state) for state in (_OPEN, _CHECKING, _PROPOSED)),
    ),
)
"""One person proposes how the case ends, another confirms it."""

ONE_PERSON: Life[str] = Life(
    name="case",
    states=(State(code=_OPEN, owner="certifier"), CLOSED),
    moves=(
        Move(state=_OPEN, step=CaseMove.PROPOSE.value, to=_CLOSED, permission=PROPOSES),
        _withdrawn(_OPEN),
    ),
)
"""One person closes the case: for kinds whose outcomes touch nobody's pay."""

LIVES: Mapping[str, Life[str]] = {"two_people": TWO_PEOPLE, "one_person": ONE_PERSON}
