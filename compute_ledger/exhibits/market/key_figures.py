"""The key figures of the chapter under its own parameters: on its cards, in a sweep's table, in a comparison."""

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.formatting import number_or_na
from compute_ledger.exhibits.outputs import KeyFigure, KeyFigures
from compute_ledger.measures.market.market_entry import change_of_hhi
from compute_ledger.measures.market.market_estimates import top_k
from compute_ledger.shared import rounding


@rounding.inputs
def key_figures(
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
            KeyFigure("market_hhi_low", "HHI of the market, at least", hhi[0], "0 to 10,000", number_or_na(hhi[0], 0), "rest in tiny firms, shares at their low ends", "#market-hhi", rows),
            KeyFigure("market_hhi_high", "HHI of the market, at most", hhi[1], "0 to 10,000", number_or_na(hhi[1], 0), "rest as concentrated as the named shares allow", "#market-hhi", rows),
            KeyFigure("entry_hhi_change", "Change of the HHI by an entrant", change, "points", number_or_na(change, 0), f"with {formatting.pct(entrant_share_pct)}, {rule}", "#entry", rows),
        ),
    )  # fmt: skip
