"""What falls due, what revenue would cover and what quoted totals hold, against sums worked on paper."""

import functools
import re
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compute_ledger.exhibits import Scope
from compute_ledger.exhibits import funding as show
from compute_ledger.exhibits.funding import cost_per_gw, schedule
from compute_ledger.ledger import load
from compute_ledger.measures import funding as m
from compute_ledger.measures import payment_schedule as s
from compute_ledger.measures import reconciliation as r
from compute_ledger.measures.capacity import deals_with_capacity
from compute_ledger.measures.commitments import buyer_deals
from tests.chapters import EXHIBIT, ROOT, VEGA_LITE, run_chapter, said
from tests.ledger_copy import WORKED_OUT_ON

CENT_USD_BN = 1e-11
DAY = pd.Timestamp("2026-06-30")
SCOPE = Scope(as_of=DAY, buyer="OpenAI")
YEARS = [2026, 2027, 2028, 2029, 2030]

# Firm deals with an amount on 30 June 2026, typed from the ledger: amount (USD bn), start as calendar years (days of
# the year already gone over 365), term in years. Start: as reported (Oracle), else the announcement. No term is
# published for Microsoft and one of CoreWeave's: 5 years.
FIRM = {
    "Oracle": (300, 2027, 5),  # 1 January 2027
    "Microsoft": (250, 2025 + 300 / 365, 5),  # 28 October 2025 is day 301
    "AWS": (38, 2025 + 306 / 365, 7),  # 3 November 2025 is day 307
    "AWS, added": (100, 2026 + 57 / 365, 8),  # 27 February 2026 is day 58
    "CoreWeave, first": (11.9, 2025 + 68 / 365, 5),  # 10 March 2025 is day 69
    "CoreWeave, second": (4, 2025 + 120 / 365, 5),  # May 2025, from its first day, day 121
    "CoreWeave, third": (6.5, 2025 + 267 / 365, 5.7),  # 25 September 2025 is day 268; to 31 May 2031
    "Cerebras": (20, 2026 + 105 / 365, 3),  # 16 April 2026 is day 106
}
COREWEAVE = 11.9 / 5 + 4 / 5 + 6.5 / 5.7
# By hand: whole years at amount / term, first and last years by the days that are left or gone.
FLAT = {
    2026: 250 / 5 + 38 / 7 + 100 / 8 * 308 / 365 + COREWEAVE + 20 / 3 * 260 / 365,
    2027: 300 / 5 + 250 / 5 + 38 / 7 + 100 / 8 + COREWEAVE + 20 / 3,
    2028: 300 / 5 + 250 / 5 + 38 / 7 + 100 / 8 + COREWEAVE + 20 / 3,
    2029: 300 / 5 + 250 / 5 + 38 / 7 + 100 / 8 + COREWEAVE + 20 / 3 * 105 / 365,
    2030: 300 / 5 + 250 / 5 * 300 / 365 + 38 / 7 + 100 / 8 + 11.9 / 5 * 68 / 365 + 4 / 5 * 120 / 365 + 6.5 / 5.7,
}


def risen(power: int) -> dict[int, float]:
    """The same by year when the share due grows with the square (2) or the cube (3) of the time gone."""
    sums = dict.fromkeys(YEARS, 0.0)
    for amount, begins, term in FIRM.values():
        for year in YEARS:
            before, after = (min(max((edge - begins) / term, 0), 1) for edge in (year, year + 1))
            sums[year] += amount * (after**power - before**power)
    return sums


@functools.cache
def loaded(folder="data", as_of="latest"):
    """A ledger with the deals of the buyer who has most of them, as the chapter takes them."""
    ledger = load(ROOT / folder, as_of=as_of)
    return replace(ledger, deals=buyer_deals(ledger.deals, "auto")[1])


@pytest.fixture
def ledger():
    return loaded(as_of="2026-06-30")


@pytest.fixture
def newest():
    return loaded(as_of=WORKED_OUT_ON)


def quoted_in(ledger):
    return r.totals(ledger.financials, ledger.claims, ledger.evidence, "OpenAI")


def deal(deal_id, amount, **other):
    base = {
        "deal_id": deal_id,
        "buyer": "Exemplar",
        "counterparty": deal_id,
        "counterparty_group": deal_id,
        "layer": "cloud",
        "kind": "contract",
        "title": deal_id,
        "direction": "buyer_pays",
        "status": "in_force",
        "status_before": None,
        "announced_on": "2025-01-01",
        "known_on": "2025-01-01",
        "ended_on": None,
        "start_on": None,
        "term_years": None,
        "amount_usd_bn": amount,
        "capacity_gw": None,
        "capacity_basis": None,
        "part_of": None,
        "replaces": None,
    }
    return base | other


