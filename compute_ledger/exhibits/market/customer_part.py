"""How much of the market, and of one supplier in it, the buyer itself is."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.drawing.key import Swatch, drawn_only
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.market.size import worth
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import BUYERS, INK, colour, domain_when_narrow, finish
from compute_ledger.measures.market import market_part
from compute_ledger.shared import rounding

COLUMNS = {
    "year_name": ("Year", ""),
    "supplier": ("Supplier", ""),
    "paid_low_usd_bn": ("Paid, at least", "USD bn"),
    "paid_high_usd_bn": ("Paid, at most", "USD bn"),
    "supplier_low_usd_bn": ("Supplier in the estimate, low", "USD bn"),
    "supplier_high_usd_bn": ("Supplier in the estimate, high", "USD bn"),
    "market_low_usd_bn": ("Market, low", "USD bn"),
    "market_high_usd_bn": ("Market, high", "USD bn"),
    "of_market_low_pct": ("Of the market, low", "%"),
    "of_market_high_pct": ("Of the market, high", "%"),
    "of_supplier_low_pct": ("Of the supplier, low", "%"),
    "of_supplier_high_pct": ("Of the supplier, high", "%"),
}


def parts(payments: pd.DataFrame, shares: pd.DataFrame, sizes: pd.DataFrame) -> pd.DataFrame:
    """`market_part.customer_part` of each row of `customer_payments.payments_of_years`, with its year in words.

    Rows of a year of which a size or share is missing are left out. Adds `year_name` and `financial_id`.
    """
    rows = []
    for row in payments.to_dict("records"):
        part = market_part.customer_part(
            shares, sizes, row["supplier"], list(row["quarters"]), row["paid_low_usd_bn"], row["paid_usd_bn"]
        )
        rows.append(
            part.assign(year_name=_year(row["period_start"], row["period_end"]), financial_id=row["financial_id"])
        )
    made = [part for part in rows if len(part)]
    columns = [*market_part.PART_COLUMNS, "year_name", "financial_id"]
    return pd.concat(made, ignore_index=True) if made else pd.DataFrame(columns=columns)


def _year(start: pd.Timestamp, end: pd.Timestamp) -> str:
    return str(end.year) if start.month == 1 else f"year to {end:%B} {end.year}"


def behind(rows: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The rows of the ledger that some rows of `parts` rest on; `tables` holds the ledger's."""
    keys = {
        "financials": ("financial_id", set(rows["financial_id"])),
        "market_shares": ("share_id", {key for keys in rows["share_ids"] for key in keys}),
        "market_size": ("size_id", {key for keys in rows["size_ids"] for key in keys}),
    }
    return {name: tables[name][tables[name][key].isin(values)] for name, (key, values) in keys.items()}


@exhibit("customer-part")
@rounding.inputs
def customer_part(
    rows: pd.DataFrame, tables: dict[str, pd.DataFrame], shared: float, estimate: str, scope: Scope
) -> Exhibit:
    """The supplier in the estimate, with the buyer's part of it, by year. `rows` from `parts`.

    `shared` is the most of the newest payment that may be a share of the buyer's revenue, USD bn, missing when none is.
    """
    if rows.empty:
        return Exhibit.empty(
            f"What {scope.buyer or 'a buyer'} paid a provider in a whole year was not known then, so its part of the market cannot be given.",
            scope.as_of,
        )
    newest = rows.iloc[-1]
    data = _bars(rows, scope.buyer)
    return Exhibit(
        title=f"Of what the estimate counts as {newest['supplier']}, {scope.buyer} is {percent(newest, 'supplier')} ({newest['year_name']})",
        subtitle=f"USD bn a year, {code_labels.ESTIMATE_LABELS[estimate]}",
        key=_key(data, scope.buyer, newest["supplier"]),
        description=f"Bars of {formatting.names(data['mark'], 8)}.",
        chart=finish(_chart(data), height=46 * len(data) + 30),
        table=rows,
        columns=COLUMNS,
        rests_on=behind(rows, tables),
        as_of=scope.as_of,
        note=_shared_words(shared, scope.buyer, newest["supplier"]),
    )


def _key(data: pd.DataFrame, buyer: str, supplier: str) -> list[Swatch]:
    open_ended = bool((data["paid_low"] < data["paid"]).any())
    return drawn_only(
        [
            (True, Swatch("pale bar", colour(supplier), f"the whole market, and {supplier} in it")),
            (True, Swatch("bar", BUYERS[0], f"what {buyer} paid {supplier}")),
            (open_ended, Swatch("line", INK, "from the least to the most of it")),
        ]
    )


def percent(row: pd.Series, of: str, decimals: int = 0) -> str:
    return f"{formatting.between(row[f'of_{of}_low_pct'], row[f'of_{of}_high_pct'], decimals)}%"


