"""A buyer's basket of suppliers beside the market that some of them compete in."""

import pandas as pd

from compute_ledger.shared import rounding


def basket_against_market(suppliers: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """Each supplier's share of a buyer's commitments beside its printed share of the market.

    `suppliers` from `measures.commitments.by_supplier`, `shares` the named shares of one quarter and estimate. Grain:
    one row a name in either, largest share of the basket first; columns `supplier`, `basket_pct` (percent of the
    commitments with an amount), `market_pct` (percent of the market, as printed); one of the two is missing where the
    other side does not name it. A supplier outside the market's definition (chips, sites) has no share of it.

    No formula: shares are put side by side.
    """
    basket = suppliers.set_index("supplier")["share_pct"].rename("basket_pct")
    market = shares.set_index("provider")["share_pct"].rename("market_pct")
    both = pd.concat([basket, market], axis=1).rename_axis("supplier").reset_index()
    order = ["basket_pct", "market_pct", "supplier"]
    return both.sort_values(
        order, ascending=[False, False, True], kind="stable", ignore_index=True, key=rounding.column
    )