def frame(*rows):
    table = pd.DataFrame(rows)
    for column in ("announced_on", "known_on", "ended_on", "start_on"):
        table[column] = pd.to_datetime(table[column])
    numbers = ["term_years", "amount_usd_bn", "capacity_gw"]
    return table.astype(dict.fromkeys(numbers, float)).astype({"part_of": object, "replaces": object})


# What falls due, and what would cover it


def test_typed_firm_deals_are_those_of_the_ledger(ledger):
    due = s.due_deals(ledger.deals, DAY)
    used = due[due["due_usd_bn"] > 0].sort_values("due_usd_bn", ascending=False)
    typed = sorted(FIRM.values(), reverse=True)
    assert used["due_usd_bn"].tolist() == [amount for amount, _, _ in typed]
    assert s.year_fraction(used["begins_on"]).tolist() == pytest.approx([begins for _, begins, _ in typed])
    assert used["years"].tolist() == [term for _, _, term in typed]


@pytest.mark.parametrize(("ramp", "by_hand"), [("flat", FLAT), ("linear", risen(2)), ("back_loaded", risen(3))])
def test_coverage_of_2026_to_2030_worked_on_paper(ledger, ramp, by_hand):
    points = m.revenue_points(ledger.financials, "OpenAI")
    revenue = m.revenue_path(m.path_anchors(points, "targets"), "targets", m.covered_years(DAY))
    covered = m.coverage(s.due_deals(ledger.deals, DAY), revenue).set_index(["ramp", "year"]).loc[ramp]
    # 13.0 earned in 2025, more than 280 aimed at for 2030: one growth rate over the five years between.
    growth = (280 / 13.0) ** (1 / 5)
    assert covered.index.tolist() == YEARS
    for year in YEARS:
        path = 13.0 * growth ** (year - 2025)
        assert covered["due_usd_bn"][year] == pytest.approx(by_hand[year])
        assert covered["coverage_pct"][year] == pytest.approx(100 * path / by_hand[year])
        assert covered["short_usd_bn"][year] == pytest.approx(max(by_hand[year] - path, 0))


def test_one_year_of_each_ramp_term_by_term():
    # 2027 under the linear ramp; e.g. Oracle's first fifth of the term: (1/5)**2 of 300 is 12.
    linear = (
        300 * (1 / 5) ** 2
        + 250 * (((1 + 65 / 365 + 1) / 5) ** 2 - ((1 + 65 / 365) / 5) ** 2)
        + 38 * (((1 + 59 / 365 + 1) / 7) ** 2 - ((1 + 59 / 365) / 7) ** 2)
        + 100 * (((1 + 308 / 365) / 8) ** 2 - (308 / 365 / 8) ** 2)
        + 11.9 * (((1 + 297 / 365 + 1) / 5) ** 2 - ((1 + 297 / 365) / 5) ** 2)
        + 4 * (((1 + 245 / 365 + 1) / 5) ** 2 - ((1 + 245 / 365) / 5) ** 2)
        + 6.5 * (((1 + 98 / 365 + 1) / 5.7) ** 2 - ((1 + 98 / 365) / 5.7) ** 2)
        + 20 * (((1 + 260 / 365) / 3) ** 2 - (260 / 365 / 3) ** 2)
    )
    assert risen(2)[2027] == pytest.approx(linear)
    # The cube: Oracle alone, 300 over five years from 2027 on.
    oracle = s.due_deals(frame(deal("oracle", 300, start_on="2027-01-01", term_years=5)), DAY)
    cubes = s.dues_by_year(oracle, "back_loaded").set_index("year")["due_usd_bn"]
    assert cubes.tolist() == pytest.approx([300 * n / 125 for n in (1, 8 - 1, 27 - 8, 64 - 27, 125 - 64)])
    squares = s.dues_by_year(oracle, "linear")["due_usd_bn"]
    assert squares.tolist() == pytest.approx([300 * n / 25 for n in (1, 3, 5, 7, 9)])


def test_what_stays_uncovered_on_the_flat_ramp_is_the_sum_of_the_short_years(ledger):
    points = m.revenue_points(ledger.financials, "OpenAI")
    revenue = m.revenue_path(m.path_anchors(points, "targets"), "targets", YEARS)
    table = m.sensitivity(ledger.deals, DAY, revenue, perimeter="firm", default_term_years=5.0)
    chosen = table[(table["ramp"] == "flat") & (table["term_years"] == 5)].iloc[0]
    growth = (280 / 13.0) ** (1 / 5)
    short = [FLAT[year] - 13.0 * growth ** (year - 2025) for year in (2026, 2027, 2028)]
    assert chosen["short_usd_bn"] == pytest.approx(sum(short))
    assert chosen["years_short"] == 3
    assert (chosen["peak_year"], chosen["peak_usd_bn"]) == (2027, pytest.approx(FLAT[2027]))
    # Only Microsoft's 250 and CoreWeave's 4 follow the term assumed: at 10 years they are due half as fast.
    slower = table[(table["ramp"] == "flat") & (table["term_years"] == 10)].iloc[0]
    assert slower["peak_usd_bn"] == pytest.approx(FLAT[2027] - (250 + 4) / 5 + (250 + 4) / 10)


