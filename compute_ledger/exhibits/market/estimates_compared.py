"""The two houses side by side: what each counts in the newest quarter that both name, never mixed in one line."""

import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.finding import Finding
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
        caption=f"What the two estimates print for {formatting.quarter(quarter)}",
        table=rows,
        columns={"provider": ("Provider", ""), "unit": ("Unit", "")}
        | {estimate: (code_labels.ESTIMATE_LABELS[estimate], "") for estimate in measure.ESTIMATES}
        | {"difference": (f"{_name(1)} minus {_name(0)}", "")},
        rests_on={"market_shares": shares[shares["provider"].isin(table.index)], "market_size": sizes},
        # Also of the providers that only one house names.
        source_ids=formatting.lead_sources(shares, sizes),
        as_of=scope.as_of,
        note="The newest quarter up to the chosen one in which both name three providers. They measure different things: the difference is one of definitions, not of fact.",
    )


def _name(place: int) -> str:
    return code_labels.ESTIMATE_LABELS[measure.ESTIMATES[place]]


@rounding.inputs
def houses_finding(
    shares: pd.DataFrame, sizes: pd.DataFrame, financials: pd.DataFrame, quarter: str, provider: str
) -> Finding:
    """What either estimate counts of the provider's own revenue, which is why their shares of it differ.

    Arguments as in `side_by_side`; `financials` of every company.
    """
    own = shares[shares["provider"].eq(provider) & shares["share_pct"].notna()].drop_duplicates("estimate", keep="last")
    own = own.set_index("estimate").reindex(measure.ESTIMATES)
    if not quarter or own["share_pct"].isna().any():
        return Finding(name="houses", detail="No quarter was known then in which both estimates name the leader.")
    printed = formatting.names(f"{formatting.pct(own['share_pct'].iloc[place])} by {_name(place)}" for place in (0, 1))
    counted = [_counted(shares, sizes, financials, estimate, provider) for estimate in measure.ESTIMATES]
    why = (
        f"Share times size is {counted[0]} of what {provider} reports in the first and {counted[1]} in the second: "
        "the estimates differ in what of a company they count, and in how large the market around it is."
        if all(counted)
        else "Why is not to be seen: a size or the revenue that the provider reports is missing."
    )
    return Finding(
        name="houses",
        claim=f"For {formatting.quarter(quarter)} the estimates give {provider} different shares: {printed}",
        detail=why,
        rests_on={"market_shares": own.reset_index()},
    )


def _counted(shares: pd.DataFrame, sizes: pd.DataFrame, financials: pd.DataFrame, estimate: str, provider: str) -> str:
    """'94.1 to 98.2%' of the provider's reported revenue, or nothing."""
    implied = measure.implied_revenue(
        shares[shares["estimate"] == estimate], sizes[sizes["estimate"] == estimate], financials, provider
    )
    if implied.empty:
        return ""
    row = implied.iloc[-1]
    return f"{formatting.between(row['ratio_low_pct'], row['ratio_high_pct'])}%"
