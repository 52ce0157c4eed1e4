"""What if the commitments became revenue: shares of the market with them in it."""

import altair as alt
import numpy as np
import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.drawing.key import Swatch
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import INK, PAPER, PLAIN, domain_when_narrow, finish
from compute_ledger.measures.market import carried_tail, market_estimates, promised_revenue
from compute_ledger.shared import rounding

MOST_DRAWN = 6


def promises_of(counted: pd.DataFrame, market: pd.DataFrame, payments: pd.DataFrame) -> pd.DataFrame:
    """What the buyer promised each provider of the market a year, what it pays now taken off the low end.

    `counted` from `scope.payables` on the annualised basis, `market` from `with_tail`, `payments` from
    `customer_payments.payments_of_years`. An amount that is open upwards ends at the amount as worded.
    """
    paid = payments.sort_values("period_end", kind="stable").groupby("supplier")["paid_usd_bn"].last()
    rows = promised_revenue.promises_a_year(counted[counted["counterparty"].isin(market["provider"])], paid)
    is_open = np.isinf(rows["promised_high_usd_bn"])
    return rows.assign(
        promised_high_usd_bn=rows["promised_high_usd_bn"].mask(is_open, rows["promised_usd_bn"]), is_open=is_open
    )


def with_tail(shares: pd.DataFrame, latest: pd.DataFrame, quarter: str) -> pd.DataFrame:
    """The named shares of a quarter, and below them providers as the nearest quarters print them."""
    if latest.empty:
        return latest.assign(carried=pd.Series(dtype=bool))
    tail = carried_tail.tail_shares(shares, quarter).set_index("share_id")
    rows = market_estimates.with_midpoints(shares[shares["share_id"].isin(tail.index)])
    ends = {end: rows["share_id"].map(tail[end]) for end in ("low_pct", "high_pct")}
    return pd.concat([latest.assign(carried=False), rows.assign(carried=True, **ends)], ignore_index=True)


def with_promises(market: pd.DataFrame, promises: pd.DataFrame, sizes: pd.DataFrame, quarter: str) -> pd.DataFrame:
    """`promised_revenue.shares_with_promises` of a quarter; no rows where its size is not known, or nothing promised."""
    size = sizes.loc[sizes["quarter"].eq(quarter) & sizes["revenue_usd_bn"].notna(), "revenue_usd_bn"].tail(1)
    if size.empty or promises.empty or market.empty:
        return pd.DataFrame(columns=promised_revenue.SHARE_COLUMNS)
    half = float(market_estimates.half_unit(size)[0])
    amounts = promises.drop(columns="is_open")
    return promised_revenue.shares_with_promises(
        market, amounts, float(size.iloc[0]) - half, float(size.iloc[0]) + half
    )


COLUMNS = {
    "provider": ("Provider", ""),
    "promised_usd_bn": ("Promised a year", "USD bn"),
    "before_pct": ("Share now", "%"),
    "after_pct": ("Share with it", "%"),
    "after_low_pct": ("With it, low", "%"),
    "after_high_pct": ("With it, high", "%"),
}


@exhibit("promised-revenue")
@rounding.inputs
def promised(
    table: pd.DataFrame,
    promises: pd.DataFrame,
    counted: pd.DataFrame,
    market: pd.DataFrame,
    scope: Scope,
    *,
    quarter: str,
    estimate: str,
) -> Exhibit:
    """Shares before and after a year in which the promises are paid. `table` from `with_promises`."""
    if scope.no_index:
        return Exhibit.empty(scope.no_index, scope.as_of)
    if table.empty:
        return Exhibit.empty(
            "No commitment with an amount to a provider of the market, or no size of it, was known then.", scope.as_of
        )
    data = table.head(MOST_DRAWN)
    used = counted[counted["counterparty"].isin(promises["provider"]) & (counted["counted"] > 0)]
    total = promises["promised_usd_bn"].sum()
    return Exhibit(
        title=_title(table, promises, scope.buyer),
        subtitle=f"Share of cloud infrastructure services revenue, %, {code_labels.ESTIMATE_LABELS[estimate]}",
        key=[
            Swatch("ring", PLAIN, formatting.quarter(quarter)),
            Swatch(
                "dot",
                PLAIN,
                f"with about {formatting.usd_bn(10 * rounding.rounded(total / 10, 0))} a year of commitments added",
            ),
            Swatch("faint bar", PLAIN, "rounding and overlap"),
        ],
        description=f"Dot plot of {formatting.count(len(data), 'provider')} before and after: {formatting.names(_words(data), MOST_DRAWN)}.",
        chart=finish(_dots(data.assign(mark=_labels(data))), height=34 * len(data) + 40),
        table=data,
        columns=COLUMNS,
        rests_on={"deals": used, "market_shares": market},
        as_of=scope.as_of,
        note=f"Full value over the term, {formatting.number(scope.default_term_years)} years where none is published, on four times the quarter; no other customer buys less. The low ends leave out what {scope.buyer} pays already.{_open(promises)} Providers that the quarter does not name stand as the nearest quarter prints them.",
    )


