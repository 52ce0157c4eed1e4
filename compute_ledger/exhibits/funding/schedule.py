"""What falls due in which year, beside what is earned and aimed at: points of each measure, never joined."""

import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.funding.revenue_path import PATH_LABELS, SHORT_LABELS, telling
from compute_ledger.exhibits.funding.schedule_bars import KNOWN, bars, folded, shown_years
from compute_ledger.exhibits.outputs import Exhibit, Table, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.table_payload import Columns
from compute_ledger.exhibits.theme import finish
from compute_ledger.measures.funding import covered_years, peak
from compute_ledger.shared import rounding
from compute_ledger.shared.open_ends import open_ends

RAMP_LABELS = {
    "flat": "spread evenly over each term",
    "linear": "spread at a rate that rises in a straight line over each term",
    "back_loaded": "spread at a rate that rises with the square of time over each term",
}


@exhibit("dues-by-year")
@rounding.inputs
def dues_by_year(
    yearly: pd.DataFrame,
    due: pd.DataFrame,
    points: pd.DataFrame,
    revenue: pd.Series,
    scope: Scope,
    *,
    ramp: str,
    path: str,
) -> Exhibit:
    """Stacked bars of what falls due by calendar year, with points for each measure of revenue beside them.

    `yearly` from `schedule.dues_by_year`, `due` from `due_deals`, `points` from `funding.revenue_points`,
    `revenue` from `revenue_path`: dashes, as an assumption.
    """
    yearly = yearly[yearly["due_usd_bn"] > 0]  # as given here, rounded: no year for a fraction of a cent
    if yearly.empty:
        return Exhibit.empty(nothing_due(scope.perimeter, scope.as_of), scope.as_of)
    first, last = shown_years(yearly, scope.as_of)
    rows, order = folded(yearly)
    drawn = rows[rows["year"].between(first, last)]
    if drawn.empty:
        return Exhibit.empty(f"All of it falls due outside the years {first} to {last}.", scope.as_of)
    shown_points = telling(points[points["at"].between(first, last + 1)])
    assumed = revenue[revenue.index <= last].dropna()
    chart, thin = bars(drawn, order, shown_points, assumed, first, last)
    totals = drawn.groupby("year")["due_usd_bn"].sum()
    used = due[due["due_usd_bn"] > 0]
    return Exhibit(
        title=_dues_title(totals, points),
        subtitle=_dues_subtitle(scope.perimeter, ramp, path),
        description=_dues_description(totals, shown_points, assumed, order, first, last),
        chart=finish(chart, height=400, narrow_height=360),
        table=_table(rows, order, revenue, shown_points),
        columns=_dues_columns(order),
        rests_on={"deals": used, "financials": shown_points},
        as_of=scope.as_of,
        note=_note(rows, first, last, thin),
    )


def _dues_subtitle(perimeter: str, ramp: str, path: str) -> str:
    return (
        f"{formatting.capital(code_labels.PERIMETER_LABELS[perimeter])} by calendar year, USD bn, {RAMP_LABELS[ramp]} (a convention); "
        "pale: start assumed; palest, dashed edge: term assumed. Beside them newest run rate (circle), revenue of the last whole year (square), targets (diamonds) and "
        f"assumed revenue (dashes: {PATH_LABELS[path]})"
    )


def _dues_description(
    totals: pd.Series, shown_points: pd.DataFrame, assumed: pd.Series, order: list[str], first: int, last: int
) -> str:
    year, most = peak(totals)
    return (
        f"Stacked bars for {first} to {last} by {formatting.count(len(order), 'supplier')}, lowest {formatting.usd_bn(float(totals.min()))}, highest {formatting.usd_bn(most)} in {year}, "
        f"with {formatting.count(len(shown_points), 'point')} of revenue"
        + (
            f" and assumed revenue of {formatting.usd_bn(float(assumed.iloc[0]))} in {assumed.index[0]} to {formatting.usd_bn(float(assumed.iloc[-1]))} in {assumed.index[-1]}."
            if len(assumed)
            else "."
        )
    )


def _dues_columns(order: list[str]) -> Columns:
    return (
        {"year": ("Year", "")}
        | {name: (name, "USD bn") for name in order}
        | {
            "total": ("Together", "USD bn"),
            "term_assumed": ("Of it: term assumed", "USD bn"),
            "assumed_revenue": ("Revenue, assumed", "USD bn"),
            "printed_revenue": ("Revenue, as drawn", "USD bn"),
        }
    )


def _dues_title(totals: pd.Series, points: pd.DataFrame) -> str:
    year, most = peak(totals)
    earned = points[points["metric"] == "revenue"].tail(1)
    beside = (
        f", against {formatting.usd_bn(earned['value'].iloc[0])} earned in {earned['period'].iloc[0]}"
        if len(earned)
        else ""
    )
    return f"Up to {formatting.usd_bn(most)} a year would fall due, first in {year}{beside}"


