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
from compute_ledger.shared.languages.phrases import number_of, phrase

TOTAL = "firm_payables_usd_bn"


@rounding.inputs
def answer(
    ledger: Ledger, scope: Scope, suppliers: pd.DataFrame, counted: pd.DataFrame, figures: KeyFigures
) -> Finding:
    """What the buyer has signed for, with whom, and what of it falls due against what it earns."""
    if suppliers.empty:
        return Finding(name="answer", detail=_nothing(scope))
    by_id = {figure.id: figure for figure in figures.figures}
    each = formatting.names(suppliers["supplier"] + " " + suppliers["counted"].map(formatting.usd_bn), len(suppliers))
    shares, priced = market_rows(ledger), counted[counted["counted"] > 0]
    sentences = [
        phrase(
            "As known on {day}, at full value and from {rows}: {each}.",
            day=formatting.day(scope.as_of),
            rows=formatting.graded(priced),
            each=each,
        ),
        scope.no_index,
        _due_sentence(by_id),
        _market_sentence(shares, str(suppliers["supplier"].iloc[0])),
    ]
    rests_on = {"deals": priced, "market_shares": shares}
    claim = _claim(suppliers, by_id, scope)
    return Finding(name="answer", claim=claim, detail=" ".join(filter(None, sentences)), rests_on=rests_on)


def _nothing(scope: Scope) -> str:
    day = formatting.day(scope.as_of)
    if not scope.buyer:
        return str(phrase("On {day} no contract of any buyer with an amount had been published.", day=day))
    words = phrase("On {day} no contract of {buyer} with an amount had been published.", day=day, buyer=scope.buyer)
    return str(words)


def _claim(suppliers: pd.DataFrame, by_id: dict[str, KeyFigure], scope: Scope) -> str:
    two = by_id["two_largest_share_pct"]
    claim = phrase(
        "{buyer} has signed up to buy {total} of computing from {suppliers} public",
        buyer=scope.buyer,
        total=formatting.about_usd(float(by_id[TOTAL].value or 0)),
        suppliers=number_of(len(suppliers), "supplier whose amount is", "suppliers whose amounts are"),
    )
    if pd.isna(two.value):
        return str(claim)
    leaders = formatting.names(suppliers["supplier"].head(2))
    words = phrase("{claim}; {leaders} account for {share} of it", claim=claim, leaders=leaders, share=two.text)
    return str(words)


def _due_sentence(by_id: dict[str, KeyFigure]) -> str:
    due, earned, times = (by_id[name] for name in ("due_next_year_usd_bn", "run_rate_usd_bn", "due_to_run_rate"))
    if pd.isna(times.value):
        return ""
    year, span = due.note.partition("; ")[::2]
    words = phrase(
        "About {due} of it falls due in {year} ({span}), {times} its revenue of {earned} a year at the rate of {period}.",
        due=due.text,
        year=year.strip(),
        span=span.partition("; ")[0].strip(),
        times=times.text,
        earned=earned.text,
        period=earned.note,
    )
    return str(words)


def _market_sentence(shares: pd.DataFrame, leader: str) -> str:
    """The largest clouds beside the largest supplier, which may be none of them."""
    if len(shares) < 3:
        return ""
    largest = shares.head(3)
    top_pct = formatting.pct(market_estimates.top_k(shares)["share_pct"], 0)
    places = {"providers": formatting.names(largest["provider"]), "share": top_pct, "leader": leader}
    own = shares[shares["provider"] == leader]
    if leader in set(largest["provider"]):
        return str(phrase("{providers} hold {share} of the cloud market, the largest supplier among them.", **places))
    if own.empty:
        words = phrase(
            "{providers} hold {share} of the cloud market, yet the largest part of these orders went to {leader}.",
            **places,
        )
        return str(words)
    words = phrase(
        "{providers} hold {share} of the cloud market, yet the largest part of these orders went to {leader}, "
        "which has {part} of it.",
        part=formatting.pct(own["share_pct"].iloc[0], 0),
        **places,
    )
    return str(words)


def _without_amount(table: pd.DataFrame) -> str:
    """The largest capacities of deals that print no amount, each with what it measures; frame of `by_supplier`."""
    largest = table[table["capacity_gw"] > 0].astype({"capacity_gw": "float64"})
    largest = largest.sort_values(["capacity_gw", "supplier"], ascending=[False, True], key=rounding.column).head(3)
    if largest.empty:
        return ""
    figures = [formatting.capacity(row["capacity_gw"], row["basis"]) for _, row in largest.iterrows()]
    each = formatting.names(largest["supplier"] + " " + figures)
    return str(phrase("Deals with a capacity and no amount are in no sum, above all {each}.", each=each))


@rounding.inputs
def certainty(ledger: Ledger, scope: Scope, counted: pd.DataFrame, figures: KeyFigures, strict: KeyFigures) -> Finding:
    """How sure the total is, and what would change it. `strict`: the figures from sources of the best grade alone."""
    if not strength(figures, ledger)["figure"].eq(TOTAL).any():
        nothing = phrase("How sure a total would be cannot be said without an amount.")
        return Finding(name="certainty", detail=nothing)
    strict_total = next(figure for figure in strict.figures if figure.id == TOTAL)
    total = next(figure.text for figure in figures.figures if figure.id == TOTAL)
    strictly = (
        phrase("From sources of grade A alone the {total} would be {strict}", total=total, strict=strict_total.text)
        if pd.notna(strict_total.value)
        else phrase("No amount of the {total} rests on a source of grade A", total=total)
    )
    without = list(commitments.unpriced(counted)["counterparty"]) if counted["counted"].isna().any() else []
    unknown = phrase("Contracts without an amount, with {names}, would add to it.", names=formatting.names(without))
    rows = capacity.standing_capacity(ledger.capacities, scope.deals(ledger), scope.as_of)
    unspoken = rows[rows["amount_usd_bn"].isna()]
    return Finding(
        name="certainty",
        claim=strictly,
        detail=" ".join(
            filter(None, [_what_it_is(), unknown if without else "", _without_amount(capacity.by_supplier(unspoken))])
        ),
        rests_on={"deals": counted[counted["counted"].notna()], "capacities": unspoken},
    )


def _what_it_is() -> str:
    words = phrase(
        "It is the full value of contracts, not cash paid, and not owed before the computing is delivered: most terms, "
        "yearly payments and rights to leave are unpublished, and a right to leave would make it smaller."
    )
    return str(words)
