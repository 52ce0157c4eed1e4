"""What the desk's script is given of the ledger: deals, when each counts, and when no index is formed."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from compute_ledger.exhibits.desk import day_number
from compute_ledger.exhibits.scope import why_no_index
from compute_ledger.ledger.days import DaysOfLedger
from compute_ledger.ledger.grades import GRADES
from compute_ledger.shared.open_ends import open_ends

Rows = list[list[Any]]


def ever_counted(deals: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    """Each deal of `days_of_ledger` once that is in `changes` (of `counted_days`), in the order of the ledger."""
    return deals[deals["deal"].isin(changes["deal"])].sort_values("row", kind="stable").drop_duplicates("deal")


def deal_rows(rows: pd.DataFrame, buyers: Sequence[str], names: Sequence[str]) -> Rows:
    """Of each deal of `ever_counted`: buyer, counterparty, group and layer by their places;
    amount with both its ends (no upper end: missing), term in years, and the day on which the term begins."""
    low, high = open_ends(rows["amount_usd_bn"], rows["amount_low_usd_bn"], rows["amount_high_usd_bn"])
    start = rows["start_on"].fillna(rows["announced_on"])
    place = {name: number for number, name in enumerate(names)}
    columns = [
        rows["buyer"].map({buyer: number for number, buyer in enumerate(buyers)}),
        *(rows[column].map(place) for column in ("counterparty", "counterparty_group", "layer")),
        *(
            column.replace(float("inf"), float("nan"))
            for column in (rows["amount_usd_bn"], low, high, rows["term_years"])
        ),
        start.map(day_number, na_action="ignore"),
    ]
    return [[None if pd.isna(value) else value for value in row] for row in zip(*columns, strict=True)]


def ways_rows(rows: pd.DataFrame, changes: pd.DataFrame) -> Rows:
    """Place of a deal in `deal_rows`, of a grade, day, and `ways` of `counted_days` from then on."""
    ordered = changes.sort_values(["day", "deal", "min_grade"])
    place = {deal: number for number, deal in enumerate(rows["deal"])}
    columns = [ordered["deal"].map(place), ordered["min_grade"].map(GRADES.index), ordered["day"].map(day_number)]
    return [list(row) for row in zip(*columns, ordered["ways"], strict=True)]


def index_reasons(days: DaysOfLedger, buyers: Sequence[str]) -> Rows:
    """Place of a buyer, of a grade, day, and the sentence that says from then on why no index is formed, or ''."""
    rows: Rows = []
    for number, buyer in enumerate(buyers):
        filed, deals = (
            frame[frame[column].eq(buyer)] for frame, column in ((days.financials, "entity"), (days.deals, "buyer"))
        )
        for place, grade in enumerate(GRADES):
            rows += [[number, place, *change] for change in _reasons(filed, deals, buyer, grade)]
    return rows


def _reasons(filed: pd.DataFrame, deals: pd.DataFrame, buyer: str, grade: str) -> Rows:
    filed, deals = (frame[frame["min_grade"].eq(grade)] for frame in (filed, deals))
    # Places of the rows of each day: on most days nothing differs, and then no frame is made.
    filed_places, deal_places = (dict[Any, Any](frame.groupby("day").indices) for frame in (filed, deals))
    filed_ids, standing = filed["financial_id"].to_numpy(), list(zip(deals["deal"], deals["status"], strict=True))
    rows: Rows = []
    state, reason = None, ""
    for day in sorted({*filed_places, *deal_places} if len(filed) else ()):
        of_filed, of_deals = (list(places.get(day, ())) for places in (filed_places, deal_places))
        state_then = ([filed_ids[place] for place in of_filed], [standing[place] for place in of_deals])
        if state_then != state:
            then = pd.Timestamp(day)
            state, reason_then = state_then, why_no_index(deals.iloc[of_deals], filed.iloc[of_filed], then, buyer)
            rows += [[day_number(then), reason_then]] if reason_then != reason else []
            reason = reason_then
    return rows
