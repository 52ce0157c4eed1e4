"""The cloud market: printed shares, their rounding, concentration with an unnamed tail, and an entrant."""

from itertools import chain, product

import numpy as np
import pandas as pd

from .choices import ENTRY_RULES, ESTIMATES, one_of

MODERATELY_CONCENTRATED = 1_000
HIGHLY_CONCENTRATED = 1_800
OTHERS = "Others"


def one_estimate(shares: pd.DataFrame, estimate: str) -> pd.DataFrame:
    """Rows of one house; two houses measure different things and are never mixed."""
    return shares[shares["estimate"] == one_of("estimate", estimate, ESTIMATES)]


def named(shares: pd.DataFrame) -> pd.DataFrame:
    """Rows of named providers: the printed remainder ('Others') is not a provider."""
    return shares[shares["provider"] != OTHERS]


def pick_quarter(shares: pd.DataFrame, quarter: str) -> str:
    """'latest' becomes the newest quarter with at least three named providers (else the newest one)."""
    named_per_quarter = named(shares).groupby("quarter")["provider"].nunique()
    if named_per_quarter.empty:
        raise ValueError("no market share is known for this estimate, day and grade")
    if quarter == "latest":
        full = named_per_quarter.index[named_per_quarter >= 3]
        return str(max(full) if len(full) else named_per_quarter.index.max())
    known = sorted(named_per_quarter.index)
    if quarter not in known:
        raise ValueError(
            f"quarter is '{quarter}', but must be latest or one of {known[0]} to {known[-1]} in the ledger"
        )
    return quarter


def latest_shares(shares: pd.DataFrame, quarter: str) -> pd.DataFrame:
    """Named providers of one quarter, largest first, midpoints standing in for a share printed as a band.

    Grain: one row a provider. Columns of `market_shares`, `share_pct` filled.
    """
    rows = named(shares[shares["quarter"] == quarter])
    middle = (rows["low_pct"] + rows["high_pct"]) / 2
    rows = rows.assign(share_pct=rows["share_pct"].fillna(middle))
    return rows.sort_values(["share_pct", "provider"], ascending=[False, True], ignore_index=True)


def top_k(shares: pd.DataFrame, k: int = 3) -> dict[str, float]:
    """Sum of the k largest shares, with the interval that rounding allows, in percent."""
    leaders = shares.nlargest(k, "share_pct")
    return {
        "share_pct": float(leaders["share_pct"].sum()),
        "low_pct": float(leaders["low_pct"].sum()),
        "high_pct": float(leaders["high_pct"].sum()),
    }


def printable_totals(low_pct: float, high_pct: float) -> list[int]:
    """Whole percentages that a total in [low, high) may be printed as, halves rounded up."""
    return list(range(int(np.floor(low_pct + 0.5)), int(np.ceil(high_pct + 0.5))))


def market_hhi_interval(low_pct: pd.Series | np.ndarray, high_pct: pd.Series | np.ndarray) -> tuple[float, float]:
    """Exact smallest and largest HHI of a market of which only some shares are known, each as an interval.

    Lower end: every named share at its low end and the rest atomistic. Upper end: the rest is held by firms
    no larger than the smallest named share. Named shares and rest add to 100. The HHI is convex, so its
    maximum is a vertex of that set: each named share at an end of its interval, or all those that are not
    at an end equal to one common cap t, k tail firms at t and at most one smaller remainder.
    Kvålseth 2018 (majorization); Naldi and Flamini 2014, hal-01008144.
    """
    lows, highs = np.asarray(low_pct, dtype=float), np.asarray(high_pct, dtype=float)
    if lows.size == 0:
        return float("nan"), float("nan")
    if (lows > highs).any() or lows.sum() > 100:
        raise ValueError("each low share must be at most its high one, and the low shares must add to at most 100")
    return float((lows**2).sum()), max(_vertices(lows, highs))


def _vertices(lows: np.ndarray, highs: np.ndarray) -> list[float]:
    """HHI at every candidate vertex: each share at its low end (0), its high end (1) or tied with the cap (2),
    or one of them free to fill what is left of the market (3)."""
    loose = lows < highs
    may_tie = loose & (lows <= highs.min())
    corners = [(0, 1) if free else (0,) for free in loose]
    with_ties = [(*ends, 2) if tie else ends for ends, tie in zip(corners, may_tie, strict=True)]
    picks = [product(*with_ties)]
    picks += [product(*corners[:i], (3,), *corners[i + 1 :]) for i in np.flatnonzero(loose)]
    found = [float((lows**2).sum())]
    for pick in chain(*picks):
        chosen = np.array(pick)
        tied, free = chosen == 2, chosen == 3
        fixed = np.where(chosen == 1, highs, lows)[~tied & ~free]
        rest = 100 - fixed.sum()
        if rest < -1e-9:
            continue
        squares = float((fixed**2).sum())
        if free.any():
            found.extend(squares + added for added in _filled(rest, fixed, float(lows[free][0]), float(highs[free][0])))
        elif tied.any():
            floor, ceiling = float(lows[tied].max()), float(min(highs[tied].min(), *fixed, np.inf))
            found.extend(squares + added for added in _tied(rest, int(tied.sum()), floor, ceiling))
        else:
            found.append(squares + _packed(rest, float(fixed.min())))
    return found


