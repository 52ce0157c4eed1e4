"""Both HHI intervals against every vertex tried in turn, and what they cost with hundreds of names."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from compute_ledger.ledger import load
from compute_ledger.measures import concentration
from compute_ledger.measures.bounds import branch_and_bound
from compute_ledger.measures.bounds.sum_of_squares import largest_sum_of_squares
from compute_ledger.measures.market import market_hhi
from compute_ledger.measures.market.market_estimates import named, one_estimate
from compute_ledger.shared.choices import ESTIMATES
from tests.chapters import ROOT
from tests.every_vertex import largest_hhi, largest_market_hhi

NAMES = 6
# A box looked at costs a sort of the names. A grid of vertices would need 2 to the number of them.
BOXES_OF_PRINTED_SHARES = 100

# Ties, equal intervals, points and zeros are what printed shares are made of; random ends are what they are not.
# The twin of the market is not exact for caps between 0 and a billionth, which nobody prints.
ends = st.sampled_from([0.0, 0.5, 1.0, 2.5, 12.5, 20.0]) | st.floats(0, 30).map(lambda end: round(end, 6))
widths = st.sampled_from([0.0, 0.0, 0.1, 1.0, 1.0, 5.0]) | st.floats(0, 40).map(lambda width: round(width, 6))
markets = st.lists(st.tuples(ends, widths, st.booleans()), min_size=1, max_size=NAMES)


def columns(market: list[tuple[float, float, bool]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    lows, width, bounds = (np.array(column) for column in zip(*market, strict=True))
    return lows, np.minimum(lows + width, 100.0), bounds


def assert_same_largest(lows: np.ndarray, highs: np.ndarray, bounds: np.ndarray) -> None:
    largest = market_hhi.market_hhi_interval(lows, highs, bounds)[1]
    # Shares count to nine decimals (see rounding.FINER), which moves an index of thousands by as much as that.
    assert largest == pytest.approx(largest_market_hhi(lows, highs, bounds), abs=1e-5)


@given(markets)
def test_the_largest_market_hhi_is_that_of_the_best_vertex(market):
    lows, highs, bounds = columns(market)
    assume(lows.sum() <= 100)
    assert_same_largest(lows, highs, bounds)


@given(markets, st.sampled_from([1.0, 0.999, 0.95, 0.8]))
def test_so_it_is_where_the_named_shares_are_nearly_the_whole_market(market, part):
    lows, highs, bounds = columns(market)
    assume(lows.sum() > 1)
    scale = 100 * part / lows.sum()
    lows, highs = lows * scale, np.minimum(lows * scale + (highs - lows), 100.0)
    assume(lows.sum() <= 100)
    assert_same_largest(lows, highs, bounds)


@given(st.lists(st.sampled_from([1, 2, 2, 3, 4, 13, 20]), min_size=1, max_size=7), st.lists(st.booleans(), min_size=7))
def test_so_it_is_for_shares_printed_in_whole_per_cent(printed, marks):
    lows = np.array(printed) - 0.5
    assume(lows.sum() <= 100)
    assert_same_largest(lows, lows + 1, np.array(marks[: lows.size]))


@pytest.mark.parametrize("estimate", ESTIMATES)
def test_every_quarter_of_the_ledger_has_the_interval_that_every_vertex_gives(estimate):
    shares = one_estimate(load(ROOT / "data").market_shares, estimate)
    quarters = named(shares)["quarter"].unique()
    assert len(quarters) > 10
    for quarter in quarters:
        group = market_hhi.bounding(shares, quarter)
        lows, highs, bounds = (group[name].to_numpy() for name in ("low_pct", "high_pct", "bounds_tail"))
        low, high = market_hhi.hhi_of_quarter(shares, quarter)
        assert low == pytest.approx((lows * lows).sum(), abs=1e-9)
        assert high == pytest.approx(largest_market_hhi(lows, highs, bounds), abs=1e-9)


def test_low_shares_that_add_to_more_than_the_whole_by_adding_alone_are_the_whole():
    thirds = np.full(3, 100 / 3 + 1e-9)
    low, high = market_hhi.market_hhi_interval(thirds, thirds + 1)
    assert low == pytest.approx(3 * (100 / 3) ** 2)
    assert high == pytest.approx(low, abs=1e-5)
    with pytest.raises(ValueError, match="at most 100"):
        market_hhi.market_hhi_interval(thirds + 1e-5, thirds + 1)


@given(st.lists(st.tuples(ends, widths), min_size=1, max_size=NAMES), st.floats(0, 1), st.randoms())
def test_no_numbers_of_that_total_have_a_larger_sum_of_squares(intervals, part, random):
    """Those that are all the same part of the way up, and those filled up one after another in any order."""
    random.shuffle(intervals)
    lows, width = (np.array(column) for column in zip(*intervals, strict=True))
    over = part * width.sum()
    largest = largest_sum_of_squares(lows, lows + width, lows.sum() + over)
    for numbers in (lows + part * width, lows + np.clip(over - width.cumsum() + width, 0, width)):
        assert largest >= (numbers * numbers).sum() - 1e-6
    assert largest_sum_of_squares(lows, lows + width, lows.sum() - 0.01) == -np.inf
    assert largest_sum_of_squares(lows, lows + width, (lows + width).sum() + 0.01) == -np.inf


amounts = st.lists(st.tuples(ends, widths), min_size=1, max_size=8)


@given(amounts)
def test_the_largest_hhi_of_amounts_is_that_of_the_best_corner(box):
    lows, width = (np.array(column) for column in zip(*box, strict=True))
    highs = lows + width
    keep = highs > 0
    assume(keep.any())
    assert concentration.hhi_interval(lows, highs)[1] == pytest.approx(largest_hhi(lows[keep], highs[keep]))


@given(amounts)
def test_the_most_even_amounts_are_clipped_to_the_best_of_all_levels(box):
    """Against each candidate level in turn, the amounts clipped one by one."""
    lows, width = (np.array(column) for column in zip(*box, strict=True))
    highs = lows + width
    assume((highs > 0).any())
    smallest = concentration.hhi_interval(lows, highs)[0]
    levels = np.unique(np.append(np.concatenate([lows, highs]), np.linspace(0, highs.max(), 200)))
    tried = [concentration.hhi(np.clip(level, lows, highs)) for level in levels if level > 0]
    assert smallest <= min(tried) + 1e-6


def boxes_looked_at(monkeypatch: pytest.MonkeyPatch, names: int, unit: float, *, tied: bool = False) -> int:
    """How many boxes both intervals take for shares that fall like 1, 1/2, 1/3, printed to `unit`."""
    looks = 0
    share = 1 / np.arange(1, names + 1)
    printed = np.round(90 * share / share.sum() / unit) * unit
    half = np.where(np.arange(names) % 3 == 0, unit / 2, unit / 4 if not tied else unit / 2)
    lows, highs = np.maximum(printed - half, 0), printed + half
    heappush = branch_and_bound.heapq.heappush

    def counted(*arguments: object) -> None:
        nonlocal looks
        looks += 1
        heappush(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(branch_and_bound.heapq, "heappush", counted)
        market_hhi.market_hhi_interval(lows, highs, np.arange(names) % 5 < 2)
        concentration.hhi_interval(lows, highs)
    return looks


@pytest.mark.parametrize("unit", [1.0, 0.1, 0.01])
@pytest.mark.parametrize("tied", [True, False])
def test_hundreds_of_names_take_as_few_boxes_as_dozens(monkeypatch, unit, tied):
    looks = [boxes_looked_at(monkeypatch, names, unit, tied=tied) for names in (25, 50, 100, 200, 400)]
    assert max(looks) <= BOXES_OF_PRINTED_SHARES, looks


def test_an_interval_that_the_boxes_allowed_do_not_settle_is_too_wide_and_never_too_narrow(monkeypatch):
    """Names of one size, each printed another way: which of them are at the high end is a subset sum."""
    half = np.random.default_rng(3).uniform(0, 0.5, 10)
    middle = np.array([3.0] * 2 + [1.5] * 8)
    market, amounts = (middle - half, middle + half, middle > 2), (3 - half, 3 + half)
    settled = market_hhi.market_hhi_interval(*market)[1], concentration.hhi_interval(*amounts)[1]
    assert_same_largest(*market)
    assert settled[1] == pytest.approx(largest_hhi(*amounts))
    monkeypatch.setattr(branch_and_bound, "MOST_BOXES", 1)
    cut_short = market_hhi.market_hhi_interval(*market)[1], concentration.hhi_interval(*amounts)[1]
    widest = market[1][:2].min()
    assert settled[0] < cut_short[0] <= settled[0] + widest**2 / 4
    assert settled[1] < cut_short[1] < settled[1] + 10


def test_the_market_of_one_hundred_different_intervals_ends():
    half = np.random.default_rng(4).uniform(0, 0.2, 100)
    low, high = market_hhi.market_hhi_interval(0.9 - half, 0.9 + half, np.zeros(100, dtype=bool))
    assert 0 < low < high < 10_000
