"""What if promises became revenue: shares, ranks and concentration of the market with them in it."""

import numpy as np
import pandas as pd

from compute_ledger.measures.bounds.open_amounts import amount_ends
from compute_ledger.measures.bounds.sum_of_squares import largest_sum_of_squares
from compute_ledger.shared import rounding

QUARTERS = 4
WHOLE_PCT = 100.0
SHARE_COLUMNS = [
    "provider", "promised_usd_bn", "promised_low_usd_bn", "promised_high_usd_bn", "before_pct", "before_low_pct",
    "before_high_pct", "after_pct", "after_low_pct", "after_high_pct",
]  # fmt: skip


def promises_a_year(counted: pd.DataFrame, already_paid: pd.Series | None = None) -> pd.DataFrame:
    r"""What a buyer has promised each supplier a year, as an interval.

    `counted`: from `commitments.payables` with basis annualised. `already_paid`: what the buyer paid a supplier in the
    past year (USD bn, by supplier), which the market's estimate may hold already; it lowers the low end only. Grain:
    one row a supplier with an amount. Columns: `provider`, `promised_usd_bn`, `promised_low_usd_bn`,
    `promised_high_usd_bn` (infinite where the wording has no upper end).

    Formula: $\max(0, l - p)$ to $h$, with yearly amounts from $l$ to $h$ and payments $p$ of the past year
    Reference: convention of this report
    """
    rows = counted[counted["counted"] > 0]
    per_year = rows["counted"] / rows["amount_usd_bn"]
    low, high = amount_ends(rows["amount_usd_bn"], rows["amount_low_usd_bn"], rows["amount_high_usd_bn"])
    sums = (
        pd.DataFrame(
            {
                "promised_usd_bn": rows["counted"],
                "promised_low_usd_bn": low * per_year,
                "promised_high_usd_bn": high * per_year,
            }
        )
        .groupby(rows["counterparty"])
        .sum()
    )
    paid = pd.Series(dtype=float) if already_paid is None else already_paid
    least = (sums["promised_low_usd_bn"] - paid.reindex(sums.index).fillna(0.0)).clip(lower=0.0)
    return sums.assign(promised_low_usd_bn=least).rename_axis("provider").reset_index()


def shares_with_promises(
    shares: pd.DataFrame,
    promises: pd.DataFrame,
    quarter_low_usd_bn: float,
    quarter_high_usd_bn: float,
    cap_pct: float = WHOLE_PCT,
) -> pd.DataFrame:
    r"""Each provider's share of the market before and after the promises are added to a year of the market.

    `shares`: named shares of one quarter (`market_estimates.latest_shares`, with `carried_tail.tail_shares` below
    them). `promises` from `promises_a_year`; a supplier without a share begins at zero to `cap_pct`, or to what is
    unnamed where that is less; only those that sell what the estimate counts belong here. The year is four times the
    quarter, whose size lies between the two given ends; all else stays as it was. Grain: one row a provider, largest
    share after first. Columns: SHARE_COLUMNS (`before_` and `after_pct` at printed shares, middle size and promises as
    worded). A promise without an upper end leaves the others' low ends at zero.

    Formula: $\frac{s_i M + c_i}{M + \sum_j c_j}$, with shares $s_i$ in percent of a market $M$ a year and promises
    $c_i$ a year (times 100); lowest with the own promise at its low end and the others' at their high ends, over both
    ends of $M$
    In words: shares after a year in which the buyer pays what it promised on average, and nobody else buys less
    Reference: arithmetic
    """
    rows = _before(shares, promises, cap_pct)
    low, high = rows["promised_low_usd_bn"], rows["promised_high_usd_bn"]
    years = (QUARTERS * quarter_low_usd_bn, QUARTERS * quarter_high_usd_bn)
    least = pd.concat([_share(rows["before_low_pct"], low, _others(high), year) for year in years], axis=1)
    most = pd.concat([_share(rows["before_high_pct"], high, _others(low), year) for year in years], axis=1)
    own = rows["promised_usd_bn"]
    after = _share(rows["before_pct"].fillna(0.0), own, _others(own), sum(years) / 2)
    rows = rows.assign(after_pct=after, after_low_pct=least.min(axis=1), after_high_pct=most.max(axis=1))
    order = ["after_pct", "provider"]
    return rows.sort_values(order, ascending=[False, True], key=rounding.column, ignore_index=True)[SHARE_COLUMNS]


