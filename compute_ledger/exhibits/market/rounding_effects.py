"""Why three printed shares and their printed total need not add up: the arithmetic of rounding."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.evidence_links import address
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.market.provider_shares import NOT_DRAWN
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import BLUE, MUTED, PAPER, VERMILION, finish
from compute_ledger.measures.market import market_estimates as measure
from compute_ledger.shared import rounding

TOO_FEW = "Fewer than three providers are named, so there is no sum to check."
COLUMNS = {
    "what": ("What", ""),
    "value": ("As printed or added", "%"),
    "low": ("Low", "%"),
    "high": ("High, not reached", "%"),
    "remark": ("Note", ""),
    "claims": ("Evidence", ""),
}


def _added(leaders: pd.DataFrame) -> str:
    """'29 + 20 + 13'."""
    return " + ".join(formatting.number(value) for value in leaders["share_pct"])


@exhibit("sum-of-three")
@rounding.inputs
def arithmetic(
    shares: pd.DataFrame, printed: pd.DataFrame, sources: pd.DataFrame, quarter: str, estimate: str, scope: Scope
) -> Exhibit:
    """The sum of the three largest shares, what it may be printed as, and what pages print.

    `shares` from `latest_shares`, `printed` from `measures.market.printed_totals`.
    """
    if len(shares) < measure.LEADERS:
        return Exhibit.empty(NOT_DRAWN, scope.as_of)
    leaders, top = shares.head(measure.LEADERS), rounding.plain(measure.top_k(shares))
    printed = printed[printed["quarter"] == quarter]
    possible = measure.printable_totals(top["low_pct"], top["high_pct"])
    rows, lines = _rows(leaders, top, possible, printed, sources), _lines(leaders, top, printed, sources)
    return Exhibit(
        title=f"{formatting.quarter(quarter)}: {_title(leaders, top, printed, possible)}",
        subtitle=(
            f"Three largest providers together, {formatting.quarter(quarter)}, {code_labels.ESTIMATE_LABELS[estimate]}, %. Dots: as printed or added up. "
            "Bars: what rounding leaves open, lower end included, upper end not"
        ),
        description=(
            f"Intervals of the sum and of the totals: {_added(leaders)} makes {formatting.number(top['share_pct'])} and stands for anything from {formatting.number(top['low_pct'], 2)} to just under {formatting.number(top['high_pct'], 2)}, so a total printed as {_or(possible)} fits; "
            f"{formatting.count(len(printed), 'page prints', 'pages print')} a total for this quarter."
        ),
        chart=finish(_arithmetic_chart(lines, possible), height=44 * (len(lines) + 1) + 24),
        table=rows,
        columns=COLUMNS,
        rests_on={"market_shares": leaders},
        # Also of the pages that print a total: rows of claims, linked in the table.
        source_ids=formatting.lead_sources(leaders, printed),
        as_of=scope.as_of,
        note=(
            f"Halves rounded up, as usual: then {_or(possible)} can be printed and nothing else. The numbers beside these would need a sum exactly at an end of the interval "
            "and another rule of rounding for the total than for the shares."
        ),
    )


def _arithmetic_chart(lines: pd.DataFrame, possible: list[int]) -> alt.LayerChart:
    """The sum and the totals as intervals; between them, as tiles, the whole numbers that a total may be printed as."""
    tiles = _tiles(possible)
    x = alt.X(
        "low:Q",
        title=None,
        axis=alt.Axis(grid=False, values=tiles["value"].tolist(), labelExpr="datum.label + '%'"),
        scale=alt.Scale(
            domain=[float(tiles["low"].min()) - 0.1, float(tiles["high"].max()) + 0.1], nice=False, zero=False
        ),
    )
    order = [*lines["row"].head(1), "tiles", *lines["row"].iloc[1:]]
    y = alt.Y("row:N", scale=alt.Scale(domain=order), axis=None)
    base, tile = (alt.Chart(rows).encode(y=y, description=SPOKEN) for rows in (lines, tiles))
    shade = alt.Color("of:N", legend=None, scale=alt.Scale(domain=["sum", "printed"], range=[BLUE, VERMILION]))
    labels = base.transform_calculate(shown="narrow ? datum.short : datum.label")
    return alt.layer(
        base.mark_bar(height=12, opacity=0.45, yOffset=9, clip=True).encode(x=x, x2=alt.X2("high:Q"), color=shade),
        base.mark_point(filled=True, size=60, opacity=1, yOffset=9, clip=True).encode(x=alt.X("value:Q"), color=shade),
        labels.mark_text(align="left", yOffset=-8).encode(x=alt.XValue(0), text=alt.Text("shown:N")),
        tile.transform_filter("datum.possible")
        .mark_bar(height=18, color=MUTED, opacity=0.3, stroke=PAPER, strokeWidth=2, yOffset=9)
        .encode(x=x, x2=alt.X2("high:Q")),
        tile.transform_filter("!datum.possible")
        .mark_bar(height=16, filled=False, stroke=MUTED, strokeDash=[2, 2], yOffset=9)
        .encode(x=x, x2=alt.X2("high:Q")),
        tile.mark_text(yOffset=9).encode(x=alt.X("value:Q"), text=alt.Text("label:N")),
        alt.Chart(
            pd.DataFrame({"row": ["tiles"], "label": ["What the total may be printed as; dashed: what it cannot"]})
        )
        .mark_text(align="left", yOffset=-8)
        .encode(y=y, x=alt.XValue(0), text=alt.Text("label:N")),
    )


def _rows(
    leaders: pd.DataFrame, top: dict[str, float], possible: list[int], printed: pd.DataFrame, sources: pd.DataFrame
) -> pd.DataFrame:
    """The table: each share, their sum, what may be printed, and who prints what, with links to the claims."""
    publisher = sources.set_index("source_id")["publisher"]
    shares = leaders.rename(columns={"share_pct": "value", "low_pct": "low", "high_pct": "high", "note": "remark"})
    totals = printed.rename(columns={"total_pct": "value", "low_pct": "low", "high_pct": "high", "note": "remark"})
    parts = [
        shares.assign(what=shares["provider"] + ", share", key="market_shares/" + shares["share_id"]),
        pd.DataFrame(
            [{"what": "Sum of the three", "value": top["share_pct"], "low": top["low_pct"], "high": top["high_pct"]}]
        ),
        pd.DataFrame(
            [
                {"what": "Could be printed", "value": total, "low": total - 0.5, "high": total + 0.5}
                for total in possible
            ]
        ),
        totals.assign(what=totals["source_id"].map(publisher) + " prints", key="market_size/" + totals["size_id"]),
    ]
    rows = pd.concat([part for part in parts if len(part)], ignore_index=True)
    links = [
        {"text": "claims", "href": address(*key.split("/", 1))} if isinstance(key, str) else None for key in rows["key"]
    ]
    return rows.assign(claims=pd.Series(links, dtype=object))


def _lines(leaders: pd.DataFrame, top: dict[str, float], printed: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """The bars of the chart: the sum, and each total that is printed, once."""
    added = f"{_added(leaders)} makes {formatting.number(top['share_pct'])}, between {_span(top['low_pct'], top['high_pct'])}"
    lines = [("sum", "sum", top["share_pct"], top["low_pct"], top["high_pct"], added, added)]
    publisher = sources.set_index("source_id")["publisher"]
    for total, rows in printed.groupby("total_pct"):
        names = list(dict.fromkeys(rows["source_id"].map(publisher)))
        wording = f"{formatting.number(rows['total_pct'].iloc[0])} is printed by "
        long, short = wording + formatting.names(names, 4), wording + formatting.count(len(names), "publisher")
        lines.append(
            (
                f"printed {total}",
                "printed",
                rows["total_pct"].iloc[0],
                rows["low_pct"].min(),
                rows["high_pct"].max(),
                long,
                short,
            )
        )
    data = pd.DataFrame(lines, columns=["row", "of", "value", "low", "high", "label", "short"])
    return data.assign(mark=mark_labels(data["label"], [""] * len(data)))


def _tiles(possible: list[int]) -> pd.DataFrame:
    """Whole percents, each with what is rounded to it: those that the total may be printed as, and one beside each end."""
    totals = range(possible[0] - 1, possible[-1] + 2)
    rows = [("tiles", total, total - 0.5, total + 0.5, str(total), total in possible) for total in totals]
    data = pd.DataFrame(rows, columns=["row", "value", "low", "high", "label", "possible"])
    fits = data["possible"].map({True: "could be printed", False: "could not be printed"})
    return data.assign(mark=mark_labels("A total of " + data["label"] + "%", fits))


def _span(low: float, high: float) -> str:
    return f"{formatting.number(low, 2)} and {formatting.number(high, 2)}"


def _or(totals: list[int]) -> str:
    listed = [str(total) for total in totals]
    return f"{', '.join(listed[:-1])} or {listed[-1]}" if len(listed) > 1 else listed[0]


def _may_be(possible: list[int]) -> str:
    if len(possible) == 1:
        return f"the total in whole percents can only be printed as {possible[0]}"
    return f"the total may be printed as {_or(possible)} all the same"


def _title(leaders: pd.DataFrame, top: dict[str, float], printed: pd.DataFrame, possible: list[int]) -> str:
    sum_words = f"{_added(leaders)} makes {formatting.number(top['share_pct'])}"
    other_totals = sorted(set(printed["total_pct"]) - {top["share_pct"]})
    if printed.empty:
        return f"{sum_words}; a total printed as {_or(possible)} would fit"
    if not other_totals:
        return f"{sum_words}, and that is the total that is printed"
    listed = formatting.names(formatting.number(total) for total in other_totals)
    verb, fit = ("is", "fits") if len(other_totals) == 1 else ("are", "fit")
    if all(rounding.rounded(total, 0) in possible for total in other_totals):
        return f"{sum_words}, yet {listed} {verb} printed: {'both' if len(other_totals) == 1 else 'all'} fit shares rounded to whole percents"
    return f"{sum_words}, yet {listed} {verb} printed, which no rounding makes {fit.rstrip('s') if len(other_totals) > 1 else 'fit'}"


@rounding.inputs
def totals_finding(
    shares: pd.DataFrame,
    printed: pd.DataFrame,
    sizes: pd.DataFrame,
    sources: pd.DataFrame,
    *,
    case: str,
    quarter: str,
) -> Finding:
    """The interval of the sum, what may be printed, who prints what, and which print tells more.

    `shares` of the quarter `case`; where this is not the chosen `quarter`, why. `printed` from `printed_totals` of
    `sizes`.
    """
    if len(shares) < measure.LEADERS:
        return Finding(name="totals", detail=TOO_FEW)
    leaders, top = shares.head(measure.LEADERS), rounding.plain(measure.top_k(shares))
    possible = measure.printable_totals(top["low_pct"], top["high_pct"])
    printed = printed[printed["quarter"] == case]
    ends = [" + ".join(formatting.number(value, 2) for value in leaders[end]) for end in ("low_pct", "high_pct")]
    sentences = [
        f"In {formatting.quarter(quarter)} the printed total is the sum of the printed shares; the newest quarter before it in which it is not is {formatting.quarter(case)}."
        if case != quarter
        else "",
        f"Over the rounding of the shares the smallest sum is {ends[0]} = {formatting.number(top['low_pct'], 2)}, the largest just under {ends[1]} = {formatting.number(top['high_pct'], 2)}.",
        *(
            _who_prints(total, printed[printed["total_pct"] == total], top["share_pct"], possible, sources)
            for total in sorted(set(printed["total_pct"]))
        ),
        "" if len(printed) else "No page known then that names house and quarter prints a total.",
        _tells_more(printed, top, possible),
    ]
    return Finding(
        name="totals",
        claim=f"The three largest shares of {formatting.quarter(case)}, {_added(leaders)}, make {formatting.number(top['share_pct'])}, and {_may_be(possible)}",
        detail=" ".join(filter(None, sentences)),
        rests_on={"market_shares": leaders, "market_size": sizes[sizes["size_id"].isin(printed["size_id"])]},
    )


def _who_prints(total: float, rows: pd.DataFrame, added: float, possible: list[int], sources: pd.DataFrame) -> str:
    if total == added:
        how = "is what the rounded shares add up to"
    elif rounding.rounded(total, 0) in possible:
        how = "is what shares may make that are added first and rounded then"
    else:
        how = "does not fit the shares and must count something else"
    return f"{formatting.number(total)} ({formatting.cite(rows, sources, 4)}) {how}."


def _tells_more(printed: pd.DataFrame, top: dict[str, float], possible: list[int]) -> str:
    """What a total that is not the sum of rounded shares adds: a narrower interval."""
    fitting = printed[
        rounding.column(printed["total_pct"], 0).isin(possible) & printed["total_pct"].ne(top["share_pct"])
    ]
    low, high = max(top["low_pct"], fitting["low_pct"].max()), min(top["high_pct"], fitting["high_pct"].min())
    if fitting.empty or low >= high:
        return ""
    return f"Such a total says more than the sum: the three then hold between {_span(low, high)}%."
