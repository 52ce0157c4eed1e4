"""Schedules that published points allow: two contracts on paper, and what must hold of any."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compute_ledger.ledger import load
from compute_ledger.measures.commitments import buyer_deals
from compute_ledger.measures.payment_schedule import due_deals, dues_by_year
from compute_ledger.measures.payments import published_points as p
from compute_ledger.measures.payments import schedule_family as f
from compute_ledger.measures.payments.schedule_band import ScheduleBand, schedule_band
from tests.ledger_copy import WORKED_OUT_ON
from tests.measures.hand_made import contracts, figures

DAY = pd.Timestamp("2026-06-30")
CENT_USD_BN = 1e-6


def due_rows(*rows: dict) -> pd.DataFrame:
    """Contracts of 100 over four whole years, 2027 to 2030, unless their cells say otherwise."""
    return due_deals(contracts(*({"start_on": "2027-01-01", "term_years": 4.0} | row for row in rows)), DAY)


def point(name: str, first: int, last: int, **cells: object) -> dict[str, object]:
    return {"point": name, "from_on": f"{first}-01-01", "until_on": f"{last}-12-31", **cells}


def band(
    due: pd.DataFrame, *points: dict[str, object], years: range = range(2027, 2031), **choices: object
) -> ScheduleBand:
    return schedule_band(f.schedule_family(due, **choices), p.published_points(*points), years)  # type: ignore[arg-type]


def test_the_conventions_are_in_the_family():
    """Exponents 1, 2 and 3 are the flat, the linear and the back-loaded ramp."""
    due = due_rows({"start_on": "2026-07-01"}, {"amount_usd_bn": 40.0, "term_years": 3.0, "counterparty": "Beta"})
    for exponent, ramp in ((1, "flat"), (2, "linear"), (3, "back_loaded")):
        alone = band(due, exponents=[exponent], years=range(2026, 2032)).years.set_index("year")
        convention = dues_by_year(due, ramp).groupby("year")["due_usd_bn"].sum()
        assert alone["fitted_usd_bn"].loc[convention.index].tolist() == pytest.approx(
            convention.tolist(), abs=CENT_USD_BN
        )
        assert alone["low_usd_bn"].tolist() == alone["high_usd_bn"].tolist()


def test_a_point_cuts_the_band():
    """Of 100 over four years the first takes 100/4^p: 50, 25, 6.25 and 1.5625 for p of 1/2, 1, 2 and 3."""
    due = due_rows({})
    free = band(due, exponents=[0.5, 1, 2, 3]).years.iloc[0]
    assert free[["low_usd_bn", "high_usd_bn", "fitted_usd_bn"]].tolist() == [1.5625, 50, 25]
    bound = band(due, point("first year", 2027, 2027, high_usd_bn=20.0), exponents=[0.5, 1, 2, 3])
    assert bound.years.iloc[0][["low_usd_bn", "high_usd_bn", "fitted_usd_bn"]].tolist() == [1.5625, 6.25, 6.25]
    assert (bound.schedules, bound.admissible, bound.failing) == (4, 2, [])
    row = bound.points.iloc[0]
    assert (row["least_usd_bn"], row["most_usd_bn"], row["met_by"]) == (1.5625, 50, 2)
    assert (row["left_low_usd_bn"], row["left_high_usd_bn"]) == (13.75, 18.4375)
    assert bound.ramps.iloc[0][["exponent_low", "exponent_high", "exponent_fitted"]].tolist() == [2, 3, 2]


def test_the_fitted_path_comes_nearest_to_what_is_printed():
    """7 is nearer to 6.25 than to 25 or 1.5625."""
    fitted = band(due_rows({}), point("first", 2027, 2027, value_usd_bn=7.0), exponents=[0.5, 1, 2, 3])
    assert fitted.years["fitted_usd_bn"].tolist() == [6.25, 18.75, 31.25, 43.75]


def test_the_flattest_of_equally_near_ones():
    """Two contracts of 100: a first year of 31.25 is one at 25 and one at 6.25, either way; the flatter ramps win."""
    due = due_rows({}, {"counterparty": "Beta"})
    both = band(due, point("first", 2027, 2027, value_usd_bn=31.25), exponents=[1, 2, 3])
    assert sorted(both.ramps["exponent_fitted"]) == [1, 2]


def test_a_point_on_one_supplier_leaves_the_others_free():
    due = due_rows({}, {"counterparty": "Beta"})
    only = band(due, point("to Beta", 2027, 2027, counterparty="Beta", high_usd_bn=20.0), exponents=[1, 2])
    exponents = only.ramps.set_index("ramp_group")
    assert exponents.loc["Alpha", ["exponent_low", "exponent_high"]].tolist() == [1, 2]
    assert exponents.loc["Beta", ["exponent_low", "exponent_high"]].tolist() == [2, 2]
    nobody = band(due, point("to nobody", 2027, 2027, counterparty="Gamma", low_usd_bn=1.0), exponents=[1, 2])
    assert nobody.failing == ["to nobody"]


def test_a_point_in_fiscal_years():
    """Half of 2027 at an even pace is 100/4 x 181/365 to the end of June."""
    half = {"point": "fiscal", "from_on": "2026-07-01", "until_on": "2027-06-30"}
    row = band(due_rows({}), {**half, "high_usd_bn": 90.0}, exponents=[1]).points.iloc[0]
    assert row["fitted_usd_bn"] == pytest.approx(25 * 181 / 365, abs=CENT_USD_BN)


def test_what_fails_alone_is_named():
    failed = band(
        due_rows({}), point("too low", 2027, 2030, high_usd_bn=99.0), point("fine", 2027, 2027, high_usd_bn=30.0)
    )
    assert (failed.admissible, failed.failing) == (0, ["too low"])
    assert failed.years[["low_usd_bn", "high_usd_bn", "fitted_usd_bn"]].isna().all(axis=None)
    assert failed.points["met_alone"].tolist() == [False, True]
    assert failed.ramps["exponent_fitted"].isna().all()


def test_what_fails_together_is_named():
    """Much in the first year and much in the last cannot both be; a third point is not to blame."""
    failed = band(
        due_rows({}),
        point("early", 2027, 2027, low_usd_bn=40.0),
        point("late", 2030, 2030, low_usd_bn=40.0),
        point("harmless", 2027, 2030, high_usd_bn=100.0),
    )
    assert failed.failing == ["early", "late"]
    assert failed.points["met_alone"].all()


def test_a_term_that_is_not_published_may_be_tried():
    """100 at an even pace from 2027: 25 in the first year over four years, 50 over two; a published term stays."""
    unknown = due_rows({"term_years": None})
    tried = band(unknown, exponents=[1], assumed_terms=[2, 4])
    assert tried.years.iloc[0][["low_usd_bn", "high_usd_bn"]].tolist() == [25, 50]
    assert tried.ramps.iloc[0][["term_low", "term_high"]].tolist() == [2, 4]
    known = band(due_rows({}), exponents=[1], assumed_terms=[2, 4])
    assert known.schedules == 1
    assert known.ramps[["term_low", "term_fitted"]].isna().all(axis=None)


def test_how_long_payments_are_away():
    """100 over four years: at an even pace 2 years on average, with a linear ramp 2 2/3; a year later 1 1/2."""
    family = f.schedule_family(due_rows({}), exponents=[1, 2])
    assert family.mean_years_left("Alpha", pd.Timestamp("2027-01-01")) == pytest.approx([2, 8 / 3])
    assert family.mean_years_left("Alpha", pd.Timestamp("2026-01-01")) == pytest.approx([3, 11 / 3])
    # Of the linear ramp 15/16 is left, paid on average at 4 x 2/3 x (1 - 1/64) / (15/16) = 2.8 years.
    assert family.mean_years_left("Alpha", pd.Timestamp("2028-01-01")) == pytest.approx([1.5, 1.8])
    assert np.isnan(family.mean_years_left("Alpha", pd.Timestamp("2031-01-01"))).all()


def test_the_mean_is_by_dollar():
    """100 two years away on average and 300 one year away: 1.25."""
    due = due_rows({}, {"amount_usd_bn": 300.0, "term_years": 2.0})
    family = f.schedule_family(due, exponents=[1])
    assert family.mean_years_left("Alpha", pd.Timestamp("2027-01-01")) == pytest.approx([1.25])


def test_a_duration_cuts_the_terms():
    """Of terms of 2, 4 and 8 years at an even pace only that of 4 pays 2 years away on average."""
    family = f.schedule_family(due_rows({"term_years": None}), exponents=[1], assumed_terms=[2, 4, 8])
    day = pd.Timestamp("2027-01-01")
    last_day = {"from_on": day - pd.Timedelta(days=1), "until_on": day - pd.Timedelta(days=1)}

    def with_duration(low_years: float, high_years: float, supplier: str = "Alpha") -> ScheduleBand:
        ends = {"low_years": low_years, "high_years": high_years}
        points = p.published_points({"point": "wait", "counterparty": supplier, **last_day, **ends})
        return schedule_band(family, points, [2027])

    kept = with_duration(1.5, 2.5)
    assert kept.ramps[["term_low", "term_high"]].iloc[0].tolist() == [4, 4]
    assert kept.years.iloc[0][["low_usd_bn", "high_usd_bn", "fitted_usd_bn"]].tolist() == [25, 25, 25]
    assert kept.points["high_paid_usd_bn"].isna().all()
    assert with_duration(9, 10).failing == ["wait"]
    assert with_duration(9, 10, "Somebody").admissible == 3


def test_contracts_may_share_a_ramp():
    due = due_rows({}, {}, {"counterparty": "Beta"})
    sizes = [band(due, ramp_groups=groups, exponents=[1, 2]).schedules for groups in f.RAMP_GROUPS]
    assert sizes == [2, 4, 8]


def test_nothing_to_pay():
    """No contract with an amount: one schedule that pays nothing, which a lower bound refuses."""
    nothing = band(due_rows({"amount_usd_bn": None}), point("some", 2027, 2027, high_usd_bn=10.0))
    assert (nothing.schedules, nothing.admissible, nothing.ramps.empty) == (1, 1, True)
    assert nothing.years["high_usd_bn"].tolist() == [0, 0, 0, 0]
    assert nothing.points["left_high_usd_bn"].tolist() == [10]
    refused = band(due_rows({"amount_usd_bn": None}), point("some", 2027, 2027, low_usd_bn=10.0))
    assert refused.failing == ["some"]
    assert band(due_rows({})).points.empty


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"exponents": [0.4]}, "exponents must lie between"),
        ({"exponents": []}, "exponents must lie between"),
        ({"ramp_groups": "suplier"}, "did you mean 'supplier'"),
        ({"assumed_terms": [0]}, "assumed_terms is 0"),
    ],
)
def test_what_is_not_to_be_had_is_refused(choices, message):
    with pytest.raises(ValueError, match=message):
        f.schedule_family(due_rows({"term_years": None}), **choices)


def test_too_many_ramps_are_refused():
    many = due_rows(*({"counterparty": f"S{i}"} for i in range(8)))
    with pytest.raises(ValueError, match="let contracts share a ramp"):
        f.schedule_family(many)
    with pytest.raises(ValueError, match="let contracts share a ramp"):
        f.schedule_family(many, exponents=np.linspace(0.5, 4, 9))
    assert f.schedule_family(many, "common").shape == (351,)


@pytest.mark.parametrize("groups", range(1, 8))
def test_every_ladder_has_the_conventions_on_it(groups):
    ladder = f.exponent_ladder(groups)
    assert {0.5, 1, 2, 3, 4} <= set(ladder)
    assert len(ladder) ** groups <= f.MOST_SCHEDULES


def test_durations_of_contracts_that_share_a_ramp():
    """Of one supplier alone: 100 two years away at an even pace, whatever the other one's 300 do."""
    due = due_rows({}, {"amount_usd_bn": 300.0, "term_years": 2.0, "counterparty": "Beta"})
    for groups in ("common", "supplier"):
        waits = f.schedule_family(due, groups, exponents=[1]).mean_years_left("Alpha", pd.Timestamp("2027-01-01"))
        assert waits.ravel() == pytest.approx([2])


