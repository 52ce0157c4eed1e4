"""How much of the market, and of one supplier in it, a single customer is."""

import pandas as pd

from compute_ledger.measures.market.market_estimates import half_unit, named

PART_COLUMNS = [
    "year", "supplier", "quarters", "paid_low_usd_bn", "paid_high_usd_bn", "market_low_usd_bn", "market_high_usd_bn",
    "supplier_low_usd_bn", "supplier_high_usd_bn", "of_market_low_pct", "of_market_high_pct", "of_supplier_low_pct",
    "of_supplier_high_pct", "size_ids", "share_ids",
]  # fmt: skip


def market_of_quarters(shares: pd.DataFrame, sizes: pd.DataFrame, supplier: str) -> pd.DataFrame:
    r"""Size of the market and of one supplier in it by quarter, as the print leaves them open.

    `shares` and `sizes` of one estimate. Grain: one row a quarter with a size and a share of the supplier. Columns:
    `quarter`, `market_low_usd_bn`, `market_high_usd_bn`, `supplier_low_usd_bn`, `supplier_high_usd_bn`, `size_id`,
    `share_id`.

    Formula: $l_m$ to $h_m$ (market) and $\frac{l_s l_m}{100}$ to $\frac{h_s h_m}{100}$ (supplier), with a market from
    $l_m$ to $h_m$ and a share from $l_s$ to $h_s$ percent
    Reference: arithmetic
    """
    size = sizes.loc[sizes["revenue_usd_bn"].notna(), ["quarter", "revenue_usd_bn", "size_id"]]
    rows = named(shares[shares["provider"] == supplier]).merge(size, on="quarter")
    half = half_unit(rows["revenue_usd_bn"])
    low, high = rows["revenue_usd_bn"] - half, rows["revenue_usd_bn"] + half
    rows = rows.assign(
        market_low_usd_bn=low,
        market_high_usd_bn=high,
        supplier_low_usd_bn=rows["low_pct"] / 100 * low,
        supplier_high_usd_bn=rows["high_pct"] / 100 * high,
    )
    columns = [
        "quarter", "market_low_usd_bn", "market_high_usd_bn", "supplier_low_usd_bn", "supplier_high_usd_bn", "size_id",
        "share_id",
    ]  # fmt: skip
    return rows.sort_values(["quarter", "share_id"]).drop_duplicates("quarter")[columns].reset_index(drop=True)


def customer_part(
    shares: pd.DataFrame,
    sizes: pd.DataFrame,
    supplier: str,
    quarters: list[str],
    paid_low_usd_bn: float,
    paid_high_usd_bn: float,
) -> pd.DataFrame:
    r"""What a customer paid a supplier in a year, as a part of the whole market and of that supplier's part of it.

    `quarters`: the four of the year (2025Q1 to 2025Q4, or 2025Q3 to 2026Q2 for one that ends in June). `paid_low` to
    `paid_high`: what surely is computing, and all that went to the supplier. Grain: one row, none where a quarter has
    no size or share. Columns: PART_COLUMNS (`year` as 'FIRST to LAST', `quarters` and ids as tuples; USD bn and
    percent). What the estimate counts of it is unknown: the part is of its size, not a part that it states.

    Formula: $\frac{100\, p_l}{\sum_q h_{m,q}}$ to $\frac{100\, p_h}{\sum_q l_{m,q}}$, with payments from $p_l$ to $p_h$
    and the market (or the supplier) of quarter $q$ from $l_{m,q}$ to $h_{m,q}$
    Reference: arithmetic
    """
    rows = market_of_quarters(shares, sizes, supplier)
    rows = rows[rows["quarter"].isin(quarters)]
    if not quarters or len(rows) < len(set(quarters)):
        return pd.DataFrame(columns=PART_COLUMNS)
    ends = [f"{what}_{end}_usd_bn" for what in ("market", "supplier") for end in ("low", "high")]
    sums = rows[ends].sum()
    part: dict[str, object] = {
        "year": f"{min(quarters)} to {max(quarters)}",
        "supplier": supplier,
        "quarters": tuple(rows["quarter"]),
    }
    part |= {"paid_low_usd_bn": paid_low_usd_bn, "paid_high_usd_bn": paid_high_usd_bn, **sums}
    for what in ("market", "supplier"):
        part[f"of_{what}_low_pct"] = 100 * paid_low_usd_bn / sums[f"{what}_high_usd_bn"]
        part[f"of_{what}_high_pct"] = 100 * paid_high_usd_bn / sums[f"{what}_low_usd_bn"]
    part |= {"size_ids": tuple(rows["size_id"]), "share_ids": tuple(rows["share_id"])}
    return pd.DataFrame([part])[PART_COLUMNS]
