"""Silent revisions: last year's market as printed size and growth imply it, beside what was printed then."""

import pandas as pd

from compute_ledger.measures.market.market_estimates import half_unit
from compute_ledger.shared import rounding

HALF_POINT = 0.5  # growth is printed in whole percents
BASE_COLUMNS = [
    "quarter", "base_quarter", "size_usd_bn", "growth_pct", "printed_low_usd_bn", "printed_high_usd_bn",
    "implied_low_usd_bn", "implied_high_usd_bn", "verdict", "off_low_pct", "off_high_pct", "growth_by_print_pct",
    "series_break", "size_id", "base_size_id",
]  # fmt: skip


def implied_bases(sizes: pd.DataFrame) -> pd.DataFrame:
    r"""Last year's market as each quarter's printed size and growth imply it, beside last year's own print.

    `sizes` of one estimate and vintage. A size printed as 129 is 128.5 to 129.5, a growth of 35 % is 34.5 to 35.5 %.
    Grain: one row a quarter with size, growth and a printed size four quarters before. Columns: BASE_COLUMNS; `verdict`
    is above (the implied base lies above all that the print of then allows: it was raised since), below, or agrees;
    `off_low_pct` to `off_high_pct` by how much (0 where they agree); `growth_by_print_pct` the growth between the two
    prints; `series_break` whether either quarter begins a new series. Sizes worded as 'more than' are read like others.

    Formula: $\frac{l}{1 + g_h}$ to $\frac{h}{1 + g_l}$, with a size from $l$ to $h$ and growth from $g_l$ to $g_h$
    In words: size / (1 + growth), over all that rounding leaves open
    Reference: arithmetic
    """
    rows = sizes[sizes["revenue_usd_bn"].notna()]
    half = half_unit(rows["revenue_usd_bn"])
    rows = rows.assign(low=rows["revenue_usd_bn"] - half, high=rows["revenue_usd_bn"] + half)
    year_before = pd.PeriodIndex(rows["quarter"].str.replace("Q", "-Q"), freq="Q") - 4
    rows = rows.assign(base_quarter=year_before.strftime("%YQ%q"))
    then = rows[["quarter", "revenue_usd_bn", "low", "high", "series_break", "size_id"]]
    both = rows[rows["yoy_growth_pct"].notna()].merge(
        then, left_on="base_quarter", right_on="quarter", suffixes=("", "_then")
    )
    low = both["low"] / (1 + (both["yoy_growth_pct"] + HALF_POINT) / 100)
    high = both["high"] / (1 + (both["yoy_growth_pct"] - HALF_POINT) / 100)
    both = both.assign(
        size_usd_bn=both["revenue_usd_bn"],
        growth_pct=both["yoy_growth_pct"],
        printed_low_usd_bn=both["low_then"],
        printed_high_usd_bn=both["high_then"],
        implied_low_usd_bn=low,
        implied_high_usd_bn=high,
        growth_by_print_pct=100 * (both["revenue_usd_bn"] / both["revenue_usd_bn_then"] - 1),
        series_break=both["series_break"].astype(bool) | both["series_break_then"].astype(bool),
        base_size_id=both["size_id_then"],
    )
    return _judged(both).sort_values("quarter", ignore_index=True, kind="stable")[BASE_COLUMNS]


def _judged(rows: pd.DataFrame) -> pd.DataFrame:
    low, high = rounding.column(rows["implied_low_usd_bn"]), rounding.column(rows["implied_high_usd_bn"])
    is_above, is_below = low > rows["printed_high_usd_bn"], high < rows["printed_low_usd_bn"]
    verdict = pd.Series("agrees", index=rows.index).mask(is_above, "above").mask(is_below, "below")
    differs = is_above | is_below
    nearest = rows["printed_high_usd_bn"].where(is_above, rows["printed_low_usd_bn"])
    furthest = rows["printed_low_usd_bn"].where(is_above, rows["printed_high_usd_bn"])
    off_near = 100 * (low.where(is_above, high) / nearest - 1)
    off_far = 100 * (high.where(is_above, low) / furthest - 1)
    ends = pd.concat([off_near, off_far], axis=1)
    return rows.assign(
        verdict=verdict,
        off_low_pct=ends.min(axis=1).where(differs, 0.0),
        off_high_pct=ends.max(axis=1).where(differs, 0.0),
    )
