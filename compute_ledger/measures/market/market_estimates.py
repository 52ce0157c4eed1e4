"""The cloud market as printed: shares with their rounding, sums of shares, series, and the revenue they imply."""

import numpy as np
import pandas as pd

from compute_ledger.shared import rounding
from compute_ledger.shared.choices import ESTIMATES, one_of
from compute_ledger.shared.open_ends import open_ends

MODERATELY_CONCENTRATED = 1_000
HIGHLY_CONCENTRATED = 1_800
OTHERS = "Others"
LEADERS = 3
REPORTED_HALF = 0.05  # companies report billions to a tenth at least
DERIVED = "Derived|Inferred"  # how the note of a claim begins whose figure no page prints


def one_estimate(shares: pd.DataFrame, estimate: str) -> pd.DataFrame:
    """Rows of one house; two houses measure different things and are never mixed.

    No formula: rows are picked.
    """
    return shares[shares["estimate"] == one_of("estimate", estimate, ESTIMATES)]


def named(shares: pd.DataFrame) -> pd.DataFrame:
    """Rows of named providers: the printed remainder ('Others') is not a provider.

    No formula: rows are picked.
    """
    return shares[shares["provider"] != OTHERS]


def pick_quarter(shares: pd.DataFrame, quarter: str) -> str:
    """'latest' becomes the newest quarter with at least three named providers (else the newest one).

    "" when no share is known at all. ValueError for a quarter that is asked for by name and is not known.

    No formula: rows are picked.
    """
    named_per_quarter = named(shares).groupby("quarter")["provider"].nunique()
    if quarter == "latest":
        full = named_per_quarter.index[named_per_quarter >= LEADERS]
        return str(max(full if len(full) else named_per_quarter.index, default=""))
    if quarter not in named_per_quarter.index:
        labels = sorted(named_per_quarter.index)
        span = f"one of {labels[0]} to {labels[-1]} in the ledger" if labels else "nothing else: no share is known"
        raise ValueError(f"quarter is '{quarter}', but must be latest or {span}")
    return quarter


def shared_quarter(market_shares: pd.DataFrame, quarter: str) -> str:
    """Newest quarter up to `quarter` in which each house names three providers, "" when there is none.

    No formula: rows are picked.
    """
    counts = named(market_shares).pivot_table(index="quarter", columns="estimate", values="provider", aggfunc="nunique")
    has_leaders = counts.reindex(columns=list(ESTIMATES)).ge(LEADERS).all(axis=1)
    return str(max(has_leaders.index[has_leaders & (has_leaders.index <= quarter)], default=""))


def latest_shares(shares: pd.DataFrame, quarter: str) -> pd.DataFrame:
    """Named providers of one quarter, largest first, midpoints standing in for a share printed as a band.

    Grain: one row a provider. Columns of `market_shares`, `share_pct` filled. Rows of another vintage than the
    leader's are left out: shares before and after a revision are not parts of one whole.

    No formula: rows are picked.
    """
    rows = with_midpoints(named(shares[shares["quarter"] == quarter]))
    rows = largest_first(rows).reset_index(drop=True)
    return rows if rows.empty else rows[rows["vintage"] == rows["vintage"].iloc[0]].reset_index(drop=True)


def largest_first(shares: pd.DataFrame) -> pd.DataFrame:
    """`shares` by size, those that print alike by name.

    No formula: rows are picked.
    """
    return shares.sort_values(["share_pct", "provider"], ascending=[False, True], key=rounding.column)


def with_midpoints(shares: pd.DataFrame) -> pd.DataFrame:
    r"""`shares` with the middle of the interval where a share is printed as a band.

    Formula: $\frac{l + h}{2}$, for a share printed as $l$ to $h$
    Reference: arithmetic
    """
    middle = (shares["low_pct"] + shares["high_pct"]) / 2
    return shares.assign(share_pct=shares["share_pct"].fillna(middle))


def start_of(quarters: pd.Series) -> pd.Series:
    """First day of each quarter written like 2025Q3.

    No formula: a date is read.
    """
    days = pd.PeriodIndex(quarters.str.replace("Q", "-Q"), freq="Q").start_time
    return pd.Series(days, index=quarters.index)


def top_k(shares: pd.DataFrame, k: int = LEADERS) -> dict[str, float]:
    r"""Sum of the k largest shares, with the interval that rounding allows, in percent.

    Formula: $\sum_{i=1}^{k} s_i$, and from $\sum_{i=1}^{k} l_i$ to $\sum_{i=1}^{k} h_i$, with shares $s_i$ in order of
    size that rounding leaves open from $l_i$ to $h_i$
    In words: a share printed as a whole number n stands for anything from n − ½ to just under n + ½; ends of a sum are
    sums of ends.
    Reference: arithmetic
    """
    leaders = largest_first(shares).head(k)
    return {
        "share_pct": float(leaders["share_pct"].sum()),
        "low_pct": float(leaders["low_pct"].sum()),
        "high_pct": float(leaders["high_pct"].sum()),
    }


