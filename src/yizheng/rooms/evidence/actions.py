"""The only writes of evidence. Each leaves its entry in the ledger, in the transaction of the flow that calls it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from yizheng.kernel.digest import sha256_hex
from yizheng.kernel.errors import Refused
from yizheng.kernel.portions import portions
from yizheng.rooms import ledger
from yizheng.rooms.evidence import links
from yizheng.rooms.evidence.data import SAME_CONTENT_AGAIN, RulingKind
from yizheng.rooms.evidence.links import Candidate, LinkRecord, LinkState
from yizheng.rooms.evidence.models import Delivery, Link, Ruling, Search
from yizheng.rooms.evidence.queries import DELIVERIES, LINKS, RULINGS, SEARCHES, link_record
from yizheng.rooms.evidence.rules import check_vouch_reason
from yizheng.rooms.evidence.why import Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What became of the rows of a delivery."""

    rows: int
    accepted: int
    repaired: int
    refused: int
    matched: int
    kinds: Mapping[str, int]
    notes: Mapping[str, int]


def receive(
    *,
    batch_id: str,
    source: str,
    file_name: str,
    period: str,
    delivered_on: date,
    counts: Counts,
    errors_file: str,
    actor: str,
    at: datetime,
) -> int:
    """Register a delivery and give the evidence number of its first row. Received again, it keeps its numbers.

    Raises IntegrityError where another delivery took the numbers in the same moment: begin the transaction again.
    """
    known = Delivery.objects.select_for_update().filter(batch_id=batch_id).first()
    if known is not None and known.state == "accepted":
        return known.first_evidence_no
    first = known.first_evidence_no if known else _next_evidence_no()
    delivery = Delivery(
        batch_id=batch_id,
        source=source,
        file_name=file_name,
        period=period,
        delivered_on=delivered_on,
        state="receiving",
        first_evidence_no=first,
        rows=counts.rows,
        accepted=counts.accepted,
        repaired=counts.repaired,
        refused=counts.refused,
        matched=counts.matched,
        kinds=dict(counts.kinds),
        notes=dict(counts.notes),
        errors_file=errors_file,
        imported_at=at,
        imported_by=actor,
    )
    delivery.save(force_insert=known is None)
    _witness("evidence:delivery:received", delivery, actor=actor, at=at)
    return first


def accept(
    *,
    batch_id: str,
    files: Mapping[str, str],
    actor: str,
    at: datetime,
    roster: int = -1,
    unlinked: Mapping[str, str] | None = None,
) -> bool:
    """Take a received delivery into force: its rows are evidence from now on. False when it already was.

    `roster` is the newest roster that its rows were linked to, `unlinked` the sealed files of those that reached nobody.
    """
    delivery = Delivery.objects.select_for_update().get(batch_id=batch_id)
    if delivery.state == "accepted":
        return False
    delivery.state = "accepted"
    delivery.files = dict(files)
    delivery.roster, delivery.unlinked = roster, dict(unlinked or {})
    delivery.save()
    _witness("evidence:delivery:accepted", delivery, actor=actor, at=at)
    return True


def supersede(*, batch_id: str, by: str, actor: str, at: datetime) -> None:
    """Take a delivery out of force, because another one of its period is the whole of it: nothing is concluded from it
    any more. What people have ruled on its rows stays.
    """
    delivery = Delivery.objects.select_for_update().get(batch_id=batch_id)
    delivery.state = "superseded"
    delivery.save(update_fields=["state"])
    ledger.actions.append(
        kind="evidence:delivery:superseded",
        actor=actor,
        at=at,
        subject=DELIVERIES.subject(batch_id),
        row=DELIVERIES.row_of(delivery),
        detail={"source": delivery.source, "by": by},
    )


