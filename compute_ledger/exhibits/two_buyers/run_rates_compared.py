"""Run rates side by side, with what they count, and the commitments beside them."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.drawing.key import Swatch, drawn_only
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.theme import INK, days, finish, text, ticks, time_scale
from compute_ledger.exhibits.two_buyers.buyer_pair import BuyerPair
from compute_ledger.exhibits.two_buyers.hhi_bands import counted_deals, like_for_like, money
from compute_ledger.measures.contracts.buyers_compared import newest_run_rates
from compute_ledger.shared import rounding

MOST_POINTS = 120
LEAST_TELLING = 12  # letters of a note that says more than the figure does
NOTES_TOLD = 2
METRIC_WORDS = {"run_rate": "own sales", "run_rate_with_partners": "with what partners sell"}
RUN_RATE = "annualised run rate of {}"


def times_run_rate(rows: pd.DataFrame, financials: pd.DataFrame, pair: BuyerPair) -> pd.DataFrame:
    """Commitments of the first reading over the newest run rate: a row a buyer and metric, with `times`.

    `rows` from `compared`. Adds `times`, `total` and `reading` to rows of `newest_run_rates`.
    """
    newest = rounding.frame(newest_run_rates(financials, pair.names))
    like = like_for_like(rows)[["buyer", "total", "reading", "source_id"]]
    merged = newest.merge(like.rename(columns={"source_id": "document"}), left_on="entity", right_on="buyer")
    return merged.assign(times=merged["total"] / merged["value"])


@rounding.inputs
def times_finding(rows: pd.DataFrame, deals: pd.DataFrame, financials: pd.DataFrame, pair: BuyerPair) -> Finding:
    """How many times its run rate each has committed, and why the two ratios are not the same measure."""
    ratios = times_run_rate(rows, financials, pair)
    sold = ratios[ratios["metric"] == "run_rate"]
    absent = pair.absent(set(sold["entity"]), f"{RUN_RATE} beside a contract with an amount")
    if sold.empty:
        return Finding(name="times-run-rate", detail=absent or pair.nothing(RUN_RATE))
    words = [_ratio(row, pair) for _, row in sold.iterrows()]
    partners = [
        f" With what its cloud partners sell, {row['entity']} puts its run rate at {formatting.usd_bn(row['value'])}: {formatting.number(row['times'])} times."
        for _, row in ratios[ratios["metric"] == "run_rate_with_partners"].iterrows()
    ]
    one_document = sold[sold["document"] != ""]
    return Finding(
        name="times-run-rate",
        claim=formatting.capital(formatting.names(words)) if len(sold) > 1 else "",
        detail=(
            f"{'' if len(sold) > 1 else formatting.capital(words[0]) + '. '}{absent}{''.join(partners)}"
            + "".join(
                f" Of {row['entity']} only the commitments of one document are counted here."
                for _, row in one_document.iterrows()
            )
            + " Commitments run over years, a run rate over one: the ratio is no share of revenue that is due."
        ).strip(),
        rests_on={
            "deals": counted_deals(like_for_like(rows), deals),
            "financials": financials[financials["financial_id"].isin(ratios["financial_id"])],
        },
    )


def _ratio(row: pd.Series, pair: BuyerPair) -> str:
    least = "at most " if pd.notna(row["low"]) and pd.isna(row["high"]) else ""
    more = "more than " if least else ""
    return (
        f"{row['entity']} has committed {money(row['total'], pair)}, {least}{formatting.number(row['times'])} times its run rate of {more}{formatting.usd_bn(row['value'])} "
        f"({formatting.period(row['period'])})"
    )


@exhibit("run-rates-of-both")
@rounding.inputs
def run_rates_of_both(points: pd.DataFrame, pair: BuyerPair) -> Exhibit:
    """Points of each buyer's run rates over time. `points` from `run_rates`."""
    if points.empty:
        return Exhibit.empty(pair.nothing(RUN_RATE), pair.as_of)
    drawn = _worded(points.tail(MOST_POINTS))
    own = drawn[drawn["metric"] == "run_rate"].drop_duplicates("entity", keep="last")
    newest = [
        f"{name} {row['label']} ({formatting.period(str(row['period']))})"
        for name in pair.names
        for _, row in own[own["entity"] == name].iterrows()
    ]
    return Exhibit(
        title=f"Newest run rates: {formatting.names(newest)}"
        if newest
        else f"Run rates of {formatting.names(pair.names)}",
        subtitle=f"Annualised run rate, USD bn, by the month that it is told for, as known on {pair.day}",
        key=_key(drawn, pair),
        description=f"Points of {formatting.count(drawn['entity'].nunique(), 'buyer')}, {formatting.count(len(drawn), 'run rate')} in all; newest: {formatting.names(newest)}.",
        chart=finish(_rates_chart(drawn, pair), height=300),
        table=drawn,
        columns={
            "entity": ("Buyer", ""),
            "month": ("Told for", ""),
            "label": ("Wording", ""),
            "value": ("Run rate", "USD bn"),
            "counts": ("Counts", ""),
        },
        rests_on={"financials": points},
        as_of=pair.as_of,
        evidence=("financials", "financial_id"),
        list_all=True,
        note=_what_they_count(points),
    )


