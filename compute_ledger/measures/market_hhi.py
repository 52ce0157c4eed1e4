"""How concentrated a market is of which only some shares are known, each only to its rounding."""

from itertools import chain, product

import numpy as np
import pandas as pd

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
    lows, highs = np.asarray(low_pct, dtype=float), np.asarray(high_pct, dtype=float)
    bounds = np.ones(lows.size, dtype=bool) if bounding is None else np.asarray(bounding, dtype=bool)
    if lows.size == 0:
        return float("nan"), float("nan")
    if (lows > highs).any() or lows.sum() > 100:
        raise ValueError("each low share must be at most its high one, and the low shares must add to at most 100")
    return float((lows**2).sum()), max(_vertices(lows, highs, bounds))


def _vertices(lows: np.ndarray, highs: np.ndarray, bounds: np.ndarray) -> list[float]:
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
    found = [float((lows**2).sum())]
    for pick in chain(*picks):
        if any(pick[i] > pick[i + 1] for i in alike):
            continue
        chosen = np.array(pick)
        tied, free = chosen == 2, chosen == 3
        settled = ~tied & ~free
        values = np.where(chosen == 1, highs, lows)
        rest = 100 - values[settled].sum()
        if rest < -1e-9:
            continue
        squares = float((values[settled] ** 2).sum())
        cap = float(values[settled & bounds].min(initial=np.inf))
        if free.any():
            least = cap if bounds[free][0] else 0.0
            low, high = max(float(lows[free][0]), least), float(highs[free][0])
            found.extend(squares + added for added in _filled(rest, cap, low, high))
        elif tied.any():
            floor, ceiling = float(lows[tied].max()), min(float(highs[tied].min()), cap)
            found.extend(squares + added for added in _tied(rest, int(tied.sum()), floor, ceiling))
        else:
            found.append(squares + _packed(rest, cap))
    return found


def _tied(rest: float, bounding: int, floor: float, ceiling: float) -> list[float]:
    """Squares of `rest` split evenly among the tied named firms and any number of unnamed ones."""
    most = int(rest / max(floor, 1e-9))
    return [rest**2 / firms for firms in range(bounding, most + 1) if floor <= rest / firms <= ceiling]


def _filled(rest: float, cap: float, low: float, high: float) -> list[float]:
    """Squares of one named share in [low, high] that takes what k unnamed firms as large as `cap` leave."""
    found = []
    for firms in range(int(rest / cap) + 1):
        share = rest - firms * cap if firms else rest
        if low <= share <= high:
            found.append(share**2 + (firms * cap**2 if firms else 0.0))
    return found


def _packed(rest: float, cap: float) -> float:
    """Largest sum of squares when `rest` is split among firms of at most `cap`."""
    if cap <= 0 or rest <= 0:
        return 0.0
    if rest <= cap:
        return rest**2
    full = np.floor(rest / cap + 1e-12)
    return float(full * cap**2 + max(rest - full * cap, 0.0) ** 2)


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
    return rows.assign(bounds_tail=rows["share_pct"].ge(largest_absent) & ~only_derived)


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
