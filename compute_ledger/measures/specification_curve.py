"""Every way to measure concentration that the choices allow."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from compute_ledger.measures.commitments import COUNTED_COLUMNS, in_perimeter, payables, standing_on, without_overlaps
from compute_ledger.measures.concentration import hhi
from compute_ledger.shared import rounding
from compute_ledger.shared.choices import BASES, LEVELS, OVERLAPS, PERIMETERS

OFFERED = {"perimeter": PERIMETERS, "basis": BASES, "overlaps": OVERLAPS, "level": LEVELS}
CHOICES = [*OFFERED, "grade"]
WIDEST: dict[str, Any] = {"perimeter": "announced", "overlaps": "count_both"}


def combinations(
    by_grade: Mapping[str, pd.DataFrame], day: pd.Timestamp, default_term_years: float = 5.0
) -> pd.DataFrame:
    """Concentration under every combination of perimeter, basis, overlaps, level and lowest grade.

    by_grade: for each lowest grade the deals of one buyer, loaded at that grade: a deal that only a weaker source
    replaced stands again at a stricter grade, so rows of one frame cannot simply be left out.
    Grain: one row a combination with a published amount. Columns: the five CHOICES, `hhi`, `suppliers` (count),
    `leader`, `leader_share_pct`, `shares` (tuple of %, largest first, by which combinations are told apart).

    No formula: `hhi` of each combination.
    In words: the measure under every defensible combination of the choices, sorted, the choices shown below;
    descriptive, no inference
    Reference: Simonsohn, Simmons and Nelson 2020, Nature Human Behaviour 4, 1208–1214
    """
    slim = {grade: deals[COUNTED_COLUMNS] for grade, deals in by_grade.items()}
    # Grades that admit the same deals are worked out once.
    first = {grade: next(other for other in slim if slim[other].equals(deals)) for grade, deals in slim.items()}
    worked = {grade: _counted(slim[grade], day, default_term_years) for grade in dict.fromkeys(first.values())}
    priced = pd.concat([worked[first[grade]].assign(grade=grade) for grade in slim]).query("counted > 0")
    if priced.empty:
        return pd.DataFrame(columns=[*CHOICES, "hhi", "suppliers", "leader", "leader_share_pct", "shares"])
    other_choices = [choice for choice in CHOICES if choice != "level"]
    long = priced.melt([*other_choices, "counted"], LEVELS, var_name="level", value_name="supplier")
    sums = long.groupby([*CHOICES, "supplier"])["counted"].sum().reset_index()
    ranked = sums.sort_values(["counted", "supplier"], ascending=[False, True], key=rounding.column).groupby(
        CHOICES, sort=False
    )
    result = ranked.agg(
        hhi=("counted", hhi),
        suppliers=("supplier", "size"),
        leader=("supplier", "first"),
        shares=("counted", lambda amounts: tuple(rounding.column(100 * amounts / amounts.sum(), rounding.FINER))),
    ).reset_index()
    result.insert(8, "leader_share_pct", result["shares"].str[0])
    order = {name: {option: place for place, option in enumerate(options)} for name, options in OFFERED.items()}
    order["grade"] = {grade: place for place, grade in enumerate(by_grade)}
    return result.sort_values(CHOICES, key=lambda column: column.map(order[str(column.name)]), ignore_index=True)


def _counted(deals: pd.DataFrame, day: pd.Timestamp, default_term_years: float) -> pd.DataFrame:
    """One row for each perimeter, overlap rule, basis and deal that counts there.

    Which deals count hangs on perimeter and overlaps alone, and for how much on the basis alone.
    """
    standing = standing_on(deals, day).rename(columns={"counterparty_group": "group"})
    by_perimeter = {perimeter: in_perimeter(standing, perimeter) for perimeter in PERIMETERS}
    members = [
        without_overlaps(rows, overlaps).assign(perimeter=perimeter, overlaps=overlaps)
        for perimeter, rows in by_perimeter.items()
        for overlaps in OVERLAPS
    ]
    terms = WIDEST | {"default_term_years": default_term_years}
    amounts = [payables(deals, day, basis=basis, **terms).assign(basis=basis) for basis in BASES]
    return pd.concat(members)[["deal_id", "perimeter", "overlaps", *LEVELS]].merge(
        pd.concat(amounts)[["deal_id", "basis", "counted"]], on="deal_id"
    )


def priced_deals(by_grade: Mapping[str, pd.DataFrame], day: pd.Timestamp) -> pd.DataFrame:
    """Every deal with an amount that counts under some combination, as the loosest grade (the last) has it.

    Grain: one row a deal. Columns of `payables`.

    No formula: rows are picked.
    """
    widest = [payables(deals, day, **WIDEST) for deals in reversed(list(by_grade.values()))]
    rows = pd.concat(widest).drop_duplicates("deal_id")
    return rows[rows["counted"] > 0].reset_index(drop=True)
