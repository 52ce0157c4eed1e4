"""How concentrated commitments are: ranked shares, their history, and what stays outside the shares."""

import altair as alt
import pandas as pd

from ..measures.concentration import summary
from ..measures.market import HIGHLY_CONCENTRATED
from . import prose
from .market import guidelines
from .outputs import Exhibit, Table
from .theme import BLUE, INK, VERMILION, colours, days, finish, ticks, time_scale

MOST_DRAWN = 20


def _unit(basis: str) -> str:
    return "USD bn a year" if basis == "annualised" else "USD bn"


def _folded(suppliers: pd.DataFrame) -> pd.DataFrame:
    """The largest suppliers, and one row for all others where there are more than a chart can name."""
    if len(suppliers) <= MOST_DRAWN:
        return suppliers
    shown, rest = suppliers.head(MOST_DRAWN - 1), suppliers.iloc[MOST_DRAWN - 1 :]
    others = rest[["counted", "counted_low", "counted_high", "share_pct"]].sum()
    row = pd.DataFrame([{**others, "supplier": f"{len(rest):,} others", "largest_deal": rest["largest_deal"].iloc[0]}])
    return pd.concat([shown, row], ignore_index=True)


def _amount(value: float, basis: str) -> str:
    return prose.usd_bn(value) + (" a year" if basis == "annualised" else "")


def ranked(
    suppliers: pd.DataFrame,
    *,
    perimeter: str,
    basis: str,
    level: str,
    overlaps: str,
    source_ids: list[str],
    as_of: pd.Timestamp,
) -> Exhibit:
    """Bars of amounts by supplier, largest first, with intervals. `suppliers` from `by_supplier`."""
    unit = _unit(basis)
    subtitle = (
        f"{prose.capital(prose.PERIMETER_LABELS[perimeter])}, {prose.BASIS_LABELS[basis]}, {unit}, by {prose.LEVEL_LABELS[level]}, "
        f"{prose.OVERLAP_LABELS[overlaps]}, {prose.day(as_of)}"
    )
    if suppliers.empty:
        note = (
            f"No deal in this perimeter has a published amount on {prose.day(as_of)}, so there are no shares to draw."
        )
        return Exhibit.absent("ranked-shares", note, as_of)
    drawn = ["supplier", "counted", "counted_low", "counted_high", "share_pct", "largest_deal"]
    data = _folded(suppliers)[drawn].round(3)
    data = data.assign(label=data["counted"].map(prose.number) + " (" + data["share_pct"].map(prose.pct) + ")")
    order = data["supplier"].tolist()
    names = prose.LAYER_LABELS if level == "layer" else {}
    data = data.assign(supplier=data["supplier"].replace(names))
    shown = data["supplier"].tolist()
    scale = alt.Scale(domain=shown, range=colours(order).range)
    y = alt.Y("supplier:N", sort=shown, title=None, axis=alt.Axis(ticks=False, domain=False, labelColor=INK))
    longest = float(data["counted_high"].max())
    x = alt.X(
        "counted:Q",
        title=None,
        axis=None,
        scale=alt.Scale(domain=alt.ExprRef(f"[0, narrow ? {longest * 1.8} : {longest * 1.3}]")),
    )
    bars = alt.Chart(data).encode(y=y)
    layers = [
        bars.mark_bar(height=18).encode(x=x, color=alt.Color("supplier:N", scale=scale, legend=None)),
        bars.transform_filter("datum.counted_low < datum.counted_high")
        .mark_rule(color=INK, strokeWidth=2)
        .encode(x="counted_low:Q", x2="counted_high:Q"),
        bars.mark_text(align="left", dx=7).encode(x="counted_high:Q", text="label:N"),
    ]
    leader = data.iloc[0]
    return Exhibit(
        id="ranked-shares",
        title=f"{prose.capital(leader['supplier'])} alone holds {prose.pct(leader['share_pct'])} of {_amount(data['counted'].sum(), basis)}",
        subtitle=f"{subtitle}; black lines: disputed or open-ended amounts",
        description=f"Bar chart of {prose.count(len(data), 'supplier')}: {prose.names(data['supplier'] + ' ' + data['label'])}.",
        chart=finish(alt.layer(*layers), height=34 * len(data) + 20),
        table=data,
        columns={
            "supplier": (prose.capital(prose.LEVEL_LABELS[level]), ""),
            "counted": ("Amount", unit),
            "counted_low": ("Low", unit),
            "counted_high": ("High", unit),
            "share_pct": ("Share", "%"),
        },
        source_ids=source_ids,
        as_of=as_of,
        evidence=("deals", "largest_deal"),
        note="Nominal and undiscounted. Shares are shares of what is published: suppliers without a published amount are outside.",
    )


