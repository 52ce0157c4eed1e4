"""Dollars per gigawatt-year: what a buyer pays for capacity, and what capacity earns it; bases never mixed."""

import numpy as np
import pandas as pd

from compute_ledger.measures.bounds.open_amounts import amount_ends, deal_ends
from compute_ledger.shared import rounding

PRICE_COLUMNS = [
    "deal_id", "counterparty", "basis", "kind", "amount_usd_bn", "capacity_gw", "term_years", "gw_years", "price",
    "price_low", "price_high",
]  # fmt: skip


def bought(deals: pd.DataFrame, bases: pd.Series | None = None) -> pd.DataFrame:
    r"""What each deal costs for one gigawatt and one year, in USD bn.

    `deals`: those to compare, talks included if they are given. `bases`: what the capacity of a deal is of, by
    `deal_id` (IT load, site load, chips); by default the layer, since a lease of shell and power is not the price of
    computing. Grain: one row a deal that the buyer pays for with an amount, a capacity and a term, by basis, dearest
    first. Columns: PRICE_COLUMNS; `price`, `price_low`, `price_high` in USD bn per gigawatt-year (infinite where the
    amount has no upper end). Capacity is the agreed one, as if it ran from the first day to the last: while it is built
    up less is used, so that the true price of a used gigawatt-year is higher.

    Formula: $\frac{a}{G\, T}$, with amount $a$, capacity $G$ and term of $T$ years
    Reference: arithmetic
    """
    has_all = deals["amount_usd_bn"].notna() & (deals["capacity_gw"] > 0) & (deals["term_years"] > 0)
    rows = deals[has_all & deals["direction"].eq("buyer_pays")]
    low, high = deal_ends(rows)
    gw_years = rows["capacity_gw"] * rows["term_years"]
    basis = rows["layer"] if bases is None else rows["deal_id"].map(bases).fillna(rows["layer"])
    rows = rows.assign(
        basis=basis.astype(str),
        gw_years=gw_years,
        price=rows["amount_usd_bn"] / gw_years,
        price_low=low / gw_years,
        price_high=high / gw_years,
    )
    return rows.sort_values(
        ["basis", "price", "deal_id"], ascending=[True, False, True], key=rounding.column, ignore_index=True
    )[PRICE_COLUMNS]


def earned(financials: pd.DataFrame, buyer: str) -> pd.DataFrame:
    r"""What one gigawatt in use earns the buyer in a year, in USD bn: run rate and revenue over capacity in use.

    Capacity in use is printed for a year, as of its end. Beside it stands the newest run rate of that year's last two
    months, and the year's recognised revenue over the mean of the capacity at both its ends. Two measures, two rows:
    the first is of one day, the second of a year. Grain: year and measure. Columns: `year`, `measure` (run_rate,
    revenue), `usd_bn`, `capacity_gw`, `earned`, `earned_low`, `earned_high` (USD bn per gigawatt-year; the ends from
    the wording of the figure, infinite for 'more than'), `financial_ids` (tuple).

    Formula: $\frac{r}{G_1}$ (run rate) or $\frac{2 R}{G_0 + G_1}$ (revenue), with run rate $r$ or revenue $R$ and the
    capacity in use $G_0$ before the year and $G_1$ at its end
    Reference: arithmetic
    """
    own = financials[financials["entity"].eq(buyer) & financials["value"].notna() & ~financials["is_projection"]]
    own = own.assign(year=own["period_end"].dt.year).sort_values(["period_end", "known_on", "financial_id"])
    used = _newest(own[own["metric"].eq("compute_in_use")])
    rates = own[own["metric"].eq("run_rate") & (own["period_end"].dt.month >= 11)]
    whole_year = (own["period_end"] - own["period_start"]).dt.days.between(363, 366)
    sales = own[own["metric"].eq("revenue") & whole_year]
    rate_rows = _with_capacity(_newest(rates), used)
    mean = (used["value"] + used["value"].reindex(used.index - 1).to_numpy()) / 2
    both = used.assign(value=mean).dropna(subset="value")
    sale_rows = _with_capacity(_newest(sales), both)
    rows = pd.concat([rate_rows.assign(measure="run_rate"), sale_rows.assign(measure="revenue")])
    low, high = amount_ends(rows["value"], rows["low"], rows["high"])
    result = pd.DataFrame(
        {
            "year": rows.index.to_numpy(),
            "measure": rows["measure"].to_numpy(),
            "usd_bn": rows["value"].to_numpy(),
            "capacity_gw": rows["value_used"].to_numpy(),
            "earned": (rows["value"] / rows["value_used"]).to_numpy(),
            "earned_low": (low / rows["value_used"]).to_numpy(),
            "earned_high": (high / rows["value_used"]).to_numpy(),
            "financial_ids": list(zip(rows["financial_id"], rows["financial_id_used"], strict=True)),
        }
    )
    return result.sort_values(["year", "measure"], ignore_index=True)


def _with_capacity(rows: pd.DataFrame, capacity: pd.DataFrame) -> pd.DataFrame:
    """Figures beside the capacity of the same year."""
    used = capacity[["value", "financial_id"]].add_suffix("_used")
    return rows.merge(used, left_index=True, right_index=True)


def _newest(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.drop_duplicates("year", keep="last").set_index("year")


def capacity_needed(revenue_usd_bn: float, earned_per_gw_year: float) -> float:
    r"""Gigawatts in use that would earn a revenue, at what one gigawatt earns a year.

    Missing where a gigawatt earns nothing.

    Formula: $\frac{R}{e}$, with revenue $R$ a year and earnings $e$ per gigawatt-year
    Reference: arithmetic
    """
    return revenue_usd_bn / earned_per_gw_year if earned_per_gw_year > 0 else np.nan