def test_a_round_is_of_the_day_on_which_it_was_announced_first():
    given = {"direction": "buyer_receives", "kind": "equity", "layer": "equity"}
    deals = frame(
        deal("letter", 100, announced_on="2025-09-22", **given | {"kind": "letter_of_intent"}),
        deal("round", 122, announced_on="2026-03-31", date_precision="day", **given),
        deal("paid", 122, announced_on="2026-07-31", known_on="2026-07-31", replaces="round", **given),
        deal("stake", 30, announced_on="2026-02-01", date_precision="month", replaces="letter", **given),
    )
    ties = pd.DataFrame({"from": [], "to": [], "kind": []}, dtype=object)
    raised = m.equity_raised(deals, ties, "Exemplar", pd.Timestamp("2026-10-10")).set_index("deal_id")
    assert raised["round_on"].dt.strftime("%Y-%m-%d").to_dict() == {"paid": "2026-03-31", "stake": "2026-02-01"}
    assert raised["round_precision"].to_dict() == {"paid": "day", "stake": "month"}


def test_of_several_targets_for_one_day_the_newest_counts():
    targets = pd.DataFrame(
        {
            "financial_id": ["first", "second", "one year", "another's", "wider"],
            "entity": ["Exemplar", "Exemplar", "Exemplar", "Other", "Exemplar"],
            "metric": [
                *["compute_spend_target_cumulative"] * 2,
                "compute_spend_target",
                "compute_spend_target_cumulative",
                "infrastructure_spend_plan_cumulative",
            ],
            "period_end": pd.to_datetime(["2030-12-31"] * 5),
            "known_on": pd.to_datetime(["2026-02-20", "2026-07-22", "2026-05-05", "2026-07-22", "2026-09-18"]),
            "value": [600.0, 750.0, 50.0, 1.0, 856.0],
        }
    )
    assert m.compute_targets(targets, "Exemplar")["financial_id"].tolist() == ["second", "one year"]
    known = targets[targets["known_on"] <= "2026-07-01"]
    assert m.compute_targets(known, "Exemplar")["financial_id"].tolist() == ["first", "one year"]


def test_growth_needed_worked_on_paper(ledger):
    points = m.revenue_points(ledger.financials, "OpenAI")
    covered = pd.DataFrame({"year": [2025, 2027], "due_usd_bn": [10.0, FLAT[2027]]})
    needed = m.growth_needed(covered, points)
    assert pd.isna(needed[0])
    assert needed[1] == pytest.approx(100 * ((FLAT[2027] / 13.0) ** (1 / 2) - 1))
    assert m.growth_needed(covered, points.iloc[:0]).isna().all()


# Schedules conserve what they spread

amounts = st.floats(0.01, 2_000)
starts = st.dates(pd.Timestamp("2019-01-01").date(), pd.Timestamp("2035-12-31").date())
promises = st.lists(st.tuples(amounts, starts, st.one_of(st.none(), st.floats(0.05, 30))), min_size=1, max_size=6)


@given(promises, st.sampled_from(s.RAMPS), st.floats(1, 20))
@settings(deadline=None, max_examples=30)
def test_schedules_conserve_each_amount_to_a_cent(rows, ramp, default):
    deals = frame(*(deal(f"d{i}", a, start_on=day, term_years=term) for i, (a, day, term) in enumerate(rows)))
    due = s.due_deals(deals, DAY, default_term_years=default)
    yearly = s.dues_by_year(due, ramp)
    spread = yearly.groupby("deal_id")["due_usd_bn"].sum()
    for i, (amount, _, _) in enumerate(rows):
        assert abs(spread[f"d{i}"] - amount) <= CENT_USD_BN
    assert (yearly["due_usd_bn"] > 0).all()


@given(promises, st.sampled_from(s.RAMPS), st.integers(2019, 2060))
@settings(deadline=None, max_examples=30)
def test_what_is_due_after_a_year_is_the_sum_of_the_years_after_it(rows, ramp, year):
    deals = frame(*(deal(f"d{i}", a, start_on=day, term_years=term) for i, (a, day, term) in enumerate(rows)))
    due = s.due_deals(deals, DAY)
    yearly = s.dues_by_year(due, ramp)
    after = s.due_after(due, ramp, pd.Timestamp(year, 12, 31)).sum()
    assert after == pytest.approx(yearly.loc[yearly["year"] > year, "due_usd_bn"].sum(), abs=1e-9)


