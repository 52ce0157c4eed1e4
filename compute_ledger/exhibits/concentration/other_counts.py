"""The index under other ways of counting, one choice changed at a time, and all of them by supplier together."""

from collections.abc import Mapping

import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.scope import Scope
from compute_ledger.measures.concentration import hhi_floor
from compute_ledger.measures.specification_curve import CHOICES
from compute_ledger.shared import rounding

THIS_PAGE = "this page"
LEAST_MOVE = 0.5  # points of the HHI; less is not printed
OPTIONS = {
    "perimeter": code_labels.PERIMETER_LABELS,
    "basis": code_labels.BASIS_LABELS,
    "overlaps": {"count_parts": "parts, not their totals", "count_parents": "totals, not their parts"},
    "grade": {"C": "all sources", "B": "sources of B or better", "A-": "sources of A- or better", "A": "sources of A"},
}


def by_supplier_only(combinations: pd.DataFrame) -> pd.DataFrame:
    """The combinations that answer one question: by supplier, of two or more, no promise counted twice.

    `combinations` from `measures.specification_curve`, of which layers, parts beside totals, and what leaves a single
    supplier with an amount are left out.
    """
    once = combinations["overlaps"].isin(list(OPTIONS["overlaps"]))
    some = combinations["suppliers"] > 1
    return combinations[combinations["level"].eq("counterparty") & once & some].reset_index(drop=True)


def _nearest(own: Mapping[str, str]) -> dict[str, str]:
    """The page's own choices, by supplier and counting nothing twice."""
    overlaps = own["overlaps"] if own["overlaps"] in OPTIONS["overlaps"] else "count_parts"
    return {**own, "level": "counterparty", "overlaps": overlaps}


def _one_changed(rows: pd.DataFrame, own: Mapping[str, str]) -> pd.DataFrame:
    """The row of the page's own choices, and those that differ from it in one choice; `way`: what differs."""
    nearest = _nearest(own)
    differs = rows[CHOICES] != pd.Series(nearest)[CHOICES]
    few = rows[differs.sum(axis=1) <= 1]
    changed = differs.loc[few.index].idxmax(axis=1).where(differs.loc[few.index].any(axis=1))
    ways = [
        OPTIONS[name][row[name]] if isinstance(name, str) else THIS_PAGE
        for name, (_, row) in zip(changed, few.iterrows(), strict=True)
    ]
    few = few.assign(way=ways, floor=few["suppliers"].map(hhi_floor))
    return pd.concat([few[few["way"] == THIS_PAGE], few[few["way"] != THIS_PAGE]], ignore_index=True)


def _nothing(rows: pd.DataFrame, scope: Scope) -> str:
    if scope.no_index:
        return scope.nothing_drawn
    return (
        f"No way of counting finds two suppliers to which {scope.buyer} had promised a published amount."
        if rows.empty
        else ""
    )


@rounding.inputs
def other_counts_finding(
    rows: pd.DataFrame, priced: pd.DataFrame, deals: pd.DataFrame, own: Mapping[str, str], scope: Scope
) -> Finding:
    """Where the page's index lies among all ways of counting, and what each single choice makes of it.

    `rows` from `by_supplier_only`, `priced` from `measures.specification_curve.priced_deals`, `own` the choices of the
    page; `deals` are those of the ledger at its own grade: only they have evidence in this edition.
    """
    if _nothing(rows, scope):
        return Finding(name="other-counts", detail=_nothing(rows, scope))
    shown = _one_changed(rows, own)
    return Finding(
        name="other-counts",
        claim=_range(rows, own),
        detail=f"{_single_choices(shown)}{_fewer(shown)}",
        rests_on={"deals": _here(priced, deals)},
    )


def _fewer(shown: pd.DataFrame) -> str:
    """That an index of fewer suppliers cannot be low, where a choice leaves fewer than the page's own."""
    mine = shown.loc[shown["way"] == THIS_PAGE, "suppliers"]
    if mine.empty or not (shown["suppliers"] < mine.iloc[0]).any():
        return ""
    return " Where fewer suppliers have an amount the index cannot be low: the least is 10,000 over their number."


def _single_choices(shown: pd.DataFrame) -> str:
    """What each choice makes of the index if it alone is changed, with how many suppliers; and which change nothing."""
    mine, others = (shown[(shown["way"] == THIS_PAGE) == is_mine] for is_mine in (True, False))
    if mine.empty:
        return "The choices of this page find no two suppliers with an amount."
    moves = (others["hhi"] - mine["hhi"].iloc[0]).abs() >= LEAST_MOVE
    changed = [
        f"{row['way']} {formatting.number(row['hhi'], 0)} ({formatting.count(int(row['suppliers']), 'supplier')})"
        for _, row in others[moves].iterrows()
    ]
    same = others.loc[~moves, "way"]
    return " ".join(
        [
            f"One choice changed at a time: {formatting.names(changed, len(changed))}."
            if changed
            else "No other single choice moves it.",
            f"Nothing changes with {formatting.names(same, len(same))}." if changed and len(same) else "",
        ]
    ).strip()


def _here(priced: pd.DataFrame, deals: pd.DataFrame) -> pd.DataFrame:
    return priced[priced["deal_id"].isin(deals["deal_id"])]


def _range(rows: pd.DataFrame, own: Mapping[str, str]) -> str:
    """Ends of the index over all ways that give other shares, and the place of the page's own among them."""
    distinct = rows.drop_duplicates("shares")["hhi"].sort_values(ignore_index=True, kind="stable")
    ways = formatting.count(len(distinct), "way", "different ways")
    ends = formatting.between(distinct.min(), distinct.max())
    if len(distinct) == 1:
        return f"However it is counted by supplier, the HHI is {ends}"
    nearest = _nearest(own)
    mine = rows[(rows[CHOICES] == pd.Series(nearest)[CHOICES]).all(axis=1)]
    claim = f"Counted by supplier in {ways}, the HHI runs from {ends}"
    if mine.empty:
        return claim
    place = int((distinct < mine["hhi"].iloc[0] - 0.5).sum()) + 1
    which = "the lowest" if place == 1 else "the highest" if place == len(distinct) else f"number {place} from below"
    return f"{claim}; this page's, {formatting.number(mine['hhi'].iloc[0], 0)}, is {which}"