def _tied(rest: float, named: int, floor: float, ceiling: float) -> list[float]:
    """Squares of `rest` split evenly among the tied named firms and any number of unnamed ones."""
    most = int(rest / max(floor, 1e-9))
    return [rest**2 / firms for firms in range(named, most + 1) if floor <= rest / firms <= ceiling]


def _filled(rest: float, fixed: np.ndarray, low: float, high: float) -> list[float]:
    """Squares of one named share that takes what k unnamed firms as large as the smallest fixed one leave."""
    cap = float(fixed.min()) if fixed.size else np.inf
    found = [rest**2] if low <= rest <= high else []
    for firms in range(1, int(rest / cap) + 1):
        share = rest - firms * cap
        if max(low, cap) <= share <= high:
            found.append(share**2 + firms * cap**2)
    return found


def _packed(rest: float, cap: float) -> float:
    """Largest sum of squares when `rest` is split among firms of at most `cap`."""
    if cap <= 0 or rest <= 0:
        return 0.0
    full = np.floor(rest / cap + 1e-12)
    return float(full * cap**2 + max(rest - full * cap, 0.0) ** 2)


def hhi_by_quarter(shares: pd.DataFrame, at_least: int = 3) -> pd.DataFrame:
    """HHI interval of each quarter with at least that many named providers.

    Grain: one row a quarter. Columns: `quarter`, `hhi_low`, `hhi_high`, `named`, `named_share_pct`,
    `series_break` (whether any share of the quarter begins a new series).
    """
    rows = []
    for quarter, group in named(shares).groupby("quarter", sort=True):
        if len(group) < at_least:
            continue
        low, high = market_hhi_interval(group["low_pct"], group["high_pct"])
        middle = group["share_pct"].fillna((group["low_pct"] + group["high_pct"]) / 2)
        rows.append(
            {
                "quarter": quarter,
                "hhi_low": low,
                "hhi_high": high,
                "named": len(group),
                "named_share_pct": float(middle.sum()),
                "series_break": bool(group["series_break"].any()),
            }
        )
    columns = ["quarter", "hhi_low", "hhi_high", "named", "named_share_pct", "series_break"]
    return pd.DataFrame(rows, columns=columns)


def series(shares: pd.DataFrame) -> pd.DataFrame:
    """Shares over time with a segment number that changes at every missing quarter and series break.

    Grain: provider-quarter. Adds `start` (first day of the quarter) and `segment`; a line drawn a segment
    bridges neither a gap nor a break.
    """
    rows = named(shares).sort_values(["provider", "quarter"], ignore_index=True)
    middle = (rows["low_pct"] + rows["high_pct"]) / 2
    period = pd.PeriodIndex(rows["quarter"].str.replace("Q", "-Q"), freq="Q")
    ordinal = pd.Series(period.astype("int64"), index=rows.index)
    broken = rows["provider"].ne(rows["provider"].shift()) | ordinal.diff().ne(1) | rows["series_break"]
    return rows.assign(
        share_pct=rows["share_pct"].fillna(middle), start=period.start_time, segment=broken.cumsum().astype(int)
    )


def after_entry(shares: pd.DataFrame, entrant_share_pct: float, entry_rule: str) -> pd.DataFrame:
    """Named shares after an entrant takes `entrant_share_pct` percent of the market.

    proportional: everybody, the unnamed rest included, gives up the same fraction. from_leader: the leader
    alone gives up, then the next largest when it has nothing left. from_tail: the unnamed rest gives up
    first, then the smallest named provider, and so on. Grain: one row a provider, the entrant last;
    columns `provider`, `share_pct`.
    """
    one_of("entry_rule", entry_rule, ENTRY_RULES)
    if not 0 <= entrant_share_pct <= 100:
        raise ValueError(f"entrant_share_pct is {entrant_share_pct}, but must be between 0 and 100")
    rows = shares[["provider", "share_pct"]].sort_values("share_pct", ascending=entry_rule == "from_tail")
    before = rows["share_pct"].to_numpy(dtype=float)
    if entry_rule == "proportional":
        after = before * (1 - entrant_share_pct / 100)
    else:
        tail = max(0.0, 100 - before.sum()) if entry_rule == "from_tail" else 0.0
        taken_before = np.concatenate([[0.0], np.cumsum(before)[:-1]]) + tail
        after = before - np.clip(entrant_share_pct - taken_before, 0, before)
    entrant = pd.DataFrame({"provider": ["Entrant"], "share_pct": [float(entrant_share_pct)]})
    return pd.concat([rows.assign(share_pct=after), entrant], ignore_index=True)


def entry_curve(shares: pd.DataFrame, up_to_pct: float = 20.0) -> pd.DataFrame:
    """Change of the HHI of the named providers for entrants of 0 to `up_to_pct` percent, each entry rule.

    The unnamed rest counts as atomistic before and after, so the change is exact for that reading. Grain:
    rule and half point of entry. Columns: `entry_rule`, `entrant_share_pct`, `delta_hhi`.
    """
    before = float((shares["share_pct"] ** 2).sum())
    steps = np.arange(0, up_to_pct + 0.25, 0.5)
    rows = [
        (rule, step, float((after_entry(shares, step, rule)["share_pct"] ** 2).sum()) - before)
        for rule in ENTRY_RULES
        for step in steps
    ]
    return pd.DataFrame(rows, columns=["entry_rule", "entrant_share_pct", "delta_hhi"])
