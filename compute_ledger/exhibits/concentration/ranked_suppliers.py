"""How concentrated commitments are: ranked shares, all measures, and the deals behind them."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, Table, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.table_payload import Columns
from compute_ledger.exhibits.theme import INK, colours, domain_when_narrow, finish
from compute_ledger.measures.concentration import summary
from compute_ledger.shared import rounding

MOST_DRAWN = 20


def _folded(suppliers: pd.DataFrame) -> pd.DataFrame:
    """The largest suppliers, and one row for all others where there are more than a chart can name."""
    if len(suppliers) <= MOST_DRAWN:
        return suppliers
    largest, rest = suppliers.head(MOST_DRAWN - 1), suppliers.iloc[MOST_DRAWN - 1 :]
    rest_sums = rest[["counted", "counted_low", "counted_high", "share_pct"]].sum()
    row = pd.DataFrame(
        [{**rest_sums, "supplier": f"{len(rest):,} others", "largest_deal": rest["largest_deal"].iloc[0]}]
    )
    return pd.concat([largest, row], ignore_index=True)


def priced(counted: pd.DataFrame) -> pd.DataFrame:
    """The deals that the shares are computed from: counted, with an amount."""
    return counted[counted["counted"] > 0]


def _amount(value: float, basis: str) -> str:
    return formatting.usd_bn(value) + (" a year" if basis == "annualised" else "")


@exhibit("ranked-shares")
@rounding.inputs
def ranked(suppliers: pd.DataFrame, counted: pd.DataFrame, scope: Scope) -> Exhibit:
    """Bars of amounts by supplier, largest first, with intervals. `suppliers` from `by_supplier` of `counted`."""
    if suppliers.empty:
        note = f"No deal in this perimeter has a published amount on {formatting.day(scope.as_of)}, so there are no shares to draw."
        return Exhibit.empty(note, scope.as_of)
    unit, folded = scope.unit, _folded(suppliers)
    data = _ranked_frame(folded, scope.level)
    leader = data.iloc[0]
    return Exhibit(
        title=_ranked_title(leader, float(data["counted"].sum()), scope),
        subtitle=(
            f"{formatting.capital(code_labels.PERIMETER_LABELS[scope.perimeter])}, {code_labels.BASIS_LABELS[scope.basis]}, {unit}, by {code_labels.LEVEL_LABELS[scope.level]}, "
            f"{code_labels.OVERLAP_LABELS[scope.overlaps]}, {formatting.day(scope.as_of)}; black lines: intervals of the amounts; “or more”: no upper end"
        ),
        description=f"Bar chart of {formatting.count(len(data), 'supplier')}: {formatting.names(data['supplier'] + ' ' + data['label'])}.",
        chart=finish(
            _ranked_chart(data.assign(mark=_ranked_labels(data, scope.basis)), folded["supplier"].tolist()),
            height=34 * len(data) + 20,
        ),
        table=data,
        columns=_ranked_columns(scope.level, unit),
        rests_on={"deals": priced(counted)},
        # Also of the deals that have no amount.
        source_ids=formatting.lead_sources(counted),
        list_all=True,
        as_of=scope.as_of,
        evidence=("deals", "largest_deal"),
        note="Nominal and undiscounted. Shares are shares of what is published: suppliers without a published amount are outside."
        + _ceilings(counted)
        + (f" {scope.no_index}" if scope.no_index else ""),
    )


def _ranked_title(leader: pd.Series, total: float, scope: Scope) -> str:
    who = formatting.capital(leader["supplier"])
    if scope.no_index:
        return (
            f"{who} has the largest published contracts with {scope.buyer}, {_amount(leader['counted'], scope.basis)}"
        )
    return f"{who} alone holds {formatting.pct(leader['share_pct'])} of {_amount(total, scope.basis)}"


def _ranked_columns(level: str, unit: str) -> Columns:
    return {
        "supplier": (formatting.capital(code_labels.LEVEL_LABELS[level]), ""),
        "counted": ("Amount", unit),
        "counted_low": ("Low", unit),
        "counted_high": ("High", unit),
        "share_pct": ("Share", "%"),
    }


def _ranked_frame(folded: pd.DataFrame, level: str) -> pd.DataFrame:
    """What is drawn of each supplier, layers by their names."""
    drawn = ["supplier", "counted", "counted_low", "counted_high", "share_pct", "largest_deal"]
    data = rounding.frame(folded[drawn])
    data = data.assign(
        label=data["counted"].map(formatting.number)
        + data["counted_high"].eq(float("inf")).map({True: " or more", False: ""})
        + " ("
        + data["share_pct"].map(formatting.pct)
        + ")",
        counted_high=data["counted_high"].replace(float("inf"), float("nan")),
    )
    data = data.assign(end=data["counted_high"].fillna(data["counted"]))
    names = code_labels.LAYER_LABELS if level == "layer" else {}
    return data.assign(supplier=data["supplier"].replace(names))


def _ranked_labels(data: pd.DataFrame, basis: str) -> pd.Series:
    """Amount and share of each supplier, and what the amount may be where it is disputed or open."""
    span = data.apply(lambda row: formatting.between(row["counted_low"], row["counted_high"], 1), axis=1)
    disputed = ("$" + span.astype("str") + "bn as disputed").where(data["counted_low"] < data["counted_high"], "")
    period = " a year" if basis == "annualised" else ""
    return mark_labels(
        data["supplier"],
        data["counted"].map(formatting.usd_short) + period,
        data["share_pct"].map(formatting.pct) + " of the whole",
        disputed,
    )


def _ranked_chart(data: pd.DataFrame, order: list[str]) -> alt.LayerChart:
    """Bars with their interval; `order`: the suppliers by the names that have colours."""
    names = data["supplier"].tolist()
    scale = alt.Scale(domain=names, range=colours(order).range)
    y = alt.Y("supplier:N", sort=names, title=None, axis=alt.Axis(ticks=False, domain=False, labelColor=INK))
    longest = float(data["end"].max())
    x = alt.X(
        "counted:Q",
        title=None,
        axis=None,
        scale=alt.Scale(domain=domain_when_narrow(longest * 1.8, longest * 1.3)),
    )
    bars = alt.Chart(data).encode(y=y, description=SPOKEN)
    return alt.layer(
        bars.mark_bar(height=18).encode(x=x, color=alt.Color("supplier:N", scale=scale, legend=None)),
        bars.transform_filter("datum.counted_low < datum.counted_high")
        .mark_rule(color=INK, strokeWidth=2)
        .encode(x=alt.X("counted_low:Q"), x2=alt.X2("counted_high:Q")),
        bars.mark_text(align="left", dx=7).encode(x=alt.X("end:Q"), text=alt.Text("label:N")),
    )


def _ceilings(counted: pd.DataFrame) -> str:
    """Whose amounts are the most that may fall due; they count in full, for how much less it may be is not published."""
    most = counted["amount_low_usd_bn"].isna() & counted["amount_high_usd_bn"].eq(counted["amount_usd_bn"])
    capped = counted.loc[most & counted["counted"].gt(0), "counterparty"]
    return f" Amounts printed as “up to” count in full: {formatting.names(capped)}." if len(capped) else ""


@exhibit("measures")
@rounding.inputs
def measures_table(numbers: dict[str, float], counted: pd.DataFrame, scope: Scope) -> Table | Exhibit:
    """All measures of the chosen perimeter in one table. `numbers` from `summary`."""
    if scope.no_index:
        return Exhibit.empty(scope.nothing_drawn, scope.as_of)
    if not numbers["suppliers"]:
        return Exhibit.empty("Without an amount there is nothing to measure.", scope.as_of)
    rows = [
        ("Payables counted", formatting.number(numbers["total"]), scope.unit),
        ("HHI", formatting.number(numbers["hhi"], 0), "0 to 10,000"),
        (
            "HHI, over the intervals of the amounts",
            formatting.between(numbers["hhi_low"], numbers["hhi_high"]),
            "0 to 10,000",
        ),
        ("Effective number of suppliers", formatting.number(numbers["effective_suppliers"], 2), "suppliers"),
        ("CR1, share of the largest", formatting.number(numbers["cr1_pct"]), "%"),
        ("CR3, share of the three largest", formatting.number(numbers["cr3_pct"]), "%"),
        ("Normalised entropy", formatting.number(numbers["normalised_entropy"], 3), "0 to 1"),
    ]
    return Table(
        caption=f"Measures of concentration on {formatting.day(scope.as_of)}",
        table=pd.DataFrame(rows, columns=["measure", "value", "unit"]),
        columns={"measure": ("Measure", ""), "value": ("Value", ""), "unit": ("Unit", "")},
        rests_on={"deals": priced(counted)},
        # Also of the deals that have no amount.
        source_ids=formatting.lead_sources(counted),
        as_of=scope.as_of,
    )


@exhibit("counted-deals")
@rounding.inputs
def counted_table(counted: pd.DataFrame, scope: Scope) -> Table | Exhibit:
    """The deals behind the shares, those without a published amount at the end."""
    if counted.empty:
        return Exhibit.empty(f"On {formatting.day(scope.as_of)} no deal counted in this perimeter.", scope.as_of)
    unit = scope.unit
    rows = counted.sort_values(["counted", "deal_id"], ascending=[False, True], na_position="last")
    return Table(
        caption="The deals counted, and those that would be if an amount were published",
        table=rows.assign(
            kind_label=rows["kind"].map(code_labels.KIND_LABELS),
            assumed=rows["term_assumed"].map({True: "assumed", False: ""}),
        ),
        columns={
            "counterparty": ("Counterparty", ""),
            "title": ("Deal", ""),
            "kind_label": ("Kind", ""),
            "amount_usd_bn": ("Headline", "USD bn"),
            "term_years": ("Term", "years"),
            "assumed": ("Term is", ""),
            "counted": ("Counted", unit),
            "grade": ("Grade", ""),
        },
        rests_on={"deals": rows},
        as_of=scope.as_of,
        evidence=("deals", "deal_id"),
        note="An empty amount means that none is published; it does not mean zero.",
    )


@rounding.inputs
def ranked_finding(suppliers: pd.DataFrame, counted: pd.DataFrame, scope: Scope) -> Finding:
    """Who leads, what the three largest hold, and who is outside for want of an amount."""
    label = code_labels.PERIMETER_LABELS[scope.perimeter]
    commitments = f"{label} by {scope.buyer}" if scope.perimeter == "announced" else f"the {label} of {scope.buyer}"
    if suppliers.empty:
        return Finding(
            name="ranked", detail=f"On {formatting.day(scope.as_of)} no amount was published for {commitments}."
        )
    if scope.no_index:
        return Finding(name="ranked", detail=scope.no_index)
    numbers = summary(suppliers)
    leader = suppliers.iloc[0]
    leading = (
        code_labels.LAYER_LABELS.get(leader["supplier"], leader["supplier"])
        if scope.level == "layer"
        else leader["supplier"]
    )
    sentences = [
        f"The three largest stood for {formatting.pct(numbers['cr3_pct'])}. On {formatting.day(scope.as_of)} {commitments} with a published amount came to {_amount(numbers['total'], scope.basis)}.",
        f"The HHI was {formatting.number(numbers['hhi'], 0)}, as if the whole were shared by {formatting.equal_suppliers(numbers['effective_suppliers'])}.",
    ]
    missing = counted[counted["counted"].isna()]
    if len(missing):
        sentences.append(
            f"{formatting.capital(formatting.count(len(missing), 'more deal', 'more deals'))} in this perimeter ({formatting.names(missing['counterparty'])}) "
            f"{'has' if len(missing) == 1 else 'have'} no published amount and {'is' if len(missing) == 1 else 'are'} outside every share."
        )
    return Finding(
        name="ranked",
        claim=f"{formatting.capital(leading)} alone stood for {formatting.pct(leader['share_pct'])} of {commitments}",
        detail=" ".join(sentences),
        rests_on={"deals": counted},
    )
