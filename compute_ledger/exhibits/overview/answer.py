"""The finding of the first page in plain English, how sure it is, and what would change it."""

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.evidence import strength
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import KeyFigure, KeyFigures
from compute_ledger.exhibits.overview.first_figures import market_rows
from compute_ledger.exhibits.scope import Scope
from compute_ledger.ledger import Ledger
from compute_ledger.measures import capacity, commitments
from compute_ledger.measures.market import market_estimates
from compute_ledger.shared import rounding

TOTAL = "firm_payables_usd_bn"


@rounding.inputs
def answer(
    ledger: Ledger, scope: Scope, suppliers: pd.DataFrame, counted: pd.DataFrame, figures: KeyFigures
) -> Finding:
    """What the buyer has signed for, with whom, and what of it falls due against what it earns."""
    if suppliers.empty:
        promised = f"no contract of {scope.buyer or 'any buyer'} with an amount had been published"
        return Finding(name="answer", detail=f"On {formatting.day(scope.as_of)} {promised}.")
    by_id = {figure.id: figure for figure in figures.figures}
    total, two = by_id[TOTAL], by_id["two_largest_share_pct"]
    claim = (
        f"{scope.buyer} has signed up to buy {formatting.about_usd(float(total.value or 0))} of computing from "
        f"{formatting.count(len(suppliers), 'supplier whose amount is', 'suppliers whose amounts are')} public"
    )
    if two.text != "n/a":
        claim += f"; {formatting.names(suppliers['supplier'].head(2))} account for {two.text} of it"
    each = formatting.names(suppliers["supplier"] + " " + suppliers["counted"].map(formatting.usd_bn), len(suppliers))
    shares, priced = market_rows(ledger), counted[counted["counted"] > 0]
    sentences = [
        f"As known on {formatting.day(scope.as_of)}, at full value and from {formatting.graded(priced)}: {each}.",
        scope.no_index,
        _due_sentence(by_id),
        _market_sentence(shares, str(suppliers["supplier"].iloc[0])),
    ]
    rests_on = {"deals": priced, "market_shares": shares}
    return Finding(name="answer", claim=claim, detail=" ".join(filter(None, sentences)), rests_on=rests_on)


def _due_sentence(by_id: dict[str, KeyFigure]) -> str:
    due, earned, times = (by_id[name] for name in ("due_next_year_usd_bn", "run_rate_usd_bn", "due_to_run_rate"))
    if times.text == "n/a":
        return ""
    year, span = due.note.partition("; ")[::2]
    return f"About {due.text} of it falls due in {year} ({span.partition(';')[0]}), {times.text} its revenue of {earned.text} a year at the rate of {earned.note}."


def _market_sentence(shares: pd.DataFrame, leader: str) -> str:
    """The largest clouds beside the largest supplier, which may be none of them."""
    if len(shares) < 3:
        return ""
    largest = shares.head(3)
    top_pct = formatting.pct(market_estimates.top_k(shares)["share_pct"], 0)
    together = f"{formatting.names(largest['provider'])} hold {top_pct} of the cloud market"
    own = shares[shares["provider"] == leader]
    if leader in set(largest["provider"]):
        return f"{together}, the largest supplier among them."
    has_share = f", which has {formatting.pct(own['share_pct'].iloc[0], 0)} of it" if len(own) else ""
    return f"{together}, yet the largest part of these orders went to {leader}{has_share}."


def _without_amount(table: pd.DataFrame) -> str:
    """The largest capacities of deals that print no amount, each with what it measures; frame of `by_supplier`."""
    largest = table[table["capacity_gw"] > 0].astype({"capacity_gw": "float64"})
    largest = largest.sort_values(["capacity_gw", "supplier"], ascending=[False, True], key=rounding.column).head(3)
    if largest.empty:
        return ""
    figures = [formatting.capacity(row["capacity_gw"], row["basis"]) for _, row in largest.iterrows()]
    return f"Deals with a capacity and no amount are in no sum, above all {formatting.names(largest['supplier'] + ' ' + figures)}."


@rounding.inputs
def certainty(ledger: Ledger, scope: Scope, counted: pd.DataFrame, figures: KeyFigures, strict: KeyFigures) -> Finding:
    """How sure the total is, and what would change it. `strict`: the figures from sources of the best grade alone."""
    if not strength(figures, ledger)["figure"].eq(TOTAL).any():
        return Finding(name="certainty", detail="How sure a total would be cannot be said without an amount.")
    strict_total = next(figure for figure in strict.figures if figure.id == TOTAL)
    total = next(figure.text for figure in figures.figures if figure.id == TOTAL)
    strictly = (
        f"From sources of grade A alone the {total} would be {strict_total.text}"
        if pd.notna(strict_total.value)
        else f"No amount of the {total} rests on a source of grade A"
    )
    without = list(commitments.unpriced(counted)["counterparty"]) if counted["counted"].isna().any() else []
    unknown = f" Contracts without an amount, with {formatting.names(without)}, would add to it." if without else ""
    rows = capacity.standing_capacity(ledger.capacities, scope.deals(ledger), scope.as_of)
    unspoken = rows[rows["amount_usd_bn"].isna()]
    return Finding(
        name="certainty",
        claim=strictly,
        detail=(
            "It is the full value of contracts, not cash paid, and not owed before the computing is delivered: most terms, "
            f"yearly payments and rights to leave are unpublished, and a right to leave would make it smaller.{unknown} {_without_amount(capacity.by_supplier(unspoken))}"
        ).strip(),
        rests_on={"deals": counted[counted["counted"].notna()], "capacities": unspoken},
    )
