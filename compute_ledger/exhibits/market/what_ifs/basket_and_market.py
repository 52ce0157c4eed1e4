"""A buyer's commitments beside the market: who gets more of the one than of the other."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.drawing.key import Swatch
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import INK, PAPER, PLAIN, domain_when_narrow, finish
from compute_ledger.measures import commitments
from compute_ledger.measures.market.basket import basket_against_market
from compute_ledger.measures.market.market_estimates import LEADERS
from compute_ledger.shared import rounding

MOST_DRAWN = 12


def compare(counted: pd.DataFrame, market: pd.DataFrame) -> pd.DataFrame:
    """`basket.basket_against_market` of what counts and the shares of a quarter, small ones carried over from others.

    `market` from `promised.with_tail`. Providers below the three leaders that the buyer does not pay are left out.
    """
    both = basket_against_market(commitments.by_supplier(counted), market)
    leaders = market["provider"].head(LEADERS)
    return both[both["basket_pct"].notna() | both["supplier"].isin(leaders)].reset_index(drop=True)


@exhibit("basket-and-market")
@rounding.inputs
def basket(
    comparison: pd.DataFrame, counted: pd.DataFrame, shares: pd.DataFrame, scope: Scope, *, quarter: str, estimate: str
) -> Exhibit:
    """Share of the buyer's commitments and of the market, supplier by supplier.

    `comparison` from `compare`; `counted` and `shares` are the rows behind it.
    """
    if scope.no_index:
        return Exhibit.empty(scope.no_index, scope.as_of)
    if comparison["basket_pct"].isna().all() or comparison["market_pct"].isna().all():
        return Exhibit.empty(
            "No commitment with an amount, or no market share, was known then to compare.", scope.as_of
        )
    data = comparison.head(MOST_DRAWN)
    words = data["supplier"] + " " + data["basket_pct"].map(_printed) + " and " + data["market_pct"].map(_printed)
    return Exhibit(
        title=_title(comparison, scope.buyer),
        subtitle=(f"Two shares of each supplier, %; the market as {code_labels.ESTIMATE_LABELS[estimate]} counts it"),
        key=[
            Swatch("dot", PLAIN, f"of what {scope.buyer} has signed up to buy, as far as amounts are published"),
            Swatch("ring", PLAIN, f"of the market in {formatting.quarter(quarter)}"),
        ],
        description=(
            f"Dot plot of {formatting.count(len(data), 'supplier')}, share of the commitments of {scope.buyer} and share of the market: {formatting.names(words, MOST_DRAWN)}."
        ),
        chart=finish(_dots(data.assign(mark=_dot_labels(data, scope.buyer))), height=34 * len(data) + 40),
        table=data,
        columns={
            "supplier": ("Supplier", ""),
            "basket_pct": ("Share of the commitments", "%"),
            "market_pct": ("Share of the market", "%"),
        },
        rests_on={"deals": counted[counted["counted"].notna()], "market_shares": shares},
        as_of=scope.as_of,
        note="Commitments run over many years and include what the market's definition leaves out, such as chips and sites; the market is revenue of one quarter. A supplier that the quarter does not name has its share of the nearest quarter that does, and no share of the market where none does.",
    )


def _printed(share: float) -> str:
    return formatting.pct(share) if pd.notna(share) else "none printed"


def _title(comparison: pd.DataFrame, buyer: str) -> str:
    largest = comparison.iloc[0]
    share = formatting.pct(largest["basket_pct"], 0)
    if pd.isna(largest["market_pct"]):
        return f"{largest['supplier']} has {share} of the commitments of {buyer}, and no printed share of the market"
    return f"{largest['supplier']} has {share} of the commitments of {buyer}, and {formatting.pct(largest['market_pct'], 0)} of the market"


def _dot_labels(data: pd.DataFrame, buyer: str) -> pd.Series:
    whole = (f"the commitments of {buyer}", "the market")
    parts = [
        [f"{formatting.pct(share)} of {part}" if pd.notna(share) else f"no printed share of {part}" for share in shares]
        for part, shares in zip(whole, (data["basket_pct"], data["market_pct"]), strict=True)
    ]
    return mark_labels(data["supplier"], *parts)


def _dots(data: pd.DataFrame) -> alt.LayerChart:
    order = data["supplier"].tolist()
    longest = float(data[["basket_pct", "market_pct"]].max().max())
    axis = alt.Axis(ticks=False, domain=False, labelColor=INK, labelPadding=10)
    scale = alt.Scale(domain=domain_when_narrow(longest * 1.25, longest * 1.15), nice=False)
    base = alt.Chart(data).encode(y=alt.Y("supplier:N", sort=order, title=None, axis=axis))
    basket_x = alt.X("basket_pct:Q", scale=scale, title="%", axis=alt.Axis(tickCount=5))
    in_basket = base.transform_filter("isValid(datum.basket_pct)")
    label = in_basket.transform_calculate(label="format(datum.basket_pct, '.0f') + '%'")
    return alt.layer(
        base.mark_rule(strokeWidth=2, color=PLAIN).encode(x=basket_x, x2=alt.X2("market_pct:Q")),
        base.mark_point(size=80, filled=False, fill=PAPER, color=PLAIN, strokeWidth=2, opacity=1).encode(
            x=alt.X("market_pct:Q", scale=scale), description=SPOKEN
        ),
        in_basket.mark_point(size=80, filled=True, color=PLAIN, opacity=1).encode(x=basket_x, description=SPOKEN),
        label.mark_text(dy=-10, color=INK).encode(x=basket_x, text="label:N"),
    )
