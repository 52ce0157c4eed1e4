"""Who holds what part of the buyer, beside what the holder sells in the market."""

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.outputs import Exhibit, Table, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.shared import rounding


@exhibit("common-ownership")
@rounding.inputs
def owners(
    holders: pd.DataFrame, deltas: pd.DataFrame, shares: pd.DataFrame, ties: pd.DataFrame, scope: Scope
) -> Table | Exhibit:
    """A row a holder: its stake, what it invested, its share of the market, what its stake adds to the index.

    `holders` and `deltas` from `measures.market.silent_stakes`, `ties` of the ledger.
    """
    if holders.empty:
        return Exhibit.empty(f"Nobody was known then to hold shares of {scope.buyer or 'a buyer'}.", scope.as_of)
    market = shares.set_index("provider")["share_pct"] if len(shares) else pd.Series(dtype=float)
    added = deltas.set_index("holder")[["silent_delta", "merged_delta"]]
    table = holders.assign(market_pct=holders["provider"].map(market)).join(added, on="holder")
    behind = {key for keys in holders["tie_ids"] for key in keys}
    return Table(
        caption=f"Who holds shares of {scope.buyer}, and what it sells in the market that {scope.buyer} would enter",
        table=table,
        columns={
            "holder": ("Holder", ""),
            "stake_pct": ("Published stake", "%"),
            "invested_usd_bn": ("Invested, paid or bound", "USD bn"),
            "provider": ("Sells as", ""),
            "market_pct": ("Share of the market", "%"),
            "silent_delta": ("Silent stake adds", "points"),
            "merged_delta": ("As one firm adds", "points"),
        },
        rests_on={"ties": ties[ties["tie_id"].isin(behind)]},
        as_of=scope.as_of,
        note=f"Points for the chosen entrant. Stakes that were not published are empty, not zero{_unknown(table)}.",
    )


def _unknown(table: pd.DataFrame) -> str:
    sellers = table.loc[table["stake_pct"].isna() & table["market_pct"].notna(), "holder"]
    return f"; {formatting.names(sellers)} would add points as well" if len(sellers) else ""