def printable_totals(low_pct: float, high_pct: float) -> list[int]:
    r"""Whole percentages that a total in [low, high) may be printed as, halves rounded up.

    Three shares rounded to whole percents leave [sum - 1.5, sum + 1.5), so the total is printed as the sum of
    the printed shares or one beside it, never two: sum - 1.5 is rounded up to sum - 1, and sum + 1.5 is not reached.

    Formula: $\lfloor l + \frac{1}{2} \rfloor$ to $\lceil h + \frac{1}{2} \rceil - 1$
    Reference: arithmetic
    """
    low, high = rounding.rounded(low_pct), rounding.rounded(high_pct)
    return list(range(int(np.floor(low + 0.5)), int(np.ceil(high + 0.5))))


def printed_totals(sizes: pd.DataFrame, evidence: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """The combined share of the three largest as each page prints it, derived figures left out.

    Grain: one row a claim that the ledger links to a quarter's size. Columns: `quarter`, `size_id`, `claim_id`,
    `source_id`, `source_ids` (tuple of that one), `total_pct`, `low_pct`, `high_pct` (what rounding leaves open; "more
    than 60" ends at 100, "nearly 60" begins at 0), `role` (of the link), `note`.

    No formula: rows are picked.
    """
    linked = evidence[evidence["table"] == "market_size"].rename(columns={"row_id": "size_id"})
    derived = claims["note"].str.match(DERIVED, na=False)
    combined = claims["metric"].str.startswith("top3_share") & ~derived & claims["value"].notna()
    rows = linked.merge(sizes[["size_id", "quarter"]], on="size_id").merge(claims[combined], on="claim_id")
    low, high = open_ends(rows["value"], rows["low"], rows["high"])
    rows = rows.rename(columns={"value": "total_pct"})
    rows = rows.assign(
        low_pct=low,
        high_pct=high.clip(upper=100.0),
        source_ids=rows["source_id"].map(lambda source: (source,)),
    )
    columns = [
        "quarter", "size_id", "claim_id", "source_id", "source_ids", "total_pct", "low_pct", "high_pct", "role", "note"
    ]  # fmt: skip
    return rows.sort_values(["quarter", "total_pct", "claim_id"], key=rounding.column, ignore_index=True)[columns]


def sums_of_leaders(shares: pd.DataFrame, sizes: pd.DataFrame) -> pd.DataFrame:
    """The three largest shares added up, beside the total that is printed for the same quarter.

    Grain: one row a quarter with three shares printed as whole numbers and a printed total. Columns: `quarter`,
    `sum_pct`, `low_pct`, `high_pct`, `printed_pct`, `size_id`.

    That the printed total is not the sum of the printed shares is nothing unusual. Let the three rounding errors be
    independent and even on [-1/2, 1/2): the total is another number when their sum is beyond 1/2 on either side,
    two corners of the unit cube with a volume of 1/6 each, so in one quarter of three.

    Formula: $s_1 + s_2 + s_3$, from $l_1 + l_2 + l_3$ to $h_1 + h_2 + h_3$, with shares $s_i$ that rounding leaves open
    from $l_i$ to $h_i$
    Reference: arithmetic
    """
    leaders = largest_first(with_midpoints(named(shares))).groupby("quarter").head(LEADERS)
    is_whole = leaders["share_is"].eq("rounded") & rounding.column(leaders["share_pct"]).mod(1).eq(0)
    sums = (
        leaders.assign(whole=is_whole)
        .groupby("quarter")
        .agg(
            sum_pct=("share_pct", "sum"),
            low_pct=("low_pct", "sum"),
            high_pct=("high_pct", "sum"),
            leaders=("provider", "size"),
            whole=("whole", "all"),
        )
        .query("leaders == @LEADERS and whole")
        .reset_index()
    )
    printed = sizes[sizes["top3_is"].eq("printed")].rename(columns={"top3_share_pct": "printed_pct"})
    columns = ["quarter", "sum_pct", "low_pct", "high_pct", "printed_pct", "size_id"]
    return sums.merge(printed[["quarter", "printed_pct", "size_id"]], on="quarter")[columns]


def series(shares: pd.DataFrame) -> pd.DataFrame:
    """Shares over time with a segment number that changes at every missing quarter and series break.

    Grain: provider-quarter. Adds `start` (first day of the quarter) and `segment`; a line drawn a segment
    bridges neither a gap nor a break.

    No formula: rows are picked.
    """
    rows = with_midpoints(named(shares)).sort_values(["provider", "quarter"], ignore_index=True)
    start = start_of(rows["quarter"])
    ordinal = 4 * start.dt.year + start.dt.quarter
    broken = rows["provider"].ne(rows["provider"].shift()) | ordinal.diff().ne(1) | rows["series_break"]
    return rows.assign(start=start, segment=broken.cumsum().astype(int))


def quarter_to_explain(sums: pd.DataFrame, quarter: str) -> str:
    """`quarter`, or, when its printed total is just the sum of its printed shares, the newest one before it where not.

    `sums` from `sums_of_leaders`.

    No formula: rows are picked.
    """
    differs = rounding.column(sums["printed_pct"]).ne(rounding.column(sums["sum_pct"]))
    if not (sums["quarter"].eq(quarter) & ~differs).any():
        return quarter
    return str(max(sums.loc[differs & sums["quarter"].lt(quarter), "quarter"], default=quarter))


def reported_by_quarter(financials: pd.DataFrame, entity: str = "") -> pd.DataFrame:
    """Revenue that `entity` (or any company) reports for calendar quarters, USD bn: rows of `financials`.

    No formula: rows are picked.
    """
    if entity:
        financials = financials[financials["entity"] == entity]
    quarterly = financials["period"].str.fullmatch(r"\d{4}Q[1-4]") & financials["metric"].eq("revenue")
    return financials[quarterly & financials["unit"].eq("usd_bn") & ~financials["is_projection"]]


def implied_revenue(shares: pd.DataFrame, sizes: pd.DataFrame, financials: pd.DataFrame, provider: str) -> pd.DataFrame:
    r"""Share times size as an interval, beside the revenue that the provider itself reports for the quarter.

    Grain: one row a quarter with a share, a size and a reported figure. Columns: `quarter`, `share_low_pct`,
    `share_high_pct`, `size_low_usd_bn`, `size_high_usd_bn`, `implied_low_usd_bn`, `implied_high_usd_bn`,
    `reported_usd_bn`, `ratio_low_pct`, `ratio_high_pct` (implied over reported), `series_break`, `share_id`,
    `size_id`, `financial_id`.

    implied = share / 100 * size, smallest and largest over both intervals. A size printed as 107 is anything from
    106.5 to 107.5, one printed as 119.1 from 119.05 to 119.15. A reported figure with an interval widens the ratio: one
    without an upper end ("more than 5") leaves it 0 as its low end, one without a lower end has no high end, infinity.

    Formula: $\frac{l_s l_m}{100}$ to $\frac{h_s h_m}{100}$, with a share from $l_s$ to $h_s$ percent and a market from
    $l_m$ to $h_m$
    Reference: arithmetic
    """
    share = shares.loc[shares["provider"] == provider, ["quarter", "low_pct", "high_pct", "series_break", "share_id"]]
    size = sizes.loc[sizes["revenue_usd_bn"].notna(), ["quarter", "revenue_usd_bn", "size_id"]]
    reported = reported_by_quarter(financials, provider)[["period", "value", "low", "high", "financial_id"]]
    rows = share.merge(size, on="quarter").merge(reported, left_on="quarter", right_on="period")
    half = half_unit(rows["revenue_usd_bn"])
    size_low, size_high = rows["revenue_usd_bn"] - half, rows["revenue_usd_bn"] + half
    low, high = rows["low_pct"] / 100 * size_low, rows["high_pct"] / 100 * size_high
    reported_low, reported_high = _reported_ends(rows)
    rows = rows.assign(
        size_low_usd_bn=size_low,
        size_high_usd_bn=size_high,
        implied_low_usd_bn=low,
        implied_high_usd_bn=high,
        ratio_low_pct=100 * low / reported_high,
        ratio_high_pct=100 * high / reported_low,
    )
    names = {"low_pct": "share_low_pct", "high_pct": "share_high_pct", "value": "reported_usd_bn"}
    columns = [
        "quarter", "share_low_pct", "share_high_pct", "size_low_usd_bn", "size_high_usd_bn", "implied_low_usd_bn",
        "implied_high_usd_bn", "reported_usd_bn", "ratio_low_pct", "ratio_high_pct", "series_break", "share_id",
        "size_id", "financial_id",
    ]  # fmt: skip
    return rows.rename(columns=names).sort_values(["quarter", "share_id"], ignore_index=True)[columns]


def _reported_ends(rows: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Both ends of reported figures: as worded, an open end included, else what the last digit printed leaves open."""
    half = np.minimum(half_unit(rows["value"]), REPORTED_HALF)
    low, high = open_ends(rows["value"], rows["low"], rows["high"])
    exact = rows["low"].isna() & rows["high"].isna()
    return low.mask(exact, rows["value"] - half), high.mask(exact, rows["value"] + half)


def half_unit(printed: pd.Series) -> np.ndarray:
    r"""Half of the last digit printed: 0.5 for 107, 0.05 for 119.1, 0.005 for 26.25.

    Formula: $\frac{1}{2} 10^{-d}$, with $d$ digits after the point
    Reference: arithmetic
    """
    exact = rounding.column(printed)
    return np.select([rounding.column(exact, digits).eq(exact) for digits in (0, 1)], [0.5, 0.05], 0.005)


def one_ratio(implied: pd.DataFrame) -> tuple[float, float] | None:
    r"""The ratios, in percent, that fit every quarter at once, or None when no single ratio fits them all.

    Formula: $\max_q l_q$ to $\min_q h_q$, with the ratio of each quarter $q$ from $l_q$ to $h_q$
    Reference: arithmetic
    """
    low, high = implied["ratio_low_pct"].max(), implied["ratio_high_pct"].min()
    return (float(low), float(high)) if rounding.rounded(low) <= rounding.rounded(high) else None
