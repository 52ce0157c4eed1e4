"""What suppliers have on their books: how much of it is one buyer's, and who their other customers are."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.drawing.key import Swatch, drawn_only
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import BUYERS, GREY, INK, domain_when_narrow, finish, text
from compute_ledger.ledger import Ledger
from compute_ledger.measures import commitments
from compute_ledger.shared import rounding

MOST_DRAWN = 10
METRIC_LABELS = {"rpo": "RPO", "revenue_backlog": "revenue backlog"}


def second_buyer(ledger: Ledger, scope: Scope) -> str:
    """The competing buyer with the largest contracts in force or reported; '' where there is none with an amount."""
    sums = {
        other: float(commitments.payables(ledger.deals[ledger.deals["buyer"] == other], ledger.as_of)["counted"].sum())
        for other in sorted(scope.other_buyers(ledger))
    }
    return max(sums, key=lambda other: sums[other]) if any(sums.values()) else ""


def _with_amount(stock: pd.DataFrame, second: str) -> str:
    """The second buyer, or '' where it has no contract with an amount at these suppliers."""
    return second if second and stock["second_usd_bn"].notna().any() else ""


def _nothing(scope: Scope) -> str:
    return f"No backlog is known of a supplier to whom {scope.buyer or 'a buyer'} had promised an amount by the day of the balance."


@exhibit("backlog")
@rounding.inputs
def backlog(stock: pd.DataFrame, deals: pd.DataFrame, financials: pd.DataFrame, scope: Scope, second: str) -> Exhibit:
    """Each supplier's newest backlog: the part of the buyer, of a `second` one, and the rest.

    `stock` from `contracts.backlog_rise.backlog_stock`; `deals` those of both buyers.
    """
    if stock["buyer_usd_bn"].isna().all():
        return Exhibit.empty(_nothing(scope), scope.as_of)
    second = _with_amount(stock, second)
    rows = _worded(stock.head(MOST_DRAWN), scope.buyer, second)
    return Exhibit(
        title=_largest_parts(stock, scope.buyer),
        subtitle=f"Newest backlog of each supplier known on {formatting.day(scope.as_of)}, USD bn",
        key=_key(rows, scope.buyer, second),
        description=f"Stacked bars of {formatting.count(len(rows), 'supplier')}: {formatting.names(rows['supplier'] + ' ' + rows['label'], MOST_DRAWN)}.",
        chart=finish(_chart(rows, scope.buyer, second), height=40 * len(rows) + 20),
        table=rows,
        columns=_columns(scope.buyer, second),
        rests_on=_behind(stock, deals, financials),
        as_of=scope.as_of,
        note=(
            "Headline amounts of contracts in force or reported: what was delivered since the signing is still in them, so the parts are upper readings. "
            "No contract with a published amount is not the same as none."
        ),
    )


def _columns(buyer: str, second: str) -> dict[str, tuple[str, str]]:
    columns = {
        "supplier": ("Supplier", ""),
        "measure": ("Measure", ""),
        "balance_day": ("Balance", ""),
        "backlog_usd_bn": ("Backlog", "USD bn"),
        "buyer_usd_bn": (f"Contracts of {buyer}", "USD bn"),
        "buyer_pct": (f"{buyer}", "% of backlog"),
    }
    if second:
        columns |= {
            "second_usd_bn": (f"Contracts of {second}", "USD bn"),
            "second_pct": (f"{second}", "% of backlog"),
            "both_pct": ("Both", "% of backlog"),
        }
    return columns


@rounding.inputs
def backlog_finding(
    stock: pd.DataFrame,
    suppliers: pd.DataFrame,
    deals: pd.DataFrame,
    financials: pd.DataFrame,
    scope: Scope,
    second: str,
) -> Finding:
    """How much of all the backlogs the buyer's contracts come to, and which suppliers depend on it more than it on them.

    Frames as in `backlog`; `suppliers` from `commitments.by_supplier` of the headline amounts of firm contracts.
    """
    if stock["buyer_usd_bn"].isna().all():
        return Finding(name="backlog", detail=_nothing(scope))
    own = stock.dropna(subset="buyer_usd_bn")
    own = own.assign(share_pct=own["supplier"].map(suppliers.set_index("supplier")["share_pct"]))
    more = own[own["buyer_pct"] > own["share_pct"]]
    pairs = formatting.names(
        f"{row['supplier']} {formatting.pct(row['buyer_pct'], 0)} against {formatting.pct(row['share_pct'], 0)}"
        for _, row in more.iterrows()
    )
    each = "every one of them" if len(more) == len(own) > 1 else formatting.names(more["supplier"])
    depends = (
        f" On this count {each} depends on {scope.buyer} more than {scope.buyer} on it, part of the backlog against share of the commitments: {pairs}."
        if len(more)
        else ""
    )
    return Finding(
        name="backlog",
        claim=_title(stock, scope.buyer, second),
        detail=f"{'Their backlogs together are' if len(own) > 1 else 'That backlog is'} {formatting.usd_whole(own['backlog_usd_bn'].sum())}.{depends}{_printed(financials, stock, scope.buyer)}",
        rests_on=_behind(stock, deals, financials),
    )


def _title(stock: pd.DataFrame, buyer: str, second: str) -> str:
    own = stock.dropna(subset="buyer_usd_bn")
    part = 100 * own["buyer_usd_bn"].sum() / own["backlog_usd_bn"].sum()
    suppliers = formatting.count(len(own), "supplier")
    claim = f"Contracts of {buyer} equal {formatting.pct(part, 0)} of all that {suppliers} {'has' if len(own) == 1 else 'have'} on {'its' if len(own) == 1 else 'their'} books"
    if not _with_amount(stock, second):
        return claim
    both = 100 * stock["both_usd_bn"].sum() / stock["backlog_usd_bn"].sum()
    of = f" of the books of {formatting.count(len(stock), 'supplier')}" if len(stock) != len(own) else ""
    return f"{claim}; with those of {second} it is {formatting.pct(both, 0)}{of}"


def _largest_parts(stock: pd.DataFrame, buyer: str) -> str:
    """'OpenAI's contracts are 79% of the backlog of Cerebras, 45% of that of Oracle and ...', the three largest parts."""
    parts = stock.dropna(subset="buyer_pct").sort_values(["buyer_pct", "supplier"], ascending=[False, True]).head(3)
    words = [
        f"{formatting.pct(row['buyer_pct'], 0)} of {'the backlog' if place == 0 else 'that'} of {row['supplier']}"
        for place, (_, row) in enumerate(parts.iterrows())
    ]
    return f"{buyer}'s contracts equal {formatting.names(words)}"