@given(st.floats(0, 1))
def test_steeper_ramps_never_run_ahead(elapsed):
    flat, linear, back = (float(s.share_due(elapsed, ramp)) for ramp in s.RAMPS)
    assert 0 <= back <= linear <= flat <= 1


def test_days_of_first_and_last_year_count_and_leap_years_are_as_long_as_others():
    # From 1 July 2027 (day 182): 184 of 365 days are left; 2028 is a leap year and still one year.
    due = s.due_deals(frame(deal("a", 10, start_on="2027-07-01", term_years=2)), DAY)
    dues = s.dues_by_year(due).set_index("year")["due_usd_bn"]
    assert dues.to_dict() == pytest.approx({2027: 5 * 184 / 365, 2028: 5, 2029: 5 * 181 / 365})
    # 1 March 2028 is day 61 of 366.
    assert s.year_fraction(pd.Series([pd.Timestamp("2028-03-01")])).iloc[0] == pytest.approx(2028 + 60 / 366)


def test_a_term_shorter_than_a_year_a_missing_and_an_impossible_one():
    rows = [deal("short", 3, term_years=0.25, start_on="2026-11-15"), deal("none", 5), deal("zero", 7, term_years=0)]
    due = s.due_deals(frame(*rows), DAY, default_term_years=2).set_index("deal_id")
    assert due["term_assumed"].to_dict() == {"short": False, "none": True, "zero": True}
    assert due["start_assumed"].to_dict() == {"short": False, "none": True, "zero": True}
    yearly = s.dues_by_year(due.reset_index())
    short = yearly[yearly["deal_id"] == "short"].set_index("year")["due_usd_bn"]
    # From 15 November (day 319) 47 days of 365 are left, of a quarter of a year.
    assert short.to_dict() == pytest.approx({2026: 3 * 47 / 365 / 0.25, 2027: 3 - 3 * 47 / 365 / 0.25})
    with pytest.raises(ValueError, match="default_term_years is 0"):
        s.due_deals(frame(*rows), DAY, default_term_years=0)


def test_a_whole_counts_for_what_its_parts_leave():
    rows = frame(
        deal("plan", 500),
        deal("site", None, part_of="plan"),
        deal("contract", 300, part_of="site"),
        deal("total", 22.4),
        deal("first", 11.9, part_of="total"),
        deal("second", 4, part_of="total"),
        deal("third", 6.5, part_of="total"),
        deal("small", 1),
        deal("large part", 3, part_of="small"),
    )
    once = s.counted_once(rows, rows, "amount_usd_bn").set_axis(rows["deal_id"])
    # 500 - 300, through a site without an amount; 22.4 - 11.9 - 4 - 6.5; 1 - 3 is not below zero.
    assert once.drop("site").to_dict() == pytest.approx(
        {
            "plan": 200,
            "contract": 300,
            "total": 0,
            "first": 11.9,
            "second": 4,
            "third": 6.5,
            "small": 0,
            "large part": 3,
        }
    )
    assert pd.isna(once["site"])
    without_the_middle = rows[rows["deal_id"] != "site"]
    assert s.counted_once(without_the_middle, rows, "amount_usd_bn").sum() == pytest.approx(200 + 300 + 22.4 + 3)


# Revenue: three measures, never joined


def test_points_are_run_rates_whole_years_and_targets(ledger):
    points = m.revenue_points(ledger.financials, "OpenAI")
    assert set(points["metric"]) == {"run_rate", "revenue", "revenue_target"}
    assert points.loc[points["metric"] == "revenue", "period"].tolist() == ["2024", "2025"]
    march = points[points["period"] == "2026-03"].iloc[0]
    assert march["at"] == pytest.approx(2026 + 89 / 365)


def test_each_path_rests_on_one_measure_or_on_yearly_revenue_at_both_ends(ledger):
    points = m.revenue_points(ledger.financials, "OpenAI")
    anchors = {path: m.path_anchors(points, path)["financial_id"].tolist() for path in m.REVENUE_PATHS}
    assert anchors == {
        "targets": ["openai-revenue-2025", "openai-revenue-target-2030"],
        "flat": ["openai-run-rate-2026-03"],
        # September 2025 is six months before March 2026; the newest run rate by then is that of July.
        "constant_increase": ["openai-run-rate-2025-07", "openai-run-rate-2026-03"],
    }
    flat = m.revenue_path(m.path_anchors(points, "flat"), "flat", YEARS)
    assert flat.tolist() == [24] * 5
    rising = m.revenue_path(m.path_anchors(points, "constant_increase"), "constant_increase", YEARS)
    # From 12 on 31 July 2025 (211 days gone) to 24 on 31 March 2026 (89 days gone), read in mid-year.
    july, march = 2025 + 211 / 365, 2026 + 89 / 365
    per_year = (24 - 12) / (march - july)
    assert rising.tolist() == pytest.approx([24 + per_year * (year + 0.5 - march) for year in YEARS])


