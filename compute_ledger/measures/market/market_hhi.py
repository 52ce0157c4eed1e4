"""How concentrated a market is of which only some shares are known, each only to its rounding."""

import numpy as np
import pandas as pd

from compute_ledger.measures.bounds.sum_of_squares import largest_sum_of_squares
from compute_ledger.measures.market.market_estimates import LEADERS, latest_shares, named, start_of, with_midpoints
from compute_ledger.shared import rounding

WHOLE_PCT = 100.0
# Ends are sums of printed decimals: the check of a ledger lets the low ones add to that much more than the whole.
SLACK_PCT = 1e-6


def market_hhi_interval(
    low_pct: pd.Series | np.ndarray, high_pct: pd.Series | np.ndarray, bounding: pd.Series | np.ndarray | None = None
) -> tuple[float, float]:
    r"""Smallest and largest HHI of a market of which only some shares are known, each as an interval.

    Lower end: every named share at its low end and the rest atomistic. Upper end: the rest is held by firms
    no larger than the smallest of the named shares marked `bounding` (by default all of them; none: the rest may
    be one firm). Named shares and rest add to 100.

    What a smaller firm hands to a larger one raises the HHI. So, where anything is left for unnamed firms, every
    bounding share is at its high end, and the largest firm that is not named is as large as the smallest of these;
    else the named firms are the whole market. Either is a sum of squares to be made as large as intervals and whole
    allow, see `largest_sum_of_squares`: exact, but for markets of dozens of overlapping intervals that are all
    different, where the upper end may lie too high, never too low.

    Formula: $\sum_i l_i^2$ to $\max (\sum_i x_i^2 + \sum_j y_j^2)$, with named shares $l_i \le x_i \le h_i$ and unnamed
    ones $0 \le y_j \le \min_b x_b$ in percent, $\sum_i x_i + \sum_j y_j = 100$
    In words: smallest: named shares at their low ends, the rest in tiny firms; largest: the rest in firms no larger
    than the smallest named one, all vertices tried
    Reference: Kvålseth 2018, Heliyon 4(10), e00846; Naldi and Flamini 2014, hal-01008144
    """
    lows, highs = (rounding.array(np.asarray(end, dtype=float), rounding.FINER) for end in (low_pct, high_pct))
    bounds = np.ones(lows.size, dtype=bool) if bounding is None else np.asarray(bounding, dtype=bool)
    if lows.size == 0:
        return float("nan"), float("nan")
    if (lows > highs).any() or lows.sum() > WHOLE_PCT + SLACK_PCT:
        raise ValueError("each low share must be at most its high one, and the low shares must add to at most 100")
    smallest = float((lows * lows).sum())
    return smallest, max(smallest, _with_unnamed(lows, highs, bounds), _without_unnamed(lows, highs))


def _with_unnamed(lows: np.ndarray, highs: np.ndarray, bounds: np.ndarray) -> float:
    """Largest HHI with all bounding shares at their high end, the others where it is best, and any unnamed firms."""
    # A point that an unnamed firm hands to a larger, bounding one adds to the squares. So while unnamed firms hold
    # anything, each bounding share stands at its high end, and the smallest of these is the most that one of them has.
    cap = highs[bounds].min(initial=WHOLE_PCT)
    left = WHOLE_PCT - highs[bounds].sum()
    rest = largest_sum_of_squares(lows[~bounds], highs[~bounds], left, cap)
    return float((highs[bounds] * highs[bounds]).sum()) + rest


def _without_unnamed(lows: np.ndarray, highs: np.ndarray) -> float:
    """Largest HHI when the named firms are the whole market; -inf when their shares cannot be so large."""
    # The low ends may add to a little more than the whole (SLACK_PCT): then they are all that fits.
    return largest_sum_of_squares(lows, highs, max(WHOLE_PCT, lows.sum()), None)


def bounding(shares: pd.DataFrame, quarter: str) -> pd.DataFrame:
    """The named providers of a quarter, with `bounds_tail`: whether no unnamed provider can be larger.

    Grain and order of `latest_shares`. A provider bounds the unnamed ones unless (a) some provider that this quarter
    does not name had a larger share in the nearest quarter that does name it, or (b) it is below the third and its
    share is only derived (from its own revenue, say), so that nobody ranked it. Without (a), Oracle's 3 % would cap
    the tail of 2025 Q3 although Alibaba, not named that quarter, had 4 % in the quarter before.

    No formula: rows are picked.
    """
    rows = latest_shares(shares, quarter)
    if rows.empty:
        return rows.assign(bounds_tail=pd.Series(dtype=bool))
    elsewhere = with_midpoints(named(shares))
    elsewhere = elsewhere[~elsewhere["provider"].isin(rows["provider"])]
    days_off = (start_of(elsewhere["quarter"]) - pd.Period(quarter, freq="Q").start_time).abs()
    nearest = elsewhere.assign(days_off=days_off).sort_values(["days_off", "quarter"]).drop_duplicates("provider")
    largest_absent = nearest["share_pct"].max() if len(nearest) else 0.0
    only_derived = rows["share_is"].eq("approximate") & (rows.index >= LEADERS)
    return rows.assign(
        bounds_tail=rounding.column(rows["share_pct"]).ge(rounding.rounded(largest_absent)) & ~only_derived
    )


def hhi_of_quarter(shares: pd.DataFrame, quarter: str) -> tuple[float, float]:
    """HHI interval of one quarter, whatever the number of named providers; missing when there is none.

    No formula: `market_hhi_interval` of one quarter.
    """
    group = bounding(shares, quarter)
    return market_hhi_interval(group["low_pct"], group["high_pct"], group["bounds_tail"])