def _printed(financials: pd.DataFrame, stock: pd.DataFrame, buyer: str) -> str:
    """What suppliers themselves print of the buyer's part of their backlog."""
    rows = printed_parts(financials, buyer)
    rows = rows[rows["entity"].isin(stock["supplier"])]
    return "".join(
        f" {row['entity']} itself put {buyer} at {formatting.pct(row['value'], 0)} of its backlog of {formatting.day(row['period_end'], 'month')}, older orders included."
        for _, row in rows.iterrows()
    )


def printed_parts(financials: pd.DataFrame, buyer: str) -> pd.DataFrame:
    """The newest part of each supplier's backlog that the supplier gives the buyer: rows of `financials`."""
    metric = "_".join(buyer.lower().split()) + "_share_of_rpo"
    rows = financials[financials["metric"] == metric].sort_values(["period_end", "financial_id"])
    return rows.drop_duplicates("entity", keep="last")


def _behind(stock: pd.DataFrame, deals: pd.DataFrame, financials: pd.DataFrame) -> dict[str, pd.DataFrame]:
    priced = deals["amount_usd_bn"].notna() & deals["kind"].isin(["contract", "reported_contract"])
    return {
        "deals": deals[priced & deals["counterparty"].isin(stock["supplier"])],
        "financials": financials[financials["financial_id"].isin(stock["financial_id"])],
    }


def _worded(stock: pd.DataFrame, buyer: str, second: str) -> pd.DataFrame:
    """The rows with the words beside each bar."""
    names = {"buyer": buyer} | ({"second": second} if second else {})
    parts = [
        " and ".join(
            f"{company} {formatting.pct(row[f'{name}_pct'], 0)}"
            for name, company in names.items()
            if pd.notna(row[f"{name}_pct"])
        )
        for _, row in stock.iterrows()
    ]
    whole = stock["backlog_usd_bn"].map(formatting.usd_whole_short)
    month = stock["balance_day"].map(lambda day: formatting.day(day, "month"))
    column = "both_pct" if second else "buyer_pct"
    return stock.assign(
        measure=stock["metric"].map(METRIC_LABELS),
        label=pd.Series(parts, stock.index, dtype="str") + " of " + whole + ", " + month,
        short=stock[column].map(lambda share: formatting.pct(share, 0)) + " of " + whole,
    )


