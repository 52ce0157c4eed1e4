"""The key figures of the chapter under its own parameters: on its cards, in a sweep's table, in a comparison."""

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.formatting import usd_or_na
from compute_ledger.exhibits.outputs import KeyFigure, KeyFigures
from compute_ledger.measures import funding as gap
from compute_ledger.shared import rounding


@rounding.inputs
def key_figures(
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
            KeyFigure("peak_due_usd_bn", "Most that falls due in a year", highest, "USD bn", usd_or_na(highest), f"in {year}" if year else "", "#dues-by-year", priced),
            KeyFigure("lowest_coverage_pct", "Lowest coverage by revenue", lowest, "%", formatting.pct(lowest, 0), f"in {when}, on the assumed path" if when else "", "#coverage", priced),
            KeyFigure("uncovered_usd_bn", "Left uncovered by revenue", short, "USD bn", usd_or_na(short), f"{known.index.min()} to {known.index.max()}, years that fall short" if len(known) else "", "#coverage", priced),
            KeyFigure("unexplained_usd_bn", "Quoted, but in no deal listed", open_part, "USD bn", usd_or_na(open_part), quoted, "#bridge", {"financials": picked, "deals": listed[listed["amount_usd_bn"].notna()]}),
        ),
    )  # fmt: skip
