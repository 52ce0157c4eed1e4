"""The front page: the answer in a paragraph, and the key figures that other programs read too."""

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.evidence.conflict_charts import all_conflicts
from compute_ledger.exhibits.evidence_links import Behind
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import KeyFigure, KeyFigures
from compute_ledger.exhibits.scope import Scope
from compute_ledger.ledger import Ledger
from compute_ledger.measures import capacity, commitments
from compute_ledger.measures.concentration import summary
from compute_ledger.measures.conflicts import REAL
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
def answer(ledger: Ledger, scope: Scope, suppliers: pd.DataFrame, counted: pd.DataFrame) -> Finding:
    """Who powers the buyer, in a few sentences, and the largest capacities that no amount speaks of."""
    if suppliers.empty:
        promised = f"no firm amount promised by {scope.buyer or 'any buyer'} had been published"
        return Finding(name="answer", detail=f"On {formatting.day(scope.as_of)} {promised}.")
    numbers, leader = summary(suppliers), suppliers.iloc[0]
    shares = market_rows(ledger)
    detail = (
        f"By what was known on {formatting.day(scope.as_of)}, {scope.buyer} has promised {formatting.usd_bn(numbers['total'])} in firm deals "
        f"with a published amount to {formatting.count(len(suppliers), 'supplier')}: {formatting.names(suppliers['supplier'] + ' ' + suppliers['counted'].map(formatting.number))}. "
        + (
            scope.no_index
            or f"That is as concentrated as {formatting.equal_suppliers(numbers['effective_suppliers'])}."
        )
    )
    if len(shares) >= 3:
        top = market_estimates.top_k(shares)
        detail += f" The three largest clouds of the world, {formatting.names(shares['provider'].head(3))}, hold {formatting.pct(top['share_pct'])} of their market."
    rows = capacity.standing_capacity(ledger.capacities, scope.deals(ledger), scope.as_of)
    unspoken = rows[rows["amount_usd_bn"].isna()]
    detail += _without_amount(capacity.by_supplier(unspoken))
    rests_on = {"deals": counted[counted["counted"] > 0], "capacities": unspoken, "market_shares": shares}
    return Finding(name="answer", claim=f"{leader['supplier']} leads", detail=detail, rests_on=rests_on)


def _without_amount(table: pd.DataFrame) -> str:
    """The largest capacities of deals that print no amount, each with what it measures; frame of `by_supplier`."""
    largest = table[table["capacity_gw"] > 0].nlargest(3, "capacity_gw")
    if largest.empty:
        return ""
    figures = [formatting.capacity(row["capacity_gw"], row["basis"]) for _, row in largest.iterrows()]
    return f" Dollars leave out what prints a capacity and no amount, most of all {formatting.names(largest['supplier'] + ' ' + figures)}."


@rounding.inputs
def key_figures(ledger: Ledger, scope: Scope, counted: pd.DataFrame, suppliers: pd.DataFrame) -> KeyFigures:
    """The figures on the cards; each leads to the chapter that derives it and to the rows behind it.

    A figure that cannot be computed on the day keeps its place with the value null.
    """
    figures = (
        *_promised(counted, suppliers, scope),
        _yearly(ledger, scope),
        _clouds(ledger),
        *_holdings(ledger, scope),
    )
    return KeyFigures(ledger.as_of, figures)


def _promised(counted: pd.DataFrame, suppliers: pd.DataFrame, scope: Scope) -> tuple[KeyFigure, ...]:
    """Payables, the largest supplier and how concentrated the payables are."""
    all_rows = {"deals": counted[counted["counted"].notna()]}
    return (
        _total(counted, suppliers, all_rows),
        *_leader(suppliers, all_rows["deals"], scope),
        *_indices(suppliers, all_rows, scope),
    )


def _total(counted: pd.DataFrame, suppliers: pd.DataFrame, all_rows: Behind) -> KeyFigure:
    has_amounts = len(suppliers) > 0
    total = summary(suppliers)["total"] if has_amounts else float("nan")
    ends = formatting.open_sum(suppliers["counted_low"].sum(), suppliers["counted_high"].sum())
    outside = formatting.names(commitments.unpriced(counted)["counterparty"]) if counted["counted"].isna().any() else ""
    return KeyFigure(
        id="firm_payables_usd_bn",
        label="Firm payables with a published amount",
        value=total,
        unit="USD bn",
        text=formatting.usd_bn(total) if has_amounts else "none published",
        note="; ".join(part for part in (ends, f"{outside} outside: no published amount" if outside else "") if part),
        href=f"{CONCENTRATION}#ranked-shares",
        rests_on=all_rows,
    )