def test_the_targets_path_uses_the_target_known_last_and_ends_with_it():
    then = loaded(as_of="2025-11-07")
    points = m.revenue_points(then.financials, "OpenAI")
    path = m.revenue_path(m.path_anchors(points, "targets"), "targets", [2025, 2029, 2030])
    # On that day 3.7 (2024) was the last whole year and 125 for 2029 the newest target.
    assert path.tolist()[:2] == pytest.approx([3.7 * (125 / 3.7) ** (1 / 5), 125])
    assert pd.isna(path[2030])


@pytest.mark.parametrize("path", m.REVENUE_PATHS)
def test_a_path_without_its_points_says_nothing(ledger, path):
    points = m.revenue_points(ledger.financials, "OpenAI").iloc[:0]
    assert m.revenue_path(m.path_anchors(points, path), path, YEARS).isna().all()


def test_a_shrinking_run_rate_never_goes_below_zero(ledger):
    points = m.revenue_points(ledger.financials, "OpenAI")
    falling = points.assign(value=points["value"].where(points["period"] != "2026-03", 1.0))
    anchors = m.path_anchors(falling, "constant_increase")
    assert (m.revenue_path(anchors, "constant_increase", YEARS) >= 0).all()


def test_equity_counts_a_round_once_and_is_never_set_against_what_falls_due(ledger):
    raised = m.equity_raised(ledger.deals, ledger.ties, "OpenAI", DAY)
    # Microsoft 13 (1 + 2 + 10), the round of October 2024, SoftBank's of 2025, that of March 2026 with all its parts.
    assert raised["raised_usd_bn"].sum() == pytest.approx(13 + 6.6 + 41 + 122)
    assert raised["conditional_usd_bn"].sum() == pytest.approx(35)
    # CoreWeave's shares are what OpenAI got, not money that it raised.
    assert "coreweave-2025-03-stock" not in set(raised["deal_id"])


# From listed deals to quoted totals


@pytest.mark.parametrize("as_of", [WORKED_OUT_ON, "2025-11-07"])
def test_the_bridge_to_1400_uses_what_was_known_on_the_day(as_of):
    ledger = loaded(as_of=as_of)
    picked = r.pick(quoted_in(ledger), "largest")
    steps = r.bridge(ledger.deals, picked, ramp="flat", default_term_years=5.0)
    # Oracle, Microsoft, AWS as first signed, CoreWeave's three contracts; then Stargate less Oracle's part of it.
    firm = 300 + 250 + 38 + (11.9 + 4 + 6.5)
    assert firm == pytest.approx(610.4)
    sums = steps.groupby("step")["amount_usd_bn"].sum()
    assert sums.to_dict() == pytest.approx(
        {"firm": firm, "announced": 500, "counted_twice": -300, "unexplained": 1400 - (firm + 500 - 300)}
    )
    assert sums["unexplained"] == pytest.approx(589.6)
    assert steps.loc[steps["step"] == "firm", "counterparty"].tolist() == ["Oracle", "Microsoft", "AWS", "CoreWeave"]
    assert steps["ends"].iloc[-1] == 1400


def test_bridges_to_nearly_1000_and_to_600_worked_on_paper(newest):
    table = r.by_step(newest.deals, quoted_in(newest), ramp="flat", default_term_years=5.0)
    table = table.set_index(table["known_on"].dt.strftime("%Y-%m-%d"))
    # 7 October 2025: neither Azure's 250 nor AWS was known.
    assert table.loc["2025-10-07", "unexplained"] == pytest.approx(1000 - (300 + 22.4 + 500 - 300))
    # 20 February 2026: AWS was still 38 over seven years from 3 November 2025, Cerebras 10 over three.
    # After 2030 fall Oracle's fifth year, AWS for 2031 and 306 days of 2032, and CoreWeave's third up to its end.
    later = 60 + 38 / 7 * (1 + 306 / 365) + 6.5 / 5.7 * (2025 + 267 / 365 + 5.7 - 2031)
    firm = 300 + 250 + 38 + 22.4 + 10
    assert table.loc["2026-02-20", "later"] == pytest.approx(-later)
    assert table.loc["2026-02-20", "unexplained"] == pytest.approx(600 - (firm + 500 - 300 - later))
    assert table.loc["2026-02-20", "over_firm"] == pytest.approx(600 - (firm - later))
    # 28 April 2026: AWS 138, Cerebras 20; no horizon was stated.
    assert table.loc["2026-04-28", "over_firm"] == pytest.approx(600 - (300 + 250 + 138 + 22.4 + 20))
    assert table.loc["2026-04-28", "later"] == 0


