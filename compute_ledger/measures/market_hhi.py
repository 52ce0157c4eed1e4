"""How concentrated a market is of which only some shares are known, each only to its rounding."""

from itertools import chain, product

import numpy as np
import pandas as pd

from .. import rounding
from .market import LEADERS, latest_shares, named, start_of, with_midpoints


def market_hhi_interval(
    low_pct: pd.Series | np.ndarray, high_pct: pd.Series | np.ndarray, bounding: pd.Series | np.ndarray | None = None
) -> tuple[float, float]:
    """Exact smallest and largest HHI of a market of which only some shares are known, each as an interval.

    Lower end: every named share at its low end and the rest atomistic. Upper end: the rest is held by firms
    no larger than the smallest of the named shares marked `bounding` (by default all of them; none: the rest may
    be one firm). Named shares and rest add to 100. The HHI is convex, so its maximum is a vertex of that set: each
    named share at an end of its interval, or those bounding ones that are not at an end equal to one common cap t,
    k tail firms at t, and at most one firm, named or not, that takes what is left.
    Kvålseth 2018 (majorization); Naldi and Flamini 2014, hal-01008144.
    """
    lows, highs = (rounding.array(np.asarray(end, dtype=float), rounding.FINER) for end in (low_pct, high_pct))
    bounds = np.ones(lows.size, dtype=bool) if bounding is None else np.asarray(bounding, dtype=bool)
    if lows.size == 0:
        return float("nan"), float("nan")
    if (lows > highs).any() or rounding.rounded(lows.sum()) > 100:
        raise ValueError("each low share must be at most its high one, and the low shares must add to at most 100")
    return float((lows * lows).sum()), float(_vertices(lows, highs, bounds).max())


