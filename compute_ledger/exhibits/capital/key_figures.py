"""The key figures of the chapter under its own parameters: on its cards, in a sweep's table, in a comparison."""

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.outputs import KeyFigure, KeyFigures
from compute_ledger.exhibits.scope import Scope
from compute_ledger.measures.capital import RESTS_ON
from compute_ledger.shared import rounding


@rounding.inputs
def key_figures(
    loops: pd.DataFrame, flows: pd.DataFrame, shares: pd.DataFrame, equity: pd.DataFrame, scope: Scope
) -> KeyFigures:
    """Closed loops, those on contracts and paid stakes, and equity from firms that are paid.

    `shares` from `measures.investors.supplier_equity`, of which the row of firm suppliers and firm equity counts.
    """
    return KeyFigures(scope.as_of, (*_loops(loops, flows), *_equity(shares, equity)))


def _loops(loops: pd.DataFrame, flows: pd.DataFrame) -> tuple[KeyFigure, ...]:
    firm = int(loops["rests_on"].eq(RESTS_ON[0]).sum())
    return (
        KeyFigure(
            id="loops",
            label="Closed loops",
            value=len(loops),
            unit="count",
            text=f"{len(loops)}",
            note="of money, along the ties listed",
            href="#loops",
            rests_on={"ties": flows},
        ),
        KeyFigure(
            id="firm_loops",
            label="On contracts and paid stakes alone",
            value=firm,
            unit="count",
            text=f"{firm}",
            note="of these loops",
            href="#loops-over-time",
            rests_on={"ties": flows},
        ),
    )


def _equity(shares: pd.DataFrame, equity: pd.DataFrame) -> tuple[KeyFigure, ...]:
    firm_shares = shares[(shares["suppliers"] == "firm") & (shares["counted"] == "firm") & (shares["total_usd_bn"] > 0)]
    low, high = (
        float(firm_shares[f"share_{end}_pct"].iloc[0]) if len(firm_shares) else float("nan") for end in ("low", "high")
    )
    return (
        KeyFigure(
            id="supplier_equity_low_pct",
            label="Equity from firms paid, at least",
            value=low,
            unit="%",
            text=formatting.pct(low),
            note="of what is paid or bound, under contract",
            href="#equity-from-suppliers",
            rests_on={"deals": equity},
        ),
        KeyFigure(
            id="supplier_equity_high_pct",
            label="Equity from firms paid, at most",
            value=high,
            unit="%",
            text=formatting.pct(high),
            note="if every unnamed investor is one",
            href="#equity-from-suppliers",
            rests_on={"deals": equity},
        ),
    )