def _steps(history: pd.DataFrame, column: str) -> tuple[pd.DataFrame, alt.X, pd.DataFrame]:
    data = history.assign(day=history["day"].dt.strftime("%Y-%m-%d")).round(3)
    first, last = history["day"].iloc[0], history["day"].iloc[-1]
    scale = time_scale(first, max(last, first + pd.Timedelta(days=1)), wide=0.08, narrow=0.2)
    x = alt.X("day:T", scale=scale, axis=days(format="%b %Y", values=ticks(first, last, 5), labelOverlap=True))
    return (
        data,
        x,
        data.iloc[[-1]].assign(
            label=lambda frame: frame[column].map(lambda value: prose.number(value, 0 if value > 100 else 2))
        ),
    )


def hhi_history(history: pd.DataFrame, source_ids: list[str], as_of: pd.Timestamp) -> Exhibit:
    """HHI at each month's end as known then, with its interval where amounts are disputed. From `history`."""
    subtitle = "Herfindahl-Hirschman index of payables, 0 to 10,000, at each month's end as known then"
    if history.empty:
        return Exhibit.absent("hhi-history", "No amount was published yet, so there is no history.", as_of)
    data, x, end = _steps(history, "hhi")
    y = alt.Y("hhi:Q", title="HHI", scale=alt.Scale(domain=[0, 10_400], nice=False), axis=alt.Axis(tickCount=5))
    lines, labels = guidelines()
    chart = alt.layer(
        lines,
        alt.Chart(data)
        .mark_area(interpolate="step-after", opacity=0.25, color=BLUE)
        .encode(x=x, y=alt.Y("hhi_low:Q", title="HHI"), y2="hhi_high:Q"),
        alt.Chart(data).mark_line(interpolate="step-after", color=BLUE, strokeWidth=2.5).encode(x=x, y=y),
        alt.Chart(end).mark_point(filled=True, color=BLUE, size=50, opacity=1).encode(x=x, y=y),
        alt.Chart(end).mark_text(align="left", dx=7, dy=-8, fontWeight="bold").encode(x=x, y=y, text="label:N"),
        *labels,
    )
    first, last = history.iloc[0], history.iloc[-1]
    months_high = int((history["hhi"] > HIGHLY_CONCENTRATED).sum())
    return Exhibit(
        id="hhi-history",
        title=f"The HHI of payables {prose.moved(first['hhi'], last['hhi'])}",
        subtitle=subtitle,
        description=(
            f"Step line of the HHI from {prose.day(first['day'])} ({prose.number(first['hhi'], 0)}) to {prose.day(last['day'])} ({prose.number(last['hhi'], 0)}); "
            f"above 1,800 on {months_high} of {len(history)} days shown; lowest {prose.number(history['hhi'].min(), 0)}, highest {prose.number(history['hhi'].max(), 0)}."
        ),
        chart=finish(chart, height=300),
        table=history,
        columns={
            "day": ("Day", ""),
            "hhi": ("HHI", "0 to 10,000"),
            "hhi_low": ("Low", "0 to 10,000"),
            "hhi_high": ("High", "0 to 10,000"),
            "total": ("Payables", "USD bn"),
            "suppliers": ("Suppliers", "count"),
        },
        source_ids=source_ids,
        as_of=as_of,
        note="Not an antitrust measure: the lines of the US Merger Guidelines are for sellers in a relevant market and only orient here.",
    )


def effective_history(history: pd.DataFrame, source_ids: list[str], as_of: pd.Timestamp) -> Exhibit:
    """Effective number of suppliers beside their plain number, at each month's end as known then."""
    subtitle = "Effective number of suppliers (1 / sum of squared shares) and plain number of suppliers with an amount"
    if history.empty:
        return Exhibit.absent("effective-suppliers", "No amount was published yet, so there is no history.", as_of)
    data, x, end = _steps(history, "effective_suppliers")
    y = alt.Y(
        "effective_suppliers:Q",
        title="suppliers",
        scale=alt.Scale(domain=[0, float(history["suppliers"].max()) + 0.8], nice=False),
        axis=alt.Axis(tickMinStep=1),
    )
    chart = alt.layer(
        alt.Chart(data)
        .mark_line(interpolate="step-after", color=INK, strokeDash=[3, 3], strokeWidth=1.5)
        .encode(x=x, y="suppliers:Q"),
        alt.Chart(data).mark_line(interpolate="step-after", color=VERMILION, strokeWidth=2.5).encode(x=x, y=y),
        alt.Chart(end).mark_text(align="left", dx=7, fontWeight="bold").encode(x=x, y=y, text="label:N"),
        alt.Chart(end.assign(label=end["suppliers"].map(lambda value: prose.number(value, 0))))
        .mark_text(align="left", dx=7)
        .encode(x=x, y="suppliers:Q", text="label:N"),
    )
    last = history.iloc[-1]
    return Exhibit(
        id="effective-suppliers",
        title=f"{prose.capital(prose.count(int(last['suppliers']), 'supplier'))} with an amount, as concentrated as {prose.equal_suppliers(last['effective_suppliers'])}",
        subtitle=f"{subtitle}; dashed: plain number",
        description=(
            f"Two step lines from {prose.day(history['day'].iloc[0])} to {prose.day(last['day'])}: {prose.count(int(last['suppliers']), 'supplier')} at the end, "
            f"an effective number of {prose.number(last['effective_suppliers'], 2)}."
        ),
        chart=finish(chart, height=240),
        table=history,
        columns={
            "day": ("Day", ""),
            "effective_suppliers": ("Effective number", "suppliers"),
            "suppliers": ("Plain number", "suppliers"),
        },
        source_ids=source_ids,
        as_of=as_of,
        note="A supplier counts from the day its amount became public.",
    )


