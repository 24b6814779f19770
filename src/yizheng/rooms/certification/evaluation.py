"""From columns and evidence to the results of one bucket of people: the joint between comparison and decision table.

Used by the run over everybody and by the explanation of one person, so that both always say the same.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from yizheng.kernel.time import add_months, day_number
from yizheng.rooms import entitlements, people
from yizheng.rooms.certification.cycles import policy_for
from yizheng.rooms.certification.data import Policy, Standard
from yizheng.rooms.certification.rules import Judged, Known, judge, reasons_of
from yizheng.rooms.comparison.data import KIND_MASK, KIND_SHIFT, STATE_COLUMNS
from yizheng.rooms.entitlements.data import Group
from yizheng.rooms.evidence.data import Strength

VERY_OLD_YEARS = 80
"""From this age on a person is in the group 高龄 whether the roster says so or not."""

Ints = NDArray[np.int64]


def known_of(
    *,
    benefits: "entitlements.queries.BenefitColumns",
    persons: "people.queries.PersonColumns",
    state: pa.Table,
    prior: pa.Table | None,
    passes: Mapping[int, int],
    joined: Collection[int],
    standard: Standard,
    as_of: date,
) -> Known:
    """Lay beside each other what is known of the people of one bucket: the input of the decision table.

    `state` is what the comparison found (people without evidence are absent), `prior` the last run's results,
    `passes` the newest event day on other channels, `joined` the people whose file is another's.
    """
    pno = benefits.pno
    birth_day = beside(pno, persons.pno, persons.birth_day)
    found = {name: _beside(pno, state, name) for name in STATE_COLUMNS[1:]}
    strong = np.zeros(int(KIND_MASK) + 1, np.bool_)
    for kind in standard.rules.kinds:
        strong[kind.no] = kind.strength is Strength.STRONG and kind.points >= standard.rules.threshold
    last_pass = np.maximum(benefits.last_certified, _beside(pno, prior, "pass_day"))
    for person, event_day in passes.items():
        place = int(np.searchsorted(pno, person))
        if place < len(pno) and pno[place] == person:
            last_pass[place] = max(last_pass[place], event_day)
    return Known(
        policy=_policies_of(benefits, birth_day, standard.policies, as_of),
        start_month=benefits.start_month,
        monthly_fen=benefits.monthly_fen,
        birth_day=birth_day,
        pay_state=benefits.pay_state,
        last_pass=last_pass,
        last_due=_beside(pno, prior, "due_day"),
        proof_is_strong=strong[found["proof_key"] >> KIND_SHIFT & KIND_MASK],
        **{name: found[name] for name in _KEYS},
        seen=found["seen"],
        is_joined=np.isin(pno, np.array(sorted(joined), np.int64)),
    )


_KEYS = (
    "proof_key",
    "latest_key",
    "death_key",
    "custody_key",
    "missing_key",
    "duplicate_key",
    "abroad_key",
)


def judge_bucket(known: Known, *, pno: Ints, standard: Standard, as_of: date) -> pa.Table:
    """Judge a bucket and lay the results out as they are archived: one row a person, by person number.

    The leads' evidence numbers stand beside the result, so that a case can be opened from the row alone.
    """
    judged = judge(
        known,
        policies=standard.policies,
        as_of=day_number(as_of),
        silent_sources=standard.silent_sources,
        heard_until=standard.heard_until,
    )
    return _table(known, judged, pno, standard.policies)


def special_groups(groups: Ints, birth_day: Ints, as_of: date) -> Ints:
    """The groups of people on a day: what the roster says, and 高龄 by age."""
    very_old = birth_day <= day_number(add_months(as_of, -12 * VERY_OLD_YEARS))
    return np.where(very_old, groups | int(Group.VERY_OLD), groups)


def groups_on(groups: int, birth_day: date, as_of: date) -> Group:
    """`special_groups` of one person."""
    return Group(int(special_groups(np.array([groups]), np.array([day_number(birth_day)]), as_of)[0]))


def _table(known: Known, judged: Judged, pno: Ints, policies: Sequence[Policy]) -> pa.Table:
    bits, place = np.unique(judged.reasons, return_inverse=True)
    words = pa.array([",".join(reasons_of(int(value))) for value in bits], pa.string())
    keys = pa.array([policy.key for policy in policies] + [""], pa.string())
    return pa.table(
        {
            "pno": pa.array(pno, pa.int32()),
            "result": pa.array(judged.result, pa.int8()),
            "reasons": pa.DictionaryArray.from_arrays(pa.array(place, pa.int32()), words).cast(pa.string()),
            "policy": keys.take(pa.array(np.where(known.policy < 0, len(policies), known.policy))),
            "kind_no": pa.array(judged.kind_no, pa.int16()),
            "event_day": pa.array(judged.event_day, pa.int32()),
            "evidence_no": pa.array(judged.evidence_no, pa.int64()),
            "due_day": pa.array(judged.due_day, pa.int32()),
            "step": pa.array(judged.step, pa.int8()),
            "frozen": pa.array(judged.frozen),
            "pass_day": pa.array(judged.pass_day, pa.int32()),
            **{
                name: pa.array(getattr(known, name), pa.int64())
                for name in (
                    "proof_key",
                    "latest_key",
                    "death_key",
                    "custody_key",
                    "missing_key",
                    "duplicate_key",
                )
            },
        }
    )


def _beside(pno: Ints, table: pa.Table | None, column: str) -> Ints:
    """A column of a table, laid beside the sorted person numbers; 0 for people the table does not know."""
    laid = np.zeros(len(pno), np.int64)
    if table is not None and len(table) and len(pno):
        laid = beside(pno, table.column("pno").to_numpy(), table.column(column).to_numpy())
    return laid


def beside(pno: Ints, theirs: Ints, values: Ints) -> Ints:
    """Values that belong to other sorted person numbers, laid beside ours; 0 where there is none."""
    laid = np.zeros(len(pno), np.int64)
    if len(pno):
        place = np.minimum(np.searchsorted(pno, theirs), len(pno) - 1)
        mine = pno[place] == theirs
        laid[place[mine]] = values[mine]
    return laid


def _policies_of(
    benefits: "entitlements.queries.BenefitColumns", birth_day: Ints, policies: Sequence[Policy], as_of: date
) -> Ints:
    """Which policy holds for whom: asked once for each different combination, of which there are few."""
    groups, group_place = np.unique(special_groups(benefits.groups, birth_day, as_of), return_inverse=True)
    parts: list[list[object]] = [groups.tolist()]
    combined = group_place.astype(np.int64)
    for column in (benefits.region, benefits.scheme, benefits.benefit_type):
        combined = combined * max(1, len(column.dictionary)) + column.indices.to_numpy()
        parts.append(column.dictionary.to_pylist())
    which, place = np.unique(combined, return_inverse=True)
    answers = np.array([_answer(int(code), parts, policies, as_of) for code in which], np.int64)
    return answers[place] if len(answers) else np.zeros(0, np.int64)


def _answer(code: int, parts: list[list[object]], policies: Sequence[Policy], as_of: date) -> int:
    """The index of the policy for one combination of groups, region, scheme and type; -1 for none."""
    chosen = []
    for values in reversed(parts):
        code, place = divmod(code, len(values))
        chosen.append(values[place])
    benefit_type, scheme, region, groups = chosen
    policy = policy_for(
        policies,
        region=str(region),
        scheme=str(scheme),
        benefit_type=str(benefit_type),
        groups=frozenset(str(group.name).lower() for group in Group(int(str(groups)))),
        on=as_of,
    )
    return policies.index(policy) if policy else -1
