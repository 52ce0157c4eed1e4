"""Examples of shares, concentration, size and what-ifs of the cloud market."""

import numpy as np
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.method.worked_examples.example_rows import (
    BUYER,
    DAY,
    Example,
    deals,
    each,
    figures,
    number,
    percent,
    shares,
    sizes,
    span,
)
from compute_ledger.measures.commitments import payables
from compute_ledger.measures.market import (
    carried_tail,
    customer_payments,
    market_entry,
    market_estimates,
    market_hhi,
    market_part,
    market_restatement,
    promised_revenue,
    silent_stakes,
)

QUARTER = "2026Q1"
LEADERS = {"Alpha": 30.0, "Beta": 20.0, "Gamma": 10.0}
THREE = shares(q2026Q1=LEADERS)
LATEST = market_estimates.latest_shares(THREE, QUARTER)
TAIL = shares(q2025Q4=LEADERS | {"Delta": 4.0}, q2026Q1=LEADERS)
SIZE = sizes(q2026Q1=(100, None))
NAMED = "Alpha 30, Beta 20 and Gamma 10"


def _sums() -> str:
    row = market_estimates.sums_of_leaders(THREE, SIZE.assign(top3_share_pct=61.0, top3_is="printed")).iloc[0]
    return (
        f"{number(row['sum_pct'])}, from {span(row['low_pct'], row['high_pct'])}, printed {number(row['printed_pct'])}"
    )


def _top() -> str:
    top = market_estimates.top_k(LATEST, 2)
    return f"{number(top['share_pct'])}, from {span(top['low_pct'], top['high_pct'])}"


def _midpoint() -> str:
    band = THREE.head(1).assign(share_pct=np.nan, low_pct=30.0, high_pct=40.0)
    return number(market_estimates.with_midpoints(band)["share_pct"].iloc[0])


def _implied() -> str:
    revenue = figures({"entity": "Alpha", "period_start": "2026-01-01", "period_end": "2026-03-31", "value": 32.0})
    row = market_estimates.implied_revenue(THREE, SIZE, revenue.assign(period=QUARTER), "Alpha").iloc[0]
    return f"{span(row['implied_low_usd_bn'], row['implied_high_usd_bn'])}, {span(row['ratio_low_pct'], row['ratio_high_pct'], 1)}%"


def _one_ratio() -> str:
    ratios = pd.DataFrame({"ratio_low_pct": [92.0, 94.0], "ratio_high_pct": [96.0, 98.0]})
    ratio = market_estimates.one_ratio(ratios)
    return "" if ratio is None else f"{span(*ratio)}%"


def _cap() -> str:
    cap, provider, quarter = carried_tail.carried_cap(TAIL, QUARTER)
    return f"{percent(cap)} ({provider}, {formatting.quarter(quarter)})"


def _tail() -> str:
    row = carried_tail.tail_shares(TAIL, QUARTER).iloc[0]
    return f"{span(row['low_pct'], row['high_pct'])}%"


def _payment() -> str:
    rows = figures(
        {"value": 10},
        {"metric": "payments_to_alpha", "value": 5},
        {"metric": "revenue_share_to_alpha", "value": 20, "unit": "pct"},
    )
    row = customer_payments.payments_of_years(rows, BUYER, ["Alpha"]).iloc[0]
    return span(row["paid_low_usd_bn"], row["paid_usd_bn"])


def _between() -> str:
    half, next_half = (("2025-01-01", "2025-06-30"), ("2026-01-01", "2026-06-30"))
    rows = figures(
        {"value": 10},
        *(
            {"value": value, "period_start": start, "period_end": end}
            for value, (start, end) in ((3, half), (8, next_half))
        ),
    )
    ends = customer_payments.revenue_between(rows, BUYER, pd.Timestamp("2025-07-01"), DAY)
    return "" if ends is None else span(*ends)


def _part() -> str:
    row = market_part.customer_part(THREE, SIZE, "Alpha", [QUARTER], 5, 10).iloc[0]
    return f"{span(row['of_market_low_pct'], row['of_market_high_pct'])}% of the market, {span(row['of_supplier_low_pct'], row['of_supplier_high_pct'], 1)}% of Alpha"


def _quarter() -> str:
    row = market_part.market_of_quarters(THREE, SIZE, "Alpha").iloc[0]
    return f"{span(row['market_low_usd_bn'], row['market_high_usd_bn'])}, Alpha {span(row['supplier_low_usd_bn'], row['supplier_high_usd_bn'])}"


