"""Who needs whom more: a supplier's share of the commitments beside these against what it earns."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.drawing.key import Swatch, drawn_only
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import GREY, INK, MUTED, colours, domain_when_narrow, finish, text
from compute_ledger.measures.dependence import figures_used
from compute_ledger.shared import rounding

MOST_DRAWN = 10
RULE = (
    "The rule: a year's commitment c is c / (R + c) to c / R of a supplier's revenue R; "
    "it needs the customer more where all of that is above its share of the commitments, less where all is below."
)
COLUMNS = {
    "supplier": ("Supplier", ""),
    "counted": ("Commitment", "USD bn a year"),
    "share_pct": ("Share of commitments", "%"),
    "entity": ("Revenue of", ""),
    "revenue_period": ("Period", ""),
    "revenue": ("Revenue", "USD bn"),
    "ratio_pct": ("Commitment to revenue", "%"),
    "ratio_low_pct": ("Low", "%"),
    "ratio_high_pct": ("High", "%"),
    "part_low_pct": ("Part of revenue, at least", "%"),
    "part_high_pct": ("Part of revenue, at most", "%"),
}


def _ratio(value: float) -> str:
    """331.5 -> '3.3 times', 12.6 -> '13% of'."""
    return f"{formatting.number(value / 100)} times" if value >= 100 else f"{formatting.pct(value, 0)} of"


def _percent(value: float) -> str:
    return formatting.pct(value, 0)


@exhibit("who-needs-whom")
@rounding.inputs
def needs(rows: pd.DataFrame, counted: pd.DataFrame, financials: pd.DataFrame, scope: Scope) -> Exhibit:
    """Two bars a supplier: its share of a buyer's commitments, and those promises beside its revenue.

    `rows` from `measures.dependence.dependence` of `counted` (annualised).
    """
    rated = rows[rows["ratio_pct"].notna()]
    if rated.empty:
        return Exhibit.empty("Without a supplier's revenue there is no mirror to draw.", scope.as_of)
    drawn_rows, used = rows.head(MOST_DRAWN), figures_used(financials, rated)
    return Exhibit(
        title=_needs_title(rated, scope),
        subtitle=(
            f"Of each supplier two bars, in %; revenue: of the newest year known on {formatting.day(scope.as_of)}"
        ),
        key=_key(drawn_rows, scope.buyer),
        description=(
            f"Paired bars for {formatting.count(len(drawn_rows), 'supplier')}. Share of commitments and commitments against revenue: "
            + formatting.names(
                f"{row['supplier']} {_percent(row['share_pct'])} and {_at_most(row)}{_percent(row['ratio_pct'])}"
                for _, row in rated.iterrows()
            )
            + "."
        ),
        chart=finish(_pairs(drawn_rows), height=58 * len(drawn_rows) + 34),
        table=rows.replace(float("inf"), float("nan")),
        columns=COLUMNS,
        rests_on={"deals": counted[counted["counted"] > 0], "financials": used},
        # Also of the deals that have no amount.
        source_ids=formatting.lead_sources(counted, used),
        as_of=scope.as_of,
        note=_needs_note(rows, rated),
    )


def _needs_title(rated: pd.DataFrame, scope: Scope) -> str:
    """The largest commitment beside what that supplier earned."""
    row = rated.sort_values(["ratio_pct", "supplier"], ascending=[False, True]).iloc[0]
    what = f"A year's commitment of {scope.buyer} to {row['supplier']}"
    return f"{what} is {_at_most(row)}{_ratio(row['ratio_pct'])} what {row['entity']} earned in {row['revenue_period']}"


def _needs_note(rows: pd.DataFrame, rated: pd.DataFrame) -> str:
    """What is compared with what, and where something is assumed or missing."""
    blank = rows.loc[rows["ratio_pct"].isna(), "supplier"]
    assumed = rows.loc[rows["term_assumed"], "supplier"]
    inner = rated[rated["entity"] != rated["supplier"]]
    parts = (
        formatting.names(f"{row['entity']} for {row['supplier']}" for _, row in inner.iterrows()) if len(inner) else ""
    )
    return (
        "Commitments are averages over terms ahead, some not begun; revenue is of a past year, not the same for all, and may already include the customer. So the lower bars are ratios, not shares. "
        + (f"Where a supplier reports the part that sells computing, that part is taken: {parts}. " if parts else "")
        + (f"No term is published for {formatting.names(assumed)}: assumed. " if len(assumed) else "")
        + (f"No year of revenue is known for {formatting.names(blank)}." if len(blank) else "")
    ).strip()


def _at_most(row: pd.Series) -> str:
    """Which way a ratio is open; nothing to say where both its amount and its revenue are."""
    open_revenue, open_amount = row["revenue_high"] == float("inf"), row["counted_high"] == float("inf")
    return "" if open_revenue == open_amount else "at most " if open_revenue else "at least "


def _pairs_frame(rows: pd.DataFrame) -> pd.DataFrame:
    """Two rows a supplier: its share of the commitments (side a), and these against its revenue (side b)."""
    need = rows.assign(side="a", value=rows["share_pct"], low=rows["share_pct"], high=rows["share_pct"])
    need["label"] = need["share_pct"].map(_percent) + " of commitments"
    need["open"] = False
    mirror = rows.assign(side="b", value=rows["ratio_pct"], low=rows["ratio_low_pct"], high=rows["ratio_high_pct"])
    # A promise without an upper end is drawn to its figure; the label says that it may be more.
    mirror["high"] = mirror["high"].where(mirror["high"] != float("inf"), mirror["value"])
    mirror["open"] = rows["revenue_high"].eq(float("inf"))
    mirror["label"] = [
        f"{_at_most(row)}{_percent(row['ratio_pct'])} of revenue, {row['entity']} {row['revenue_period']}"
        if pd.notna(row["ratio_pct"])
        else "no year of revenue known"
        for _, row in rows.iterrows()
    ]
    mirror["short"] = [label.split(",")[0].removesuffix(" of revenue") for label in mirror["label"]]
    data = pd.concat([need.assign(short=need["label"]), mirror])
    data = data[["supplier", "side", "value", "low", "high", "open", "label", "short"]].pipe(rounding.frame, 2)
    data["mark"] = mark_labels(data["supplier"], data["label"])
    return data.fillna({"value": 0.0, "low": 0.0, "high": 0.0})


def _key(rows: pd.DataFrame, buyer: str) -> list[Swatch]:
    data = _pairs_frame(rows)
    mirror = data[data["side"] == "b"]
    is_open = mirror["open"].astype(bool)
    shades = dict(zip(rows["supplier"], colours(rows["supplier"].tolist()).range, strict=True))
    closed, opened = (
        mirror.loc[which & mirror["value"].gt(0), "supplier"].map(shades).tolist() for which in (~is_open, is_open)
    )
    disputed = ~data["open"].astype(bool) & (data["low"] < data["high"] - 0.1)
    return drawn_only(
        [
            (True, Swatch("bar", GREY, f"its share of the yearly commitments of {buyer}")),
            (bool(closed), Swatch("bar", closed, "those commitments against its revenue")),
            (bool(opened), Swatch("faint bar", opened, "the same, where one of the two is open-ended")),
            (bool(disputed.any()), Swatch("line", INK, "amounts or revenue that are disputed")),
        ]
    )


def _pairs(rows: pd.DataFrame) -> alt.TopLevelMixin:
    order = rows["supplier"].tolist()
    data = _pairs_frame(rows)
    longest = float(data["high"].max())
    scale = alt.Scale(domain=domain_when_narrow(longest * 2, longest * 2.1), nice=False)
    full_axis = alt.Axis(values=[100], labelExpr="'100%'", gridColor=MUTED, gridDash=[4, 3], ticks=False, domain=False)
    x = alt.X("value:Q", title=None, axis=full_axis, scale=scale)
    axis = alt.Axis(ticks=False, domain=False, labelPadding=6, labelColor=INK, labelFontWeight="bold")
    bars = alt.Chart(data).encode(
        y=alt.Y("supplier:N", sort=order, title=None, axis=axis, scale=alt.Scale(paddingInner=0.25)),
        yOffset=alt.YOffset("side:N", scale=alt.Scale(paddingInner=0.1)),
        description=SPOKEN,
    )
    shade = alt.Color("supplier:N", scale=colours(order), legend=None)
    ends = bars.transform_calculate(shown="narrow ? datum.short : datum.label").encode(
        x=alt.X("high:Q"), text=alt.Text("shown:N")
    )
    return alt.layer(
        bars.transform_filter("datum.side === 'a'").mark_bar(color=GREY).encode(x=x),
        bars.transform_filter("datum.side === 'b' && !datum.open").mark_bar().encode(x=x, color=shade),
        bars.transform_filter("datum.open")
        .mark_bar(fillOpacity=0.25, strokeDash=[3, 2])
        .encode(x=x, color=shade, stroke=shade),
        bars.transform_filter("!datum.open && datum.low < datum.high - 0.1")
        .mark_rule(color=INK, strokeWidth=2)
        .encode(x=alt.X("low:Q"), x2=alt.X2("high:Q")),
        *text(ends, align="left", dx=6),
    )


@rounding.inputs
def needs_finding(rows: pd.DataFrame, counted: pd.DataFrame, financials: pd.DataFrame, scope: Scope) -> Finding:
    """Whose dependence is larger, supplier by supplier, where the figures decide it. Frames as in `needs`."""
    bounded = rows[rows["part_low_pct"].notna()]
    if bounded.empty:
        no_revenue = f"Who needs whom more cannot be said: no year of revenue is known of any supplier to whom {scope.buyer or 'a buyer'} has promised an amount."
        return Finding(name="needs", detail=no_revenue)
    more_dependent = bounded[bounded["part_low_pct"] > bounded["share_pct"]]
    less_dependent = bounded[bounded["part_high_pct"] < bounded["share_pct"]]
    claims, sentences = [], []
    if len(more_dependent):
        claims.append(
            f"{formatting.names(more_dependent['supplier'])} {'needs' if len(more_dependent) == 1 else 'need'} {scope.buyer} more than {scope.buyer} needs {'it' if len(more_dependent) == 1 else 'them'}"
        )
        sentences.append(
            f"With the yearly amounts paid, {scope.buyer} would be at least {_parts(more_dependent, 'part_low_pct')}, while {_held(more_dependent)} of its yearly commitments."
        )
    if len(less_dependent):
        claims.append(
            f"{scope.buyer} needs {formatting.names(less_dependent['supplier'])} more than the other way round"
        )
        sentences.append(
            f"{scope.buyer} would be at most {_parts(less_dependent, 'part_high_pct')}, while {_held(less_dependent)} of its yearly commitments."
        )
    undecided = bounded[~bounded.index.isin([*more_dependent.index, *less_dependent.index])]
    if len(undecided):
        cases = formatting.names(f"{row['supplier']} ({_range(row)})" for _, row in undecided.iterrows())
        sentences.append(f"For {cases} the figures do not decide it.")
    return Finding(
        name="needs",
        claim=f"{'; '.join(claims)}, on these figures" if claims else "",
        detail=" ".join([*sentences, RULE]),
        rests_on={"deals": counted[counted["counted"] > 0], "financials": figures_used(financials, bounded)},
    )


def _parts(rows: pd.DataFrame, column: str) -> str:
    return formatting.names(
        f"{formatting.pct(row[column], 0)} of the revenue of {row['entity']}" for _, row in rows.iterrows()
    )


def _held(rows: pd.DataFrame) -> str:
    verb = "has" if len(rows) == 1 else "have"
    shares = formatting.names(formatting.pct(share, 0) for share in rows["share_pct"])
    return f"{formatting.names(rows['supplier'])} {verb} {shares}"


def _range(row: pd.Series) -> str:
    low, high = formatting.pct(row["part_low_pct"], 0), formatting.pct(row["part_high_pct"], 0)
    part = f"at most {high}" if row["part_low_pct"] == 0 else f"{low} to {high}"
    return f"{part} of the revenue of {row['entity']}, against {formatting.pct(row['share_pct'], 0)} of the commitments"
