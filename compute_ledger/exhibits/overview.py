"""The front page: the answer in a paragraph and the key figures that other programs read too."""

import pandas as pd

from ..ledger import Ledger
from ..measures import commitments, market
from ..measures.concentration import summary
from . import prose
from .evidence import all_conflicts
from .outputs import KeyFigure, KeyFigures

CONCENTRATION, MARKET = "commitment-concentration.html", "cloud-market-shares.html"
TIMELINE, EVIDENCE = "partnership-timeline.html", "evidence.html"


def run_rate(financials: pd.DataFrame, buyer: str) -> pd.DataFrame:
    """The newest annualised run rate of revenue of the buyer: one row of `financials`, or none."""
    rows = financials[
        (financials["entity"] == buyer) & (financials["metric"] == "run_rate") & ~financials["is_projection"]
    ]
    return rows.sort_values(["period_end", "known_on"]).tail(1)


def market_rows(ledger: Ledger) -> pd.DataFrame:
    """The named shares of the newest quarter of the first estimate that the ledger holds."""
    for estimate in market.ESTIMATES:
        shares = market.one_estimate(ledger.market_shares, estimate)
        if len(market.named(shares)):
            return market.latest_shares(shares, market.pick_quarter(shares, "latest"))
    return ledger.market_shares.iloc[:0]


def answer(ledger: Ledger, buyer: str, suppliers: pd.DataFrame) -> str:
    """Who powers the buyer, in three sentences."""
    if suppliers.empty:
        return f"On {prose.day(ledger.as_of)} no firm amount promised by {buyer or 'any buyer'} had been published."
    numbers, leader = summary(suppliers), suppliers.iloc[0]
    shares = market_rows(ledger)
    text = (
        f"**{leader['supplier']} leads.** By what was known on {prose.day(ledger.as_of)}, {buyer} has promised {prose.usd_bn(numbers['total'])} in firm deals "
        f"with a published amount to {prose.count(len(suppliers), 'supplier')}: {prose.names(suppliers['supplier'] + ' ' + suppliers['counted'].map(prose.number))}. "
        f"That is as concentrated as {prose.equal_suppliers(numbers['effective_suppliers'])}."
    )
    if len(shares) >= 3:
        top = market.top_k(shares)
        text += f" The three largest clouds of the world, {prose.names(shares['provider'].head(3))}, hold {prose.pct(top['share_pct'])} of their market."
    return text


def key_figures(ledger: Ledger, buyer: str, counted: pd.DataFrame, suppliers: pd.DataFrame) -> KeyFigures:
    """The figures on the cards; each leads to the chapter that derives it.

    A figure that cannot be computed on the day keeps its place with the value null.
    """
    none = float("nan")
    numbers = summary(suppliers)
    leader, share = (suppliers["supplier"].iloc[0], suppliers["share_pct"].iloc[0]) if len(suppliers) else (None, none)
    total = numbers["total"] if len(suppliers) else none
    shares = market_rows(ledger)
    top3 = market.top_k(shares)["share_pct"] if len(shares) >= 3 else none
    rate = run_rate(ledger.financials, buyer)
    deals = commitments.buyer_deals(ledger.deals, buyer)[1] if buyer else ledger.deals
    yearly = commitments.payables(deals, ledger.as_of, basis="annualised")["counted"].sum() if len(deals) else none
    times = yearly / float(rate["value"].iloc[0]) if len(rate) else none
    disagreements = len(all_conflicts(ledger))
    quarter = prose.quarter(shares["quarter"].iloc[0]) if len(shares) else ""
    unpriced = commitments.unpriced(counted)
    outside = f"{prose.names(unpriced['counterparty'])} outside: no published amount" if len(unpriced) else ""
    rated = (
        f"run rate of {prose.usd_bn(rate['value'].iloc[0])} ({rate['period'].iloc[0]}); 5 years where no term is published"
        if len(rate)
        else ""
    )
    figures = (
        KeyFigure("firm_payables_usd_bn", "Firm payables with a published amount", total, "USD bn", prose.usd_bn(total) if len(suppliers) else "none published", outside, f"{CONCENTRATION}#ranked-shares"),
        KeyFigure("leading_counterparty", "Largest supplier", leader, "", leader or "n/a", "", f"{CONCENTRATION}#ranked-shares"),
        KeyFigure("leading_share_pct", "Share of the largest supplier", share, "%", prose.pct(share), "of firm payables", f"{CONCENTRATION}#ranked-shares"),
        KeyFigure("hhi", "HHI of firm payables", numbers["hhi"], "0 to 10,000", prose.number(numbers["hhi"], 0), f"{prose.between(numbers['hhi_low'], numbers['hhi_high'])} over disputed amounts" if len(suppliers) else "", f"{CONCENTRATION}#hhi-history"),
        KeyFigure("effective_suppliers", "Effective number of suppliers", numbers["effective_suppliers"], "suppliers", prose.number(numbers["effective_suppliers"], 2), f"of {len(suppliers)} with an amount", f"{CONCENTRATION}#effective-suppliers"),
        KeyFigure("yearly_commitments_to_run_rate", "Yearly commitments to run-rate revenue", times, "times", f"{prose.number(times)} times" if pd.notna(times) else "n/a", rated, f"{CONCENTRATION}#ranked-shares"),
        KeyFigure("cloud_top3_share_pct", "Three largest clouds together", top3, "%", prose.pct(top3), f"of the world market, {quarter}", f"{MARKET}#latest-shares"),
        KeyFigure("deals", "Deals known", len(deals), "count", f"{len(deals)}", "ended ones included", f"{TIMELINE}#deal-table"),
        KeyFigure("claims", "Claims in the ledger", len(ledger.claims), "count", f"{len(ledger.claims):,}", "figures as one source prints them", f"{EVIDENCE}#claims"),
        KeyFigure("sources", "Sources", len(ledger.sources), "count", f"{len(ledger.sources):,}", "publications behind them", f"{EVIDENCE}#grades"),
        KeyFigure("conflicts", "Conflicts between claims", disagreements, "count", f"{disagreements:,}", "computed, each settled with a reason", f"{EVIDENCE}#conflicts"),
    )  # fmt: skip
    return KeyFigures(ledger.as_of, figures)