def _what_they_count(points: pd.DataFrame) -> str:
    """What the ledger's newest notes say of each buyer's run rates; a bare "about" says no more than the figure."""
    words = ["The run rates are the companies' own and not on one measure."]
    for name, rows in points.groupby("entity", sort=False):
        notes = rows["note"].dropna().str.replace(r"^(more than|about)\b;? ?", "", regex=True)
        telling = list(dict.fromkeys(notes[notes.str.len() >= LEAST_TELLING]))[-NOTES_TOLD:]
        if telling:
            words.append(f"{name}: {'; '.join(telling)}.")
    return " ".join(words)


def _worded(points: pd.DataFrame) -> pd.DataFrame:
    more = points["low"].notna() & points["high"].isna()
    return points.assign(
        label=more.map({True: "more than ", False: ""}) + points["value"].map(formatting.usd_short),
        month=points["period"].map(formatting.period),
        counts=points["metric"].map(METRIC_WORDS),
    )


def _key(drawn: pd.DataFrame, pair: BuyerPair) -> list[Swatch]:
    shades = dict(zip(pair.names, pair.shades["range"], strict=True))
    forms = (("dot", "run_rate", "own sales"), ("diamond", "run_rate_with_partners", "with what cloud partners sell"))
    entries = [
        (form, drawn[drawn["metric"] == metric]["entity"].map(shades).tolist(), words) for form, metric, words in forms
    ]
    return drawn_only((bool(of), Swatch(form, of, words)) for form, of, words in entries)


def _rates_chart(drawn: pd.DataFrame, pair: BuyerPair) -> alt.TopLevelMixin:
    data = drawn[["entity", "metric", "period_end", "value", "label"]].assign(
        short=drawn["value"].map(formatting.usd_short),
        mark=mark_labels(drawn["entity"] + ", " + drawn["month"], drawn["label"], drawn["counts"]),
    )
    start, end = data["period_end"].min(), max(data["period_end"].max(), pair.as_of)
    axis = days(values=ticks(start, end), format="%b %Y")
    x = alt.X("period_end:T", title=None, axis=axis, scale=time_scale(start, end, wide=0.12, narrow=0.3))
    y = alt.Y("value:Q", title=None, axis=alt.Axis(grid=True, tickCount=5, domain=False))
    shade = alt.Color("entity:N", scale=pair.shades, legend=pair.legend)
    own = alt.Chart(data[data["metric"] == "run_rate"])
    partners = alt.Chart(data[data["metric"] == "run_rate_with_partners"])
    newest = alt.Chart(data.drop_duplicates(["entity", "metric"], keep="last")).transform_calculate(
        shown="narrow ? datum.short : datum.label"
    )
    return alt.layer(
        own.mark_line(strokeWidth=1.5).encode(x=x, y=y, color=shade),
        own.mark_point(filled=True, size=80, opacity=1).encode(x=x, y=y, color=shade, description=SPOKEN),
        partners.mark_point(shape="diamond", filled=True, size=110, opacity=1).encode(
            x=x, y=y, color=shade, description=SPOKEN
        ),
        *text(newest.encode(x=x, y=y, text=alt.Text("shown:N")), align="left", dx=9, color=INK),
    )
