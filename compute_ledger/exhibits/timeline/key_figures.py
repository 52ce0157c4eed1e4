"""The key figures of the chapter under its own parameters: on its cards, in a sweep's table, in a comparison."""

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.formatting import number_or_na
from compute_ledger.exhibits.outputs import KeyFigure, KeyFigures
from compute_ledger.exhibits.scope import Scope
from compute_ledger.shared import rounding


@rounding.inputs
def key_figures(chosen: pd.DataFrame, firm: pd.DataFrame, pace: pd.DataFrame, scope: Scope) -> KeyFigures:
    """Deals and counterparties drawn, firm payables, days between deals. `pace` from `measures.timeline.pace`."""
    return KeyFigures(scope.as_of, (*_drawn(chosen), _firm_payables(firm), _days(chosen, pace)))


def _drawn(chosen: pd.DataFrame) -> tuple[KeyFigure, ...]:
    parties, groups = chosen["counterparty"].nunique(), chosen["counterparty_group"].nunique()
    named = "behind these deals" if groups == parties else f"as the deals name them; {groups} by group"
    return (
        KeyFigure(
            id="deals_drawn",
            label="Deals in the timeline",
            value=len(chosen),
            unit="count",
            text=f"{len(chosen)}",
            note="of the chosen layers and kinds",
            href="#deal-lanes",
            rests_on={"deals": chosen},
        ),
        KeyFigure(
            id="counterparties_drawn",
            label="Counterparties",
            value=parties,
            unit="count",
            text=f"{parties}",
            note=named,
            href="#deal-lanes",
            rests_on={"deals": chosen},
        ),
    )


def _firm_payables(firm: pd.DataFrame) -> KeyFigure:
    priced = firm[firm["counted"].notna()]
    total = priced["counted"].sum()
    return KeyFigure(
        id="promised_usd_bn",
        label="Firm payables",
        value=total,
        unit="USD bn",
        text=formatting.usd_bn(total) if len(priced) else "none published",
        note="published amounts",
        href="#cumulative-payables",
        rests_on={"deals": priced},
    )


def _days(chosen: pd.DataFrame, pace: pd.DataFrame) -> KeyFigure:
    days = pace["days_since_previous"].median()
    return KeyFigure(
        id="days_between_deals",
        label="Days from one deal to the next",
        value=days,
        unit="days",
        text=number_or_na(days, 1),
        note="median",
        href="#days-between-deals",
        rests_on={"deals": chosen},
    )
