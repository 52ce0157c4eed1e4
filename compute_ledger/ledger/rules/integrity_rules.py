"""What the rows of a ledger must agree on for its figures to be right, beyond what each cell must hold.

A ledger that breaks one of `FIGURE_RULES` would compute something wrong, so `load` refuses it. A rule reports into the
table that is to be mended and keeps silent about cells that could not be read, which have been reported already.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from compute_ledger.ledger.leading_claims import LEADING
from compute_ledger.ledger.rules import missing_rows
from compute_ledger.ledger.rules.capacity_rules import capacities_are_told_apart
from compute_ledger.ledger.rules.name_rules import names_have_one_spelling
from compute_ledger.ledger.tables.csv_text import FIRST_ROW
from compute_ledger.ledger.tables.problems import Paste, did_you_mean
from compute_ledger.ledger.tables.table_reader import TableRead

Tables = dict[str, TableRead]
MISSING_ROWS: dict[tuple[str, str], Callable[[Tables, int], Paste | None]] = {
    ("evidence", "claim_id"): missing_rows.claim_of_link,
    ("claims", "source_id"): missing_rows.source_of_claim,
}
INTERVALS = {
    "claims": ("low", "value", "high"),
    "deals": ("amount_low_usd_bn", "amount_usd_bn", "amount_high_usd_bn"),
    "capacities": ("low_gw", "capacity_gw", "high_gw"),
    "market_shares": ("low_pct", "share_pct", "high_pct"),
    "financials": ("low", "value", "high"),
}
DAYS_IN_ORDER = (
    ("deals", "announced_on", "ended_on"),
    ("deals", "announced_on", "known_on"),
    ("capacities", "start_on", "end_on"),
    ("regimes", "from", "until"),
    ("financials", "period_start", "period_end"),
    ("ties", "since", "until"),
)
ROUNDING_SLACK = 1e-6
# Each name that is meant is sought among all names: of a file with thousands of wrong ones that would take hours.
MOST_HINTS = 100


def foreign_keys(tables: Tables) -> None:
    for read in tables.values():
        for key in read.table.foreign_keys:
            other = tables[key.other]
            if other.frame.empty or key.other_column in other.lost:
                continue
            names = other.frame[key.other_column].dropna().unique()
            make_row = MISSING_ROWS.get((read.table.name, key.column))
            missing_row = partial(make_row, tables) if make_row else None
            message = f"is not a {key.other_column} in {other.table.path}"
            _report_unknown(read, key.column, names, message, missing_row=missing_row)


def _report_unknown(
    read: TableRead,
    column: str,
    names: np.ndarray,
    message: str,
    among: pd.Series | None = None,
    missing_row: Callable[[int], Paste | None] | None = None,
) -> None:
    cells = read.frame[column]
    is_unknown = cells.notna() & ~cells.isin(names)
    if among is not None:
        is_unknown &= among
    if not is_unknown.any():
        return
    known_names = list(names)
    for place, (name, rows) in enumerate(cells[is_unknown].groupby(cells[is_unknown])):
        hint = did_you_mean(str(name), known_names) if place < MOST_HINTS else ""
        read.report_cells(rows.index, column, message, f"{hint}correct the name or add the row", missing_row)


def values_in_their_interval(tables: Tables) -> None:
    for name, (low, value, high) in INTERVALS.items():
        frame, fix = tables[name].frame, "correct the figure or the interval"
        for wrong, column, message in (
            (frame[value] < frame[low], value, f"is below {low} of the same row"),
            (frame[value] > frame[high], value, f"is above {high} of the same row"),
            (frame[value].isna() & (frame[high] < frame[low]), high, f"is below {low} of the same row"),
        ):
            tables[name].report_cells(np.flatnonzero(wrong), column, message, fix)


def days_in_order(tables: Tables) -> None:
    for name, first, second in DAYS_IN_ORDER:
        frame = tables[name].frame
        rows = np.flatnonzero(frame[second] < frame[first])
        tables[name].report_cells(rows, second, f"is before {first} of the same row", "correct one of the two")


def chains_end(tables: Tables) -> None:
    """`part_of` and `replaces` lead to another deal of the same buyer and never back."""
    deals = tables["deals"]
    for column in ("part_of", "replaces"):
        parents = _parent_rows(deals.frame, column)
        fix = "name another deal or leave the cell empty"
        deals.report_cells(_rows_on_a_circle(parents), column, "leads back to this deal", fix)
        buyer = deals.frame["buyer"].to_numpy()
        linked = np.flatnonzero(parents >= 0)
        other_buyer = linked[buyer[linked] != buyer[parents[linked]]]
        deals.report_cells(other_buyer, column, "is a deal of another buyer", fix)


def _parent_rows(deals: pd.DataFrame, column: str) -> np.ndarray:
    """For each row the position of the row that `column` names, or -1."""
    rows = pd.Series(np.arange(len(deals)), index=deals["deal_id"])
    rows = rows[rows.index.notna() & ~rows.index.duplicated()]
    parent_rows = deals[column].map(rows)
    return parent_rows.fillna(-1).to_numpy(dtype="int64")


def _rows_on_a_circle(parents: np.ndarray) -> np.ndarray:
    """Rows that come back to themselves. Jumps twice as far each time, so a chain of n rows takes log n steps;
    whoever still has somewhere to go after more than n steps has ended up on a circle."""
    ahead = np.append(parents, -1)
    for _ in range(len(parents).bit_length()):
        ahead = ahead[ahead]
    return np.unique(ahead[ahead >= 0])


def ties_join_two(tables: Tables) -> None:
    read = tables["ties"]
    loops = read.frame["from"].notna() & (read.frame["from"] == read.frame["to"])
    read.report_cells(np.flatnonzero(loops), "to", "is also from of the same row", "name the other party")


def shares_fit_into_the_market(tables: Tables) -> None:
    read = tables["market_shares"]
    rows = read.frame.assign(row=range(FIRST_ROW, len(read.frame) + FIRST_ROW))
    quarters = rows.groupby(["estimate", "vintage", "quarter"], sort=False).agg(
        total=("low_pct", "sum"), count=("low_pct", "count"), row=("row", "first")
    )
    for names, quarter in quarters[quarters["total"] > 100 + ROUNDING_SLACK].iterrows():
        series = " ".join(map(str, names))  # type: ignore[call-overload]
        message = f"is the least that the {quarter['count']:g} shares of {series} add up to, more than 100"
        fix = "correct the shares or their intervals"
        read.report(int(quarter["row"]), "low_pct", f"{quarter['total']:g}", message, fix)


def ends_are_complete(tables: Tables) -> None:
    """Without both halves `as_of` could not rebuild the days before the end."""
    deals, read = tables["deals"].frame, tables["deals"]
    if read.lost & {"ended_on", "status", "status_before"}:
        return
    ended = deals["ended_on"].notna() | deals.index.isin([row for row, name in read.faulty if name == "ended_on"])
    before = deals["status_before"].notna()
    read.report_cells(
        np.flatnonzero(ended & ~before),
        "status_before",
        "is empty though the deal has ended_on",
        "give the status it had until then",
    )
    read.report_cells(
        np.flatnonzero(before & ~ended),
        "status_before",
        "is given though the deal has no ended_on",
        "add the day it ended or leave the cell empty",
    )
    over = deals["status"].isin(["superseded", "cancelled"])
    read.report_cells(np.flatnonzero(over & ~ended), "status", "needs the day on which the deal ended", "fill ended_on")


def one_headline_each(tables: Tables) -> None:
    evidence = tables["evidence"]
    if evidence.frame.empty or evidence.lost:
        return
    for name in evidence.table.field("table").constraints.get("enum", []):
        if name not in tables or tables[name].frame.empty:
            continue
        read = tables[name]
        (key,) = read.table.primary_key
        if key in read.lost:
            continue
        of_table = evidence.frame["table"] == name
        _report_unknown(
            evidence,
            "row_id",
            read.frame[key].dropna().unique(),
            f"is not a {key} in {read.table.path}",
            among=of_table,
        )
        headlines = evidence.frame.loc[of_table & (evidence.frame["role"].isin(LEADING)), "row_id"].value_counts()
        counts = read.frame[key].map(headlines).fillna(0)
        has_key = read.frame[key].notna()
        read.report_cells(
            np.flatnonzero(has_key & (counts == 0)),
            key,
            "has no headline claim",
            "link one to it in evidence.csv with the role headline (or derived)",
            partial(missing_rows.headline, tables, name),
        )
        read.report_cells(
            np.flatnonzero(counts > 1),
            key,
            "has more than one headline claim",
            "keep one in evidence.csv and let the others support it",
        )


FIGURE_RULES: tuple[Callable[[Tables], None], ...] = (
    foreign_keys,
    values_in_their_interval,
    days_in_order,
    chains_end,
    ends_are_complete,
    one_headline_each,
    capacities_are_told_apart,
    ties_join_two,
    shares_fit_into_the_market,
    names_have_one_spelling,
)
