"""Until when a certification holds (认证有效期): by the policy of the person's benefit, for receipts and letters."""

from collections.abc import Sequence
from datetime import date

from yizheng.kernel.ids import Pno
from yizheng.rooms import certification, entitlements, people
from yizheng.rooms.certification.data import Policy
from yizheng.rooms.entitlements.data import Group


def certified_until(pno: Pno, *, event_day: date, policies: Sequence[Policy]) -> date | None:
    """Until when a certification of that day holds; None where no policy holds for the person."""
    policy = _policy_of(pno, event_day, policies)
    if policy is None:
        return None
    standing = certification.queries.find_standing_today(pno, policies=policies, today=event_day)
    return certification.queries.holds_until(
        policy, event_day=event_day, stands_until=standing.due_day if standing else None
    )


def _policy_of(pno: Pno, day: date, policies: Sequence[Policy]) -> Policy | None:
    """The policy of the newest run's judgement, or, for somebody no run knows, of the benefit in force."""
    standing = certification.queries.find_standing(pno)
    if standing is not None:
        known = next((policy for policy in policies if policy.key == standing.policy), None)
        if known is not None:
            return known
    benefits, facts = entitlements.queries.benefits_of(pno), people.queries.person(pno)
    if not benefits or facts is None:
        return None
    groups = certification.queries.groups_on(int(benefits[-1].groups), facts.birth_day, day)
    return certification.queries.policy_for(
        policies,
        region=benefits[-1].region,
        scheme=benefits[-1].scheme,
        benefit_type=benefits[-1].benefit_type,
        groups=frozenset(str(group.name).lower() for group in Group(groups)),
        on=day,
    )
