"""Who may do what: properties of the whole table of roles, and the rules one by one."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from yizheng.doors.words.refusals import fact_in, refusal_in
from yizheng.kernel.errors import Misused, Refused
from yizheng.rooms import access
from yizheng.rooms.access import rules
from yizheng.rooms.access.data import LOCKED_FOR, Permission
from yizheng.rooms.access.roles import ROLES, Auditor, Role
from yizheng.rooms.access.why import Why

AT = datetime(2026, 10, 31, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Actor:
    username: str
    role: str


def test_every_permission_belongs_to_a_role_and_follows_the_grammar() -> None:
    held = frozenset().union(*(role.permissions for role in ROLES))
    assert held == frozenset(Permission)
    for permission in Permission:
        room, thing, action = permission.value.split(":")
        assert all(part.replace("_", "").isalpha() for part in (room, thing, action))


@pytest.mark.parametrize("role", ROLES)
def test_every_role_describes_itself_in_both_languages(role: type[Role]) -> None:
    assert role.__doc__
    assert role.code.isascii()
    for language in ("zh-hans", "en"):
        assert fact_in(role.code, language) not in ("", role.code)
    assert access.queries.find_role(role.code) is role


def test_role_codes_and_names_are_unique() -> None:
    assert len({role.code for role in ROLES}) == len(ROLES)
    for language in ("zh-hans", "en"):
        assert len({fact_in(role.code, language) for role in ROLES}) == len(ROLES)


def test_no_role_both_proposes_and_confirms_or_releases() -> None:
    apart = {Permission.PROPOSE_OUTCOME, Permission.CONFIRM_OUTCOME, Permission.RELEASE_PAUSE_LIST}
    for role in ROLES:
        assert len(role.permissions & apart) <= 1


def test_no_role_both_hands_rows_out_and_takes_answers_in() -> None:
    apart = {Permission.HAND_OUT_ROWS, Permission.TAKE_ANSWERS}
    for role in ROLES:
        assert len(role.permissions & apart) <= 1


def test_auditor_changes_nothing() -> None:
    assert {permission.value.rsplit(":", 1)[1] for permission in Auditor.permissions} <= {
        "see",
        "find",
        "verify",
    }


@pytest.mark.parametrize(
    ("role", "propose", "confirm", "release"),
    [
        ("certifier", True, False, False),
        ("rechecker", False, True, False),
        ("supervisor", False, False, True),
        ("auditor", False, False, False),
        ("nobody", False, False, False),
        ("", False, False, False),
    ],
)
def test_check_and_can_agree(role: str, propose: bool, confirm: bool, release: bool) -> None:
    actor = _Actor("chen", role)
    assert rules.can_propose(actor) is propose
    assert rules.can_confirm(actor, proposed_by="li") is confirm
    assert rules.can_release(actor) is release
    for allowed, check in (
        (propose, lambda: rules.check_can_propose(actor)),
        (confirm, lambda: rules.check_can_confirm(actor, proposed_by="li")),
        (release, lambda: rules.check_can_release(actor)),
    ):
        if allowed:
            check()
        else:
            with pytest.raises(Refused):
                check()
    assert bool(access.queries.permissions_of(actor)) is (role in {known.code for known in ROLES})


def test_who_proposed_may_not_confirm() -> None:
    actor = _Actor("chen", "rechecker")
    assert not rules.can_confirm(actor, proposed_by="chen")
    with pytest.raises(Refused) as refusal:
        rules.check_can_confirm(actor, proposed_by="chen")
    assert refusal.value.why is Why.SECOND_PERSON_NEEDED


def test_refusal_says_whose_step_it_is() -> None:
    with pytest.raises(Refused) as refusal:
        rules.check_can(_Actor("chen", "certifier"), Permission.RELEASE_PAUSE_LIST)
    assert refusal.value.why is Why.ROLE_NOT_ALLOWED
    assert refusal_in(refusal.value, "zh-hans") == "“批准暂停”由主管办理，chen 是别的岗位。请交给他们办。"
    assert refusal_in(refusal.value, "en") == (
        "This step (release a pause list) is for Supervisor, but chen has another role. Ask one of them."
    )


@pytest.mark.parametrize(
    ("failures", "minutes", "locked"),
    [(0, 0, False), (4, 0, False), (5, 0, True), (5, 14, True), (5, 15, False), (9, 1, True)],
)
def test_name_is_locked_after_five_failures_for_a_quarter_of_an_hour(
    failures: int, minutes: int, locked: bool
) -> None:
    newest_first = [AT - timedelta(seconds=number) for number in range(failures)]
    until = rules.locked_until(newest_first, at=AT + timedelta(minutes=minutes))
    assert (until is not None) is locked
    assert until is None or until == AT + LOCKED_FOR


@pytest.mark.parametrize(
    ("here", "elsewhere", "refused"),
    [
        ([], [], False),
        ([0], [], True),
        ([1], [], False),
        ([], [0], False),
        ([2, 10, 20], [0], False),
        ([2, 10, 20, 30, 40], [3, 4, 5, 6], False),
        ([2, 10, 20, 30, 40], [3, 4, 5, 6, 7], True),
        ([2, 10, 20, 30, 61], [3, 4, 5, 6, 7], False),
    ],
)
def test_codes_are_asked_for_slowly(here: list[int], elsewhere: list[int], refused: bool) -> None:
    def moments(minutes: list[int]) -> list[datetime]:
        return [AT - timedelta(minutes=one) for one in sorted(minutes)]

    if refused:
        with pytest.raises(Refused):
            rules.check_code_request(moments(here + elsewhere), here=moments(here), at=AT)
    else:
        rules.check_code_request(moments(here + elsewhere), here=moments(here), at=AT)


@pytest.mark.parametrize(
    "change",
    [
        {"username": ""},
        {"username": "陈"},
        {"username": "a b"},
        {"username": "a" * 65},
        {"display_name": " "},
        {"display_name": "陈" * 65},
        {"role": "king"},
    ],
)
def test_account_that_cannot_be_is_misused(change: dict[str, str]) -> None:
    facts = {
        "username": "chen-1",
        "display_name": "陈晓岚",
        "role": "certifier",
    }
    with pytest.raises(Misused):
        rules.check_new_account(**(facts | change))
    rules.check_new_account(**facts)