def test_points_in_the_wrong_order_are_refused():
    with pytest.raises(ValueError, match="odd"):
        p.published_points(point("odd", 2027, 2027, low_usd_bn=3.0, high_usd_bn=2.0))
    with pytest.raises(ValueError, match="odd"):
        p.published_points(point("odd", 2028, 2027))


AMOUNTS = st.lists(
    st.tuples(st.integers(1, 400), st.integers(2025, 2029), st.integers(1, 8), st.sampled_from("AB")),
    min_size=1,
    max_size=3,
)
BOUNDS = st.lists(st.tuples(st.integers(2025, 2036), st.integers(0, 4), st.integers(1, 300)), max_size=4)


@given(AMOUNTS, BOUNDS)
@settings(deadline=None, max_examples=40)
def test_of_any_contracts_and_points(drawn, bounds):
    due = due_rows(
        *(
            {
                "amount_usd_bn": float(amount),
                "start_on": f"{start}-04-01",
                "term_years": float(term),
                "counterparty": name,
            }
            for amount, start, term, name in drawn
        )
    )
    family = f.schedule_family(due, exponents=[0.5, 1, 1.5, 2, 3])
    total = due["due_usd_bn"].sum()
    assert family.paid_between(2000, 2060) == pytest.approx(np.full(family.shape, total), abs=CENT_USD_BN)
    years = range(2025, 2039)
    assert sum(family.paid_between(year, year + 1) for year in years) == pytest.approx(np.full(family.shape, total))

    points = [point(f"p{i}", year, year + more, high_usd_bn=float(high)) for i, (year, more, high) in enumerate(bounds)]
    bands = [schedule_band(family, p.published_points(*points[:length]), years) for length in range(len(points) + 1)]
    for wider, narrower in itertools.pairwise(bands):
        assert narrower.admissible <= wider.admissible
        if narrower.admissible:
            assert (narrower.years["low_usd_bn"] >= wider.years["low_usd_bn"]).all()
            assert (narrower.years["high_usd_bn"] <= wider.years["high_usd_bn"]).all()
    last = bands[-1]
    if last.admissible:
        fitted = last.years["fitted_usd_bn"]
        assert fitted.between(last.years["low_usd_bn"], last.years["high_usd_bn"]).all()
        assert fitted.sum() == pytest.approx(total, abs=CENT_USD_BN)
        assert (last.points["left_low_usd_bn"] >= -CENT_USD_BN).all()
        assert last.failing == []
    else:
        assert set(last.failing) <= set(last.points["point"])
        assert last.failing


