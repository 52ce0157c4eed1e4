"""The key figures of the chapter under its own parameters: on its cards, in a sweep's table, in a comparison."""

import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.formatting import number_or_na
from compute_ledger.exhibits.outputs import KeyFigure, KeyFigures
from compute_ledger.measures.concentration import summary
from compute_ledger.shared import rounding


@rounding.inputs
def key_figures(
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
            KeyFigure("counted_hhi", "HHI", numbers["hhi"], "0 to 10,000", number_or_na(numbers["hhi"], 0), span, "#hhi-history", rows),
            KeyFigure("counted_effective_number", "Effective number", numbers["effective_suppliers"], "suppliers", number_or_na(numbers["effective_suppliers"], 2), f"of {len(suppliers)}, by {code_labels.LEVEL_LABELS[level]}", "#effective-suppliers", rows),
        ),
    )  # fmt: skip