def _open(promises: pd.DataFrame) -> str:
    names = promises.loc[promises["is_open"], "provider"]
    return f" The amount of {formatting.names(names)} is open upwards and taken as worded." if len(names) else ""


def _title(table: pd.DataFrame, promises: pd.DataFrame, buyer: str) -> str:
    change = promised_revenue.concentration_change(table, 100.0)
    rows = table[table["provider"].isin(promises["provider"]) & table["before_pct"].notna()]
    gains = rows.assign(gain=rows["after_pct"] - rows["before_pct"]).sort_values("gain", ascending=False, kind="stable")
    words = formatting.names(_moves(gains[rounding.column(gains["gain"]) > 1].head(2)))
    first = (
        f"If the commitments of {buyer} became revenue, {words}"
        if len(gains[gains["gain"] > 1])
        else f"The commitments of {buyer} would move no share of the market by more than a point"
    )
    before, after = (formatting.number(change[name], 0) for name in ("before", "after"))
    return f"{first}; the HHI of those named would {'stay at ' + after if before == after else f'go from {before} to {after}'}"


def _moves(rows: pd.DataFrame) -> list[str]:
    ends = zip(rows["provider"], rows["before_pct"], rows["after_pct"], strict=True)
    return [
        f"{name} would go from {formatting.pct(before, 0)} to {formatting.pct(after, 0)} of the market"
        if i == 0
        else f"{name} from {formatting.pct(before, 0)} to {formatting.pct(after, 0)}"
        for i, (name, before, after) in enumerate(ends)
    ]


def _words(data: pd.DataFrame) -> pd.Series:
    before = data["before_pct"].map(lambda share: formatting.pct(share) if pd.notna(share) else "no printed share")
    return data["provider"] + " " + before + " and " + data["after_pct"].map(formatting.pct)


def _labels(data: pd.DataFrame) -> pd.Series:
    before = data["before_pct"].map(lambda share: f"now {formatting.pct(share)}" if pd.notna(share) else "no share now")
    after = data["after_pct"].map(formatting.pct) + " with the commitments"
    span = data.apply(lambda row: formatting.between(row["after_low_pct"], row["after_high_pct"], 1), axis=1)
    return mark_labels(data["provider"], before, after, span.astype("str") + "% over rounding and overlap")


def _dots(data: pd.DataFrame) -> alt.LayerChart:
    order = data["provider"].tolist()
    longest = float(data[["before_high_pct", "after_high_pct"]].max().max())
    axis = alt.Axis(ticks=False, domain=False, labelColor=INK, labelPadding=10)
    scale = alt.Scale(domain=domain_when_narrow(longest * 1.2, longest * 1.1), nice=False)
    base = alt.Chart(data).encode(y=alt.Y("provider:N", sort=order, title=None, axis=axis))
    after = alt.X("after_pct:Q", scale=scale, title="%", axis=alt.Axis(tickCount=5))
    label = base.transform_calculate(label="format(datum.after_pct, '.0f') + '%'")
    return alt.layer(
        base.mark_rule(strokeWidth=6, color=PLAIN, opacity=0.25).encode(
            x=alt.X("after_low_pct:Q", scale=scale), x2=alt.X2("after_high_pct:Q")
        ),
        base.mark_rule(strokeWidth=1.5, color=PLAIN).encode(x=after, x2=alt.X2("before_pct:Q")),
        base.transform_filter("isValid(datum.before_pct)")
        .mark_point(size=80, filled=False, fill=PAPER, color=PLAIN, strokeWidth=2, opacity=1)
        .encode(x=alt.X("before_pct:Q", scale=scale), description=SPOKEN),
        base.mark_point(size=80, filled=True, color=PLAIN, opacity=1).encode(x=after, description=SPOKEN),
        label.mark_text(dy=-11, color=INK).encode(x=after, text="label:N"),
    )
