"""A check of the estimates: share times size, beside the revenue that the provider itself reports."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.drawing.key import Swatch, drawn_only
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.evidence_links import Behind
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.market.provider_shares import NOT_DRAWN, SERIES_BREAK, row_of, series_breaks
from compute_ledger.exhibits.market.size import quarters
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import INK, colour, finish, text, when_narrow
from compute_ledger.measures.market import market_estimates as measure
from compute_ledger.shared import rounding

RATIO = {"ratio_low_pct": ("Implied by reported, low", "%"), "ratio_high_pct": ("Implied by reported, high", "%")}


def _ratio(row: pd.Series) -> str:
    return f"{formatting.between(row['ratio_low_pct'], row['ratio_high_pct'], 1)}%"


def _dollars(row: pd.Series) -> str:
    return f"${formatting.between(row['implied_low_usd_bn'], row['implied_high_usd_bn'], 1)} billion"


def _nothing(provider: str) -> str:
    why = f"There is no quarter with a printed share, a printed size and a revenue that {provider} is known to have reported"
    return f"{why}, so nothing can be checked." if provider else "Without a share there is no revenue to imply."


def _same_series(implied: pd.DataFrame, quarter_row: pd.Series) -> tuple[pd.DataFrame, tuple[float, float] | None]:
    """Quarters from the newest series break to the chosen one, and the one ratio that fits all of them, if any."""
    upto = implied[implied["quarter"] <= quarter_row["quarter"]]
    broken = upto.loc[upto["series_break"], "quarter"]
    unbroken = upto[upto["quarter"] >= (broken.max() if len(broken) else "")]
    return unbroken, measure.one_ratio(unbroken) if len(unbroken) > 1 else None


def _band(unbroken: pd.DataFrame, ratio: tuple[float, float] | None) -> pd.DataFrame:
    """The one ratio as a rectangle over the quarters that it fits."""
    start = measure.start_of(unbroken["quarter"])
    first, last = start.iloc[0], start.iloc[-1] + pd.Timedelta(days=30)
    low, high = ratio or (0.0, 0.0)
    ends = {"day": f"{first:%Y-%m-%d}", "until": f"{last:%Y-%m-%d}"}
    return pd.DataFrame(
        [ends | {"ratio_low_pct": rounding.rounded(low, 2), "ratio_high_pct": rounding.rounded(high, 2)}]
    )


def _behind(quarter_row: pd.Series, tables: Behind) -> dict[str, pd.DataFrame]:
    """Rows of the ledger behind one quarter of the check."""
    keys = {
        "market_shares": ("share_id", [quarter_row["share_id"]]),
        "market_size": ("size_id", [quarter_row["size_id"]]),
        "financials": ("financial_id", [quarter_row["financial_id"]]),
    }
    return {name: tables[name][tables[name][key].isin(values)] for name, (key, values) in keys.items()}


def _sources(implied: pd.DataFrame, tables: Behind) -> list[str]:
    keys = {"market_shares": "share_id", "market_size": "size_id", "financials": "financial_id"}
    return formatting.lead_sources(*(tables[name][tables[name][key].isin(implied[key])] for name, key in keys.items()))


@exhibit("implied-ratio")
@rounding.inputs
def implied_ratio(
    implied: pd.DataFrame, tables: Behind, scope: Scope, *, provider: str, quarter: str, estimate: str
) -> Exhibit:
    """Share times size as a percentage of reported revenue, an interval a quarter.

    `implied` from `measures.market.implied_revenue`, `tables` the frames of the ledger it is computed from.
    """
    if implied.empty:
        return Exhibit.empty(NOT_DRAWN, scope.as_of)
    quarter_row = row_of(implied, quarter)
    unbroken, ratio = _same_series(implied, quarter_row)
    used = _behind(quarter_row, tables)
    return Exhibit(
        title=_title(unbroken, ratio, quarter_row, provider),
        subtitle=f"Share times size as a percentage of the revenue that {provider} reports, by quarter, {code_labels.ESTIMATE_LABELS[estimate]}; bars span the rounding of share, size and reported revenue",
        key=_key(provider, ratio, bool(implied["series_break"].any())),
        description=(
            f"Range bars for {formatting.count(len(implied), 'quarter')} from {formatting.quarter(implied['quarter'].min())} to {formatting.quarter(implied['quarter'].max())}; {_ratio(quarter_row)} in {formatting.quarter(quarter_row['quarter'])}; "
            f"lowest end {formatting.pct(implied['ratio_low_pct'].min())}, highest {formatting.pct(_highest_end(implied))}."
        ),
        chart=finish(_ratio_chart(implied, unbroken, quarter_row, provider, ratio), height=240),
        table=implied,
        columns={"quarter": ("Quarter", "")} | RATIO,
        rests_on=used,
        # Of all quarters drawn; claims are linked for the chosen one.
        source_ids=_sources(implied, tables),
        list_all=True,
        as_of=scope.as_of,
        evidence=("financials", "financial_id"),
        note="The axis does not begin at zero. A difference is no error: estimate and company count different things.",
    )


def _key(provider: str, ratio: tuple[float, float] | None, broken: bool) -> list[Swatch]:
    return drawn_only(
        [
            (ratio is not None, Swatch("bar", colour(provider), "a quarter")),
            (ratio is not None, Swatch("pale bar", INK, "the one ratio that fits")),
            (broken, SERIES_BREAK),
        ]
    )


def _title(unbroken: pd.DataFrame, ratio: tuple[float, float] | None, quarter_row: pd.Series, provider: str) -> str:
    """The one ratio that fits all quarters of a series, else that of the chosen quarter."""
    if ratio is None:
        return f"What the estimate counts as {provider} is {_ratio(quarter_row)} of what {provider} reports for {formatting.quarter(quarter_row['quarter'])}"
    return (
        f"One ratio, {formatting.number(ratio[0])} to {formatting.pct(ratio[1])} of what {provider} reports, fits all "
        f"{formatting.count(len(unbroken), 'quarter')} since {formatting.quarter(unbroken['quarter'].iloc[0])}"
    )


def _highest_end(implied: pd.DataFrame) -> float:
    """Of the bars that have an upper end; 0 where none has."""
    ends = implied["ratio_high_pct"]
    return float(ends[ends < float("inf")].max()) if (ends < float("inf")).any() else 0.0


def _ratio_chart(
    implied: pd.DataFrame,
    unbroken: pd.DataFrame,
    quarter_row: pd.Series,
    provider: str,
    ratio: tuple[float, float] | None,
) -> alt.LayerChart:
    """Bars of implied by reported, with the one ratio that fits all as a band."""
    start = measure.start_of(implied["quarter"])
    data = implied[["quarter", "ratio_low_pct", "ratio_high_pct"]].pipe(rounding.frame, 2)
    floor, top = min(float(data["ratio_low_pct"].min()), 100), max(_highest_end(data), 100)
    data = data.assign(
        ratio_high_pct=data["ratio_high_pct"].clip(upper=top + 4),
        day=start.dt.strftime("%Y-%m-%d"),
        chosen=implied["quarter"].eq(quarter_row["quarter"]),
        label=implied.apply(_ratio, axis=1),
        mark=mark_labels(
            data["quarter"].map(formatting.quarter), implied.apply(_ratio, axis=1) + f" of what {provider} reports"
        ),
    )
    x = quarters(start)
    ends = alt.Scale(domain=[floor - 2, top + 4], nice=False, zero=False)
    y = alt.Y("ratio_low_pct:Q", title="%", scale=ends, axis=alt.Axis(tickCount=6))
    bars = alt.Chart(data).encode(x=x, description=SPOKEN)
    chosen, size = bars.transform_filter("datum.chosen"), when_narrow(4, 8)
    side = alt.ExprRef(f"datum.quarter == '{data['quarter'].max()}' ? 'right' : 'center'")
    band = alt.Chart(_band(unbroken, ratio)).encode(x=x, x2=alt.X2("until:T"), y=y, y2=alt.Y2("ratio_high_pct:Q"))
    line = alt.Chart(pd.DataFrame({"ratio_low_pct": [100], "label": [f"100: as {provider} reports"]})).encode(y=y)
    shade = colour(provider)
    return alt.layer(
        *([band.mark_rect(color=INK, opacity=0.5)] if ratio else []),
        line.mark_rule(strokeWidth=1.5, color=INK),
        *series_breaks(start[implied["series_break"]], x),
        bars.mark_rule(strokeWidth=size, color=shade).encode(y=y, y2=alt.Y2("ratio_high_pct:Q")),
        *text(line.encode(text=alt.Text("label:N"), x=alt.XValue(4)), align="left", dy=-7, fontSize=11),
        *text(chosen.encode(y=alt.YValue(8), text=alt.Text("label:N")), fontWeight="bold", align=side),
    )


@rounding.inputs
def implied_finding(
    implied: pd.DataFrame,
    tables: Behind,
    financials: pd.DataFrame,
    sources: pd.DataFrame,
    *,
    provider: str,
    quarter: str,
) -> Finding:
    """Implied against reported, whether one ratio fits all quarters, and why no other provider is checked.

    `implied` and `tables` as in `implied_ratio`; `financials` of every company.
    """
    if implied.empty:
        return Finding(name="check", detail=_nothing(provider))
    quarter_row = row_of(implied, quarter)
    cited = formatting.cite(financials[financials["financial_id"] == quarter_row["financial_id"]], sources)
    other = f"{formatting.quarter(quarter)} cannot be checked: share, size and reported revenue were not all known. "
    sentences = [
        f"{other if quarter_row['quarter'] != quarter else ''}A share between {formatting.number(quarter_row['share_low_pct'], 2)} and {formatting.number(quarter_row['share_high_pct'], 2)}% of a market between "
        f"{formatting.number(quarter_row['size_low_usd_bn'], 2)} and {formatting.number(quarter_row['size_high_usd_bn'], 2)} implies {_dollars(quarter_row)}; {provider} reports {formatting.usd_bn(quarter_row['reported_usd_bn'])} ({cited})."
    ]
    unbroken, ratio = _same_series(implied, quarter_row)
    if len(unbroken) > 1 and not ratio:
        since = f"all {formatting.count(len(unbroken), 'quarter')} that can be checked since {'the series break of ' if unbroken['series_break'].iloc[0] else ''}{formatting.quarter(unbroken['quarter'].iloc[0])}"
        sentences.append(f"No single ratio fits {since}: rounding alone does not explain how the gap moves.")
    earlier = implied[implied["quarter"] < unbroken["quarter"].min()]
    if len(earlier) > 1 and measure.one_ratio(earlier) is None:
        sentences.append(f"None fits the {formatting.count(len(earlier), 'quarter')} before.")
    sentences += _unchecked(tables["market_shares"], financials, provider)
    return Finding(
        name="check",
        claim=f"For {formatting.quarter(quarter_row['quarter'])} the estimate counts {_ratio(quarter_row)} of what {provider} itself calls its revenue",
        detail=" ".join(sentences),
        rests_on=_behind(quarter_row, tables),
    )


def _unchecked(shares: pd.DataFrame, financials: pd.DataFrame, provider: str) -> list[str]:
    """Why the reported revenue of other providers is no check."""
    reported = measure.reported_by_quarter(financials)
    other_revenue = reported[reported["entity"].isin(shares["provider"]) & reported["entity"].ne(provider)].sort_values(
        "period_end", kind="stable"
    )
    reasons, others_left = [], []
    for entity, rows in other_revenue.groupby("entity"):
        noted = rows["note"].dropna()
        if shares.loc[shares["provider"] == entity, "note"].str.contains("revenue").any():
            reasons.append(f"{entity} (its share is derived from that revenue)")
        elif len(noted):
            reasons.append(f"{entity} (“{noted.iloc[-1].split('.')[0].strip()}”)")
        else:
            others_left.append(str(entity))
    sentences = (
        [f"The quarterly revenue of {formatting.names(reasons)} cannot be compared: it covers something else."]
        if reasons
        else []
    )
    return [*sentences, f"{formatting.names(others_left)} could be checked alike."] if others_left else sentences