def _key(rows: pd.DataFrame, buyer: str, second: str) -> list[Swatch]:
    marks = [("buyer_usd_bn", Swatch("bar", BUYERS[0], f"contracts of {buyer} signed by then"))]
    marks += [("second_usd_bn", Swatch("bar", BUYERS[1], f"contracts of {second}"))] if second else []
    return [
        *drawn_only([(bool(rows[column].gt(0).any()), mark) for column, mark in marks]),
        Swatch("pale bar", GREY, "everybody else"),
    ]


def _chart(rows: pd.DataFrame, buyer: str, second: str) -> alt.LayerChart:
    names = {"buyer": buyer} | ({"second": second} if second else {})
    bars = rows.melt(["supplier", "backlog_usd_bn"], [f"{name}_usd_bn" for name in names], "part", "value")
    bars = bars.dropna(subset="value").assign(part=lambda frame: frame["part"].str.removesuffix("_usd_bn"))
    end = bars.groupby("supplier")["value"].cumsum()
    bars = bars.assign(
        end=end,
        start=end - bars["value"],
        mark=mark_labels(bars["supplier"], bars["value"].map(formatting.usd_short), bars["part"].map(names)),
    )
    whole = rows.assign(start=0.0, mark=mark_labels(rows["supplier"], rows["label"]))
    longest = float(max(rows["backlog_usd_bn"].max(), bars["end"].max()))
    order = rows["supplier"].tolist()
    axis = alt.Axis(ticks=False, domain=False, labelPadding=6, labelColor=INK)
    y = alt.Y("supplier:N", sort=order, title=None, axis=axis)
    scale = alt.Scale(domain=domain_when_narrow(longest * 1.6, longest * 1.95), nice=False)
    x = alt.X("start:Q", title=None, axis=None, scale=scale)
    shade = alt.Color("part:N", scale=alt.Scale(domain=list(names), range=list(BUYERS[: len(names)])), legend=None)
    whole["end"] = whole["backlog_usd_bn"].combine(
        bars.groupby("supplier")["end"].max().reindex(order).set_axis(whole.index), max
    )
    wholes = alt.Chart(whole[["supplier", "start", "backlog_usd_bn", "end", "label", "short", "mark"]]).encode(y=y)
    words = wholes.transform_calculate(shown="narrow ? datum.short : datum.label").encode(
        x=alt.X("end:Q", axis=None), text=alt.Text("shown:N")
    )
    return alt.layer(
        wholes.mark_bar(height=21, color=GREY, fillOpacity=0.5, stroke=GREY, strokeWidth=1).encode(
            x=x, x2="backlog_usd_bn:Q", description=SPOKEN
        ),
        alt.Chart(bars[["supplier", "part", "start", "end", "mark"]])
        .mark_bar(height=21)
        .encode(y=y, x=x, x2="end:Q", color=shade, description=SPOKEN),
        *text(words, align="left", dx=7),
    )


@rounding.inputs
def customers_finding(earned: pd.DataFrame, largest: pd.DataFrame) -> Finding:
    """Part of a supplier's revenue that came from one customer, by year, and of its backlog.

    `earned` from `measures.dependence.customers`, `largest` (of backlogs) from `largest_customers`.
    """
    if earned.empty:
        return Finding(
            name="customers",
            detail="How much of a supplier's revenue comes from which customer was not known of any supplier.",
        )
    rows = earned.tail(MOST_DRAWN).assign(year=earned["until"].dt.strftime("%Y"))
    newest = rows.sort_values(["until", "share_pct", "tie_id"]).iloc[-1]
    pair_rows = rows[(rows["from"] == newest["from"]) & (rows["to"] == newest["to"])]
    before = (
        f", {formatting.pct(pair_rows['share_pct'].iloc[0])} in {pair_rows['year'].iloc[0]}"
        if len(pair_rows) > 1
        else ""
    )
    return Finding(
        name="customers",
        claim=f"{newest['from']} earned {formatting.pct(newest['share_pct'])} of its {newest['year']} revenue from {newest['to']}{before}",
        detail="Whose demand the customer passes on is not published."
        + "".join(_of_backlog(str(supplier), figures) for supplier, figures in largest.groupby("entity")),
        rests_on={"ties": rows, "financials": largest},
    )


def _of_backlog(supplier: str, figures: pd.DataFrame) -> str:
    parts = formatting.names(
        f"{formatting.pct(row['value'], 0)} in {formatting.day(row['period_end'], 'month')}"
        for _, row in figures.iterrows()
    )
    return f" Of the backlog of {supplier}, not its revenue, the largest customer, unnamed, had {parts}."
