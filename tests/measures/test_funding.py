"""What falls due, what revenue would cover and what quoted totals hold, against sums worked on paper."""

import functools
import re
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compute_ledger.exhibits import Scope
from compute_ledger.ledger import load
from compute_ledger.measures import funding as m
from compute_ledger.measures import payment_schedule as s
from compute_ledger.measures import reconciliation as r
from compute_ledger.measures.commitments import buyer_deals
from tests.chapters import EXHIBIT, ROOT, run_chapter, said
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
    # A run rate of 24 at the end of March 2026, more than 280 aimed at for 2030, both read as of their own time.
    march = 2026 + 89 / 365
    growth = (280 / 24) ** (1 / (2030.5 - march))
    assert covered.index.tolist() == YEARS
    for year in YEARS:
        path = 24 * growth ** (year + 0.5 - march)
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


def test_a_start_far_ahead_has_another_reading_from_its_announcement():
    """300 over five years from 2027 is 60 a year to 2031; from 1 January 2025 it is 60 a year to 2029."""
    due = s.due_deals(
        frame(
            deal("far", 300, start_on="2027-01-01", term_years=5),
            deal("near", 38, start_on="2025-06-01", term_years=7),
            deal("unsaid", 100, term_years=8),
        ),
        DAY,
    )
    forked = s.begun_when_announced(due)
    assert forked.loc[forked["is_other_reading"], "deal_id"].tolist() == ["far"]
    yearly = s.dues_by_year(forked[forked["deal_id"] == "far"]).set_index("year")["due_usd_bn"]
    assert yearly.to_dict() == pytest.approx(dict.fromkeys(range(2025, 2030), 60))
    others = ~due["deal_id"].eq("far")
    assert forked.loc[others, "begins_on"].tolist() == due.loc[others, "begins_on"].tolist()
    assert forked["due_usd_bn"].tolist() == due["due_usd_bn"].tolist()


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


def test_each_path_rests_on_published_points_the_newest_first_of_all(ledger):
    points = m.revenue_points(ledger.financials, "OpenAI")
    anchors = {path: m.path_anchors(points, path)["financial_id"].tolist() for path in m.REVENUE_PATHS}
    assert anchors == {
        "targets": ["openai-revenue-2025", "openai-run-rate-2026-03", "openai-revenue-target-2030"],
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


def test_the_targets_path_leads_from_the_newest_run_rate_to_the_target_known_last_and_ends_with_it():
    then = loaded(as_of="2025-11-07")
    points = m.revenue_points(then.financials, "OpenAI")
    path = m.revenue_path(m.path_anchors(points, "targets"), "targets", [2025, 2026, 2029, 2030])
    # On that day: 3.7 in 2024 (mid-year), a run rate of 12 on 31 July 2025, and 125 for 2029 (mid-year).
    july = 2025 + 211 / 365
    assert path[2025] == pytest.approx(3.7 * (12 / 3.7) ** (1 / (july - 2024.5)), abs=1e-6)
    assert path[2026] == pytest.approx(12 * (125 / 12) ** ((2026.5 - july) / (2029.5 - july)), abs=1e-6)
    assert path[2029] == pytest.approx(125)
    assert pd.isna(path[2030])


def test_the_targets_path_passes_each_target_of_the_newest_plan_and_none_of_an_older_one():
    points = m.revenue_points(loaded(as_of="2026-10-10").financials, "OpenAI")
    anchors = m.path_anchors(points, "targets")
    # The plan of July 2026 has 36 for 2026 and 350 for 2030; 125 for 2029 and 280 for 2030 are older.
    assert anchors["value"].tolist() == [13, 36, 50, 350]
    path = m.revenue_path(anchors, "targets", [2026, 2030])
    assert path.tolist() == pytest.approx([36, 350])


def test_a_path_to_a_target_needs_something_earned_before_it():
    points = m.revenue_points(loaded(as_of="2026-10-10").financials, "OpenAI")
    assert m.path_anchors(points[points["metric"] == "revenue_target"], "targets").empty
    rates = points[points["metric"] != "revenue"]
    assert m.path_anchors(rates, "targets")["metric"].iloc[0] == "revenue_target"
    past = points[~points["metric"].eq("revenue_target") | points["year"].eq(2026)]
    assert m.path_anchors(past, "targets").empty


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


# Quoted totals


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
    assert r.pick(quoted.iloc[:0], "largest").empty


def test_the_contracts_of_each_day_stand_beside_its_total(newest):
    quoted = quoted_in(newest).set_index("financial_id", drop=False)
    firm = dict(zip(quoted.index, r.firm_by_day(newest.deals, quoted), strict=True))
    assert firm["openai-commitments-quoted-2025-10-07"] == pytest.approx(300 + 22.4)
    assert firm["openai-commitments-quoted-2026-04-28"] == pytest.approx(730.4)


def test_the_parts_of_a_total_are_those_of_the_pages_that_print_it(newest):
    parts = r.printed_parts(newest.deals, newest.claims, newest.evidence, quoted_in(newest))
    rows = parts[["counterparty", "high", "printed"]].apply(tuple, axis=1).tolist()
    # The Financial Times' tally; Oracle's contract was known that day and is on other pages.
    assert rows == [("Nvidia", 500, True), ("AMD", 300, True), ("CoreWeave", 22, True), ("Oracle", 300, False)]
    assert set(parts["financial_id"]) == {"openai-commitments-quoted-2025-10-07"}
    assert r.printed_parts(newest.deals, newest.claims, newest.evidence, quoted_in(newest).iloc[:0]).empty


def test_a_gigawatt_is_said_to_cost_40_to_60(newest):
    costs = r.cost_per_gw(newest.financials)
    assert (costs["low"].min(), costs["high"].max()) == (40, 60)


def test_own_totals_end_with_the_newest_for_computing():
    october = loaded(as_of="2026-10-10")
    assert m.own_totals(october.financials, "OpenAI")["value"].tolist() == [856, 600, 750]
    assert m.own_totals(october.financials, "Anthropic").empty


def test_a_partners_share_has_its_cap_only_with_it():
    financials = loaded(as_of="2026-10-10").financials
    share, cap, rows = m.partner_terms(financials, "OpenAI")
    assert (share, cap, len(rows)) == (20, 38, 2)
    without_share = financials[~financials["metric"].str.startswith("revenue_share")]
    assert m.partner_terms(without_share, "OpenAI")[:2] == (None, None)


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


def test_a_day_of_2025_knows_nothing_of_2026():
    bundles = run_chapter("funding-gap", as_of="2025-11-07")
    everything = said(bundles) + str([bundle.get(EXHIBIT) for bundle in bundles.values()])
    for later in ("280 billion", "730.4", "13.0", "13.1 billion", "600 billion", "Cerebras", "round-2026", "2026-02"):
        assert not re.search(rf"(?<![\d.,-]){re.escape(later)}(?![\d,])", everything), later