def _leader(suppliers: pd.DataFrame, priced: pd.DataFrame, scope: Scope) -> tuple[KeyFigure, ...]:
    has_amounts = len(suppliers) > 0
    leader = suppliers["supplier"].iloc[0] if has_amounts else None
    share = suppliers["share_pct"].iloc[0] if has_amounts and not scope.no_index else float("nan")
    of_leader = {"deals": priced[priced["counterparty"] == leader]}
    return (
        KeyFigure(
            id="leading_counterparty",
            label="Largest supplier",
            value=leader,
            unit="",
            text=leader or "n/a",
            href=f"{CONCENTRATION}#ranked-shares",
            rests_on=of_leader,
        ),
        KeyFigure(
            id="leading_share_pct",
            label="Share of the largest supplier",
            value=share,
            unit="%",
            text=formatting.pct(share),
            note="of firm payables",
            href=f"{CONCENTRATION}#ranked-shares",
            rests_on={"deals": priced},
        ),
    )


def _indices(suppliers: pd.DataFrame, all_rows: Behind, scope: Scope) -> tuple[KeyFigure, ...]:
    has_index = len(suppliers) > 0 and not scope.no_index
    numbers = summary(suppliers) if has_index else dict.fromkeys(summary(suppliers), float("nan"))
    return (
        KeyFigure(
            id="hhi",
            label="HHI of firm payables",
            value=numbers["hhi"],
            unit="0 to 10,000",
            text=formatting.number(numbers["hhi"], 0),
            note=formatting.disputed(numbers["hhi_low"], numbers["hhi_high"]) if has_index else "",
            href=f"{CONCENTRATION}#hhi-history",
            rests_on=all_rows,
        ),
        KeyFigure(
            id="effective_suppliers",
            label="Effective number of suppliers",
            value=numbers["effective_suppliers"],
            unit="suppliers",
            text=formatting.number(numbers["effective_suppliers"], 2),
            note=f"of {len(suppliers)} with an amount",
            href=f"{CONCENTRATION}#ranked-shares",
            rests_on=all_rows,
        ),
    )


def _yearly(ledger: Ledger, scope: Scope) -> KeyFigure:
    """What a year of the firm deals costs, as a multiple of the newest run rate."""
    rate = run_rate(ledger.financials, scope.buyer)
    yearly = commitments.payables(scope.deals(ledger), ledger.as_of, basis="annualised")
    due = yearly["counted"].sum()
    times = due / float(rate["value"].iloc[0]) if len(rate) else float("nan")
    note = ""
    if len(rate):
        assumed = yearly["term_assumed"] & yearly["counted"].notna()
        note = f"{formatting.usd_bn(due)} a year to a run rate of {formatting.usd_bn(rate['value'].iloc[0])} ({formatting.period(rate['period'].iloc[0])})"
        note += "; 5 years where no term is published" if assumed.any() else ""
    return KeyFigure(
        id="yearly_commitments_to_run_rate",
        label="Yearly commitments to run-rate revenue",
        value=times,
        unit="times",
        text=f"{formatting.number(times)} times" if pd.notna(times) else "n/a",
        note=note,
        href="funding-gap.html",
        rests_on={"financials": rate, "deals": yearly[yearly["counted"].notna()]},
    )


def _clouds(ledger: Ledger) -> KeyFigure:
    """The three largest clouds of the newest quarter."""
    shares = market_rows(ledger)
    top = shares.head(3) if len(shares) >= 3 else shares.iloc[:0]
    value = market_estimates.top_k(top)["share_pct"] if len(top) else float("nan")
    note = f"of the world market, {formatting.quarter(top['quarter'].iloc[0])}" if len(top) else ""
    return KeyFigure(
        id="cloud_top3_share_pct",
        label="Three largest clouds together",
        value=value,
        unit="%",
        text=formatting.pct(value),
        note=note,
        href=f"{MARKET}#latest-shares",
        rests_on={"market_shares": top},
    )


def _holdings(ledger: Ledger, scope: Scope) -> tuple[KeyFigure, ...]:
    """What the ledger holds; these count its own rows, which the pages they lead to list one by one."""
    deals = scope.deals(ledger)
    return (
        KeyFigure(
            id="deals",
            label="Deals known",
            value=len(deals),
            unit="count",
            text=f"{len(deals)}",
            note=f"of {scope.buyer}, ended ones included" if scope.buyer else "ended ones included",
            href=f"{TIMELINE}#deal-table",
        ),
        KeyFigure(
            id="claims",
            label="Claims in the ledger",
            value=len(ledger.claims),
            unit="count",
            text=f"{len(ledger.claims):,}",
            note="figures as one source prints them",
            href=f"{EVIDENCE}#claims",
        ),
        KeyFigure(
            id="sources",
            label="Sources",
            value=len(ledger.sources),
            unit="count",
            text=f"{len(ledger.sources):,}",
            note="publications behind them",
            href=f"{EVIDENCE}#grades",
        ),
        _conflicts(ledger),
    )


def _conflicts(ledger: Ledger) -> KeyFigure:
    conflict_count = int((all_conflicts(ledger)["cause"] == REAL).sum())
    return KeyFigure(
        id="conflicts",
        label="Conflicts between claims",
        value=conflict_count,
        unit="count",
        text=f"{conflict_count:,}",
        note="claims that cannot both hold; amendments, misprints and mixed labels apart",
        href=f"{EVIDENCE}#conflicts",
    )