def test_points_of_a_ledger():
    """A figure of one year, the newest of two up to 2030 from the year it was said, and one for a supplier."""
    up_to = {"metric": p.UP_TO_A_YEAR, "period_start": "2030-01-01", "period_end": "2030-12-31"}
    ahead = {"period_start": "2026-01-01", "period_end": "2026-12-31", "metric": p.IN_ONE_YEAR}
    rows = figures(
        {**ahead, "value": 50, "known_on": "2026-05-05"},
        {**up_to, "value": 600, "known_on": "2026-02-20"},
        {**up_to, "value": 750, "known_on": "2026-08-20"},
        {"metric": "payments_to_beta_cloud", "value": 17.2, "known_on": "2026-06-25"},
        {"metric": "payments_to_somebody", "value": 1},
        {**ahead, "entity": "Another", "value": 9},
    )
    points = p.points_of_ledger(rows, "Exemplar", ["Alpha", "Beta Cloud"]).set_index("point")
    assert points["high_usd_bn"].to_dict() == {"f3": 17.2, "f0": 50, "f2": 750}
    assert points.loc["f2", ["from_on", "until_on"]].tolist() == [
        pd.Timestamp("2026-01-01"),
        pd.Timestamp("2030-12-31"),
    ]
    assert points.loc["f3", "counterparty"] == "Beta Cloud"
    assert points["value_usd_bn"].dropna().to_dict() == {"f0": 50}
    more = p.points_of_ledger(figures({**ahead, "value": 50, "low": 50}), "Exemplar", [])
    assert more.empty
    assert list(more.columns) == p.POINT_COLUMNS


