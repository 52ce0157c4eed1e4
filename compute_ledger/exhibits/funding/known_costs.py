"""What is known of costs and debt beside the contracts: half-years, what plans imply, and what the ledger lacks."""

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.scope import Scope
from compute_ledger.measures.payments.half_years import DIFFERENCE, HALF_METRICS, implied_other_costs
from compute_ledger.shared import rounding

ITEM_WORDS = {
    "revenue": "revenue",
    "total_costs": "costs",
    "operating_loss": "an operating loss",
    "cash_burn": "a cash burn",
}
HALVES = {"H1": "first", "H2": "second"}


@rounding.inputs
def costs_finding(halves: pd.DataFrame, revenue: pd.Series, financials: pd.DataFrame, scope: Scope) -> Finding:
    """Newest half-year beside the one a year before, what plans imply for other costs, whose debt it is, what lacks.

    `halves` from `measures.payments.half_years`, `revenue` by year on the chosen path, `financials` of the ledger.
    """
    own = financials[financials["entity"] == scope.buyer]
    plans = _plans(own)
    sentences = [*_earlier(halves), *_implied(plans, revenue), _lacking(halves, own)]
    used = halves["financial_ids"].explode().tolist()
    behind = financials[financials["financial_id"].isin([*used, *plans["financial_id"]])]
    return Finding(
        name="costs", claim=_newest(halves, scope), detail=" ".join(sentences), rests_on={"financials": behind}
    )


def _half_words(half: str) -> str:
    """'the first half of 2026'."""
    return f"the {HALVES[half[4:]]} half of {half[:4]}"


def _amounts(rows: pd.DataFrame) -> str:
    values = rows.set_index("item")["value_usd_bn"]
    return formatting.names(
        f"{words} of {formatting.usd_bn(float(values[item]))}" for item, words in ITEM_WORDS.items() if item in values
    )


def _newest(halves: pd.DataFrame, scope: Scope) -> str:
    if halves.empty:
        return ""
    newest = halves["half"].max()
    before = f"{int(newest[:4]) - 1}{newest[4:]}"
    claim = f"In {_half_words(newest)} {scope.buyer} had {_amounts(halves[halves['half'] == newest])}"
    earlier = halves[halves["half"] == before]
    return f"{claim}; a year before {_amounts(earlier)}" if len(earlier) else claim


def _earlier(halves: pd.DataFrame) -> list[str]:
    """The half-year between the two of the claim, which may be the difference of a year and its first half."""
    halves_before = halves[halves["half"] < halves["half"].max()] if len(halves) else halves
    between = halves_before[halves_before["half"] == halves_before["half"].max()] if len(halves_before) else halves
    if between.empty or len(halves_before["half"].unique()) < 2:
        return []
    how = " (the year less its first half)" if between["made_of"].eq(DIFFERENCE).any() else ""
    return [f"In {_half_words(between['half'].iloc[0])}{how} it was {_amounts(between)}."]


def _plans(own: pd.DataFrame) -> pd.DataFrame:
    """The newest plan of a burn and of all computing with infrastructure, where both run up to one year."""
    rows = own[own["metric"].isin(["cash_burn_plan_cumulative", "infrastructure_spend_plan_cumulative"])]
    newest = rows.sort_values("known_on", kind="stable").drop_duplicates("metric", keep="last")
    spans = set(zip(newest["period_end"].dt.year, newest["known_on"], strict=True))
    return newest.sort_values("metric", kind="stable") if len(newest) == 2 and len(spans) == 1 else newest.iloc[:0]


def _implied(plans: pd.DataFrame, revenue: pd.Series) -> list[str]:
    """What revenue of the path and the planned burn leave beside the plan for computing."""
    if plans.empty:
        return ["What it will spend on other things than computing is not published."]
    last, first = int(plans["period_end"].dt.year.iloc[0]), int(plans["known_on"].dt.year.iloc[0])
    years = revenue[(revenue.index >= first) & (revenue.index <= last)]
    if years.isna().any() or len(years) < last - first + 1:
        return ["What it will spend on other things than computing is not published."]
    burn, computing = (float(value) for value in plans["value"])
    rest = implied_other_costs(float(years.sum()), burn, computing)
    what = (
        f"revenue of this path ({formatting.about_usd(float(years.sum()))}) and a planned burn of {formatting.usd_bn(burn)}, "
        f"less {formatting.usd_bn(computing)} for computing and infrastructure"
    )
    return [
        f"Other costs of the years ahead are not published; its plans imply {formatting.about_usd(rest)} from {first} to {last}: {what}."
    ]


def _lacking(halves: pd.DataFrame, own: pd.DataFrame) -> str:
    """What the ledger has no figure of, and what would change the sum."""
    line = " beside a credit line" if own["metric"].eq("credit_line").any() else ""
    never = [formatting.metric(item) for item in HALF_METRICS if item not in set(halves["item"])]
    lacks = [
        *([f"no debt of its own{line}"] if not own["metric"].isin(["debt", "bonds"]).any() else []),
        *([f"no half-year of {' or of '.join(never)}"] if never else []),
    ]
    missing = f"The ledger has {' and '.join(lacks)}. " if lacks else ""
    return f"{missing}What partners borrow is in the chapter on capital loops."
