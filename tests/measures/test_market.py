"""Market measures: rounding, the exact HHI interval with an unnamed tail, implied revenue, and an entrant."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from compute_ledger.ledger import load
from compute_ledger.measures.market import market_entry as entry
from compute_ledger.measures.market import market_estimates as m
from compute_ledger.measures.market import market_hhi as concentration
from tests.ledger_copy import PROJECT_DATA, WORKED_OUT_ON
from tests.measures.hand_made import figures, shares, sizes


def quarter(*rows: tuple[str, float, float, float], name: str = "2025Q3") -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["provider", "share_pct", "low_pct", "high_pct"])
    return frame.assign(
        quarter=name, estimate="synergy", vintage="first_published", share_is="rounded", series_break=False
    )


THREE = quarter(("AWS", 29, 28.5, 29.5), ("Microsoft", 20, 19.5, 20.5), ("Google Cloud", 13, 12.5, 13.5))


def whole(provider: str, share: float) -> tuple[str, float, float, float]:
    return provider, share, share - 0.5, share + 0.5


def test_three_rounded_shares_that_add_to_62_may_be_printed_as_61_62_or_63():
    top = m.top_k(THREE)
    assert (top["share_pct"], top["low_pct"], top["high_pct"]) == (62, 60.5, 63.5)
    # 60 would need a sum below 60.5, 64 one of at least 63.5: both lie just outside [60.5, 63.5).
    assert m.printable_totals(60.5, 63.5) == [61, 62, 63]
    assert m.printable_totals(62, 62.1) == [62]


@given(st.lists(st.floats(0.5, 33), min_size=3, max_size=3))
def test_the_printed_total_is_always_one_that_the_printed_shares_allow(shares):
    printed = [math.floor(share + 0.5) for share in shares]
    total = math.floor(sum(shares) + 0.5)
    assert total in m.printable_totals(sum(printed) - 1.5, sum(printed) + 1.5)
    assert abs(total - sum(printed)) <= 1


def test_with_even_errors_the_printed_total_is_another_number_in_one_quarter_of_three():
    errors = (np.arange(60) + 0.5) / 60 - 0.5
    beyond = [abs(a + b + c) > 0.5 for a, b, c in itertools.product(errors, repeat=3)]
    # Two corners of the unit cube, each a simplex with three edges of one: a volume of 1/6 each.
    assert np.mean(beyond) == pytest.approx(2 / 6, abs=0.01)


def test_sums_of_leaders_compare_whole_percents_with_the_printed_total():
    shares = pd.concat(
        [
            THREE,
            quarter(whole("AWS", 30), whole("Microsoft", 21), whole("Google Cloud", 12), name="2024Q4"),
            quarter(("AWS", 31.5, 31.45, 31.55), whole("Microsoft", 21), whole("Google Cloud", 12), name="2024Q3"),
            quarter(whole("AWS", 31), whole("Microsoft", 21), name="2024Q2"),
        ]
    )
    sizes = pd.DataFrame(
        {
            "quarter": ["2025Q3", "2024Q4", "2024Q3", "2024Q2"],
            "top3_share_pct": [63.0, 63.0, 65.0, 64.0],
            "top3_is": "printed",
            "size_id": list("abcd"),
        }
    )
    sums = m.sums_of_leaders(shares, sizes)
    assert sums[["quarter", "sum_pct", "printed_pct"]].to_numpy().tolist() == [
        ["2024Q4", 30 + 21 + 12, 63],
        ["2025Q3", 29 + 20 + 13, 63],
    ]
    assert sums.loc[1, ["low_pct", "high_pct"]].tolist() == [28.5 + 19.5 + 12.5, 29.5 + 20.5 + 13.5]
    # Where the two agree there is nothing to explain, so an older quarter is told; an unknown total is told itself.
    assert m.quarter_to_explain(sums, "2025Q3") == "2025Q3"
    assert m.quarter_to_explain(sums, "2024Q4") == "2024Q4"
    later = pd.concat([sums, sums.tail(1).assign(quarter="2025Q4", sum_pct=63.0)])
    assert m.quarter_to_explain(later, "2025Q4") == "2025Q3"
    assert m.quarter_to_explain(sums, "2026Q1") == "2026Q1"


def test_the_ledger_prints_62_and_63_for_the_same_quarter():
    ledger = load(PROJECT_DATA, WORKED_OUT_ON)
    printed = m.printed_totals(m.one_estimate(ledger.market_size, "synergy"), ledger.evidence, ledger.claims)
    source_ids = printed[printed["quarter"] == "2025Q3"].groupby("total_pct")["source_id"].agg(set)
    assert source_ids[62.0] == {"seed-000", "factorytechnews-2025-11-06"}
    assert "lightwave-2025-12-09" in source_ids[63.0]
    assert set(source_ids.index) == {62.0, 63.0}


@pytest.mark.parametrize(("as_of", "printed_pct"), [("2025-11-07", 62), ("2025-11-18", 62), ("2025-11-19", 63)])
def test_an_edition_has_the_combined_share_that_was_printed_by_its_day(as_of, printed_pct):
    ledger = load(PROJECT_DATA, as_of)
    sizes = m.one_estimate(ledger.market_size, "synergy").set_index("quarter")
    columns = ["revenue_usd_bn", "yoy_growth_pct", "top3_share_pct"]
    assert sizes.loc["2025Q3", columns].tolist() == [107, 28, printed_pct]
    printed = m.printed_totals(sizes.reset_index(), ledger.evidence, ledger.claims)
    totals = set(printed.loc[printed["quarter"] == "2025Q3", "total_pct"])
    assert totals == ({62, 63} if printed_pct == 63 else {62})


def test_market_interval_of_three_leaders_in_2025_q3_worked_on_paper():
    low, high = concentration.market_hhi_interval(THREE["low_pct"], THREE["high_pct"])
    # Lower end: 28.5, 19.5, 12.5 and a tail of tiny firms.
    assert low == pytest.approx(28.5**2 + 19.5**2 + 12.5**2)
    # Upper end: leaders at 29.5 and 20.5 leave 50. Google at 13.5 caps the tail, so 50 = 13.5 + 13.5 + 13.5 + 9.5,
    # which beats Google at 12.5 with 50 = 4 x 12.5 (637 against 625).
    assert high == pytest.approx(29.5**2 + 20.5**2 + 3 * 13.5**2 + 9.5**2)


def test_market_interval_of_2025_q3_in_the_ledger_worked_on_paper():
    synergy = m.one_estimate(load(PROJECT_DATA, WORKED_OUT_ON).market_shares, "synergy")
    named = concentration.bounding(synergy, "2025Q3")
    # Alibaba, with 4 in 2025 Q2, is not named in 2025 Q3: so Oracle's 3 says nothing about the size of unnamed firms.
    assert dict(zip(named["provider"], named["bounds_tail"], strict=True)) == {
        "AWS": True, "Microsoft": True, "Google Cloud": True, "Oracle": False,
    }  # fmt: skip
    low, high = concentration.hhi_of_quarter(synergy, "2025Q3")
    assert low == pytest.approx(28.5**2 + 19.5**2 + 12.5**2 + 2.5**2)
    # Leaders at 29.5, 20.5 and 13.5 leave 36.5. Oracle at 2.5 leaves 34 = 13.5 + 13.5 + 7, with 413.5 in squares;
    # Oracle at 3.5 leaves 33 = 13.5 + 13.5 + 6, and 3.5^2 + 400.5 = 412.75 is less than 2.5^2 + 413.5 = 419.75.
    assert high == pytest.approx(29.5**2 + 20.5**2 + 13.5**2 + 2.5**2 + 2 * 13.5**2 + 7**2)


boxes = st.lists(st.tuples(st.floats(1, 30), st.floats(0, 6)), min_size=1, max_size=5)


@given(boxes, st.integers(0, 31), st.integers(0, 2**32 - 1))
def test_market_interval_contains_every_completion(box, marks, seed):
    random = np.random.default_rng(seed)
    low = np.array([a for a, _ in box])
    high = low + np.array([b for _, b in box])
    bounds = np.array([bool(marks >> i & 1) for i in range(len(box))])
    assume(low.sum() <= 100)
    smallest, largest = concentration.market_hhi_interval(low, high, bounds)
    for _ in range(10):
        named = np.array([random.uniform(a, b) for a, b in zip(low, high, strict=True)])
        rest = 100 - named.sum()
        if rest < 0:
            continue
        tail = []
        while rest > 1e-9 and len(tail) < 400:
            tail.append(min(rest, random.uniform(0.2, 1) * named[bounds].min(initial=100)))
            rest -= tail[-1]
        index = (named**2).sum() + sum(share**2 for share in tail)
        assert smallest - 1e-6 <= index <= largest + 1e-6


def test_market_interval_upper_end_is_reached():
    # One firm at 60 with 40 unnamed: the tail may be one firm of 40.
    assert concentration.market_hhi_interval([60], [60]) == pytest.approx((3_600, 3_600 + 1_600))
    # Two named at 30: 40 left, caps of 30, so 30 + 10.
    assert concentration.market_hhi_interval([30, 30], [30, 30]) == pytest.approx((1_800, 1_800 + 900 + 100))
    # 30 and 10, of which only the first bounds the rest of 60: 30 + 30. When neither does, the rest may be one firm.
    assert concentration.market_hhi_interval([30, 10], [30, 10], [True, False])[1] == pytest.approx(1_000 + 2 * 900)
    assert concentration.market_hhi_interval([30, 10], [30, 10], [False, False])[1] == pytest.approx(1_000 + 3_600)


def test_a_share_that_is_only_derived_does_not_bound_the_unnamed_ones():
    shares = pd.concat([THREE, quarter(whole("Alibaba", 4), whole("CoreWeave", 1))])
    shares.loc[shares["provider"] == "CoreWeave", "share_is"] = "approximate"
    named = concentration.bounding(shares, "2025Q3").set_index("provider")["bounds_tail"]
    assert named["Alibaba"]
    assert not named["CoreWeave"]


def test_shares_of_two_vintages_are_not_one_market():
    revised = THREE.assign(vintage="revised_2024")
    mixed = pd.concat([revised, quarter(whole("Alibaba", 4))])
    assert m.latest_shares(mixed, "2025Q3")["provider"].tolist() == ["AWS", "Microsoft", "Google Cloud"]


def test_a_share_near_zero_bounds_the_unnamed_ones_too():
    # No firm larger than nothing: the rest is atomistic. 0.5 at most: as many firms of it as fill the rest.
    assert concentration.market_hhi_interval([0.0, 20.0], [0.0, 21.0]) == (400, 21**2)
    assert concentration.market_hhi_interval([0.0], [0.5]) == (0, 200 * 0.5**2)
    assert concentration.market_hhi_interval([0.0, 20.0], [0.5, 21.0]) == (400, 21**2 + 79 * 0.5)


def test_market_interval_refuses_more_than_the_whole_market():
    with pytest.raises(ValueError, match="at most 100"):
        concentration.market_hhi_interval([60, 60], [61, 61])


def test_series_starts_a_new_segment_at_a_gap_and_at_a_break():
    quarters = ["2024Q1", "2024Q2", "2024Q4", "2025Q1"]
    frame = pd.DataFrame(
        {
            "provider": "AWS",
            "quarter": quarters,
            "share_pct": 30.0,
            "low_pct": 29.5,
            "high_pct": 30.5,
            "series_break": [False, False, False, True],
        }
    )
    assert m.series(frame)["segment"].tolist() == [1, 1, 2, 3]


def test_latest_quarter_is_the_newest_with_three_named_providers():
    one_share = THREE.head(1).assign(quarter="2025Q4")
    shares = pd.concat([THREE, one_share])
    assert m.pick_quarter(shares, "latest") == "2025Q3"
    assert m.pick_quarter(shares, "2025Q4") == "2025Q4"
    with pytest.raises(ValueError, match="quarter is '2031Q1'"):
        m.pick_quarter(shares, "2031Q1")
    assert m.pick_quarter(shares.iloc[:0], "latest") == ""
    with pytest.raises(ValueError, match="no share is known"):
        m.pick_quarter(shares.iloc[:0], "2025Q3")


def test_implied_revenue_of_aws_worked_on_paper():
    ledger = load(PROJECT_DATA, WORKED_OUT_ON)
    shares, sizes = (m.one_estimate(frame, "synergy") for frame in (ledger.market_shares, ledger.market_size))
    implied = m.implied_revenue(shares, sizes, ledger.financials, "AWS").set_index("quarter")
    row = implied.loc["2025Q3"]
    # 29 % of 107 billion: from 28.5 % of 106.5 to 29.5 % of 107.5, against 33 reported, which is 32.95 to 33.05.
    assert row["implied_low_usd_bn"] == pytest.approx(0.285 * 106.5)
    assert row["implied_high_usd_bn"] == pytest.approx(0.295 * 107.5)
    assert row["reported_usd_bn"] == 33
    assert row["ratio_low_pct"] == pytest.approx(100 * 0.285 * 106.5 / 33.05)
    assert row["ratio_high_pct"] == pytest.approx(100 * 0.295 * 107.5 / 32.95)
    # 119.1 has a decimal, so half of its last digit is 0.05; 16 was printed as 15.5 to 16.5.
    assert implied.loc["2025Q4", ["size_low_usd_bn", "size_high_usd_bn"]].tolist() == pytest.approx([119.05, 119.15])
    assert implied.loc["2021Q3", "ratio_low_pct"] == pytest.approx(100 * 0.325 * 45.35 / 16.5)


@pytest.mark.parametrize(
    ("ends", "ratio"),
    [
        ({"low": 5.0}, (0.0, 100 * 0.105 * 50.5 / 5)),  # more than 5
        ({"high": 5.0}, (100 * 0.095 * 49.5 / 5, float("inf"))),  # nearly 5
        ({"low": 4.0, "high": 6.0}, (100 * 0.095 * 49.5 / 6, 100 * 0.105 * 50.5 / 4)),
        ({}, (100 * 0.095 * 49.5 / 5.05, 100 * 0.105 * 50.5 / 4.95)),
    ],
)
def test_a_reported_figure_that_is_open_leaves_the_ratio_open(ends, ratio):
    """10 % of 50: 9.5 % of 49.5 to 10.5 % of 50.5, against 5 as it is worded."""
    market = sizes(q2025Q1=(50, None)).assign(size_id="size")
    reported = figures({"entity": "Alpha", "value": 5.0, **ends}).assign(period="2025Q1")
    row = m.implied_revenue(shares(q2025Q1={"Alpha": 10}), market, reported, "Alpha").iloc[0]
    assert row[["ratio_low_pct", "ratio_high_pct"]].tolist() == pytest.approx(list(ratio))


def test_a_printed_total_that_is_open_stays_open():
    """ "More than 60" ends at all of the market, "nearly 60" begins at nothing."""
    quarter = pd.DataFrame({"size_id": ["s"], "quarter": ["2025Q1"]})
    claims = pd.DataFrame(
        {
            "claim_id": ["exact", "more", "nearly"],
            "source_id": ["p", "p", "p"],
            "metric": "top3_share",
            "value": [60.0, 60.0, 60.0],
            "low": [float("nan"), 60.0, float("nan")],
            "high": [float("nan"), float("nan"), 60.0],
            "note": "",
        }
    )
    links = claims[["claim_id"]].assign(table="market_size", row_id="s", role="supports")
    printed = m.printed_totals(quarter, links, claims).set_index("claim_id")
    assert printed["low_pct"].to_dict() == {"exact": 60, "more": 60, "nearly": 0}
    assert printed["high_pct"].to_dict() == {"exact": 60, "more": 100, "nearly": 60}


def test_one_ratio_lies_in_all_intervals_or_there_is_none():
    ratios = pd.DataFrame({"ratio_low_pct": [92.0, 94, 91], "ratio_high_pct": [96.0, 98, 95]})
    assert m.one_ratio(ratios) == (94, 95)
    assert m.one_ratio(pd.concat([ratios, ratios.tail(1).assign(ratio_low_pct=80, ratio_high_pct=93)])) is None


@given(st.floats(0, 50))
def test_proportional_entry_shrinks_every_square_alike(x):
    before = 29**2 + 20**2 + 13**2
    after = before * (1 - x / 100) ** 2 + x**2
    assert entry.change_of_hhi(THREE, x, "proportional") == pytest.approx(after - before, abs=1e-6)


@pytest.mark.parametrize("rule", entry.ENTRY_RULES)
def test_no_entry_changes_nothing(rule):
    assert entry.change_of_hhi(THREE, 0, rule) == 0
    curve = entry.entry_curve(THREE, 20)
    assert curve.loc[curve["entrant_share_pct"] == 0, "delta_hhi"].tolist() == [0, 0, 0]


@given(st.floats(0, 28), st.sampled_from(["proportional", "from_leader"]), st.integers(0, 2**32 - 1))
def test_the_interval_of_the_change_contains_sampled_markets(x, rule, seed):
    random = np.random.default_rng(seed)
    low, high = entry.change_interval(
        THREE, concentration.market_hhi_interval(THREE["low_pct"], THREE["high_pct"]), x, rule
    )
    named = random.uniform(THREE["low_pct"], THREE["high_pct"])
    tail = random.uniform(0.05, 1, 200) * named.min()
    tail = tail[tail.cumsum() < 100 - named.sum()]
    before = np.append(named, tail)
    after = before * (1 - x / 100) if rule == "proportional" else np.append(before[0] - x, before[1:])
    change = (after**2).sum() + x**2 - (before**2).sum()
    assert low - 1e-6 <= change <= high + 1e-6


def test_the_change_worked_on_paper():
    hhi = (1_349.0, 1_928.0)
    # 5 % from all: every share shrinks to 0.95 of itself, and 0.95^2 - 1 = -0.0975.
    assert entry.change_interval(THREE, hhi, 5, "proportional") == pytest.approx(
        (25 - 0.0975 * 1_928, 25 - 0.0975 * 1_349)
    )
    # 5 points from a leader at 29.5 or 28.5: (29.5 - 5)^2 + 25 - 29.5^2 = 50 - 295.
    assert entry.change_interval(THREE, hhi, 5, "from_leader") == (50 - 295, 50 - 285)
    assert entry.change_interval(THREE, hhi, 29, "from_leader") is None
    assert entry.change_interval(THREE, hhi, 5, "from_tail") is None


@pytest.mark.parametrize(
    ("rule", "aws", "google"),
    [("proportional", 29 * 0.95, 13 * 0.95), ("from_leader", 24, 13), ("from_tail", 29, 13)],
)
def test_entrant_with_five_percent_takes_it_where_the_rule_says(rule, aws, google):
    after = entry.after_entry(THREE, 5, rule).set_index("provider")["share_pct"]
    assert after["AWS"] == pytest.approx(aws)
    assert after["Google Cloud"] == pytest.approx(google)
    assert after["Entrant"] == 5


def test_entry_from_the_tail_eats_the_smallest_once_the_unnamed_rest_is_gone():
    after = entry.after_entry(THREE, 40, "from_tail").set_index("provider")["share_pct"]
    # 38 unnamed, so 2 come from Google Cloud.
    assert after["Google Cloud"] == pytest.approx(11)
    assert after["Microsoft"] == 20


@given(st.floats(0, 50), st.sampled_from(entry.ENTRY_RULES))
def test_entry_never_makes_a_share_negative_nor_the_market_larger(share, rule):
    after = entry.after_entry(THREE, share, rule)["share_pct"]
    assert (after >= -1e-9).all()
    assert after.sum() <= 100 + 1e-6


def test_entry_refuses_a_misspelt_rule_and_an_impossible_share():
    with pytest.raises(ValueError, match="did you mean 'from_leader'"):
        entry.after_entry(THREE, 5, "from_leeder")
    with pytest.raises(ValueError, match="from 0 to 50"):
        entry.after_entry(THREE, 101, "from_tail")
