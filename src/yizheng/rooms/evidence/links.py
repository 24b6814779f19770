"""Uncertain links (模糊关联): a department's row and the person it may be about, from finding to a person's word. Pure.

Only leads are linked so. What always holds: a link that nobody has confirmed can raise a doubt and never more; what a
person has decided, no machine changes; a row belongs to one person at the most; nothing here says who anybody is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from yizheng.kernel.errors import Misused, Refused
from yizheng.kernel.life import Life, Move, State, Turn
from yizheng.rooms.access.data import Permission
from yizheng.rooms.evidence.why import Why

LONGEST_REASON = 300
CLEAR_ODDS = 6.63
"""Bits between the best candidate and the next from which the best stands alone: 99 to 1."""


class LinkState(StrEnum):
    """Where an uncertain link is."""

    SUSPECTED = "suspected"
    WAITING = "waiting"
    ELSEWHERE = "elsewhere"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class LinkStep(StrEnum):
    """What moves an uncertain link."""

    SUSPECT = "suspect"
    ASK = "ask"
    RANK_BELOW = "rank_below"
    CONFIRM = "confirm"
    REJECT = "reject"
    GIVE_WAY = "give_way"
    COME_FORWARD = "come_forward"


def _by_machine(state: LinkState | None, step: LinkStep, to: LinkState) -> Move[LinkState]:
    return Move(state=state, step=step, to=to, by=Turn.MACHINE)


def _by_clerk(state: LinkState, step: LinkStep, to: LinkState) -> Move[LinkState]:
    return Move(state=state, step=step, to=to, permission=Permission.DECIDE_LINK)


LINK_LIFE = Life(
    name="link",
    states=(
        State(code=LinkState.SUSPECTED, owner="certifier"),
        State(code=LinkState.WAITING, owner="certifier"),
        State(code=LinkState.ELSEWHERE, owner=Turn.NOBODY),
        State(code=LinkState.CONFIRMED, owner=Turn.NOBODY, final=True),
        State(code=LinkState.REJECTED, owner=Turn.NOBODY, final=True),
    ),
    moves=(
        _by_machine(None, LinkStep.SUSPECT, LinkState.SUSPECTED),
        _by_machine(None, LinkStep.ASK, LinkState.WAITING),
        _by_machine(None, LinkStep.RANK_BELOW, LinkState.ELSEWHERE),
        _by_clerk(LinkState.SUSPECTED, LinkStep.CONFIRM, LinkState.CONFIRMED),
        _by_clerk(LinkState.SUSPECTED, LinkStep.REJECT, LinkState.REJECTED),
        _by_clerk(LinkState.WAITING, LinkStep.CONFIRM, LinkState.CONFIRMED),
        _by_clerk(LinkState.WAITING, LinkStep.REJECT, LinkState.REJECTED),
        _by_machine(LinkState.SUSPECTED, LinkStep.GIVE_WAY, LinkState.ELSEWHERE),
        _by_machine(LinkState.WAITING, LinkStep.GIVE_WAY, LinkState.ELSEWHERE),
        _by_machine(LinkState.ELSEWHERE, LinkStep.COME_FORWARD, LinkState.WAITING),
    ),
)
"""The life of an uncertain link. A row that turns out to be one person's makes its other candidates give way; where the
suspicion of a row is rejected, the candidates ranked below it come forward."""

MILLION, THOUSAND = 1_000_000, 1_000
"""Probabilities are kept in millionths, weights in thousandths of a bit: the ledger takes whole numbers only."""

EXACT = "exact"
"""The reason of a link that gave way because its row was linked exactly, to a person whom a later roster brought."""

SET_ASIDE = "set_aside"
"""The reason of a link that gave way because its row counts for nobody any more."""

UNDECIDED = (LinkState.SUSPECTED, LinkState.WAITING)
"""The states that wait for a person."""

DECIDED = (LinkState.CONFIRMED, LinkState.REJECTED)
"""The states that a person has brought about. They are the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A row and a person it may be about. `weights` (bits) and `levels` by field; `day` counts days since 1970."""

    evidence_no: int
    pno: int
    kind_no: int
    day: int
    method: str
    probability: float
    weight: float
    weights: dict[str, float | None]
    levels: dict[str, int | None]
    model_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRecord(Candidate):
    """An uncertain link as it stands. `found_as` is what the product made of it; `decided_*` who moved it on, and why."""

    link_id: int
    state: LinkState
    found_as: LinkState
    found_at: datetime
    found_by: str
    decided_at: datetime | None
    decided_by: str
    reason: str

    @property
    def is_unsure(self) -> bool:
        """Whether nothing but likeness speaks for it: no person's word, and no exact link that was found since."""
        return self.state is not LinkState.CONFIRMED and self.reason != EXACT

    def holds(self, *, known_before: datetime) -> bool:
        """Whether the row is evidence about the person by that moment: a suspicion, or confirmed by a person."""
        if self.decided_at is not None and self.decided_at < known_before:
            return self.state is LinkState.CONFIRMED
        return self.found_as is LinkState.SUSPECTED

    def as_row(self) -> dict[str, object]:
        """The link as the finder's table has it: what its words are made of."""
        row: dict[str, object] = {"record": self.evidence_no, "pno": self.pno, "method": self.method}
        row |= {"probability": self.probability, "weight": self.weight, "model_id": self.model_id}
        row |= {f"mw_{field}": weight for field, weight in self.weights.items()}
        return row | {f"level_{field}": level for field, level in self.levels.items()}


def ranked(candidates: Sequence[Candidate], *, suspicion: float) -> list[tuple[Candidate, LinkState]]:
    """What becomes of the candidates of one row, best first.

    The best is a suspicion when it reaches that probability and stands clear of the next; then the others rank below
    it. Otherwise all of them are for a person to look at.
    """
    best_first = sorted(candidates, key=lambda one: (-one.weight, one.pno))
    if not best_first:
        return []
    best, rest = best_first[0], best_first[1:]
    clear = not rest or best.weight - rest[0].weight >= CLEAR_ODDS
    if best.probability >= suspicion and clear:
        return [(best, LinkState.SUSPECTED), *((one, LinkState.ELSEWHERE) for one in rest)]
    return [(one, LinkState.WAITING) for one in best_first]


def check_decision(link: LinkRecord, *, reason: str) -> None:
    """Whether a person may decide this link now. Raises Refused, saying who decided before; Misused without a reason."""
    if not 2 <= len(reason.strip()) <= LONGEST_REASON:
        raise Misused(Why.LINK_REASON_LENGTH, most=LONGEST_REASON, came=len(reason.strip()))
    if link.state in UNDECIDED:
        return
    if link.state is LinkState.ELSEWHERE:
        raise Refused(Why.LINK_IS_NOBODYS, link=link.link_id, state=link.state)
    raise Refused(
        Why.LINK_DECIDED,
        link=link.link_id,
        state=link.state,
        by=link.decided_by,
        at=link.decided_at or link.found_at,
    )


def check_row_is_free(link: LinkRecord, *, is_set_aside: bool, holder: LinkRecord | None) -> None:
    """Whether the row may become evidence about this person. Raises Refused where it was set aside or is another's."""
    if is_set_aside:
        raise Refused(Why.LINK_ROW_SET_ASIDE, link=link.link_id)
    if holder is not None:
        raise Refused(Why.LINK_ROW_OF_ANOTHER, link=link.link_id, by=holder.decided_by, holder=holder.link_id)
