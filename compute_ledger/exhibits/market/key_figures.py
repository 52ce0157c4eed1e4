"""The key figures of the chapter under its own parameters: on its cards, in a sweep's table, in a comparison."""

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.formatting import number_or_na
from compute_ledger.exhibits.outputs import KeyFigure, KeyFigures
from compute_ledger.exhibits.scope import Scope
from compute_ledger.measures.market.market_entry import change_of_hhi
from compute_ledger.measures.market.market_estimates import top_k
from compute_ledger.shared import rounding

ENTRY_RULES = {
    "proportional": "taken from all in proportion",
    "from_leader": "taken from the leader",
    "from_tail": "taken from the smallest",
}


@rounding.inputs
def key_figures(
    latest: pd.DataFrame,
    hhi: tuple[float, float],
    quarter: str,
    entrant_share_pct: float,
    entry_rule: str,
    scope: Scope,
) -> KeyFigures:
    """The three largest, the HHI's two ends, and what an entrant would change. `hhi` from `carried_tail.carried_hhi`."""
    three_largest, entry = _three_largest(latest, quarter), _entry(latest, entrant_share_pct, entry_rule)
    return KeyFigures(scope.as_of, (three_largest, *_ends(latest, hhi), entry))


def _three_largest(latest: pd.DataFrame, quarter: str) -> KeyFigure:
    three = latest.head(3) if len(latest) >= 3 else latest.iloc[:0]
    share = top_k(three)["share_pct"] if len(three) else float("nan")
    when = formatting.quarter(quarter) if len(latest) else ""
    return KeyFigure(
        id="three_largest_share_pct",
        label="Three largest together",
        value=share,
        unit="%",
        text=formatting.pct(share),
        note=when,
        href="#shares-over-time",
        rests_on={"market_shares": three},
    )


def _ends(latest: pd.DataFrame, hhi: tuple[float, float]) -> tuple[KeyFigure, ...]:
    """The smallest and the largest HHI that fit the printed shares."""
    rows = {"market_shares": latest}
    return (
        KeyFigure(
            id="market_hhi_low",
            label="HHI of the market, at least",
            value=hhi[0],
            unit="0 to 10,000",
            text=number_or_na(hhi[0], 0),
            note="rest in tiny firms, shares at their low ends",
            href="#market-hhi",
            rests_on=rows,
        ),
        KeyFigure(
            id="market_hhi_high",
            label="HHI of the market, at most",
            value=hhi[1],
            unit="0 to 10,000",
            text=number_or_na(hhi[1], 0),
            note="rest in providers as large as other quarters print",
            href="#market-hhi",
            rests_on=rows,
        ),
    )


def _entry(latest: pd.DataFrame, entrant_share_pct: float, entry_rule: str) -> KeyFigure:
    change = change_of_hhi(latest, entrant_share_pct, entry_rule) if len(latest) else float("nan")
    rule = ENTRY_RULES[entry_rule]
    rows = {"market_shares": latest}
    return KeyFigure(
        id="entry_hhi_change",
        label="Change of the HHI by an entrant",
        value=change,
        unit="points",
        text=number_or_na(change, 0),
        note=f"with {formatting.pct(entrant_share_pct)}, {rule}",
        href="#entry",
        rests_on=rows,
    )
