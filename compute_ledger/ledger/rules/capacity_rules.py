"""What the capacities of a ledger must agree on, so that no gigawatt counts twice and no two bases mix."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from compute_ledger.ledger.tables.table_reader import TableRead

Tables = dict[str, TableRead]
NOT_BINDING = ("talks", "letter_of_intent")
WHOLE = ["deal_id", "basis"]


def capacities_are_told_apart(tables: Tables) -> None:
    """Of one deal on one basis one figure stands at a time: any other is a part of one, or is replaced."""
    read, deals = tables["capacities"], tables["deals"]
    if read.frame.empty or read.lost or deals.lost & {"deal_id", "kind"}:
        return
    for wrong, column, message, fix in (*_links(read.frame), *_seconds(read.frame)):
        read.report_cells(np.flatnonzero(wrong), column, message, fix)
    kinds = deals.frame.drop_duplicates("deal_id").set_index("deal_id")["kind"]
    loose = read.frame["commitment"].eq("contracted") & read.frame["deal_id"].map(kinds).isin(NOT_BINDING)
    message = f"does not fit a deal that is one of {', '.join(NOT_BINDING)}"
    read.report_cells(np.flatnonzero(loose), "commitment", message, "write planned, or correct the kind of the deal")


def _links(rows: pd.DataFrame) -> Iterator[tuple["pd.Series[bool]", str, str, str]]:
    """Faults of `part_of` and `replaces`: what they name is on another basis, or of another deal, or a circle."""
    named = rows.drop_duplicates("capacity_id").set_index("capacity_id")
    for column in ("part_of", "replaces"):
        given = rows[column].isin(named.index)
        other_basis = given & rows[column].map(named["basis"]).ne(rows["basis"])
        yield other_basis, column, "is a capacity on another basis", "name one on the same basis"
        yield _circles(rows, column), column, "leads back to this capacity", "name another capacity"
    other_deal = rows["replaces"].isin(named.index) & rows["replaces"].map(named["deal_id"]).ne(rows["deal_id"])
    fix = "name one of the same deal; with a deal that is replaced its capacity falls anyway"
    yield other_deal, "replaces", "is a capacity of another deal", fix
    stray = rows["part_of"].isna() & rows["replaces"].map(named["part_of"]).notna()
    yield stray, "replaces", "is a part of a whole that this row does not name", "fill part_of"


def _circles(rows: pd.DataFrame, column: str) -> "pd.Series[bool]":
    parent = dict(zip(rows["capacity_id"], rows[column].fillna(""), strict=True))
    ahead = rows[column]
    for _ in range(len(rows)):
        if ahead.isna().all() or ahead.eq(rows["capacity_id"]).any():
            break
        ahead = ahead.map(parent).replace("", np.nan)
    return ahead.eq(rows["capacity_id"])


def _seconds(rows: pd.DataFrame) -> Iterator[tuple["pd.Series[bool]", str, str, str]]:
    """Figures beside another of the same deal on the same basis, with nothing that says how the two go together."""
    alone = rows["part_of"].isna() & rows["replaces"].isna()
    second = alone & rows[alone].duplicated(WHOLE).reindex(rows.index, fill_value=False)
    message = "is a second figure of the same deal on the same basis"
    yield second, "capacity_id", message, "say in part_of or replaces how the two go together"
    twice = rows["replaces"].notna() & rows.duplicated("replaces")
    yield twice, "replaces", "is replaced by another row as well", "let one replace the other"