def vouch(*, batch_id: str, reason: str, actor: str, at: datetime) -> bool:
    """Write down that somebody looked at a delivery and lets it count. False when somebody did before.

    Raises Misused for a reason that is none, and LookupError where the delivery is not in force.
    """
    check_vouch_reason(reason)
    delivery = Delivery.objects.select_for_update().filter(batch_id=batch_id, state="accepted").first()
    if delivery is None:
        raise LookupError("a delivery in force was expected")
    if delivery.vouched_at is not None:
        return False
    delivery.vouched_at, delivery.vouched_by, delivery.vouch_reason = at, actor, reason
    delivery.save(update_fields=["vouched_at", "vouched_by", "vouch_reason"])
    _witness("evidence:delivery:vouched", delivery, actor=actor, at=at)
    return True


def came_again(*, batch_id: str, file_name: str, actor: str, at: datetime) -> bool:
    """Note that a delivery's content came again under another name: an old file was taken for a new one.

    False where the name is the delivery's own, or was noted before: a command that is repeated is nobody's mistake.
    """
    delivery = Delivery.objects.select_for_update().filter(batch_id=batch_id, state="accepted").first()
    if delivery is None or delivery.file_name == file_name:
        return False
    name = sha256_hex(file_name.encode())[:16]
    subject = DELIVERIES.subject(batch_id)
    if any(entry.detail.get("name") == name for entry in ledger.queries.entries_of(subject)):
        return False
    delivery.notes = {**delivery.notes, SAME_CONTENT_AGAIN: delivery.notes.get(SAME_CONTENT_AGAIN, 0) + 1}
    delivery.save(update_fields=["notes"])
    ledger.actions.append(
        kind="evidence:delivery:came_again",
        actor=actor,
        at=at,
        subject=subject,
        row=DELIVERIES.row_of(delivery),
        detail={"source": delivery.source, "name": name},
    )
    return True


def _next_evidence_no() -> int:
    """The first number that no delivery has; one without rows takes a number too, so that first numbers differ."""
    last = Delivery.objects.order_by("-first_evidence_no").first()
    return last.first_evidence_no + max(last.rows, 1) if last else 1


def _witness(kind: str, delivery: Delivery, *, actor: str, at: datetime) -> None:
    ledger.actions.append(
        kind=kind,
        actor=actor,
        at=at,
        subject=DELIVERIES.subject(delivery.batch_id),
        row=DELIVERIES.row_of(delivery),
        detail={"source": delivery.source, "rows": delivery.rows, "refused": delivery.refused},
    )


def rule(*, evidence_no: int, pno: int, ruling: str, case_id: int, actor: str, at: datetime) -> None:
    """Write down what a person ruled on one row of evidence. Raises ValueError for an unknown ruling.

    A row that is set aside counts for nobody: nobody is asked any more whom it is about.
    """
    made = Ruling.objects.create(
        evidence_no=evidence_no,
        pno=pno,
        ruling=RulingKind(ruling).value,
        case_id=case_id,
        ruled_at=at,
        ruled_by=actor,
    )
    ledger.actions.append(
        kind="evidence:row:ruled",
        actor=actor,
        at=at,
        subject=RULINGS.subject(made.pk),
        row=RULINGS.row_of(made),
    )
    if made.ruling == RulingKind.SET_ASIDE.value:
        _give_way([evidence_no], reason=links.SET_ASIDE, actor=actor, at=at)


# --- rows that could not be linked at once ---


def finish_search(
    *,
    batch_id: str,
    roster: int,
    model_id: str,
    files: Mapping[str, str],
    linked: int,
    no_more: Collection[int],
    found: Sequence[tuple[Candidate, LinkState]],
    actor: str,
    at: datetime,
) -> None:
    """Write down what a search for a delivery's rows brought: how many were linked exactly, and candidates.

    `no_more` are rows that uncertain links were about and that are linked exactly now: nobody is asked about them.

    Raises IntegrityError where another command has written the same search: nothing is changed then.
    """
    states = [state for _, state in found]
    search = Search.objects.create(
        batch_id=batch_id,
        roster=roster,
        model_id=model_id,
        linked=linked,
        suspected=states.count(LinkState.SUSPECTED),
        waiting=states.count(LinkState.WAITING),
        files=dict(files),
        sought_at=at,
        sought_by=actor,
    )
    ledger.actions.append(
        kind="evidence:search:made",
        actor=actor,
        at=at,
        subject=SEARCHES.subject(search.pk),
        row=SEARCHES.row_of(search),
        detail={name: getattr(search, name) for name in ("roster", "linked", "suspected", "waiting")},
    )
    for candidate, state in found:
        _add_link(candidate, state, actor=actor, at=at)
    for some in portions(no_more):
        _give_way(some, reason=links.EXACT, actor=actor, at=at)


