"""The first screen: the question, what it is about, and how far the figures can be trusted."""

import pandas as pd
from IPython.display import Markdown

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.evidence import all_conflicts
from compute_ledger.exhibits.overview.year_ahead import run_rate, year_ahead
from compute_ledger.exhibits.scope import Scope
from compute_ledger.ledger import Ledger
from compute_ledger.measures import commitments
from compute_ledger.measures.conflicts import REAL
from compute_ledger.shared import markdown_escape, rounding
from compute_ledger.shared.languages.phrases import number_of, phrase

MOST_NAMED = 6


@rounding.inputs
def headline(ledger: Ledger, scope: Scope, suppliers: pd.DataFrame, counted: pd.DataFrame) -> Markdown:
    """The question as the heading of the page, and who sells and what falls due as its first lines.

    Frames from `by_supplier` and `payables`.
    """
    who = scope.buyer or str(phrase("artificial intelligence"))
    lines = [_sellers(scope, suppliers, counted), _due(ledger, scope)]
    opening = markdown_escape.escaped(" ".join(filter(None, lines)))
    question = phrase("Who powers {buyer}, and can it pay?", buyer=markdown_escape.plain(who))
    return Markdown(f"# {question}\n\n{opening}")


def _sellers(scope: Scope, suppliers: pd.DataFrame, counted: pd.DataFrame) -> str:
    names = list(suppliers["supplier"])
    unpriced = list(dict.fromkeys(commitments.unpriced(counted)["counterparty"])) if len(counted) else []
    silent = [name for name in unpriced if name not in names]
    if not names and not silent:
        return _no_contract(scope)
    listed, rest = formatting.names(names, MOST_NAMED), formatting.names(silent, MOST_NAMED)
    if not names:
        words = phrase(
            "{buyer} has signed up to buy computing from {names}; no amount is public.", buyer=scope.buyer, names=rest
        )
    elif silent:
        words = phrase(
            "{buyer} has signed up to buy computing from {names}, and from {rest} for amounts that nobody has published.",
            buyer=scope.buyer,
            names=listed,
            rest=rest,
        )
    else:
        words = phrase("{buyer} has signed up to buy computing from {names}.", buyer=scope.buyer, names=listed)
    return str(words)


def _no_contract(scope: Scope) -> str:
    day = formatting.day(scope.as_of)
    if not scope.buyer:
        return str(phrase("On {day} no contract of any buyer for computing had been published.", day=day))
    words = phrase("On {day} no contract of {buyer} for computing had been published.", day=day, buyer=scope.buyer)
    return str(words)


def _due(ledger: Ledger, scope: Scope) -> str:
    """What may fall due next year beside what is earned now: neither is known to the dollar."""
    ahead, rate = year_ahead(ledger, scope), run_rate(ledger.financials, scope.buyer)
    if pd.isna(ahead.due_usd_bn):
        return ""
    low, high = formatting.about_usd(ahead.low_usd_bn), formatting.about_usd(ahead.high_usd_bn)
    span = (
        phrase("between {low} and {high}", low=formatting.without_unit(low, high), high=high)
        if pd.notna(ahead.low_usd_bn) and low != high
        else phrase("about {amount}", amount=formatting.about_usd(ahead.due_usd_bn))
    )
    if rate.empty:
        return str(phrase("In {year} {span} of it falls due.", year=ahead.year, span=span))
    earned = formatting.about_usd(float(rate["value"].iloc[0]))
    words = phrase(
        "In {year} {span} of it falls due; it earns {earned} a year.", year=ahead.year, span=span, earned=earned
    )
    return str(words)


@rounding.inputs
def trust(ledger: Ledger) -> str:
    """How much stands behind the figures, and since when."""
    conflict_rows = all_conflicts(ledger)
    disputed = int(conflict_rows["cause"].eq(REAL).sum()) if len(conflict_rows) else 0
    deals, sources = number_of(len(ledger.deals), "deal"), number_of(len(ledger.sources), "graded source")
    rows = f"[{deals}](partnership-timeline.html), [{sources}](evidence.html)"
    if disputed:
        rows = phrase("{rows}, {contradictions} shown", rows=rows, contradictions=number_of(disputed, "contradiction"))
    words = phrase(
        "{rows}. Updated {day}; [every figure](method.html) can be recomputed.",
        rows=rows,
        day=formatting.day(ledger.as_of),
    )
    return str(words)