def measures_table(numbers: dict[str, float], basis: str, source_ids: list[str], as_of: pd.Timestamp) -> Table:
    """All measures of the chosen perimeter in one table."""
    rows = [
        ("Payables counted", prose.number(numbers["total"]), _unit(basis)),
        ("HHI", prose.number(numbers["hhi"], 0), "0 to 10,000"),
        ("HHI, interval from disputed amounts", prose.between(numbers["hhi_low"], numbers["hhi_high"]), "0 to 10,000"),
        ("Effective number of suppliers", prose.number(numbers["effective_suppliers"], 2), "suppliers"),
        ("CR1, share of the largest", prose.number(numbers["cr1_pct"]), "%"),
        ("CR3, share of the three largest", prose.number(numbers["cr3_pct"]), "%"),
        ("Normalised entropy", prose.number(numbers["normalised_entropy"], 3), "0 to 1"),
    ]
    return Table(
        id="measures",
        caption=f"Measures of concentration on {prose.day(as_of)}",
        table=pd.DataFrame(rows, columns=["measure", "value", "unit"]),
        columns={"measure": ("Measure", ""), "value": ("Value", ""), "unit": ("Unit", "")},
        source_ids=source_ids,
        as_of=as_of,
    )


def counted_table(counted: pd.DataFrame, basis: str, as_of: pd.Timestamp) -> Table:
    """The deals behind the shares, those without a published amount at the end."""
    unit = _unit(basis)
    rows = counted.sort_values(["counted", "deal_id"], ascending=[False, True], na_position="last")
    return Table(
        id="counted-deals",
        caption="The deals counted, and those that would be if an amount were published",
        table=rows.assign(
            kind_label=rows["kind"].map(prose.KIND_LABELS),
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
        source_ids=prose.lead_sources(rows),
        as_of=as_of,
        evidence=("deals", "deal_id"),
        note="An empty amount means that none is published; it does not mean zero.",
    )


def ranked_finding(
    suppliers: pd.DataFrame,
    counted: pd.DataFrame,
    as_of: pd.Timestamp,
    buyer: str,
    *,
    perimeter: str,
    basis: str,
    level: str,
) -> str:
    """Who leads, what the three largest hold, and who is outside for want of an amount."""
    label = prose.PERIMETER_LABELS[perimeter]
    if suppliers.empty:
        return f"On {prose.day(as_of)} no amount was published for the {label} of {buyer}."
    numbers = summary(suppliers)
    leader = suppliers.iloc[0]
    leading = prose.LAYER_LABELS.get(leader["supplier"], leader["supplier"]) if level == "layer" else leader["supplier"]
    sentences = [
        f"On {prose.day(as_of)} the {label} of {buyer} with a published amount came to {_amount(numbers['total'], basis)}. "
        f"**{prose.capital(leading)} alone stood for {prose.pct(leader['share_pct'])}**, the three largest for {prose.pct(numbers['cr3_pct'])}.",
        f"The HHI was {prose.number(numbers['hhi'], 0)}, as if the whole were shared by {prose.equal_suppliers(numbers['effective_suppliers'])}.",
    ]
    missing = counted[counted["counted"].isna()]
    if len(missing):
        sentences.append(
            f"{prose.capital(prose.count(len(missing), 'more deal', 'more deals'))} in this perimeter ({prose.names(missing['counterparty'])}) "
            f"{'has' if len(missing) == 1 else 'have'} no published amount and {'is' if len(missing) == 1 else 'are'} outside every share."
        )
    return " ".join(sentences)


def history_finding(history: pd.DataFrame, buyer: str) -> str:
    """First, lowest and last value of the index."""
    if history.empty:
        return f"No amount promised by {buyer} was public yet."
    first, last = history.iloc[0], history.iloc[-1]
    lowest = history.nsmallest(1, "hhi").iloc[0]
    return (
        f"**Since {prose.day(first['day'])} the HHI of payables {prose.moved(first['hhi'], last['hhi'])}**; it was lowest on {prose.day(lowest['day'])}, at {prose.number(lowest['hhi'], 0)}. "
        f"The effective number of suppliers {prose.moved(first['effective_suppliers'], last['effective_suppliers'], 2)}."
    )