def _bases() -> str:
    row = market_restatement.implied_bases(sizes(q2025Q1=(100, None), q2026Q1=(135, 30))).iloc[0]
    return f"{row['verdict']}, by {span(row['off_low_pct'], row['off_high_pct'], 1)}%"


def _a_year() -> pd.DataFrame:
    counted = payables(deals({"counterparty": "Beta", "amount_usd_bn": 500}), DAY, basis="annualised")
    return promised_revenue.promises_a_year(counted, pd.Series({"Beta": 10.0}))


def _promises() -> str:
    row = _a_year().iloc[0]
    return span(row["promised_low_usd_bn"], row["promised_high_usd_bn"])


def _after() -> pd.DataFrame:
    return promised_revenue.shares_with_promises(LATEST, _a_year(), 100, 100)


def _with_promises() -> str:
    rows = _after()
    return each(rows["provider"], rows["after_pct"])


def _change() -> str:
    change = promised_revenue.concentration_change(_after(), 5.0)
    return f"{number(change['before'], 0)} before, {number(change['after'], 0)} after"


def _ranks() -> str:
    rows = promised_revenue.ranks(_after()).set_index("provider")
    return f"Beta from {number(rows.loc['Beta', 'before_rank'])} to {number(rows.loc['Beta', 'after_rank'])}"


def _stake() -> str:
    holder = pd.DataFrame(
        {
            "holder": ["Alpha"],
            "provider": ["Alpha"],
            "stake_pct": [20.0],
            "invested_usd_bn": [np.nan],
            "tie_ids": [("t",)],
        }
    )
    row = silent_stakes.stake_deltas(holder, LATEST, 5, "proportional").iloc[0]
    return f"{number(row['silent_delta'])} silent, {number(row['merged_delta'])} as one firm"


def _entry() -> str:
    ends = market_entry.change_interval(LATEST, (1400.0, 1600.0), 5, "proportional")
    return "" if ends is None else span(*ends)


EXAMPLES: tuple[Example, ...] = (
    (market_estimates.top_k, "30 and 20 in whole percents: ", _top),
    (market_estimates.sums_of_leaders, "30, 20 and 10, a printed total of 61: ", _sums),
    (
        market_estimates.printable_totals,
        "A sum from 61.5 to 64.5: ",
        lambda: formatting.names(map(str, market_estimates.printable_totals(61.5, 64.5))),
    ),
    (market_estimates.with_midpoints, "Printed as 30 to 40: ", _midpoint),
    (market_estimates.half_unit, "119.1: ", lambda: number(market_estimates.half_unit(pd.Series([119.1]))[0], 3)),
    (market_estimates.implied_revenue, "30% of 100, 32 reported: ", _implied),
    (market_estimates.one_ratio, "92 to 96 and 94 to 98%: ", _one_ratio),
    (
        market_hhi.market_hhi_interval,
        "Shares 40 and 30, the rest unnamed: ",
        lambda: span(*market_hhi.market_hhi_interval(np.array([40.0, 30.0]), np.array([40.0, 30.0])), 0),
    ),
    (carried_tail.carried_cap, "Delta printed as 4 a quarter before: ", _cap),
    (carried_tail.tail_shares, "Delta printed as 4 a quarter before: ", _tail),
    (
        carried_tail.carried_hhi,
        f"{NAMED}, no other above 5.5: ",
        lambda: span(*carried_tail.carried_hhi(TAIL, QUARTER), 0),
    ),
    (customer_payments.payments_of_years, "5 paid, 20% of 10 owed as a share of revenue: ", _payment),
    (customer_payments.revenue_between, "10 in 2025, 3 in its first half, 8 in the next, July to June: ", _between),
    (market_part.market_of_quarters, "30% of 100: ", _quarter),
    (market_part.customer_part, "5 to 10 paid, Alpha 30% of 100: ", _part),
    (market_restatement.implied_bases, "135 after growth of 30%, 100 printed a year before: ", _bases),
    (promised_revenue.promises_a_year, "500 over 5 years, 10 paid already: ", _promises),
    (promised_revenue.shares_with_promises, f"{NAMED} of 400 a year, 100 more to Beta: ", _with_promises),
    (promised_revenue.concentration_change, "The same, HHI: ", _change),
    (promised_revenue.ranks, "The same, rank: ", _ranks),
    (silent_stakes.stake_deltas, "20% of an entrant of 5% held by Alpha with 30%: ", _stake),
    (
        market_entry.change_of_hhi,
        f"{NAMED}, 5% taken from all: ",
        lambda: number(market_entry.change_of_hhi(LATEST, 5, "proportional")),
    ),
    (market_entry.change_interval, "HHI from 1,400 to 1,600, 5% taken from all: ", _entry),
)
