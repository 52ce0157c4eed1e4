"""The key figures of the chapter under its own parameters: on its cards, in a sweep's table, in a comparison."""

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.formatting import number_or_na
from compute_ledger.exhibits.outputs import KeyFigure, KeyFigures
from compute_ledger.shared import rounding


@rounding.inputs
def key_figures(chosen: pd.DataFrame, firm: pd.DataFrame, pace: pd.DataFrame, as_of: pd.Timestamp) -> KeyFigures:
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
            KeyFigure("days_between_deals", "Days from one deal to the next", days, "days", number_or_na(days, 1), "median", "#days-between-deals", {"deals": chosen}),
        ),
    )  # fmt: skip
