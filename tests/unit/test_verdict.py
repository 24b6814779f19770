"""A verdict: yes, no, unknown, and never a truth value by accident."""

import pytest

from yizheng.kernel.verdict import Says, Verdict


def test_each_says_what_it_says_and_why() -> None:
    assert Verdict.yes("seen").is_yes
    assert Verdict.no("left").is_no
    assert Verdict.unknown("no_data").is_unknown
    assert Verdict.unknown("no_data") == Verdict(Says.UNKNOWN, ("no_data",))


def test_unknown_has_a_reason_and_no_verdict_has_a_truth_value() -> None:
    with pytest.raises(ValueError, match="reason"):
        Verdict.unknown()
    with pytest.raises(TypeError, match="is_yes"):
        bool(Verdict.no())
