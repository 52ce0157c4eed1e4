"""The two houses side by side: what each counts in the newest quarter that both name, never mixed in one line."""

import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.outputs import Exhibit, Table, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.measures.market import market_estimates as measure
from compute_ledger.shared import rounding


@exhibit("two-houses")
@rounding.inputs
def side_by_side(shares: pd.DataFrame, sizes: pd.DataFrame, quarter: str, scope: Scope) -> Table | Exhibit:
    """Shares and market size of one quarter by each house, as printed: rows of the ledger of that quarter.

    `quarter` from `measures.market.shared_quarter`; "" when there is none.
    """
    if not quarter:
        note = "No quarter was known then in which both houses name three providers, so they cannot be compared."
        return Exhibit.empty(note, scope.as_of)
    shares, sizes = measure.named(shares), sizes[sizes["revenue_usd_bn"].notna()]
    printed = pd.concat([measure.latest_shares(rows, quarter) for _, rows in shares.groupby("estimate")])
    table = printed.pivot_table(index="provider", columns="estimate", values="share_pct")
    table = (
        table.reindex(columns=list(measure.ESTIMATES))
        .dropna()
        .sort_values(measure.ESTIMATES[0], ascending=False, kind="stable", key=rounding.column)
    )
    worth = (
        sizes.drop_duplicates("estimate", keep="last")
        .set_index("estimate")["revenue_usd_bn"]
        .reindex(measure.ESTIMATES)
    )
    rows = pd.concat(
        [table.reset_index().assign(unit="%"), worth.to_frame().T.assign(provider="Whole market", unit="USD bn")]
    )
    rows = rows.assign(difference=rows[measure.ESTIMATES[1]] - rows[measure.ESTIMATES[0]])
    return Table(
        caption=f"What the two houses print for {formatting.quarter(quarter)}",
        table=rows,
        columns={"provider": ("Provider", ""), "unit": ("Unit", "")}
        | {estimate: (code_labels.ESTIMATE_LABELS[estimate], "") for estimate in measure.ESTIMATES}
        | {"difference": ("Second less first", "")},
        rests_on={"market_shares": shares[shares["provider"].isin(table.index)], "market_size": sizes},
        # Also of the providers that only one house names.
        source_ids=formatting.lead_sources(shares, sizes),
        as_of=scope.as_of,
        note="The newest quarter up to the chosen one in which both name three providers. They measure different things: the difference is one of definitions, not of fact.",
    )