def test_what_a_supplier_expects_bounds_its_contracts():
    """Alpha expects 20 of all customers in the first year, where an even pace takes 25 of 100 and a linear one 6.25.

    Beta's contract is bounded by nothing of Alpha's; a forecast that is open upwards bounds nothing.
    """
    due = due_rows({}, {"counterparty": "Beta"})
    first = {"metric": p.EXPECTED, "period_start": "2027-01-01", "period_end": "2027-12-31"}
    rows = figures({**first, "entity": "Alpha", "value": 20}, {**first, "entity": "Somebody", "value": 1})
    points = p.points_of_ledger(rows, "Exemplar", ["Alpha", "Beta"])
    assert points[["counterparty", "high_usd_bn"]].to_numpy().tolist() == [["Alpha", 20]]
    bounded = schedule_band(f.schedule_family(due, exponents=[0.5, 1, 2]), points, [2027])
    assert bounded.ramps.set_index("ramp_group")["exponent_low"].to_dict() == {"Alpha": 2, "Beta": 0.5}
    assert bounded.years.iloc[0][["low_usd_bn", "high_usd_bn"]].tolist() == [12.5, 56.25]
    open_end = figures({**first, "entity": "Alpha", "value": 20, "low": 20})
    assert p.points_of_ledger(open_end, "Exemplar", ["Alpha"]).empty


