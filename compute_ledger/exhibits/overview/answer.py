"""The front page: the answer in a paragraph, and the key figures that other programs read too."""

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.evidence.conflict_charts import all_conflicts
from compute_ledger.exhibits.outputs import KeyFigure, KeyFigures
from compute_ledger.ledger import Ledger
from compute_ledger.measures import commitments
from compute_ledger.measures.concentration import summary
from compute_ledger.measures.market import market_estimates
from compute_ledger.shared import rounding

CONCENTRATION, MARKET = "commitment-concentration.html", "cloud-market-shares.html"
TIMELINE, EVIDENCE = "partnership-timeline.html", "evidence.html"


@rounding.inputs
def run_rate(financials: pd.DataFrame, buyer: str) -> pd.DataFrame:
    """The newest annualised run rate of revenue of the buyer: one row of `financials`, or none."""
    rows = financials[
        (financials["entity"] == buyer) & (financials["metric"] == "run_rate") & ~financials["is_projection"]
    ]
    return rows.sort_values(["period_end", "known_on", "financial_id"]).tail(1)


@rounding.inputs
def market_rows(ledger: Ledger) -> pd.DataFrame:
    """The named shares of the newest quarter of the first estimate that the ledger holds."""
    for estimate in market_estimates.ESTIMATES:
        shares = market_estimates.one_estimate(ledger.market_shares, estimate)
        if len(market_estimates.named(shares)):
            return market_estimates.latest_shares(shares, market_estimates.pick_quarter(shares, "latest"))
    return ledger.market_shares.iloc[:0]


@rounding.inputs
def answer(ledger: Ledger, buyer: str, suppliers: pd.DataFrame) -> str:
    """Who powers the buyer, in three sentences."""
    if suppliers.empty:
        return (
            f"On {formatting.day(ledger.as_of)} no firm amount promised by {buyer or 'any buyer'} had been published."
        )
    numbers, leader = summary(suppliers), suppliers.iloc[0]
    shares = market_rows(ledger)
    text = (
        f"**{leader['supplier']} leads.** By what was known on {formatting.day(ledger.as_of)}, {buyer} has promised {formatting.usd_bn(numbers['total'])} in firm deals "
        f"with a published amount to {formatting.count(len(suppliers), 'supplier')}: {formatting.names(suppliers['supplier'] + ' ' + suppliers['counted'].map(formatting.number))}. "
        f"That is as concentrated as {formatting.equal_suppliers(numbers['effective_suppliers'])}."
    )
    if len(shares) >= 3:
        top = market_estimates.top_k(shares)
        text += f" The three largest clouds of the world, {formatting.names(shares['provider'].head(3))}, hold {formatting.pct(top['share_pct'])} of their market."
    return text


@rounding.inputs
def key_figures(ledger: Ledger, buyer: str, counted: pd.DataFrame, suppliers: pd.DataFrame) -> KeyFigures:
    """The figures on the cards; each leads to the chapter that derives it and to the rows behind it.

    A figure that cannot be computed on the day keeps its place with the value null.
    """
    figures = (
        *_promised(counted, suppliers),
        _yearly(ledger, buyer),
        _clouds(ledger),
        *_holdings(ledger, buyer),
    )
    return KeyFigures(ledger.as_of, figures)


