"""The key figures of each chapter under its own parameters: on its cards, in a sweep's table, in a comparison."""

import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.outputs import KeyFigure, KeyFigures
from compute_ledger.measures import funding as gap
from compute_ledger.measures.capital import RESTS_ON
from compute_ledger.measures.concentration import summary
from compute_ledger.measures.market.market_entry import change_of_hhi
from compute_ledger.measures.market.market_estimates import top_k
from compute_ledger.shared import rounding


@rounding.inputs
def timeline(chosen: pd.DataFrame, firm: pd.DataFrame, pace: pd.DataFrame, as_of: pd.Timestamp) -> KeyFigures:
    """Deals and counterparties drawn, firm payables, days between deals. `pace` from `measures.timeline.pace`."""
    priced = firm[firm["counted"].notna()]
    total = priced["counted"].sum()
    days = pace["days_since_previous"].median()
    parties, groups = chosen["counterparty"].nunique(), chosen["counterparty_group"].nunique()
    named = "behind these deals" if groups == parties else f"as the deals name them; {groups} by group"
    return KeyFigures(
        as_of,
        (
            KeyFigure("deals_drawn", "Deals in the timeline", len(chosen), "count", f"{len(chosen)}", "of the chosen layers and kinds", "#deal-lanes", {"deals": chosen}),
            KeyFigure("counterparties_drawn", "Counterparties", parties, "count", f"{parties}", named, "#deal-lanes", {"deals": chosen}),
            KeyFigure("promised_usd_bn", "Firm payables", total, "USD bn", formatting.usd_bn(total) if len(priced) else "none published", "published amounts", "#cumulative-payables", {"deals": priced}),
            KeyFigure("days_between_deals", "Days from one deal to the next", days, "days", _number(days, 1), "median", "#days-between-deals", {"deals": chosen}),
        ),
    )  # fmt: skip


@rounding.inputs
def market(
    latest: pd.DataFrame,
    hhi: tuple[float, float],
    quarter: str,
    entrant_share_pct: float,
    entry_rule: str,
    as_of: pd.Timestamp,
) -> KeyFigures:
    """The three largest, the HHI's two ends, and what an entrant would change. `hhi` from `hhi_of_quarter`."""
    three = latest.head(3) if len(latest) >= 3 else latest.iloc[:0]
    share = top_k(three)["share_pct"] if len(three) else float("nan")
    change = change_of_hhi(latest, entrant_share_pct, entry_rule) if len(latest) else float("nan")
    rule = {
        "proportional": "taken from all in proportion",
        "from_leader": "taken from the leader",
        "from_tail": "taken from the smallest",
    }[entry_rule]
    when, rows = formatting.quarter(quarter) if len(latest) else "", {"market_shares": latest}
    return KeyFigures(
        as_of,
        (
            KeyFigure("three_largest_share_pct", "Three largest together", share, "%", formatting.pct(share), when, "#latest-shares", {"market_shares": three}),
            KeyFigure("market_hhi_low", "HHI of the market, at least", hhi[0], "0 to 10,000", _number(hhi[0], 0), "rest in tiny firms, shares at their low ends", "#market-hhi", rows),
            KeyFigure("market_hhi_high", "HHI of the market, at most", hhi[1], "0 to 10,000", _number(hhi[1], 0), "rest as concentrated as the named shares allow", "#market-hhi", rows),
            KeyFigure("entry_hhi_change", "Change of the HHI by an entrant", change, "points", _number(change, 0), f"with {formatting.pct(entrant_share_pct)}, {rule}", "#entry", rows),
        ),
    )  # fmt: skip


@rounding.inputs
def concentration(
    suppliers: pd.DataFrame, counted: pd.DataFrame, as_of: pd.Timestamp, *, perimeter: str, basis: str, level: str
) -> KeyFigures:
    """What is counted and how concentrated it is. Frames from `payables` and `by_supplier`."""
    numbers, some = summary(suppliers), len(suppliers) > 0
    total = numbers["total"] if some else float("nan")
    unit = "USD bn a year" if basis == "annualised" else "USD bn"
    told = f"{code_labels.PERIMETER_LABELS[perimeter]}, {code_labels.BASIS_LABELS[basis]}"
    leader = code_labels.LAYER_LABELS.get(suppliers["supplier"].iloc[0], suppliers["supplier"].iloc[0]) if some else ""
    span = formatting.disputed(numbers["hhi_low"], numbers["hhi_high"]) if some else ""
    rows = {"deals": counted[counted["counted"].notna()]}
    return KeyFigures(
        as_of,
        (
            KeyFigure("counted_usd_bn", "Commitments counted", total, unit, f"{formatting.usd_bn(total)}{' a year' if basis == 'annualised' else ''}" if some else "none published", told, "#ranked-shares", rows),
            KeyFigure("counted_leader_share_pct", "Share of the largest", numbers["cr1_pct"], "%", formatting.pct(numbers["cr1_pct"]), leader, "#ranked-shares", rows),
            KeyFigure("counted_three_share_pct", "Share of the three largest", numbers["cr3_pct"], "%", formatting.pct(numbers["cr3_pct"]), "", "#ranked-shares", rows),
            KeyFigure("counted_hhi", "HHI", numbers["hhi"], "0 to 10,000", _number(numbers["hhi"], 0), span, "#hhi-history", rows),
            KeyFigure("counted_effective_number", "Effective number", numbers["effective_suppliers"], "suppliers", _number(numbers["effective_suppliers"], 2), f"of {len(suppliers)}, by {code_labels.LEVEL_LABELS[level]}", "#effective-suppliers", rows),
        ),
    )  # fmt: skip


