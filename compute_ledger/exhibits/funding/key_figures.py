"""The key figures of the chapter under its own parameters: on its cards, in a sweep's table, in a comparison."""

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.funding.money_words import CARDS, left_between
from compute_ledger.exhibits.funding.schedule_lines import taken_of
from compute_ledger.exhibits.outputs import KeyFigure, KeyFigures
from compute_ledger.exhibits.scope import Scope
from compute_ledger.measures.funding import peak
from compute_ledger.measures.payments.chosen_schedule import Schedules
from compute_ledger.shared import rounding


@rounding.inputs
def key_figures(
    cell: pd.DataFrame,
    varied: pd.DataFrame,
    schedules: Schedules,
    due: pd.DataFrame,
    totals: pd.DataFrame,
    prices: pd.DataFrame,
    scope: Scope,
) -> KeyFigures:
    """What stays uncovered, the lowest coverage, the dearest year, what is left of the buyer's own total, a price.

    `cell` and `varied` from `revenue_by_schedule`, `totals` as of `left_finding`, `prices` from `bought`.
    """
    used = due[due["due_usd_bn"] > 0]
    return KeyFigures(
        scope.as_of,
        (
            *_coverage(cell, varied, used),
            _dearest(schedules, used),
            *_left(schedules, totals, used),
            _price(prices, used),
        ),
    )


def _coverage(cell: pd.DataFrame, varied: pd.DataFrame, used: pd.DataFrame) -> tuple[KeyFigure, ...]:
    """What is left uncovered, and the lowest coverage of a year."""
    row = cell.iloc[0] if len(cell) and len(used) else None
    short = float("nan") if row is None else float(row["short_usd_bn"])
    least = float("nan") if row is None else float(row["least_coverage_pct"])
    note, of_least = "", ""
    if row is not None:
        between = left_between(row, varied)
        words = CARDS["uncovered_others" if between else "uncovered"]
        note = words.format(first=row["years"][0], last=row["years"][-1], between=between)
        if pd.notna(row["least_covered_year"]):
            of_least = CARDS["least"].format(year=row["least_covered_year"])
    behind = {"deals": used}
    return (
        KeyFigure(
            id="uncovered_usd_bn", label="Contracts that revenue would leave uncovered", value=short, unit="USD bn", text=formatting.about_usd(short),
            note=note, href="#revenue-by-schedule", rests_on=behind,
        ),
        KeyFigure(
            id="lowest_coverage_pct", label="Lowest coverage by revenue", value=least, unit="%", text=formatting.pct(least, 0),
            note=of_least, href="#revenue-by-schedule", rests_on=behind,
        ),
    )  # fmt: skip


def _dearest(schedules: Schedules, used: pd.DataFrame) -> KeyFigure:
    line = schedules.lines[schedules.chosen]
    year, highest = peak(line) if len(used) and line.max() > 0 else (None, float("nan"))
    note = ""
    if year:
        row = schedules.band.years[schedules.band.years["year"] == year].iloc[0]
        is_bounded = schedules.band.admissible and len(schedules.band.points)
        between = formatting.about_usd_between(row["low_usd_bn"], row["high_usd_bn"]) if is_bounded else ""
        note = CARDS["dearest_between" if between else "dearest"].format(year=year, between=between)
    return KeyFigure(
        id="peak_due_usd_bn", label="Most that falls due in a year", value=highest, unit="USD bn", text=formatting.about_usd(highest),
        note=note, href="#gap", rests_on={"deals": used},
    )  # fmt: skip


def _left(schedules: Schedules, totals: pd.DataFrame, used: pd.DataFrame) -> tuple[KeyFigure, ...]:
    """What the contracts leave of the newest total; no card where none is known."""
    if totals.empty or used.empty:
        return ()
    newest = totals.iloc[-1]
    taken, _, last = taken_of(schedules, newest)
    rest = float(newest["value"]) - taken
    return (
        KeyFigure(
            id="left_for_others_usd_bn", label="Left for deals without an amount", value=rest, unit="USD bn", text=formatting.about_usd(rest),
            note=CARDS["left"].format(total=formatting.usd_bn(newest["value"]), last=last), href="#finding-left", rests_on={"deals": used, "financials": totals},
        ),
    )  # fmt: skip


def _price(prices: pd.DataFrame, used: pd.DataFrame) -> KeyFigure:
    row = prices.nlargest(1, "price").iloc[0] if len(prices) else None
    price = float("nan") if row is None else float(row["price"])
    behind = used if row is None else used[used["deal_id"] == row["deal_id"]]
    return KeyFigure(
        id="dearest_gigawatt_year_usd_bn", label="Dearest gigawatt-year", value=price, unit="USD bn", text=formatting.about_usd(price),
        note="" if row is None else f"{row['counterparty']}", href="#gigawatt-years", rests_on={"deals": behind},
    )  # fmt: skip
