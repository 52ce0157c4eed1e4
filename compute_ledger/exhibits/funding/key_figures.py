"""The key figures of the chapter under its own parameters: on its cards, in a sweep's table, in a comparison."""

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.evidence_links import Behind
from compute_ledger.exhibits.formatting import usd_or_na
from compute_ledger.exhibits.outputs import KeyFigure, KeyFigures
from compute_ledger.exhibits.scope import Scope
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
    scope: Scope,
) -> KeyFigures:
    """The dearest year, what revenue would cover, and the part of a quoted total that no deal explains.

    `covered` from `measures.funding.coverage`; `steps`, `picked` and `listed` from `measures.reconciliation`.
    """
    priced = {"deals": due[due["due_usd_bn"].notna() & (due["due_usd_bn"] > 0)]}
    chosen = covered[covered["ramp"] == ramp].set_index("year")
    return KeyFigures(
        scope.as_of, (_dearest(chosen, priced), *_coverage(chosen, priced), _unexplained(steps, picked, listed))
    )


def _dearest(chosen: pd.DataFrame, priced: Behind) -> KeyFigure:
    owed = chosen["due_usd_bn"][chosen["due_usd_bn"] > 0]
    year, highest = gap.peak(owed) if len(owed) else (None, float("nan"))
    return KeyFigure(
        id="peak_due_usd_bn",
        label="Most that falls due in a year",
        value=highest,
        unit="USD bn",
        text=usd_or_na(highest),
        note=f"in {year}" if year else "",
        href="#dues-by-year",
        rests_on=priced,
    )


def _coverage(chosen: pd.DataFrame, priced: Behind) -> tuple[KeyFigure, ...]:
    """The lowest coverage of a year, and what is left uncovered over all of them."""
    covered_years = chosen[chosen["coverage_pct"].notna()]
    short = covered_years["short_usd_bn"].sum() if len(covered_years) else float("nan")
    lowest, when = (
        (covered_years["coverage_pct"].min(), covered_years["coverage_pct"].idxmin())
        if len(covered_years)
        else (float("nan"), None)
    )
    return (
        KeyFigure(
            id="lowest_coverage_pct",
            label="Lowest coverage by revenue",
            value=lowest,
            unit="%",
            text=formatting.pct(lowest, 0),
            note=f"in {when}, on the assumed path" if when else "",
            href="#coverage",
            rests_on=priced,
        ),
        KeyFigure(
            id="uncovered_usd_bn",
            label="Left uncovered by revenue",
            value=short,
            unit="USD bn",
            text=usd_or_na(short),
            note=f"{covered_years.index.min()} to {covered_years.index.max()}, years that fall short"
            if len(covered_years)
            else "",
            href="#coverage",
            rests_on=priced,
        ),
    )


def _unexplained(steps: pd.DataFrame, picked: pd.DataFrame, listed: pd.DataFrame) -> KeyFigure:
    open_part = steps.loc[steps["step"] == "unexplained", "amount_usd_bn"].sum() if len(steps) else float("nan")
    quoted = (
        f"of {formatting.usd_bn(picked['value'].iloc[0])} quoted on {formatting.day(picked['known_on'].iloc[0])}"
        if len(picked)
        else ""
    )
    return KeyFigure(
        id="unexplained_usd_bn",
        label="Quoted, but in no deal listed",
        value=open_part,
        unit="USD bn",
        text=usd_or_na(open_part),
        note=quoted,
        href="#bridge",
        rests_on={"financials": picked, "deals": listed[listed["amount_usd_bn"].notna()]},
    )