@pytest.mark.parametrize("data_dir", ["data", "tests/ledger_example"])
@given(ramp=st.sampled_from(s.RAMPS), term=st.floats(1, 20), value=st.floats(0, 3_000))
@settings(deadline=None, max_examples=6)
def test_a_bridge_closes_whatever_the_total(data_dir, ramp, term, value):
    ledger = loaded(data_dir)
    buyer = ledger.deals["buyer"].iloc[0]
    for _, total in r.totals(ledger.financials, ledger.claims, ledger.evidence, buyer).iterrows():
        picked = total.to_frame().T.assign(value=value)
        steps = r.bridge(ledger.deals, picked, ramp=ramp, default_term_years=term)
        assert steps["amount_usd_bn"].sum() == pytest.approx(value, abs=1e-9)
        assert steps["begins"].iloc[1:].to_numpy() == pytest.approx(steps["ends"].iloc[:-1].to_numpy(), abs=1e-9)


def test_horizon_and_capacity_are_those_stated_with_the_total(newest):
    quoted = quoted_in(newest).set_index("financial_id")
    assert quoted.loc["openai-commitments-quoted-2025-11-06", "horizon_on"] == pd.Timestamp("2033-11-05")
    assert quoted.loc["openai-compute-spend-target-cumulative-2030", "horizon_on"] == pd.Timestamp("2030-12-31")
    assert quoted["horizon_on"].notna().sum() == 2
    assert quoted["quoted_gw"].dropna().tolist() == [20, 30]


def test_the_total_picked(newest):
    quoted = quoted_in(newest)
    totals = {which: r.pick(quoted, which)["financial_id"].iloc[0] for which in r.QUOTED}
    assert totals == {
        "largest": "openai-commitments-quoted-2025-11-06",
        "newest": "openai-commitments-quoted-2026-04-28",
        "oldest": "openai-commitments-quoted-2025-10-07",
    }
    nothing = r.pick(quoted.iloc[:0], "largest")
    assert r.bridge(newest.deals, nothing, ramp="flat", default_term_years=5.0).empty
    assert r.listed(newest.deals, nothing).empty


def test_estimates_are_those_published_by_the_day_for_deals_without_an_amount(newest):
    picked = r.pick(quoted_in(newest), "largest")
    estimates = r.estimates(newest.deals, newest.claims, newest.sources, picked)
    assert estimates.groupby("counterparty")["high"].max().to_dict() == {"AMD": 300, "Broadcom": 500, "Nvidia": 500}
    published = estimates["source_id"].map(newest.sources.set_index("source_id")["published_on"])
    assert (published <= "2025-11-06").all()
    # The chips alone were put at 180 in May 2026, and 100 covers other buyers of AMD too.
    assert not estimates["metric"].isin(["chips_cost_estimate", "sales_estimate_all_customers"]).any()


def test_money_that_the_buyer_would_receive_is_in_no_bridge(newest):
    picked = r.pick(quoted_in(newest), "largest")
    assert r.money_in(newest.deals, picked)["deal_id"].tolist() == ["nvidia-2025-09"]
    assert "nvidia-2025-09" not in set(r.listed(newest.deals, picked)["deal_id"])


def test_what_was_paid_stands_beside_what_was_due(newest):
    due = s.due_deals(newest.deals, DAY)
    yearly = s.dues_by_year(due)
    (paid,) = m.payments_made(newest.financials, yearly, "OpenAI").to_dict("records")
    # 250 over five years from 28 October 2025: 65 days of that year are left.
    assert (paid["supplier"], paid["year"], paid["value"]) == ("Microsoft", 2025, 17.2)
    assert paid["due_usd_bn"] == pytest.approx(250 / 5 * 65 / 365)
    payments = m.payments_made(newest.financials, yearly, "OpenAI")
    finding = schedule.paid_finding(payments, due, newest.sources, SCOPE)
    assert finding.claim == "OpenAI paid $17.2 billion to Microsoft in 2025, where the schedule has $8.9 billion"
    assert finding.rests_on["deals"]["deal_id"].tolist() == ["microsoft-2025-10"]
    nobody = m.payments_made(newest.financials, yearly[yearly["counterparty"] != "Microsoft"], "OpenAI")
    unpaid = schedule.paid_finding(nobody, due, newest.sources, SCOPE)
    assert unpaid.claim == ""
    assert "is not known" in unpaid.detail