def nothing_due(perimeter: str, as_of: pd.Timestamp) -> str:
    """The sentence in place of a chart."""
    return f"No amount is published for the {code_labels.PERIMETER_LABELS[perimeter]} known on {formatting.day(as_of)}, so there is nothing to spread over years."


def _note(rows: pd.DataFrame, first: int, last: int, thin: list[str]) -> str:
    sums = {
        f"before {first}": float(rows.loc[rows["year"] < first, "due_usd_bn"].sum()),
        f"after {last}": float(rows.loc[rows["year"] > last, "due_usd_bn"].sum()),
    }
    outside = [f"{formatting.usd_bn(amount)} {when}" for when, amount in sums.items() if amount >= 0.05]
    sentences = [
        "Headline amounts over published or assumed terms; no contract has published when its money is due.",
        f"Not shown: {formatting.names(outside)}." if outside else "Nothing falls due outside the years shown.",
        f"Without a name, for want of room: {formatting.names(thin)}." if thin else "",
    ]
    return " ".join(filter(None, sentences))


def _table(rows: pd.DataFrame, order: list[str], revenue: pd.Series, points: pd.DataFrame) -> pd.DataFrame:
    wide = rows.pivot_table(index="year", columns="supplier", values="due_usd_bn", aggfunc="sum", fill_value=0.0)[order]
    assumed = rows[rows["known"] == list(KNOWN)[-1]].groupby("year")["due_usd_bn"].sum()
    words = points["metric"].map(SHORT_LABELS) + " " + points["value"].map(formatting.number)
    printed = words.groupby(points["year"]).agg("; ".join)
    table = wide.assign(total=wide.sum(axis=1), term_assumed=assumed, assumed_revenue=revenue, printed_revenue=printed)
    return table.fillna({"term_assumed": 0.0}).reset_index().assign(year=lambda frame: frame["year"].astype(str))


@exhibit("due-deals")
@rounding.inputs
def due_table(due: pd.DataFrame, yearly: pd.DataFrame, scope: Scope) -> Table | Exhibit:
    """The deals behind the years, with what is assumed of each; those without an amount at the end."""
    if due.empty:
        return Exhibit.empty(f"No deal of this perimeter was known on {formatting.day(scope.as_of)}.", scope.as_of)
    years = covered_years(scope.as_of)
    rows = due[~due["due_usd_bn"].eq(0)].sort_values(["due_usd_bn", "deal_id"], ascending=[False, True])
    spread = yearly.pivot_table(index="deal_id", columns="year", values="due_usd_bn", aggfunc="sum")
    spread = spread.reindex(index=rows["deal_id"], columns=years).set_axis([f"y{year}" for year in years], axis=1)
    published = rows["due_usd_bn"].notna()
    spread = spread.fillna(0.0)[published.to_numpy()].pipe(rounding.frame, 2)
    table = rows.assign(
        begins=rows["begins_on"].dt.strftime("%Y-%m-%d").where(published),
        start_is=rows["start_assumed"].map({True: "assumed: the announcement", False: "given"}).where(published),
        term=rows["years"].where(published),
        term_is=rows["term_assumed"].map({True: "assumed", False: "given"}).where(published),
    )
    return Table(
        caption="The deals behind the years, and what is assumed of each",
        table=table.join(spread, on="deal_id"),
        columns={
            "counterparty": ("Counterparty", ""),
            "title": ("Deal", ""),
            "due_usd_bn": ("Amount", "USD bn"),
            "begins": ("Begins", ""),
            "start_is": ("Start is", ""),
            "term": ("Term", "years"),
            "term_is": ("Term is", ""),
            **{f"y{year}": (str(year), "USD bn") for year in years},
            "grade": ("Grade", ""),
        },
        rests_on={"deals": rows},
        as_of=scope.as_of,
        evidence=("deals", "deal_id"),
        note="An empty amount means that none is published; it does not mean zero. A deal that holds others counts for what they leave.",
    )