def _vertices(lows: np.ndarray, highs: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """HHI at every candidate vertex: each share at its low end (0), its high end (1) or tied with the cap (2),
    or one of them free to fill what is left of the market (3). Of firms with equal intervals one order is tried."""
    order = np.lexsort((bounds, highs, lows))
    lows, highs, bounds = lows[order], highs[order], bounds[order]
    alike = np.flatnonzero((np.diff(lows) == 0) & (np.diff(highs) == 0) & (np.diff(bounds.astype(int)) == 0))
    loose = lows < highs
    may_tie = loose & bounds & (lows <= highs[bounds].min(initial=np.inf))
    corners = [(0, 1) if free else (0,) for free in loose]
    with_ties = [(*ends, 2) if tie else ends for ends, tie in zip(corners, may_tie, strict=True)]
    picks = [product(*with_ties)]
    picks += [product(*corners[:i], (3,), *corners[i + 1 :]) for i in np.flatnonzero(loose)]
    chosen = np.array(list(chain(*picks)), dtype=np.int8)
    chosen = chosen[(chosen[:, alike] <= chosen[:, alike + 1]).all(axis=1)]
    values = np.where(chosen == 0, lows, np.where(chosen == 1, highs, 0.0))
    rest = 100 - values.sum(axis=1)
    fits = rest >= -1e-9
    chosen, values, rest = chosen[fits], values[fits], rest[fits]
    squares = (values * values).sum(axis=1)
    cap = np.where((chosen < 2) & bounds, values, np.inf).min(axis=1, initial=np.inf)
    tied, free = chosen == 2, chosen == 3
    ties, frees = tied.any(axis=1), free.any(axis=1)
    packed = ~(ties | frees)
    floor, ceiling = np.where(tied, lows, -np.inf).max(axis=1), np.where(tied, highs, np.inf).min(axis=1)
    at = free[frees].argmax(axis=1)
    least = np.maximum(lows[at], np.where(bounds[at], cap[frees], 0.0))
    added = np.empty(rest.size)
    added[packed] = _packed(rest[packed], cap[packed])
    added[ties] = _tied(rest[ties], tied[ties].sum(axis=1), floor[ties], np.minimum(ceiling, cap)[ties])
    added[frees] = _filled(rest[frees], cap[frees], least, highs[at])
    return np.append(squares + added, (lows * lows).sum())


# Each takes one value a candidate and gives the largest sum of squares of what is left, -inf where it cannot be so.


def _tied(rest: np.ndarray, bounding: np.ndarray, floor: np.ndarray, ceiling: np.ndarray) -> np.ndarray:
    """`rest` split evenly among the `bounding` tied named firms and any number of unnamed ones: as few as may be."""
    fewest = np.maximum(bounding, np.ceil(rest / np.maximum(ceiling, 1e-9)))
    best = np.full(rest.size, -np.inf)
    # Division rounds: the count beside the one it gives is tried as well.
    for firms in (np.maximum(fewest - 1, bounding), fewest, fewest + 1):
        share = rest / firms
        best = np.maximum(best, np.where((floor <= share) & (share <= ceiling), rest * share, -np.inf))
    return best


def _filled(rest: np.ndarray, cap: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """One named share in [low, high] that takes what k unnamed firms as large as `cap` leave: k small or large."""
    size = np.where(np.isinf(cap), 0.0, cap)
    most = np.where(size > 0, np.floor(rest / np.maximum(cap, 1e-9)), 0.0)
    best = np.full(rest.size, -np.inf)
    for end in (high, low):
        nearest = np.ceil((rest - end) / np.clip(cap, 1e-9, 1e9))
        for firms in (np.clip(nearest + beside, 0, most) for beside in (-1, 0, 1)):
            share = rest - firms * size
            found = np.where((low <= share) & (share <= high), share**2 + firms * size**2, -np.inf)
            best = np.maximum(best, found)
    return best


def _packed(rest: np.ndarray, cap: np.ndarray) -> np.ndarray:
    """`rest` split among firms of at most `cap`."""
    size = np.minimum(cap, np.maximum(rest, 0.0))
    full = np.floor(rest / np.maximum(size, 1e-9) + 1e-12)
    return np.where(size > 0, full * size**2 + np.maximum(rest - full * size, 0.0) ** 2, 0.0)


def bounding(shares: pd.DataFrame, quarter: str) -> pd.DataFrame:
    """The named providers of a quarter, with `bounds_tail`: whether no unnamed provider can be larger.

    Grain and order of `latest_shares`. A provider bounds the unnamed ones unless (a) some provider that this quarter
    does not name had a larger share in the nearest quarter that does name it, or (b) it is below the third and its
    share is only derived (from its own revenue, say), so that nobody ranked it. Without (a), Oracle's 3 % would cap
    the tail of 2025 Q3 although Alibaba, not named that quarter, had 4 % in the quarter before.
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
    """HHI interval of one quarter, whatever the number of named providers; missing when there is none."""
    group = bounding(shares, quarter)
    return market_hhi_interval(group["low_pct"], group["high_pct"], group["bounds_tail"])


def hhi_by_quarter(shares: pd.DataFrame, at_least: int = LEADERS) -> pd.DataFrame:
    """HHI interval of each quarter with at least that many named providers.

    Grain: one row a quarter. Columns: `quarter`, `hhi_low`, `hhi_high`, `named` (providers), `named_share_pct`,
    `tail_cap_pct` (printed share of the smallest provider that bounds the unnamed ones; missing when none does),
    `series_break` (whether any share of the quarter begins a new series).
    """
    rows = []
    for quarter in sorted(named(shares)["quarter"].unique()):
        group = bounding(shares, quarter)
        if len(group) < at_least:
            continue
        low, high = market_hhi_interval(group["low_pct"], group["high_pct"], group["bounds_tail"])
        rows.append(
            {
                "quarter": quarter,
                "hhi_low": low,
                "hhi_high": high,
                "named": len(group),
                "named_share_pct": float(group["share_pct"].sum()),
                "tail_cap_pct": float(group.loc[group["bounds_tail"], "share_pct"].min()),
                "series_break": bool(group["series_break"].any()),
            }
        )
    columns = ["quarter", "hhi_low", "hhi_high", "named", "named_share_pct", "tail_cap_pct", "series_break"]
    return pd.DataFrame(rows, columns=columns)