def test_totals_stand_against_the_firm_deals_of_their_own_day(newest):
    table = r.by_step(newest.deals, quoted_in(newest), ramp="flat", default_term_years=5.0)
    finding = show.against_firm(table, newest.deals)
    # Only the 600 of April 2026 are exceeded, by 730.4 less 600.
    assert finding.claim == "Firm deals alone come to one of the five totals that others quote"
    assert "$600 billion (28 April 2026) is exceeded by $130.4 billion" in finding.detail
    # AWS as first signed and as it stands, Cerebras likewise; never a letter of intent.
    firm = set(finding.rests_on["deals"]["deal_id"])
    assert {"aws-2025-11", "aws-2026-02", "cerebras-2026-01", "cerebras-2026-04"} <= firm
    assert not set(finding.rests_on["deals"]["kind"]) & {"letter_of_intent", "joint_venture"}
    larger = table.assign(over_firm=[1.0] * len(table))
    assert show.against_firm(larger, newest.deals).claim.startswith("Firm deals alone come to none of the five")
    assert show.against_firm(larger.head(1), newest.deals).claim.endswith("do not come to the total that others quote")
    assert show.against_firm(table.iloc[:0], newest.deals).claim == ""


def test_a_total_below_what_is_listed_is_said_to_be(newest):
    quoted, costs = quoted_in(newest), r.cost_per_gw(newest.financials)
    picked = r.pick(quoted, "largest").assign(value=500.0)
    steps = r.bridge(newest.deals, picked, ramp="flat", default_term_years=5.0)
    listed, none = r.listed(newest.deals, picked), newest.deals.iloc[:0]
    estimates = r.estimates(newest.deals, newest.claims, newest.sources, picked)
    finding = show.bridge_finding(steps, picked, quoted, listed, estimates, none, costs)
    # 610.4 firm, and 200 of Stargate beside what Oracle has of it.
    assert finding.claim == (
        "Of the $500 billion quoted on 6 November 2025, firm deals known that day make up $610.4 billion, "
        "and more is listed than quoted, by $310.4 billion"
    )
    assert "Firm deals alone exceed the total by $110.4 billion." in finding.detail


def test_where_the_ramp_moves_nothing_the_finding_says_so(newest):
    points = m.revenue_points(newest.financials, "OpenAI")
    anchors = m.path_anchors(points, "targets")
    revenue = m.revenue_path(anchors, "targets", YEARS)
    due = s.due_deals(newest.deals, DAY)
    varied = m.sensitivity(newest.deals, DAY, revenue, perimeter="firm", default_term_years=5.0)
    finding = show.sensitivity_finding(varied, due, anchors, SCOPE, ramp="flat")
    assert finding.claim.endswith("decides what stays uncovered")
    still = show.sensitivity_finding(varied.assign(short_usd_bn=7.0), due, anchors, SCOPE, ramp="flat")
    assert still.claim.endswith("does not change what stays uncovered")
    assert "moves it not at all ($7 billion)" in still.detail


def test_capacity_on_different_bases_is_never_set_against_each_other(newest):
    costs, quoted = r.cost_per_gw(newest.financials), quoted_in(newest)
    deals = deals_with_capacity(newest.deals, newest.capacities)
    built = r.with_capacity(deals, newest.as_of)
    table = r.capacity_cost(built, deals, quoted, costs)
    finding = show.gigawatt_finding(table, costs, built, quoted, SCOPE)
    assert finding.claim == "One gigawatt with its chips is said to cost 40 to 60 billion dollars"
    assert "The 30 GW (chips) that OpenAI is to pay for would cost 1,200 to 1,800 billion." in finding.detail
    assert "exceed" not in finding.detail
    assert show.gigawatt_finding(table, costs.iloc[:0], built, quoted, SCOPE).claim == ""


def test_gigawatts_times_their_cost_worked_on_paper(newest):
    costs = r.cost_per_gw(newest.financials)
    deals = deals_with_capacity(newest.deals, newest.capacities)
    built = r.with_capacity(deals, newest.as_of)
    table = r.capacity_cost(built, deals, quoted_in(newest), costs).set_index("item")
    spans = table[["low_usd_bn", "high_usd_bn"]].apply(tuple, axis=1).to_dict()
    assert spans == {
        "Stargate": (10 * 40, 10 * 60),
        "2025-10-07": (20 * 40, 20 * 60),
        "2025-10-28": (30 * 40, 30 * 60),
        # Stargate's 10 hold Oracle's 4.5, Michigan's 1 and Milam's 1.2; none says what it measures.
        "announced_total": (10 * 40, 10 * 60),
        # Nvidia 10, AMD 6, Broadcom 10, Trainium at AWS 2, Cerebras 0.75 and an option on 1.25.
        "chips": ((10 + 6 + 10 + 2 + 0.75 + 1.25) * 40, 30 * 60),
    }
    assert table.loc["Stargate", "published_per_gw"] == 500 / 10
    assert table.loc["2025-10-28", "published_per_gw"] == pytest.approx(1400 / 30)


# Choices, thin data, large data