@rounding.inputs
def dues_finding(due: pd.DataFrame, yearly: pd.DataFrame, targets: pd.DataFrame, scope: Scope, *, ramp: str) -> Finding:
    """The year in which most falls due, how much of it rests on assumptions, and the buyer's own figures beside it."""
    yearly = yearly[yearly["due_usd_bn"] > 0]
    if yearly.empty:
        return Finding(name="dues", detail=nothing_due(scope.perimeter, scope.as_of))
    totals = yearly.groupby("year")["due_usd_bn"].sum()
    year, most = peak(totals)
    used = due[due["due_usd_bn"] > 0].sort_values(["due_usd_bn", "deal_id"], ascending=[False, True])
    published, term_guessed = used[~used["start_assumed"] & ~used["term_assumed"]], used[used["term_assumed"]]
    total = float(used["due_usd_bn"].sum())
    share = 100 * published["due_usd_bn"].sum() / total, 100 * term_guessed["due_usd_bn"].sum() / total
    missing = due.loc[due["due_usd_bn"].isna(), "counterparty"]
    sentences = [
        f"That is so if {formatting.usd_bn(total)} ({code_labels.PERIMETER_LABELS[scope.perimeter]}) is {RAMP_LABELS[ramp]}.",
        f"It is a schedule of ours: start and term are both given for {formatting.pct(share[0], 0) if len(published) else 'none'} of the amount{_by_whom(published)}"
        + (
            f", and {formatting.pct(share[1], 0)} has no published term ({formatting.names(term_guessed['counterparty'])})."
            if len(term_guessed)
            else "."
        ),
        _interval(used),
        *_own_figures(targets, totals, scope.buyer),
        f"Not in it, for want of an amount: {formatting.names(missing)}." if len(missing) else "",
    ]
    return Finding(
        name="dues",
        claim=f"By what was known on {formatting.day(scope.as_of)}, {formatting.usd_bn(most)} would fall due for {scope.buyer} in {year}, the most of any year",
        detail=" ".join(filter(None, sentences)),
        rests_on={"deals": due[~due["due_usd_bn"].eq(0)], "financials": targets},
    )


@rounding.inputs
def paid_finding(paid: pd.DataFrame, due: pd.DataFrame, sources: pd.DataFrame, scope: Scope) -> Finding:
    """What was paid, where that is published, beside the schedule.

    `paid` from `measures.funding.payments_made`, `due` from `due_deals`.
    """
    if paid.empty:
        unknown = f"What {scope.buyer} has really paid to any of these suppliers in a year is not known, so the schedule cannot be held against cash."
        return Finding(name="paid", detail=unknown)
    amounts = formatting.names(
        f"{formatting.usd_bn(row['value'])} to {row['supplier']} in {row['year']}, where the schedule has {formatting.usd_bn(row['due_usd_bn'])}"
        for _, row in paid.iterrows()
    )
    return Finding(
        name="paid",
        claim=f"{scope.buyer} paid {amounts}",
        detail=(
            f"Source: {formatting.cite(paid, sources)}. Nothing else that it paid these suppliers in a year is published. The two differ in what they "
            "count: the schedule has only deals with a published amount, a payment may also rest on older ones or on other services."
        ),
        rests_on={
            "financials": paid,
            "deals": due[due["counterparty"].isin(paid["supplier"]) & (due["due_usd_bn"] > 0)],
        },
    )


def _by_whom(published: pd.DataFrame) -> str:
    """Whose periods are given, and which of them only by the press."""
    if published.empty:
        return ""
    reported = published.loc[published["kind"] == "reported_contract", "counterparty"]
    if len(reported) == len(published):
        return f" ({formatting.names(reported)}, by press reports alone)"
    press = f"; {formatting.names(reported)} by press reports alone" if len(reported) else ""
    return f" ({formatting.names(published['counterparty'])}{press})"


def _interval(used: pd.DataFrame) -> str:
    """What disputed and open-ended amounts make of the sum."""
    low_ends, high_ends = open_ends(used["amount_usd_bn"], used["amount_low_usd_bn"], used["amount_high_usd_bn"])
    total = float(used["due_usd_bn"].sum())
    low = total - float((used["amount_usd_bn"] - low_ends).sum())
    span = formatting.open_sum(low, total + float((high_ends - used["amount_usd_bn"]).sum()))
    return f"Amounts that are worded as an interval, or open to one side, make the sum {span}." if span else ""


def _own_figures(targets: pd.DataFrame, totals: pd.Series, buyer: str) -> list[str]:
    """What the buyer says it will spend on all its computing, beside the schedule of the same years."""
    sentences = []
    for _, row in targets.sort_values(["period_end", "financial_id"]).iterrows():
        last = row["period_end"].year
        first = row["known_on"].year if row["metric"] == "compute_spend_target_cumulative" else last
        scheduled = formatting.usd_bn(float(totals[(totals.index >= first) & (totals.index <= last)].sum()))
        years = f"from {first} to {last}" if first < last else f"in {last}"
        reach = f"up to {last}" if first < last else f"in {last}"
        sentences.append(
            f"{buyer}'s own figure for all its computing {reach} is {formatting.usd_bn(row['value'])}; the schedule has {scheduled} {years}."
        )
    if sentences:
        sentences.append(
            "The two count different things: all computing, signed or not, on one side, listed deals with an amount on the other."
        )
    return sentences