def decide_link(*, link_id: int, is_same: bool, reason: str, actor: str, at: datetime) -> LinkRecord:
    """Write down what a person found: the row is about this person, or it is not. Raises Refused and Misused.

    A confirmed row's other candidates give way; where the suspicion of a row is rejected, those below it come forward.
    """
    record = Link.objects.select_for_update().filter(pk=link_id).first()
    if record is None:
        raise Refused(Why.LINK_UNKNOWN, link=link_id)
    link = link_record(record)
    links.check_decision(link, reason=reason)
    if is_same:
        links.check_row_is_free(link, is_set_aside=_is_set_aside(link.evidence_no), holder=_holder(link))
    to = LinkState.CONFIRMED if is_same else LinkState.REJECTED
    _move(record, to, reason=reason.strip(), actor=actor, at=at)
    if is_same:
        _give_way([link.evidence_no], reason="confirmed", actor=actor, at=at)
    elif link.state is LinkState.SUSPECTED:
        for other in Link.objects.filter(evidence_no=link.evidence_no, state=LinkState.ELSEWHERE.value):
            _move(other, LinkState.WAITING, reason="", actor=actor, at=at)
    return link_record(record)


def _add_link(candidate: Candidate, state: LinkState, *, actor: str, at: datetime) -> None:
    link = Link.objects.create(
        evidence_no=candidate.evidence_no,
        pno=candidate.pno,
        kind_no=candidate.kind_no,
        day=candidate.day,
        method=candidate.method,
        probability=round(candidate.probability * links.MILLION),
        weight=round(candidate.weight * links.THOUSAND),
        weights={
            field: None if bits is None else round(bits * links.THOUSAND)
            for field, bits in candidate.weights.items()
        },
        levels=dict(candidate.levels),
        model_id=candidate.model_id,
        state=state.value,
        found_as=state.value,
        found_at=at,
        found_by=actor,
    )
    ledger.actions.append(
        kind="evidence:link:found",
        actor=actor,
        at=at,
        subject=LINKS.subject(link.pk),
        row=LINKS.row_of(link),
        detail={"state": link.state, "method": link.method, "model": link.model_id},
    )


def _give_way(evidence_nos: Collection[int], *, reason: str, actor: str, at: datetime) -> None:
    """Whatever else these rows may have been about waits no more."""
    undecided = [state.value for state in links.UNDECIDED]
    for link in Link.objects.filter(evidence_no__in=evidence_nos, state__in=undecided):
        _move(link, LinkState.ELSEWHERE, reason=reason, actor=actor, at=at)


def _move(link: Link, to: LinkState, *, reason: str, actor: str, at: datetime) -> None:
    before = link.state
    links.LINK_LIFE.check_to(LinkState(before), to)
    link.state, link.reason = to.value, reason
    if to is LinkState.WAITING:
        link.decided_at, link.decided_by = None, ""
    else:
        link.decided_at, link.decided_by = at, actor
    link.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    ledger.actions.append(
        kind="evidence:link:decided" if to in links.DECIDED else "evidence:link:moved",
        actor=actor,
        at=at,
        subject=LINKS.subject(link.pk),
        row=LINKS.row_of(link),
        detail={"from": before, "to": link.state},
    )


def _is_set_aside(evidence_no: int) -> bool:
    return Ruling.objects.filter(evidence_no=evidence_no, ruling=RulingKind.SET_ASIDE.value).exists()


def _holder(link: LinkRecord) -> LinkRecord | None:
    """The link by which a person gave the row to somebody else."""
    found = Link.objects.filter(evidence_no=link.evidence_no, state=LinkState.CONFIRMED.value)
    other = found.exclude(pk=link.link_id).first()
    return link_record(other) if other else None