def _before(shares: pd.DataFrame, promises: pd.DataFrame, cap_pct: float) -> pd.DataFrame:
    """Shares before, beside the promises; a supplier without a share has none as a point, and 0 to the cap as ends."""
    columns = {"share_pct": "before_pct", "low_pct": "before_low_pct", "high_pct": "before_high_pct"}
    amounts = list(promises.columns[1:])
    rows = shares.rename(columns=columns)[["provider", *columns.values()]].merge(
        promises.astype(dict.fromkeys(amounts, "float64")), on="provider", how="outer"
    )
    unnamed = min(cap_pct, max(0.0, WHOLE_PCT - float(shares["low_pct"].sum())))
    return rows.fillna({"before_low_pct": 0.0, "before_high_pct": unnamed} | dict.fromkeys(amounts, 0.0))


def _others(amounts: pd.Series) -> pd.Series:
    """The sum of all amounts but the own one."""
    sums = [amounts.drop(index).sum() for index in amounts.index]
    return pd.Series(sums, index=amounts.index, dtype=float)


def _share(share_pct: pd.Series, own: pd.Series, others: pd.Series, market: float) -> pd.Series:
    """Percent of a market to which a provider's promise and those to others are added; all of it without an end."""
    share = (share_pct * market + 100 * own) / (market + own + others)
    return share.mask(np.isinf(own), 100.0).mask(np.isinf(others), 0.0).clip(upper=100.0)


def ranks(table: pd.DataFrame) -> pd.DataFrame:
    r"""Rank of each provider before and after, with all that the intervals allow.

    `table` from `shares_with_promises`. Grain and order of it. Columns: `provider`, and for `before` and `after`:
    `NAME_rank` (at printed shares; missing without one), `NAME_best_rank`, `NAME_worst_rank`.

    Formula: $1 + m$ to $n$, with the number $m$ of providers that surely have more, and the number $n$ of those that
    may have as much, itself included
    Reference: arithmetic
    """
    result = table[["provider"]].copy()
    for name in ("before", "after"):
        low = rounding.column(table[f"{name}_low_pct"]).to_numpy()
        high = rounding.column(table[f"{name}_high_pct"]).to_numpy()
        point = rounding.column(table[f"{name}_pct"])
        result[f"{name}_rank"] = point.rank(ascending=False, method="min").astype("Int64")
        result[f"{name}_best_rank"] = 1 + (low[None, :] > high[:, None]).sum(axis=1)
        result[f"{name}_worst_rank"] = (high[None, :] >= low[:, None]).sum(axis=1)
    return result


def concentration_change(table: pd.DataFrame, cap_pct: float) -> dict[str, float]:
    r"""HHI of the market before and after, at printed shares and as intervals.

    `table` from `shares_with_promises`; `cap_pct` the most that one provider outside it may have
    (`carried_tail.carried_cap`). Keys: `before`, `before_low`, `before_high`, `after`, `after_low`, `after_high`; the
    rest is atomistic at the printed shares and at the low ends. Missing without a provider.

    Formula: $\sum_i s_i^2$, from $\sum_i l_i^2$ to $\max (\sum_i x_i^2 + \sum_j y_j^2)$, with shares $s_i$ in percent
    that lie between $l_i$ and $h_i$, $l_i \le x_i \le h_i$ and others $0 \le y_j \le c$ that add to 100, under the cap
    $c$
    Reference: Hirschman 1964, American Economic Review 54(5), 761; Kvålseth 2018, Heliyon 4(10), e00846
    """
    result: dict[str, float] = {}
    for name in ("before", "after"):
        points = table[f"{name}_pct"].dropna()
        low, high = (
            rounding.array(table[f"{name}_{end}_pct"].to_numpy(float), rounding.FINER) for end in ("low", "high")
        )
        least, most = float((low * low).sum()), float("nan")
        if len(points):
            most = max(least, largest_sum_of_squares(low, high, max(WHOLE_PCT, low.sum()), min(cap_pct, WHOLE_PCT)))
        result |= {
            name: float((points * points).sum()) if len(points) else float("nan"),
            f"{name}_low": least if len(points) else float("nan"),
            f"{name}_high": most,
        }
    return result