@rounding.inputs
def funding(
    due: pd.DataFrame,
    covered: pd.DataFrame,
    steps: pd.DataFrame,
    picked: pd.DataFrame,
    listed: pd.DataFrame,
    ramp: str,
    as_of: pd.Timestamp,
) -> KeyFigures:
    """The dearest year, what revenue would cover, and the part of a quoted total that no deal explains.

    `covered` from `measures.funding.coverage`; `steps`, `picked` and `listed` from `measures.reconciliation`.
    """
    priced = {"deals": due[due["due_usd_bn"].notna() & (due["due_usd_bn"] > 0)]}
    chosen = covered[covered["ramp"] == ramp].set_index("year")
    owed = chosen["due_usd_bn"][chosen["due_usd_bn"] > 0]
    year, highest = gap.peak(owed) if len(owed) else (None, float("nan"))
    known = chosen[chosen["coverage_pct"].notna()]
    short = known["short_usd_bn"].sum() if len(known) else float("nan")
    lowest, when = (known["coverage_pct"].min(), known["coverage_pct"].idxmin()) if len(known) else (float("nan"), None)
    open_part = steps.loc[steps["step"] == "unexplained", "amount_usd_bn"].sum() if len(steps) else float("nan")
    quoted = (
        f"of {formatting.usd_bn(picked['value'].iloc[0])} quoted on {formatting.day(picked['known_on'].iloc[0])}"
        if len(picked)
        else ""
    )
    return KeyFigures(
        as_of,
        (
            KeyFigure("peak_due_usd_bn", "Most that falls due in a year", highest, "USD bn", _usd(highest), f"in {year}" if year else "", "#dues-by-year", priced),
            KeyFigure("lowest_coverage_pct", "Lowest coverage by revenue", lowest, "%", formatting.pct(lowest, 0), f"in {when}, on the assumed path" if when else "", "#coverage", priced),
            KeyFigure("uncovered_usd_bn", "Left uncovered by revenue", short, "USD bn", _usd(short), f"{known.index.min()} to {known.index.max()}, years that fall short" if len(known) else "", "#coverage", priced),
            KeyFigure("unexplained_usd_bn", "Quoted, but in no deal listed", open_part, "USD bn", _usd(open_part), quoted, "#bridge", {"financials": picked, "deals": listed[listed["amount_usd_bn"].notna()]}),
        ),
    )  # fmt: skip


@rounding.inputs
def capital(loops: pd.DataFrame, flows: pd.DataFrame, shares: pd.DataFrame, equity: pd.DataFrame, as_of: pd.Timestamp) -> KeyFigures:  # fmt: skip
    """Closed loops, those on contracts and paid stakes, and equity from firms that are paid.

    `shares` from `measures.investors.supplier_equity`, of which the row of firm suppliers and firm equity counts.
    """
    firm = int(loops["rests_on"].eq(RESTS_ON[0]).sum())
    own = shares[(shares["suppliers"] == "firm") & (shares["counted"] == "firm") & (shares["total_usd_bn"] > 0)]
    low, high = (float(own[f"share_{end}_pct"].iloc[0]) if len(own) else float("nan") for end in ("low", "high"))
    return KeyFigures(
        as_of,
        (
            KeyFigure("loops", "Closed loops", len(loops), "count", f"{len(loops)}", "of money, along the ties listed", "#loops", {"ties": flows}),
            KeyFigure("firm_loops", "On contracts and paid stakes alone", firm, "count", f"{firm}", "of these loops", "#loops-over-time", {"ties": flows}),
            KeyFigure("supplier_equity_low_pct", "Equity from firms paid, at least", low, "%", formatting.pct(low), "of what is paid or bound, under contract", "#equity-from-suppliers", {"deals": equity}),
            KeyFigure("supplier_equity_high_pct", "Equity from firms paid, at most", high, "%", formatting.pct(high), "if every unnamed investor is one", "#equity-from-suppliers", {"deals": equity}),
        ),
    )  # fmt: skip


def _number(value: float, decimals: int) -> str:
    return formatting.number(value, decimals) if pd.notna(value) else "n/a"


def _usd(value: float) -> str:
    return formatting.usd_bn(value) if pd.notna(value) else "n/a"