def _shared_words(shared: float, buyer: str, supplier: str) -> str:
    if pd.isna(shared):
        return ""
    return f"The low ends leave out up to {formatting.usd_bn(shared)} that may be the share of its revenue which {buyer} pays {supplier}."


def _bars(rows: pd.DataFrame, buyer: str) -> pd.DataFrame:
    """Two bars a year: the market, and the supplier in it, each with what the buyer paid."""
    made = []
    for _, row in rows.iterrows():
        wholes = (("market", "Whole market"), ("supplier", f"{row['supplier']} in it"))
        for of, name in wholes:
            low, high = row[f"{of}_low_usd_bn"], row[f"{of}_high_usd_bn"]
            part = f"{buyer} {percent(row, of, 0 if of == 'supplier' else 1)} of it"
            whole = f"${formatting.between(low, high)} billion"
            made.append(
                {
                    "row": f"{name}, {row['year_name']}",
                    "whole": (low + high) / 2,
                    "paid": row["paid_high_usd_bn"],
                    "paid_low": row["paid_low_usd_bn"],
                    "supplier": row["supplier"],
                    "label": part,
                    "reading": whole,
                }
            )
    data = pd.DataFrame(made)
    return data.assign(mark=mark_labels(data["row"], data["reading"], data["label"])).pipe(rounding.frame, 3)


def _chart(data: pd.DataFrame) -> alt.LayerChart:
    most = float(data["whole"].max())
    y = alt.Y("row:N", sort=data["row"].tolist(), title=None, axis=None)
    x = alt.X(
        "whole:Q",
        title="USD bn",
        axis=alt.Axis(tickCount=4),
        scale=alt.Scale(domain=domain_when_narrow(most * 1.02, most * 1.02), nice=False),
    )
    base = alt.Chart(data).encode(y=y, description=SPOKEN)
    shade = colour(str(data["supplier"].iloc[0]))
    words = base.transform_calculate(text="datum.row + ': ' + datum.label")
    return alt.layer(
        base.mark_bar(height=14, color=shade, fillOpacity=0.35, stroke=shade, strokeWidth=1, yOffset=8).encode(x=x),
        base.mark_bar(height=14, color=BUYERS[0], yOffset=8).encode(x=alt.X("paid:Q")),
        base.mark_rule(color=INK, strokeWidth=2, yOffset=8).encode(x=alt.X("paid_low:Q"), x2=alt.X2("paid:Q")),
        words.mark_text(align="left", yOffset=-9).encode(x=alt.XValue(0), text=alt.Text("text:N")),
    )


@rounding.inputs
def size_finding(
    rows: pd.DataFrame,
    tables: dict[str, pd.DataFrame],
    sizes: pd.DataFrame,
    bases: pd.DataFrame,
    quarter: str,
    estimate: str,
    scope: Scope,
) -> Finding:
    """How much of the market the buyer is, where that is known, and how large the market is.

    `rows` from `parts`, `bases` from `market_restatement.implied_bases`.
    """
    size = sizes[sizes["quarter"].eq(quarter) & sizes["revenue_usd_bn"].notna()].tail(1)
    worth_words = worth(size.iloc[0], bases, estimate) if len(size) else ""
    behind_size = {"market_size": size}
    if rows.empty:
        detail = f"What {scope.buyer or 'a buyer'} is of the market cannot be said: no payment to a provider in a whole year was known."
        return Finding(name="size", claim=worth_words, detail=detail, rests_on=behind_size if len(size) else {})
    newest = rows.iloc[-1]
    earlier = rows.iloc[:-1].tail(1)
    before = "".join(
        f"In {row['year_name']} it was {percent(row, 'supplier')} and {percent(row, 'market', 1)}{_leaked(row, tables)}. "
        for _, row in earlier.iterrows()
    )
    return Finding(
        name="size",
        claim=(
            f"One customer, {scope.buyer}, paid {newest['supplier']} {percent(newest, 'supplier')} of what {code_labels.ESTIMATE_LABELS[estimate]} counts as {newest['supplier']}, "
            f"which is {percent(newest, 'market', 1)} of the whole cloud market ({newest['year_name']})"
        ),
        detail=f"{before}{worth_words}{'. ' if worth_words else ''}Estimates do not say how much of such payments they count. What would change it: an estimate that does, or what {scope.buyer} pays other providers.",
        rests_on=behind(newest.to_frame().T, tables),
    )


def _leaked(row: pd.Series, tables: dict[str, pd.DataFrame]) -> str:
    """', by leaked accounts' where the ledger notes that."""
    figure = tables["financials"].set_index("financial_id").loc[row["financial_id"]]
    return ", by leaked accounts" if "leaked" in str(figure["note"]) else ""
