"""Concentration measures against figures worked on paper, and properties that hold for every set of amounts."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compute_ledger.ledger import load
from compute_ledger.measures import commitments
from compute_ledger.measures import concentration as m
from tests.chapters import ROOT
from tests.measures.test_commitments import ledger_rows

DAY = pd.Timestamp("2026-06-30")
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


def test_interval_refuses_bounds_in_the_wrong_order():
    with pytest.raises(ValueError, match="each low"):
        m.hhi_interval(np.array([2.0]), np.array([1.0]))


def on(day: str) -> pd.DataFrame:
    """What counts in the firm perimeter of the project's ledger on one day."""
    ledger = load(ROOT / "data", as_of=day)
    return commitments.payables(commitments.buyer_deals(ledger.deals, "OpenAI")[1], ledger.as_of)


def test_firm_perimeter_of_november_2025_worked_on_paper():
    # Oracle, Microsoft, AWS and the three CoreWeave orders; their published total of 22.4 is not added again.
    coreweave = 11.9 + 4 + 6.5
    total = 300 + 250 + 38 + coreweave
    squares = 300**2 + 250**2 + 38**2 + coreweave**2
    assert total == pytest.approx(610.4)
    numbers = m.summary(commitments.by_supplier(on("2025-11-03")))
    assert numbers["total"] == pytest.approx(total)
    assert numbers["hhi"] == pytest.approx(10_000 * squares / total**2)
    assert numbers["effective_suppliers"] == pytest.approx(total**2 / squares)
    assert numbers["cr1_pct"] == pytest.approx(100 * 300 / total)
    assert numbers["cr3_pct"] == pytest.approx(100 * (300 + 250 + 38) / total)


def test_firm_perimeter_of_june_2026_worked_on_paper_with_its_interval():
    # AWS grew by 100 to 138; Oracle is worded as over 300, Cerebras as more than 20, CoreWeave as up to 22.4.
    total = 300 + 250 + 138 + 22.4 + 20
    squares = 300**2 + 250**2 + 138**2 + 22.4**2 + 20**2
    assert total == pytest.approx(730.4)
    numbers = m.summary(commitments.by_supplier(on("2026-06-30")))
    assert numbers["total"] == pytest.approx(total)
    assert numbers["hhi"] == pytest.approx(10_000 * squares / total**2)
    assert numbers["effective_suppliers"] == pytest.approx(total**2 / squares)
    # Most even where Cerebras has the mean square over the mean of the others, which its wording does not rule out.
    others, sum_of_others = squares - 20**2, total - 20
    even = others / sum_of_others
    assert numbers["hhi_low"] == pytest.approx(10_000 * (others + even**2) / (sum_of_others + even) ** 2)
    assert numbers["hhi_high"] == 10_000


def test_deals_without_an_amount_are_counted_by_perimeter_and_layer():
    deals = ledger_rows(
        {},
        {"counterparty": "Beta", "amount_usd_bn": None},
        {"counterparty": "Gamma", "kind": "letter_of_intent", "layer": "chips", "amount_usd_bn": None},
    )
    table = m.disclosure(deals, DAY).set_index(["perimeter", "layer"])
    assert table.loc[("firm", "all"), ["deals", "unpriced", "unpriced_pct"]].tolist() == [2, 1, 50]
    assert table.loc[("announced", "all"), "unpriced_pct"] == pytest.approx(200 / 3)
    assert table.loc[("announced", "chips"), "outside"] == ("Gamma",)
    assert ("firm", "chips") not in table.index
    assert m.disclosure(deals.iloc[:0], DAY).empty


def unpriced_beside(values: list[float], unknown: int) -> pd.DataFrame:
    rows = [{"counterparty": f"P{i}", "amount_usd_bn": value} for i, value in enumerate(values)]
    rows += [{"counterparty": f"U{i}", "amount_usd_bn": None} for i in range(unknown)]
    return commitments.payables(ledger_rows(*rows), DAY)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(1, 100), min_size=1, max_size=5), st.integers(1, 3), st.integers(0, 2**32 - 1))
