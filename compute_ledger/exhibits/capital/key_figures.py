"""The key figures of the chapter under its own parameters: on its cards, in a sweep's table, in a comparison."""

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.outputs import KeyFigure, KeyFigures
from compute_ledger.measures.capital import RESTS_ON
from compute_ledger.shared import rounding


@rounding.inputs
def key_figures(loops: pd.DataFrame, flows: pd.DataFrame, shares: pd.DataFrame, equity: pd.DataFrame, as_of: pd.Timestamp) -> KeyFigures:  # fmt: skip
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
