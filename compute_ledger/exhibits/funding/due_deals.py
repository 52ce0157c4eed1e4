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
def due_table(due: pd.DataFrame, schedules: Schedules, scope: Scope) -> Table | Exhibit:
    """The deals behind the years, with what is assumed of each; those without an amount at the end."""
    if due.empty:
        return Exhibit.empty(f"No deal that would be counted was known on {formatting.day(scope.as_of)}.", scope.as_of)
    years = covered_years(scope.as_of)
    rows = due[~due["due_usd_bn"].eq(0)].sort_values(["due_usd_bn", "deal_id"], ascending=[False, True])
    spread = schedules.yearly.pivot_table(index="deal_id", columns="year", values="due_usd_bn", aggfunc="sum")
    spread = spread.reindex(index=rows["deal_id"], columns=years).set_axis([f"y{year}" for year in years], axis=1)
    published = rows["due_usd_bn"].notna()
    spread = spread.astype(float).fillna(0.0)[published.to_numpy()].pipe(rounding.frame, 2)
    table = rows.assign(
        begins=rows["begins_on"].dt.strftime("%Y-%m-%d").where(published),
        start_is=rows["start_assumed"].map({True: "assumed: the announcement", False: "given"}).where(published),
        term=rows["years"].where(published),
        term_is=rows["term_assumed"].map({True: "assumed", False: "given"}).where(published),
    )
    return Table(
        caption="The contracts behind the years, and what is assumed of each",
        table=table.join(spread, on="deal_id"),
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
        note=f"Years: {spread_words(schedules)}. An empty amount: none is published. Of a deal that holds others in this table, only the rest is listed.",
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
