"""The deals behind the years, and what was really paid where that is known."""

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.funding.money_words import spread_words
from compute_ledger.exhibits.outputs import Exhibit, Table, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.measures.funding import covered_years
from compute_ledger.measures.payments.chosen_schedule import Schedules
from compute_ledger.shared import rounding


@exhibit("due-deals")
@rounding.inputs
def due_table(
    due: pd.DataFrame, schedules: Schedules, forked: pd.DataFrame, fork: Schedules, scope: Scope
) -> Table | Exhibit:
    """The deals behind the years, with what is assumed of each; those without an amount at the end.

    `forked` from `begun_when_announced`, `fork` its schedules: a deal with another reading of its start has two lines.
    """
    if due.empty:
        return Exhibit.empty(f"No deal that would be counted was known on {formatting.day(scope.as_of)}.", scope.as_of)
    years = covered_years(scope.as_of)
    rows = due[~due["due_usd_bn"].eq(0)].sort_values(["due_usd_bn", "deal_id"], ascending=[False, True])
    others = forked[forked["is_other_reading"] & (forked["due_usd_bn"] > 0)]
    table = _lines(rows, others, schedules, fork, years)
    return Table(
        caption="The contracts behind the years, and what is assumed of each",
        table=table,
        columns={
            "counterparty": ("Supplier", ""),
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
        note=f"Years: {spread_words(schedules)}. An empty amount: none is published. Of a deal that holds others in this table, only the rest is listed."
        + (
            " A start far ahead has a second line, which is in no sum: the term may be meant to run from the announcement."
            if len(others)
            else ""
        ),
    )


def _lines(
    rows: pd.DataFrame, others: pd.DataFrame, schedules: Schedules, fork: Schedules, years: list[int]
) -> pd.DataFrame:
    """A line a deal, and a second one below it for another reading of its start, with the words of what is assumed."""
    lines = pd.concat(
        [
            _with_years(rows, schedules, years).assign(other=False),
            _with_years(others, fork, years).assign(other=True, title="the same, begun when announced"),
        ]
    )
    lines = lines.sort_values(["due_usd_bn", "deal_id", "other"], ascending=[False, True, True], ignore_index=True)
    published = lines["due_usd_bn"].notna()
    return lines.assign(
        begins=lines["begins_on"].dt.strftime("%Y-%m-%d").where(published),
        start_is=lines["start_assumed"].map({True: "assumed: the announcement", False: "given"}).where(published),
        term=lines["years"].where(published),
        term_is=lines["term_assumed"].map({True: "assumed", False: "given"}).where(published),
    )


def _with_years(rows: pd.DataFrame, schedules: Schedules, years: list[int]) -> pd.DataFrame:
    """What falls due of each deal by year on the chosen schedule, columns y2026 and so on; missing without an amount."""
    spread = schedules.yearly.pivot_table(index="deal_id", columns="year", values="due_usd_bn", aggfunc="sum")
    spread = spread.reindex(index=rows["deal_id"], columns=years).set_axis([f"y{year}" for year in years], axis=1)
    spread = spread.astype(float).fillna(0.0)[rows["due_usd_bn"].notna().to_numpy()].pipe(rounding.frame, 2)
    return rows.join(spread, on="deal_id")


@rounding.inputs
def fork_finding(
    due: pd.DataFrame, schedules: Schedules, forked: pd.DataFrame, fork: Schedules, scope: Scope
) -> Finding:
    """What the years would take if terms with a start far ahead ran from the announcement. Frames as in `due_table`."""
    others = forked[forked["is_other_reading"] & (forked["due_usd_bn"] > 0)]
    if others.empty:
        nothing = f"No contract of {scope.buyer} with an amount begins a year or more after its announcement."
        return Finding(name="fork", detail=nothing)
    mine = due[due["deal_id"].isin(others["deal_id"])]
    both = zip(others["counterparty"], mine["begins_on"], others["begins_on"], strict=True)
    starts = formatting.names(
        f"{name} from {formatting.day(announced)} instead of {formatting.day(start)}" for name, start, announced in both
    )
    first, last = schedules.lines[schedules.chosen].index[[0, -1]]
    evenly = formatting.about_usd(float(fork.lines["flat"].iloc[0]))
    if schedules.band.admissible and not fork.band.admissible:
        claim = "No schedule that meets all published figures is left if the term of a start far ahead runs from the announcement"
    else:
        here, there = (line.lines[line.chosen] for line in (schedules, fork))
        claim = (
            f"If the term of a start far ahead ran from the announcement, {formatting.about_usd(float(there.iloc[0]))} would fall due in {first} "
            f"and {formatting.about_usd(float(there.iloc[-1]))} in {last}, instead of {formatting.about_usd(float(here.iloc[0]))} and {formatting.about_usd(float(here.iloc[-1]))}"
        )
    return Finding(
        name="fork",
        claim=claim,
        detail=f"Read so: {starts}; spread evenly {evenly} in {first}. Such a start need not stand on the page that prints the amount; the table has a line for each reading.",
        rests_on={"deals": mine},
    )


@rounding.inputs
def paid_finding(paid: pd.DataFrame, due: pd.DataFrame, sources: pd.DataFrame, scope: Scope) -> Finding:
    """What was paid in a year, where that is published, beside a year of the same supplier's contracts.

    `paid` from `measures.funding.payments_made`, `due` from `due_deals`.
    """
    if paid.empty:
        unknown = f"What {scope.buyer} has really paid to any of these suppliers in a year is not known."
        return Finding(name="paid", detail=unknown)
    used = due[(due["due_usd_bn"] > 0) & due["counterparty"].isin(paid["supplier"])]
    row = paid.iloc[-1]
    own = used[used["counterparty"] == row["supplier"]]
    a_year = float((own["due_usd_bn"] / own["years"]).sum())
    assumed = (
        f" (term of {formatting.number(float(own['years'].max()))} years assumed)" if own["term_assumed"].any() else ""
    )
    noted = f" The ledger notes: {row['note']}." if pd.notna(row["note"]) and row["note"] else ""
    claim = f"In {row['year']} {scope.buyer} paid {row['supplier']} {formatting.usd_bn(row['value'])}; " + (
        f"its contracts come to {formatting.about_usd(a_year)} a year if spread evenly{assumed}, {formatting.number(a_year / row['value'])} times as much"
        if a_year
        else "no contract with an amount stands beside it"
    )
    return Finding(
        name="paid",
        claim=claim,
        detail=f"Source: {formatting.cite(paid.tail(1), sources)}.{noted} No other payment of a whole year to these suppliers is published; another would narrow the schedule.",
        rests_on={"financials": paid, "deals": used},
    )