def test_undisclosed_suppliers_add_at_most_their_number(values, unknown, seed):
    even = m.most_even(unpriced_beside(values, unknown))
    spread = even["published"] + even["needed"]
    assert m.effective_number(spread) == pytest.approx(m.effective_number(np.array(values)) + unknown)
    random = np.random.default_rng(seed)
    for _ in range(10):
        guess = np.append(values, random.uniform(0, 300, unknown))
        assert m.hhi(guess) >= m.hhi(spread) - 1e-6


def test_what_undisclosed_amounts_could_do_in_november_2025_worked_on_paper():
    # Firm without an amount: Google Cloud and AMD. Each would have to be owed squares / total.
    total, squares = 610.4, 300**2 + 250**2 + 38**2 + 22.4**2
    even = m.most_even(on("2025-11-03")).set_index("supplier")
    assert even.index[even["unpriced"]].tolist() == ["AMD", "Google Cloud"]
    assert even.loc["AMD", "needed"] == pytest.approx(squares / total)
    spread = even["published"] + even["needed"]
    assert m.effective_number(spread) == pytest.approx(total**2 / squares + 2)


def test_a_supplier_with_a_published_and_an_undisclosed_deal_is_raised_only_to_the_level():
    deals = ledger_rows({"amount_usd_bn": 10}, {"amount_usd_bn": None}, {"counterparty": "Beta", "amount_usd_bn": 40})
    even = m.most_even(commitments.payables(deals, DAY)).set_index("supplier")
    assert even["needed"].to_dict() == pytest.approx({"Alpha": 30, "Beta": 0})
    nothing = m.most_even(commitments.payables(ledger_rows({"amount_usd_bn": None}), DAY))
    assert nothing["needed"].isna().all()


def test_history_names_the_deals_that_counted_then():
    deals = ledger_rows({"amount_usd_bn": 38}, {"amount_usd_bn": 138, "known_on": "2026-02-27", "replaces": "d0"})
    history = m.history(deals, pd.Timestamp("2026-03-15")).set_index("day")["deal_ids"]
    assert history[pd.Timestamp("2026-01-31")] == ("d0",)
    assert history[pd.Timestamp("2026-03-15")] == ("d1",)


def test_no_index_is_below_its_floor():
    """Five suppliers cannot be below 2,000; 3,232 of five is 0.154 on the way to one."""
    assert m.hhi_floor(5) == 2000
    assert m.normalised_hhi([300, 250, 138, 22.4, 20]) == pytest.approx((0.32324438648750142 - 0.2) / 0.8)
    assert m.normalised_hhi([7, 7, 7]) == pytest.approx(0)
    assert m.normalised_hhi([7, 0, 0]) != m.normalised_hhi([7, 0, 0])  # one supplier: floor and ceiling are one
    assert m.hhi_floor(0) != m.hhi_floor(0)


@given(st.lists(st.floats(0.1, 1000), min_size=2, max_size=9))
def test_the_normalised_index_lies_between_none_and_one(amounts):
    assert 0 <= m.normalised_hhi(amounts) < 1
    assert m.hhi(amounts) == pytest.approx(
        m.hhi_floor(len(amounts)) + (10_000 - m.hhi_floor(len(amounts))) * m.normalised_hhi(amounts)
    )


def test_an_amount_without_an_upper_end_may_hold_everything():
    # Over 30, beside 10 and 20: most even when the open amount is at its low end, (900 + 100 + 400) / 60^2.
    low, high = m.hhi_interval([30.0, 10.0, 20.0], [np.inf, 10.0, 20.0])
    assert low == pytest.approx(10_000 * 1_400 / 3_600)
    assert high == 10_000
    # From nothing on, beside 10 and 20: least at the mean square over the mean of these two, 500 / 30.
    open_amount = 500 / 30
    least = 10_000 * (500 + open_amount**2) / (30 + open_amount) ** 2
    assert m.hhi_interval([0.0, 10.0, 20.0], [np.inf, 10.0, 20.0])[0] == pytest.approx(least)
