"""The unnamed tail of the market, bounded by the tail shares that neighbouring quarters print."""

import numpy as np
import pandas as pd

from compute_ledger.measures.bounds.sum_of_squares import largest_sum_of_squares
from compute_ledger.measures.market.market_estimates import LEADERS, latest_shares, named, start_of, with_midpoints
from compute_ledger.measures.market.market_hhi import WHOLE_PCT, hhi_of_quarter
from compute_ledger.shared import rounding

MARGIN_PCT = 1.0  # a whole point more than was printed
MOST_DAYS = 740  # to the quarter that is looked at: two years before or after; what is named later says nothing


def tail_shares(shares: pd.DataFrame, quarter: str, margin_pct: float = MARGIN_PCT) -> pd.DataFrame:
    r"""What providers that a quarter does not name may have had in it, by the nearest quarter that names them.

    `shares` of one estimate. No quarter more than two years away counts; of two equally near ones the earlier does.
    Grain: one row a provider, largest high end first. Columns: `provider`, `share_pct` (as printed there), `low_pct`,
    `high_pct` (its ends with the margin on either side, not below zero), `quarter` (where it is named), `share_id`.

    Formula: $\max(0, l - m)$ to $h + m$, with a share from $l$ to $h$ percent in the nearest quarter and a margin $m$
    Reference: convention of this report
    """
    present = set(latest_shares(shares, quarter)["provider"])
    elsewhere = with_midpoints(named(shares))
    elsewhere = elsewhere[~elsewhere["provider"].isin(present)]
    days_off = (start_of(elsewhere["quarter"]) - pd.Period(quarter, freq="Q").start_time).abs()
    elsewhere = elsewhere.assign(days_off=days_off)[days_off.dt.days <= MOST_DAYS]
    nearest = elsewhere.sort_values(["days_off", "quarter", "share_id"]).drop_duplicates("provider")
    nearest = nearest.assign(
        low_pct=(nearest["low_pct"] - margin_pct).clip(lower=0.0), high_pct=nearest["high_pct"] + margin_pct
    )
    return nearest.sort_values(
        ["high_pct", "provider"], ascending=[False, True], key=rounding.column, ignore_index=True
    )[["provider", "share_pct", "low_pct", "high_pct", "quarter", "share_id"]]


def carried_cap(shares: pd.DataFrame, quarter: str, margin_pct: float = MARGIN_PCT) -> tuple[float, str, str]:
    r"""The most that one unnamed provider may have in a quarter, by what other quarters print, in percent.

    The largest high end of `tail_shares`, with the provider and the quarter that it is taken from; (nan, "", "") where
    no quarter near names any other provider.

    Formula: $\max_j h_j + m$, with the high ends $h_j$ of providers not named in the quarter and a margin $m$
    Reference: convention of this report
    """
    tail = tail_shares(shares, quarter, margin_pct).head(1)
    if tail.empty:
        return float("nan"), "", ""
    return float(tail["high_pct"].iloc[0]), str(tail["provider"].iloc[0]), str(tail["quarter"].iloc[0])


def carried_hhi(shares: pd.DataFrame, quarter: str, margin_pct: float = MARGIN_PCT) -> tuple[float, float]:
    r"""HHI interval of one quarter, the unnamed providers no larger than `carried_cap`.

    Missing where the quarter names nobody; the logical bound where no quarter near names anybody else, or where the
    cap allows more than that bound.

    Formula: $\sum_i l_i^2$ to $\max (\sum_i x_i^2 + \sum_j y_j^2)$, with named shares $l_i \le x_i \le h_i$ and unnamed
    ones $0 \le y_j \le c$ in percent that add to 100, under the cap $c$
    Reference: Kvålseth 2018, Heliyon 4(10), e00846; Naldi and Flamini 2014, hal-01008144
    """
    low, outer = hhi_of_quarter(shares, quarter)
    cap, _, _ = carried_cap(shares, quarter, margin_pct)
    if np.isnan(cap):
        return low, outer
    rows = latest_shares(shares, quarter)
    lows, highs = (rounding.array(rows[end].to_numpy(dtype=float), rounding.FINER) for end in ("low_pct", "high_pct"))
    high = largest_sum_of_squares(lows, highs, max(WHOLE_PCT, lows.sum()), min(cap, WHOLE_PCT))
    return low, max(low, min(outer, high))


def carried_hhi_by_quarter(shares: pd.DataFrame, at_least: int = LEADERS) -> pd.DataFrame:
    """HHI interval of each quarter with the tail carried over, beside the bound that logic alone gives.

    Grain: one row a quarter with at least that many named providers. Columns: `quarter`, `hhi_low`, `hhi_high`,
    `outer_high` (upper end when unnamed providers may be as large as the smallest that bounds them), `cap_pct`,
    `cap_provider`, `cap_quarter`, `named` (providers).

    No formula: `carried_hhi` of each quarter.
    """
    rows = []
    for quarter in sorted(named(shares)["quarter"].unique()):
        providers = len(latest_shares(shares, quarter))
        if providers >= at_least:
            low, high = carried_hhi(shares, quarter)
            rows.append(
                (quarter, low, high, hhi_of_quarter(shares, quarter)[1], *carried_cap(shares, quarter), providers)
            )
    columns = ["quarter", "hhi_low", "hhi_high", "outer_high", "cap_pct", "cap_provider", "cap_quarter", "named"]
    return pd.DataFrame(rows, columns=columns)
