"""The statistics of the benchmark, by figures that can be checked by hand."""

import pytest

from yizheng.simulators.city.numbers import both_percentiles, clustered, percentile, share_of, wilson


@pytest.mark.parametrize(
    ("ended", "running", "share", "found"),
    [
        ([], [], 0.5, None),
        ([3], [], 0.5, 3),
        ([1, 2, 3, 4], [], 0.5, 2),
        ([1, 2, 3, 4], [], 0.95, 4),
        # four ended at 2, four still run after 1: of the eight only four were there at 2, and all ended
        ([2, 2, 2, 2], [1, 1, 1, 1], 0.95, 2),
        # half of those at risk ended; the others run on, so the 95th percentile was not reached
        ([2, 2], [9, 9], 0.5, 2),
        ([2, 2], [9, 9], 0.95, None),
        ([], [5, 6], 0.5, None),
    ],
)
def test_percentile_counts_those_who_still_wait(
    ended: list[int], running: list[int], share: float, found: int | None
) -> None:
    assert percentile(ended, running, share) == found


def test_both_percentiles_have_the_names_of_the_json() -> None:
    assert both_percentiles([1, 2, 3], []) == {"p50": 2, "p95": 3}


def test_share_of_nothing_is_unknown() -> None:
    assert share_of(0, 0) is None
    assert share_of(1, 3) == 0.333333


def test_wilson_agrees_with_the_textbook() -> None:
    low, high = wilson(10, 100)
    assert (round(low, 4), round(high, 4)) == (0.0552, 0.1744)
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(0, 50)[0] == pytest.approx(0.0)
    assert wilson(50, 50)[1] == pytest.approx(1.0)


def test_tries_of_one_person_hang_together() -> None:
    apart = clustered([1] * 90 + [0] * 10, [1] * 100)
    together = clustered([10] * 9 + [0], [10] * 10)
    assert apart[0] == together[0] == 0.9
    assert together[1] < apart[1] < apart[2] < together[2]
    assert clustered([], []) == (0.0, 0.0, 1.0)
    certain = clustered([10, 10], [10, 10])
    assert certain[0] == 1.0
    assert certain[1] == pytest.approx(wilson(2, 2)[0])
