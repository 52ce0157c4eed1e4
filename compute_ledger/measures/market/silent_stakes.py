"""Who holds what part of an entrant, and what such stakes add to the concentration of the market that it enters."""

import pandas as pd

from compute_ledger.measures.market.market_entry import after_entry
from compute_ledger.shared import rounding

HOLDER_COLUMNS = ["holder", "provider", "stake_pct", "invested_usd_bn", "tie_ids"]


def holders(
    ties: pd.DataFrame, deals: pd.DataFrame, buyer: str, providers: list[str], day: pd.Timestamp
) -> pd.DataFrame:
    """Who holds shares of the buyer on a day: the stake where one is published, and what was invested.

    Of ties of kind `owns` that bind and stand on `day`. Grain: one row a holder, largest stake first, then by what was
    invested. Columns: HOLDER_COLUMNS (`provider`: the holder, or the member of its group, that has a share of the
    market, '' for none; `stake_pct` and `invested_usd_bn` missing where unpublished).

    No formula: rows are picked.
    """
    ended = ties["until"].notna() & (ties["until"] <= day)
    stands = ties["kind"].eq("owns") & ties["to"].eq(buyer) & ties["binding"] & (ties["since"] <= day) & ~ended
    rows = ties[stands].sort_values(["since", "tie_id"])
    if rows.empty:
        return pd.DataFrame(columns=HOLDER_COLUMNS)
    table = rows.groupby("from").agg(
        stake_pct=("share_pct", "last"),
        invested_usd_bn=("amount_usd_bn", lambda amounts: amounts.sum(min_count=1)),
        tie_ids=("tie_id", tuple),
    )
    groups = deals.drop_duplicates("counterparty").set_index("counterparty")["counterparty_group"]
    members = {group: name for name, group in groups.items() if name in providers}
    table = table.rename_axis("holder").reset_index()
    sellers = members | {name: name for name in providers}
    table = table.assign(provider=[sellers.get(name, "") for name in table["holder"]])
    order = ["stake_pct", "invested_usd_bn", "holder"]
    return table.sort_values(order, ascending=[False, False, True], key=rounding.column, ignore_index=True)[
        HOLDER_COLUMNS
    ]


def stake_deltas(
    holders_of: pd.DataFrame, shares: pd.DataFrame, entrant_share_pct: float, entry_rule: str
) -> pd.DataFrame:
    r"""What each stake adds to the HHI after the entry, if it stays silent, and if holder and entrant were one firm.

    `holders_of` from `holders`, `shares` the named shares before the entry. A silent stake earns a part of the
    entrant's profit and decides nothing. Grain: one row a holder with a published stake and a share of the market.
    Columns: `holder`, `provider`, `stake_pct`, `provider_share_pct` (after the entry), `silent_delta`, `merged_delta`
    (points).

    Formula: $\beta s_i s_e$ (silent) and $2 s_i s_e$ (one firm), with the stake $\beta$ (a part of 1), the holder's
    share $s_i$ and the entrant's $s_e$ in percent
    In words: stake × holder's share × entrant's share, for a silent stake; for one firm 2 × s₁ × s₂
    Reference: O'Brien and Salop 2000, Antitrust Law Journal 67(3), 559–614
    """
    rows = holders_of[holders_of["stake_pct"].notna() & holders_of["provider"].ne("")]
    after = after_entry(shares, entrant_share_pct, entry_rule).set_index("provider")["share_pct"]
    own_share = rows["provider"].map(after).astype("float64")
    return rows[["holder", "provider", "stake_pct"]].assign(
        provider_share_pct=own_share,
        silent_delta=rows["stake_pct"].astype("float64") / 100 * own_share * entrant_share_pct,
        merged_delta=2 * own_share * entrant_share_pct,
    )
