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

MOST_NAMED = 6


@rounding.inputs
def headline(ledger: Ledger, scope: Scope, suppliers: pd.DataFrame, counted: pd.DataFrame) -> Markdown:
    """The question as the heading of the page, and who sells and what falls due as its first lines.

    Frames from `by_supplier` and `payables`.
    """
    who = scope.buyer or "artificial intelligence"
    lines = [_sellers(scope, suppliers, counted), _due(ledger, scope)]
    opening = markdown_escape.escaped(" ".join(filter(None, lines)))
    return Markdown(f"# Who powers {markdown_escape.plain(who)}, and can it pay?\n\n{opening}")


def _sellers(scope: Scope, suppliers: pd.DataFrame, counted: pd.DataFrame) -> str:
    names = list(suppliers["supplier"])
    unpriced = list(dict.fromkeys(commitments.unpriced(counted)["counterparty"])) if len(counted) else []
    silent = [name for name in unpriced if name not in names]
    if not names and not silent:
        day = formatting.day(scope.as_of)
        return f"On {day} no contract of {scope.buyer or 'any buyer'} for computing had been published."
    if not names:
        return f"{scope.buyer} has signed up to buy computing from {formatting.names(silent, MOST_NAMED)}; no amount is public."
    also = f", and from {formatting.names(silent, MOST_NAMED)} for amounts that nobody has published" if silent else ""
    return f"{scope.buyer} has signed up to buy computing from {formatting.names(names, MOST_NAMED)}{also}."


def _due(ledger: Ledger, scope: Scope) -> str:
    """What may fall due next year beside what is earned now: neither is known to the dollar."""
    ahead, rate = year_ahead(ledger, scope), run_rate(ledger.financials, scope.buyer)
    if pd.isna(ahead.due_usd_bn):
        return ""
    low, high = formatting.about_usd(ahead.low_usd_bn), formatting.about_usd(ahead.high_usd_bn)
    span = (
        f"between {low} and {high}"
        if pd.notna(ahead.low_usd_bn) and low != high
        else f"about {formatting.about_usd(ahead.due_usd_bn)}"
    )
    earned = f"; it earns {formatting.about_usd(float(rate['value'].iloc[0]))} a year" if len(rate) else ""
    return f"In {ahead.year} {span} of it falls due{earned}."


@rounding.inputs
def trust(ledger: Ledger) -> str:
    """How much stands behind the figures, and since when."""
    conflict_rows = all_conflicts(ledger)
    disputed = int(conflict_rows["cause"].eq(REAL).sum()) if len(conflict_rows) else 0
    against = f", {formatting.count(disputed, 'contradiction')} shown" if disputed else ""
    return (
        f"[{formatting.count(len(ledger.deals), 'deal')}](partnership-timeline.html), "
        f"[{formatting.count(len(ledger.sources), 'graded source')}](evidence.html){against}. "
        f"Updated {formatting.day(ledger.as_of)}; [every figure](method.html) can be recomputed."
    )