def test_what_of_a_backlog_falls_due_bounds_its_contracts():
    """Of 200 that Alpha's customers owe it 15 % are due in the year: 30, under which an even pace stays, not 50."""
    first = {"metric": p.DUE, "period_start": "2027-01-01", "period_end": "2027-12-31", "entity": "Alpha"}
    points = p.points_of_ledger(figures({**first, "value": 30, "low": 29, "high": 31}), "Exemplar", ["Alpha"])
    assert points["high_usd_bn"].tolist() == [31]
    bounded = schedule_band(f.schedule_family(due_rows({}), exponents=[0.5, 1, 2]), points, [2027])
    assert bounded.years.iloc[0][["low_usd_bn", "high_usd_bn"]].tolist() == [6.25, 25]


def test_the_newest_forecast_of_a_year_counts_also_of_the_part_that_sells_computing():
    year = {"metric": p.EXPECTED, "entity": "OCI", "period_start": "2029-06-01", "period_end": "2030-05-31"}
    rows = figures({**year, "value": 144, "known_on": "2025-09-09"}, {**year, "value": 166, "known_on": "2025-10-17"})
    points = p.points_of_ledger(rows, "Exemplar", ["Oracle"])
    assert points[["point", "counterparty", "high_usd_bn"]].to_numpy().tolist() == [["f1", "Oracle", 166]]
    assert p.points_of_ledger(rows, "Exemplar", ["Alpha"]).empty


