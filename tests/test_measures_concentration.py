"""Concentration measures against figures worked on paper, and properties that hold for every set of amounts."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compute_ledger.measures import concentration as m

amounts = st.lists(st.floats(0.01, 1_000), min_size=1, max_size=12)


def test_hhi_and_effective_number_of_three_suppliers_worked_on_paper():
    # shares 0.5, 0.3, 0.2: squares 0.25 + 0.09 + 0.04 = 0.38
    assert m.hhi(pd.Series([50, 30, 20])) == pytest.approx(3_800)
    assert m.effective_number(pd.Series([50, 30, 20])) == pytest.approx(1 / 0.38)


def test_concentration_ratios_take_the_largest_whatever_the_order():
    assert m.concentration_ratio(pd.Series([20, 50, 30]), 1) == pytest.approx(50)
    assert m.concentration_ratio(pd.Series([10, 40, 20, 30]), 3) == pytest.approx(90)
    assert m.concentration_ratio(pd.Series([7]), 3) == pytest.approx(100)


def test_entropy_is_one_for_equal_shares_and_zero_for_one_supplier():
    assert m.normalised_entropy(pd.Series([5, 5, 5])) == pytest.approx(1)
    assert m.normalised_entropy(pd.Series([5])) == 0
    half_half_none = -(0.9 * math.log(0.9) + 0.1 * math.log(0.1)) / math.log(2)
    assert m.normalised_entropy(pd.Series([9, 1])) == pytest.approx(half_half_none)


@pytest.mark.parametrize("measure", [m.hhi, m.effective_number, m.normalised_entropy])
def test_nothing_published_gives_no_number(measure):
    assert math.isnan(measure(pd.Series([], dtype=float)))
    assert math.isnan(measure(pd.Series([0.0])))


@given(amounts, st.floats(0.001, 1_000))
def test_scale_does_not_matter(values, factor):
    assert m.hhi(np.array(values) * factor) == pytest.approx(m.hhi(np.array(values)))


@given(st.integers(1, 40))
def test_equal_suppliers_give_ten_thousand_over_n(n):
    assert m.hhi(np.ones(n)) == pytest.approx(10_000 / n)
    assert m.effective_number(np.ones(n)) == pytest.approx(n)


@given(st.lists(st.floats(0.01, 1_000), min_size=2, max_size=12))
def test_merging_two_suppliers_adds_twice_the_product_of_their_shares(values):
    before = np.array(values)
    shares = before / before.sum()
    merged = np.append(before[2:], before[0] + before[1])
    assert m.hhi(merged) - m.hhi(before) == pytest.approx(10_000 * 2 * shares[0] * shares[1], abs=1e-6)


@given(amounts)
def test_bounds_of_every_measure(values):
    n = len(values)
    assert 10_000 / n - 1e-6 <= m.hhi(np.array(values)) <= 10_000 + 1e-6
    assert -1e-9 <= m.normalised_entropy(np.array(values)) <= 1 + 1e-9


boxes = st.lists(st.tuples(st.floats(0, 300), st.floats(0.1, 300)), min_size=1, max_size=6)


@given(boxes, st.integers(0, 2**32 - 1))
def test_interval_contains_every_sample_of_the_box(box, seed):
    random = np.random.default_rng(seed)
    low = np.array([bounds[0] for bounds in box])
    high = low + np.array([bounds[1] for bounds in box])
    smallest, largest = m.hhi_interval(low, high)
    for _ in range(20):
        sample = np.array([random.uniform(a, b) for a, b in zip(low, high, strict=True)])
        if sample.sum() > 0:
            assert smallest - 1e-6 <= m.hhi(sample) <= largest + 1e-6


def test_interval_ends_worked_on_paper():
    # A in [100, 138], B fixed at 300: the HHI falls as A grows towards B, so the ends are the ends of A.
    low, high = m.hhi_interval(np.array([100, 300]), np.array([138, 300]))
    assert low == pytest.approx(10_000 * (138**2 + 300**2) / 438**2)
    assert high == pytest.approx(10_000 * (100**2 + 300**2) / 400**2)
    # A in [0, 10], B = 2, C = 4: the smallest index is not at an end of A but at (2*2 + 4*4) / (2 + 4) = 10/3.
    low, _ = m.hhi_interval(np.array([0, 2, 4]), np.array([10, 2, 4]))
    assert low == pytest.approx(m.hhi(np.array([10 / 3, 2, 4])))
    assert low < min(m.hhi(np.array([a, 2, 4])) for a in (0, 2, 4, 10))


def test_interval_of_exact_amounts_is_a_point():
    low, high = m.hhi_interval(np.array([3.0, 1.0]), np.array([3.0, 1.0]))
    assert low == high == pytest.approx(m.hhi(np.array([3.0, 1.0])))


def test_interval_refuses_bounds_in_the_wrong_order_and_too_many_of_them():
    with pytest.raises(ValueError, match="each low"):
        m.hhi_interval(np.array([2.0]), np.array([1.0]))
    with pytest.raises(ValueError, match="up to 15"):
        m.hhi_interval(np.ones(16), np.full(16, 2.0))
