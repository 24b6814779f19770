"""Error rates and their intervals, against scipy's readings and published tables."""

import numpy as np
import pytest
import scipy  # reads its parts when one is asked for

from yizheng.rooms.biometrics.error_rates import (
    ByPerson,
    Presented,
    Taken,
    clopper_pearson,
    equal_error,
    liveness_errors,
    matching_errors,
    rate,
    threshold_for_fmr,
    wilson,
)


@pytest.mark.parametrize(
    ("errors", "of"),
    [(0, 118), (1, 1), (0, 1), (5, 10), (3, 118), (37, 9504), (690, 690_000), (13, 3_000_000), (254, 254)],
)
def test_exact_interval_is_the_one_of_a_statistics_library(errors: int, of: int) -> None:
    found = scipy.stats.binomtest(errors, of)
    exact = found.proportion_ci(0.95, method="exact")
    assert clopper_pearson(errors, of) == pytest.approx((exact.low, exact.high), rel=1e-7, abs=1e-12)
    score = found.proportion_ci(0.95, method="wilson")
    assert wilson(errors, of) == pytest.approx((score.low, score.high), rel=1e-9, abs=1e-12)


def test_nothing_counted_is_unknown_and_not_faultless() -> None:
    nothing = rate(0, 0)
    assert nothing.share is None
    assert (nothing.low, nothing.high) == (0.0, 1.0) == wilson(0, 0)


def test_no_error_among_few_leaves_room_for_errors() -> None:
    assert rate(0, 118).high == pytest.approx(0.0308, abs=2e-4)  # two-sided; one-sided it is 2.5 %
    with pytest.raises(ValueError, match="2 of 1"):
        rate(2, 1)


def test_both_errors_move_against_each_other() -> None:
    genuine = np.array([0.3, 0.5, 0.7, 0.9])
    impostor = np.array([-0.1, 0.0, 0.1, 0.5])
    low, middle, high = matching_errors(genuine, impostor, [0.2, 0.5, 0.8])
    assert [row.fnmr.errors for row in (low, middle, high)] == [0, 1, 3]  # reaching the threshold is a match
    assert [row.fmr.errors for row in (low, middle, high)] == [1, 1, 0]
    assert middle.fnmr.share == 0.25


def test_equal_error_of_separate_and_mixed_scores() -> None:
    apart = equal_error(np.array([0.6, 0.7]), np.array([0.1, 0.2]))
    assert apart is not None
    assert apart[0] == 0.0
    assert 0.2 < apart[1] <= 0.6
    mixed = equal_error(np.array([0.1, 0.6, 0.7, 0.8]), np.array([0.0, 0.1, 0.2, 0.65]))
    assert mixed is not None
    assert mixed[0] == pytest.approx(0.25)
    assert equal_error(np.array([]), np.array([0.1])) is None


def test_threshold_for_a_wanted_rate_needs_enough_false_pairs() -> None:
    impostor = np.linspace(0, 0.999, 1000)
    found = threshold_for_fmr(impostor, 0.01)
    assert found is not None
    assert np.count_nonzero(impostor >= found) == 10
    assert threshold_for_fmr(impostor, 0.0001) is None
    assert threshold_for_fmr(impostor, 1.0) == 0.0


def test_pairs_of_one_person_do_not_make_the_figure_surer() -> None:
    """Ten people with fifty pairs each, errors with two of them: drawing people tells how little that says."""
    person = np.repeat(np.arange(10), 50)
    wrong = person < 2
    drawn = ByPerson(person, person).interval(wrong, seed=1)
    assert drawn is not None
    naive = rate(int(wrong.sum()), len(wrong))
    assert drawn.high - drawn.low > 2 * (naive.high - naive.low)
    assert ByPerson(person, person).interval(wrong, seed=1) == drawn
    assert ByPerson(person[:50], person[:50]).interval(wrong[:50], seed=1) is None


def test_one_lamb_among_strangers_widens_the_interval_of_false_matches() -> None:
    """All false matches touch one person: whether that person is drawn decides the share."""
    first, second = (side.astype(np.int64) for side in np.triu_indices(20, k=1))
    wrong = first == 0
    drawn = ByPerson(first, second).interval(wrong, seed=2)
    assert drawn is not None
    assert drawn.people == 20
    assert drawn.low == 0.0
    assert drawn.high > 2 * 19 / 190


def test_worst_kind_of_attack_is_the_one_named() -> None:
    captures = [
        *[Presented(species="", taken=Taken.ALIVE)] * 8,
        Presented(species="", taken=Taken.ATTACK),
        Presented(species="", taken=Taken.NO_ANSWER),
        *[Presented(species="print", taken=Taken.ATTACK)] * 10,
        Presented(species="replay", taken=Taken.ALIVE),
        *[Presented(species="replay", taken=Taken.NO_ANSWER)] * 3,
    ]
    found = liveness_errors(captures)
    assert [kind.species for kind in found.species] == ["print", "replay"]
    assert found.apcer is not None
    assert (found.apcer.errors, found.apcer.of) == (1, 4)
    assert found.species[1].no_answer.errors == 3
    assert (found.bpcer.errors, found.bona_fide_no_answer.errors, found.bpcer.of) == (1, 1, 10)
    assert liveness_errors([]).apcer is None