def test_how_far_away_the_buyers_part_of_a_backlog_is():
    """2.5 years on average where it was 2, of which half is new: 2 x 2.5 - 2 = 3 years.

    With 2.5 as 2.25 to 2.75 and 2 as 1.75 to 2.25: at least 2.25, at most 2 x 2.75 - 1.75 = 3.75.
    """
    backlog = {"metric": p.DURATION, "entity": "Alpha", "unit": "years"}
    before = {**backlog, "period_start": "2026-09-30", "period_end": "2026-09-30", "value": 2}
    after = {**backlog, "period_start": "2026-12-31", "period_end": "2026-12-31", "value": 2.5}
    part = {**after, "metric": "exemplar_share_of_rpo", "value": 50, "unit": "pct"}

    def ends(*rows: dict) -> list[list[float]]:
        points = p.duration_points(figures(*rows), "Exemplar", ["Alpha"])
        return points[["low_years", "high_years"]].to_numpy().tolist()

    assert ends(before, after, part) == [[3, 3]]
    assert ends({**before, "low": 1.75, "high": 2.25}, {**after, "low": 2.25, "high": 2.75}, part) == [[2.25, 3.75]]
    assert ends(after, part) == ends(before, after) == []
    due = due_rows({}, {"counterparty": "Beta"})
    points = p.points_of_ledger(figures(before, after, part), "Exemplar", ["Alpha", "Beta"])
    # 100 over four years are 2 years away at an even pace, 2 2/3 with a linear and 3 with a back-loaded ramp.
    bounded = schedule_band(f.schedule_family(due, exponents=[1, 2, 3]), points, [2027])
    assert bounded.ramps.set_index("ramp_group")["exponent_low"].to_dict() == {"Alpha": 3, "Beta": 1}


def test_suppliers_narrow_the_band_of_the_ledger():
    """On one day, with a ramp for each supplier: what suppliers say takes off the upper end of the year ahead."""
    ledger = load(as_of=WORKED_OUT_ON)
    due = due_deals(buyer_deals(ledger.deals, "OpenAI")[1], pd.Timestamp(WORKED_OUT_ON))
    suppliers = sorted(due["counterparty"].unique())
    family = f.schedule_family(due, exponents=[0.5, 1, 2, 4])
    own = schedule_band(family, p.buyer_points(ledger.financials, "OpenAI", suppliers), [2027]).years.iloc[0]
    all_points = p.points_of_ledger(ledger.financials, "OpenAI", suppliers)
    narrowed = schedule_band(family, all_points, [2027]).years.iloc[0]
    assert {"oci-revenue-guidance-fy2028", "microsoft-rpo-duration-2025-12"} <= set(all_points["point"])
    assert narrowed["high_usd_bn"] < 0.75 * own["high_usd_bn"]
    assert narrowed["low_usd_bn"] == own["low_usd_bn"]
    # Oracle's 36 for June 2026 to May 2027: 151 of 1,826 days of 300 are 24.8 at an even pace, 86 with exponent 1/2.
    oracle = schedule_band(family, all_points, [2027]).points.set_index("point")
    assert oracle.loc["oci-revenue-guidance-fy2027-2025-12", "high_paid_usd_bn"] == pytest.approx(300 * 151 / 365 / 5)


def test_the_ledger_of_a_day():
    """What was known on 1 July 2026 refutes an even pace, and leaves little of 600 for deals without an amount."""
    ledger = load(as_of=WORKED_OUT_ON)
    day = pd.Timestamp(WORKED_OUT_ON)
    due = due_deals(buyer_deals(ledger.deals, "OpenAI")[1], day)
    points = p.points_of_ledger(ledger.financials, "OpenAI", sorted(due["counterparty"].unique()))
    fitted = schedule_band(f.schedule_family(due, "common"), points, range(2025, 2036))
    assert fitted.failing == []
    assert 1 < fitted.ramps["exponent_low"].iloc[0] < 2
    assert fitted.years["fitted_usd_bn"].sum() == pytest.approx(due["due_usd_bn"].sum(), rel=0.01)
    assert len(fitted.points) >= 3
    assert 45 < fitted.years.set_index("year")["fitted_usd_bn"][2026] <= 50 + CENT_USD_BN