def _promised(counted: pd.DataFrame, suppliers: pd.DataFrame) -> tuple[KeyFigure, ...]:
    """Payables, the largest supplier and how concentrated the payables are."""
    numbers, some = summary(suppliers), len(suppliers) > 0
    leader = suppliers["supplier"].iloc[0] if some else None
    share = suppliers["share_pct"].iloc[0] if some else float("nan")
    total = numbers["total"] if some else float("nan")
    outside = formatting.names(commitments.unpriced(counted)["counterparty"]) if counted["counted"].isna().any() else ""
    all_rows = {"deals": counted[counted["counted"].notna()]}
    of_leader = {"deals": all_rows["deals"][all_rows["deals"]["counterparty"] == leader]}
    return (
        KeyFigure("firm_payables_usd_bn", "Firm payables with a published amount", total, "USD bn", formatting.usd_bn(total) if some else "none published", f"{outside} outside: no published amount" if outside else "", f"{CONCENTRATION}#ranked-shares", all_rows),
        KeyFigure("leading_counterparty", "Largest supplier", leader, "", leader or "n/a", "", f"{CONCENTRATION}#ranked-shares", of_leader),
        KeyFigure("leading_share_pct", "Share of the largest supplier", share, "%", formatting.pct(share), "of firm payables", f"{CONCENTRATION}#ranked-shares", all_rows),
        KeyFigure("hhi", "HHI of firm payables", numbers["hhi"], "0 to 10,000", formatting.number(numbers["hhi"], 0), formatting.disputed(numbers["hhi_low"], numbers["hhi_high"]) if some else "", f"{CONCENTRATION}#hhi-history", all_rows),
        KeyFigure("effective_suppliers", "Effective number of suppliers", numbers["effective_suppliers"], "suppliers", formatting.number(numbers["effective_suppliers"], 2), f"of {len(suppliers)} with an amount", f"{CONCENTRATION}#effective-suppliers", all_rows),
    )  # fmt: skip


def _yearly(ledger: Ledger, buyer: str) -> KeyFigure:
    """What a year of the firm deals costs, as a multiple of the newest run rate."""
    rate = run_rate(ledger.financials, buyer)
    deals = commitments.buyer_deals(ledger.deals, buyer)[1] if buyer else ledger.deals
    yearly = commitments.payables(deals, ledger.as_of, basis="annualised")
    due = yearly["counted"].sum()
    times = due / float(rate["value"].iloc[0]) if len(rate) else float("nan")
    note = ""
    if len(rate):
        assumed = yearly["term_assumed"] & yearly["counted"].notna()
        note = f"{formatting.usd_bn(due)} a year to a run rate of {formatting.usd_bn(rate['value'].iloc[0])} ({formatting.period(rate['period'].iloc[0])})"
        note += "; 5 years where no term is published" if assumed.any() else ""
    return KeyFigure("yearly_commitments_to_run_rate", "Yearly commitments to run-rate revenue", times, "times", f"{formatting.number(times)} times" if pd.notna(times) else "n/a", note, "funding-gap.html", {"financials": rate, "deals": yearly[yearly["counted"].notna()]})  # fmt: skip


def _clouds(ledger: Ledger) -> KeyFigure:
    """The three largest clouds of the newest quarter."""
    shares = market_rows(ledger)
    top = shares.head(3) if len(shares) >= 3 else shares.iloc[:0]
    value = market_estimates.top_k(top)["share_pct"] if len(top) else float("nan")
    note = f"of the world market, {formatting.quarter(top['quarter'].iloc[0])}" if len(top) else ""
    return KeyFigure("cloud_top3_share_pct", "Three largest clouds together", value, "%", formatting.pct(value), note, f"{MARKET}#latest-shares", {"market_shares": top})  # fmt: skip


def _holdings(ledger: Ledger, buyer: str) -> tuple[KeyFigure, ...]:
    """What the ledger holds; these count its own rows, which the pages they lead to list one by one."""
    deals = commitments.buyer_deals(ledger.deals, buyer)[1] if buyer else ledger.deals
    found = len(all_conflicts(ledger))
    return (
        KeyFigure("deals", "Deals known", len(deals), "count", f"{len(deals)}", "ended ones included", f"{TIMELINE}#deal-table"),
        KeyFigure("claims", "Claims in the ledger", len(ledger.claims), "count", f"{len(ledger.claims):,}", "figures as one source prints them", f"{EVIDENCE}#claims"),
        KeyFigure("sources", "Sources", len(ledger.sources), "count", f"{len(ledger.sources):,}", "publications behind them", f"{EVIDENCE}#grades"),
        KeyFigure("conflicts", "Conflicts between claims", found, "count", f"{found:,}", "computed, each settled with a reason", f"{EVIDENCE}#conflicts"),
    )  # fmt: skip