def test_a_typo_is_named_with_its_mend(ledger):
    due = s.due_deals(ledger.deals, DAY)
    points = m.revenue_points(ledger.financials, "OpenAI")
    with pytest.raises(ValueError, match="did you mean 'back_loaded'"):
        s.dues_by_year(due, "backloaded")
    with pytest.raises(ValueError, match="did you mean 'targets'"):
        m.path_anchors(points, "target")
    with pytest.raises(ValueError, match="did you mean 'newest'"):
        r.pick(quoted_in(ledger), "newst")
    with pytest.raises(ValueError, match="did you mean 'firm'"):
        s.due_deals(ledger.deals, DAY, perimeter="firms")


def test_without_any_amount_or_with_letters_of_intent_alone_a_sentence_stands_for_the_chart(ledger):
    points = m.revenue_points(ledger.financials, "OpenAI")
    revenue = m.revenue_path(m.path_anchors(points, "targets"), "targets", YEARS)
    letters = ledger.deals.assign(kind="letter_of_intent", status="not_finalised")
    for deals in (letters, ledger.deals.assign(amount_usd_bn=float("nan")), ledger.deals.iloc[:0]):
        due = s.due_deals(deals, DAY)
        yearly = s.dues_by_year(due)
        covered = m.coverage(due, revenue)
        assert yearly.empty
        assert covered["coverage_pct"].isna().all()
        assert m.sensitivity(deals, DAY, revenue, perimeter="firm", default_term_years=5.0).empty
        chart = schedule.dues_by_year(yearly, due, points, revenue, SCOPE, ramp="flat", path="targets")
        assert list(chart._repr_mimebundle_()[0]) == ["text/markdown", "text/plain"]
        assert re.match(r"No amount is published", chart.note)
        anchors = m.path_anchors(points, "targets")
        exhibit = show.coverage(covered, due, anchors, SCOPE, ramp="flat", path="targets")
        assert "nothing to cover" in exhibit.note
    announced = s.dues_by_year(s.due_deals(letters, DAY, perimeter="announced"))
    assert announced["due_usd_bn"].sum() > 0


@pytest.mark.parametrize("as_of", ["2019-07-22", "2025-02-01"])
def test_a_day_before_any_amount_reads_well(as_of):
    bundles = run_chapter("funding-gap", as_of=as_of)
    text = said(bundles)
    assert not re.search(r"\b(nan|NaT|None|n/a)\b", text)
    assert "No amount is published for the firm commitments" in text
    assert "nothing to reconcile" in text
    assert all(bundle[EXHIBIT]["table"]["rows"] for bundle in bundles.values() if VEGA_LITE in bundle)


def test_a_day_of_2025_knows_nothing_of_2026():
    bundles = run_chapter("funding-gap", as_of="2025-11-07")
    everything = said(bundles) + str([bundle.get(EXHIBIT) for bundle in bundles.values()])
    for later in ("280 billion", "730.4", "13.0", "13.1 billion", "600 billion", "Cerebras", "round-2026", "2026-02"):
        assert not re.search(rf"(?<![\d.,-]){re.escape(later)}(?![\d,])", everything), later


def test_charts_stay_small_however_many_suppliers(newest):
    listed = deals_with_capacity(newest.deals, newest.capacities)
    copies = [
        listed.assign(
            deal_id=newest.deals["deal_id"] + f"-{i}",
            counterparty=newest.deals["counterparty"] + f" {i}",
            part_of=newest.deals["part_of"] + f"-{i}",
            replaces=newest.deals["replaces"] + f"-{i}",
        )
        for i in range(40)
    ]
    deals, day = pd.concat(copies, ignore_index=True), newest.as_of
    scope = Scope(as_of=day, buyer="OpenAI")
    due = s.due_deals(deals, day)
    yearly = s.dues_by_year(due)
    points = m.revenue_points(newest.financials, "OpenAI")
    revenue = m.revenue_path(m.path_anchors(points, "targets"), "targets", YEARS)
    quoted = quoted_in(newest)
    picked, costs = r.pick(quoted, "largest"), r.cost_per_gw(newest.financials)
    steps = r.bridge(deals, picked, ramp="flat", default_term_years=5.0)
    built = r.with_capacity(deals, day)
    priced = r.capacity_cost(built, deals, quoted, costs)
    exhibits = [
        schedule.dues_by_year(yearly, due, points, revenue, scope, ramp="flat", path="targets"),
        show.bridge(steps, picked, r.listed(deals, picked), scope),
        cost_per_gw.cost_per_gigawatt(priced, costs, built, quoted, scope),
    ]
    for exhibit in exhibits:
        bundle = exhibit._repr_mimebundle_()
        assert all(len(rows) <= 300 for rows in bundle[VEGA_LITE]["datasets"].values()), exhibit.id
    assert len(exhibits[1].table) < 25
    totals = yearly.groupby("year")["due_usd_bn"].sum()
    assert exhibits[0].table.set_index("year")["total"].to_dict() == pytest.approx(
        {str(year): total for year, total in totals.items()}
    )
