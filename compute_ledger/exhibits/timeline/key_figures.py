"""The key figures of the chapter under its own parameters: on its cards, in a sweep's table, in a comparison."""

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.outputs import KeyFigure, KeyFigures
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.timeline.pace import every
from compute_ledger.measures import timeline as measure
from compute_ledger.shared import rounding


@rounding.inputs
def key_figures(
    announced: pd.DataFrame, counted: pd.DataFrame, deals: pd.DataFrame, firm: pd.DataFrame, scope: Scope
) -> KeyFigures:
    """Deals and partners, what was loose and became binding, commitments, and days from one deal to the next.

    `announced` and `counted` from `announcement_outcomes.announcements`: of all layers, and of those chosen; `deals`
    the rows that they name.
    """
    looser = announced[~announced["was_binding"]]
    return KeyFigures(
        scope.as_of,
        (
            _bound(looser, _rows(deals, looser)),
            _announced(counted, _rows(deals, counted)),
            _commitments(firm),
            _pace(counted, _rows(deals, counted)),
        ),
    )


def _rows(deals: pd.DataFrame, announced: pd.DataFrame) -> pd.DataFrame:
    return deals[deals["deal_id"].isin(announced["deal_id"])]


def _bound(looser: pd.DataFrame, rows: pd.DataFrame) -> KeyFigure:
    bound = int(looser["is_binding_now"].sum())
    return KeyFigure(
        id="looser_now_binding",
        label="Letters, frameworks, ventures and talks that became binding",
        value=bound if len(looser) else None,
        unit="count",
        text=f"{bound} of {len(looser)}" if len(looser) else "n/a",
        note="of all layers",
        href="#announcement-outcomes",
        rests_on={"deals": rows},
    )


def _announced(counted: pd.DataFrame, rows: pd.DataFrame) -> KeyFigure:
    partners = measure.partners(rows).nunique()
    beside = f", with {formatting.count(partners, 'partner')}" if len(counted) else ""
    return KeyFigure(
        id="deals_drawn",
        label="Deals announced",
        value=len(counted),
        unit="count",
        text=f"{len(counted)}",
        note=f"of the chosen layers and kinds{beside}",
        href="#deal-lanes",
        rests_on={"deals": rows},
    )


def _commitments(firm: pd.DataFrame) -> KeyFigure:
    priced = firm[firm["counted"].notna()]
    total = float(priced["counted"].sum())
    return KeyFigure(
        id="promised_usd_bn",
        label="Purchase commitments",
        value=total,
        unit="USD bn",
        text=formatting.usd_whole(total) if len(priced) else "none published",
        note="contracts in force or reported, full value, published amounts",
        href="#cumulative-payables",
        rests_on={"deals": priced},
    )


def _pace(counted: pd.DataFrame, rows: pd.DataFrame) -> KeyFigure:
    peak = measure.busiest_days(counted)
    return KeyFigure(
        id="days_between_deals_at_peak",
        label="A new deal at the peak",
        value=None if peak is None else float(peak["days_per_deal"]),
        unit="days",
        text="n/a" if peak is None else every(peak),
        note="" if peak is None else f"{formatting.day(peak['first'])} to {formatting.day(peak['last'])}",
        href="#deal-pace",
        rests_on={"deals": rows},
    )
