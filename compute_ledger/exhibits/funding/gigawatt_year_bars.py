"""Dollars per gigawatt-year: what the contracts cost and what capacity in use earns, each basis apart."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.drawing.key import Swatch, drawn_only
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.drawing.text_metrics import plot_beside, scale_end
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import ACCENT, INK, NARROW, PLAIN, WIDTH, domain_when_narrow, finish, when_narrow
from compute_ledger.measures.contracts.gigawatt_years import capacity_needed
from compute_ledger.shared import rounding

MOST_ROWS = 12
MEASURES = {"run_rate": "run rate over capacity at its end", "revenue": "revenue over mean capacity"}


def _nothing(scope: Scope) -> str:
    return f"No contract of {scope.buyer} with amount, capacity and term was known on {formatting.day(scope.as_of)}, and no capacity in use beside its revenue, so a gigawatt-year has no price."


@exhibit("gigawatt-years")
@rounding.inputs
def gigawatt_years(
    prices: pd.DataFrame, yields: pd.DataFrame, deals: pd.DataFrame, financials: pd.DataFrame, scope: Scope
) -> Exhibit:
    """Bars of dollars per gigawatt-year: bought, by contract, and earned, by year.

    `prices` and `yields` from `bought` and `earned` of `measures.contracts.gigawatt_years`; `deals` and `financials`:
    the rows behind.
    """
    if prices.empty and yields.empty:
        return Exhibit.empty(_nothing(scope), scope.as_of)
    data = _frame(prices, yields)
    return Exhibit(
        title=_title(prices, yields, scope),
        subtitle=f"USD bn for one gigawatt and one year, known on {formatting.day(scope.as_of)}",
        key=drawn_only(
            [
                (len(prices) > 0, Swatch("bar", PLAIN, "a contract: amount over capacity and term")),
                (len(yields) > 0, Swatch("bar", ACCENT, "earned by capacity in use")),
            ]
        ),
        description=f"{formatting.capital(formatting.count(len(data), 'bar'))}, from {formatting.usd_bn(float(data['price'].min()))} to {formatting.usd_bn(float(data['price'].max()))} a gigawatt-year.",
        chart=finish(_chart(data), height=max(30 * len(data) + 40, 110)),
        table=data,
        columns={
            "label": ("Contract or year", ""), "basis": ("Gigawatts of", ""), "amount": ("Amount or revenue", "USD bn"), "capacity_gw": ("Capacity", "GW"),
            "years": ("Term", "years"), "price": ("A gigawatt-year", "USD bn"), "open": ("Open upwards", ""),
        },
        rests_on={"deals": deals, "financials": financials},
        as_of=scope.as_of,
        note=(
            "Bases differ: a gigawatt of chips, of a site and of a total without basis are not the same, so bars of contracts order nothing across bases. Contract capacity counts as if it ran from the first day to the last; "
            "while it is built up less is used, and a used gigawatt-year costs more. Revenue pays for more than computing."
        ),
    )  # fmt: skip


def _frame(prices: pd.DataFrame, yields: pd.DataFrame) -> pd.DataFrame:
    contracts = pd.DataFrame(
        {
            "label": prices["counterparty"],
            "basis": prices["basis"].map(lambda basis: code_labels.CAPACITY_LABELS.get(basis, basis)),
            "amount": prices["amount_usd_bn"],
            "capacity_gw": prices["capacity_gw"],
            "years": prices["term_years"],
            "price": prices["price"],
            "open": prices["price_high"].eq(float("inf")).map({True: "yes", False: ""}),
            "side": "bought",
        }
    ).head(MOST_ROWS)
    of_years = pd.DataFrame(
        {
            "label": "Earned, " + yields["year"].astype("str"),
            "basis": "in use: " + yields["measure"].map(MEASURES),
            "amount": yields["usd_bn"],
            "capacity_gw": yields["capacity_gw"],
            "years": 1.0,
            "price": yields["earned"],
            "open": yields["earned_high"].eq(float("inf")).map({True: "yes", False: ""}),
            "side": "earned",
        }
    ).tail(MOST_ROWS)
    data = pd.concat([frame for frame in (contracts, of_years) if len(frame)], ignore_index=True)
    plain = _apart(data)
    shown = data["price"].map(lambda value: formatting.number(value)) + data["open"].map({"yes": " or more", "": ""})
    return data.assign(
        label=plain,
        shown=shown,
        row=[f"{place:02d}|{label}" for place, label in enumerate(plain)],
        mark=mark_labels(
            plain,
            "$" + shown.str.replace(" or more", "") + "bn a gigawatt-year",
            data["open"].map({"yes": "or more", "": ""}),
            data["basis"],
        ),
    )


def _apart(data: pd.DataFrame) -> pd.Series:
    """Labels, with what is measured beside those that would be alike."""
    measured = data["basis"].str.removeprefix("in use: ").str.split(" over").str[0]
    return data["label"].where(~data["label"].duplicated(keep=False), data["label"] + ", " + measured)


def _chart(data: pd.DataFrame) -> alt.LayerChart:
    limits = {NARROW: 150, WIDTH: 220}
    ends = [
        scale_end(data["price"], data["shown"], plot_beside(data["label"], size, limit))
        for size, limit in limits.items()
    ]
    names = alt.Axis(
        labelExpr="slice(datum.label, 3)",
        ticks=False,
        domain=False,
        labelColor=INK,
        labelLimit=when_narrow(*limits.values()),
    )
    y = alt.Y("row:N", sort="ascending", title=None, axis=names)
    x = alt.X(
        "price:Q",
        title=None,
        axis=alt.Axis(tickCount=5),
        scale=alt.Scale(domain=domain_when_narrow(*ends), nice=False),
    )
    base = alt.Chart(rounding.frame(data[["row", "price", "shown", "side", "mark"]], 3)).encode(
        y=y, x=x, description=SPOKEN
    )
    return alt.layer(
        base.transform_filter("datum.side == 'bought'").mark_bar(height=15, color=PLAIN),
        base.transform_filter("datum.side == 'earned'").mark_bar(height=15, color=ACCENT),
        base.mark_text(align="left", dx=6).encode(text="shown:N"),
    )


def _title(prices: pd.DataFrame, yields: pd.DataFrame, scope: Scope) -> str:
    parts = []
    if len(prices):
        dearest = prices.nlargest(1, "price").iloc[0]
        parts.append(
            f"{dearest['counterparty']}'s contract costs {formatting.usd_bn(dearest['price'])} a gigawatt-year"
        )
    if len(yields):
        newest = yields.iloc[-1]
        parts.append(
            f"a gigawatt in use earned {scope.buyer} {formatting.usd_bn(newest['earned'])} in {newest['year']}"
        )
    return formatting.capital("; ".join(parts))


@rounding.inputs
def gigawatt_finding(
    prices: pd.DataFrame,
    yields: pd.DataFrame,
    targets: pd.DataFrame,
    rents: pd.DataFrame,
    deals: pd.DataFrame,
    financials: pd.DataFrame,
    scope: Scope,
) -> Finding:
    """The dearest contract beside what capacity earns, what a target would need, and what a lease costs.

    `targets`: rows of `revenue_points` that are targets; `rents` from `lease_prices`.
    """
    if prices.empty and yields.empty:
        return Finding(name="gigawatts", detail=_nothing(scope))
    rests_on = {"deals": deals, "financials": pd.concat([financials, targets.tail(1)])}
    sentences = [
        f"A lease of shell and power from {row['counterparty']} comes to {formatting.usd_bn(row['price'])} a gigawatt-year of {code_labels.CAPACITY_LABELS.get('it_load')}, without chips."
        for _, row in rents.iterrows()
    ]
    claim = _claim(prices, yields, scope)
    if len(yields) and len(targets):
        newest, target = (
            yields[yields["measure"] == "run_rate"].tail(1),
            targets.sort_values(["known_on", "year"]).iloc[-1],
        )
        newest = newest if len(newest) else yields.tail(1)
        needed = capacity_needed(float(target["value"]), float(newest["earned"].iloc[0]))
        sentences.append(
            f"At the {formatting.usd_bn(newest['earned'].iloc[0])} of {newest['year'].iloc[0]}, the target of {formatting.usd_bn(target['value'])} for {target['year']} needs {formatting.number(needed, 0)} GW in use; {formatting.number(newest['capacity_gw'].iloc[0])} GW were in use at the end of {newest['year'].iloc[0]}."
        )
    sentences.append("More revenue from each gigawatt, or capacity that starts late, would change the comparison.")
    return Finding(name="gigawatts", claim=claim, detail=" ".join(sentences), rests_on=rests_on)


def _claim(prices: pd.DataFrame, yields: pd.DataFrame, scope: Scope) -> str:
    if prices.empty:
        newest = yields.iloc[-1]
        return f"A gigawatt in use earned {scope.buyer} {formatting.usd_bn(newest['earned'])} in {newest['year']}; no contract says what a gigawatt-year costs"
    dearest = prices.nlargest(1, "price").iloc[0]
    more = " or more" if dearest["price_high"] == float("inf") else ""
    cost = f"A gigawatt-year costs {scope.buyer} {formatting.about_usd(dearest['price'])}{more} under its contract with {dearest['counterparty']}"
    if yields.empty:
        return f"{cost}; what one earns is not known"
    low, high = float(yields["earned"].min()), float(yields["earned"].max())
    return f"{cost}; a gigawatt in use has earned it {formatting.between(low, high)} billion a year since {yields['year'].min()}"


@rounding.inputs
def lease_prices(deals: pd.DataFrame, financials: pd.DataFrame) -> pd.DataFrame:
    r"""What a landlord's backlog of leases comes to for each gigawatt-year that is leased, USD bn.

    `deals`: the buyer's standing ones. Grain: one row a landlord that prints a lease backlog and whose leases all have
    capacity and term. Columns: `counterparty`, `price`, `financial_id`. An upper limit: others may lease from it too.

    Formula: $\frac{B}{\sum_i G_i T_i}$, with backlog $B$, capacities $G_i$ and terms $T_i$
    Reference: arithmetic
    """
    leases = deals[deals["kind"].eq("lease")]
    backlog = financials[financials["metric"].eq("lease_backlog")].dropna(subset="value")
    rows = []
    for landlord, own in leases.groupby("counterparty"):
        newest = backlog[backlog["entity"] == landlord].sort_values("known_on", kind="stable").tail(1)
        gw_years = float((own["capacity_gw"] * own["term_years"]).sum(skipna=False))
        if len(newest) and gw_years > 0:
            rows.append((landlord, float(newest["value"].iloc[0]) / gw_years, newest["financial_id"].iloc[0]))
    return pd.DataFrame(rows, columns=["counterparty", "price", "financial_id"])
