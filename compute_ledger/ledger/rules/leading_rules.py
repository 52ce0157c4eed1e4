"""What leads a row and how far its figure is open: the rules of `leading_claims`, demanded of the tables.

For `check` only, as `record_rules`: a ledger that breaks one still computes what its cells say.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from compute_ledger.ledger.leading_claims import LEADING, PARTS, best_first, graded_links, row_intervals
from compute_ledger.ledger.shown_from import published_by
from compute_ledger.ledger.tables.table_reader import TableRead
from compute_ledger.shared.open_ends import open_ends

Tables = dict[str, TableRead]
INTERVAL_COLUMNS = {
    "deals": ("amount_usd_bn", "amount_low_usd_bn", "amount_high_usd_bn"),
    "financials": ("value", "low", "high"),
}
# The column of a table's figures that tells when the time that they are about was over.
PERIODS = {"market_shares": "quarter", "market_size": "quarter", "financials": "period_end"}
NO_LIMIT = (
    r"(?<!no )more than|at least|in excess of|(?<!not )(?<!not to )exceed\w*|(?<!\w)over|above|minimum"
    r"|plus d[e’']|au moins|au-del[àa] d"
)
NO_FLOOR = (
    r"not (?:to )?exceed|no more than|up to|as much as|at most|nearly|almost|close to|less than|maximum"
    r"|jusqu|au plus|pr[eè]s d|presque|moins d"
)
SAME = 1e-9


def best_graded_claims_lead(tables: Tables) -> None:
    """The first of the claims that may lead a row does."""
    links = _links(tables)
    if links is None:
        return
    key = ["table", "row_id"]
    first = best_first(links).drop_duplicates(key).set_index(key)
    first = first[["claim_id", "grade"]].add_suffix("_of_first")
    leads = links[links["role"].isin(LEADING)].drop_duplicates(key).join(first, on=key)
    wrong = leads[(leads["claim_id"] != leads["claim_id_of_first"]) & leads["claim_id_of_first"].notna()]
    for row, link in wrong.iterrows():
        better = "is better graded" if link["grade"] != link["grade_of_first"] else "comes first at that grade"
        message = f"leads {link['row_id']!r} with grade {link['grade']}, but {link['claim_id_of_first']!r} {better}"
        tables["evidence"].report_cells([int(str(row))], "claim_id", message, "let that claim lead the row")


def rows_are_known_by_their_first_page(tables: Tables) -> None:
    """A figure is known by the day of the first page that prints it after its period, a plan's figure apart."""
    links, sources = _links(tables), tables["sources"]
    if links is None or sources.lost & {"source_id", "published_on"}:
        return
    by_source = sources.frame.drop_duplicates("source_id").set_index("source_id")["published_on"].astype("str")
    pages = best_first(links)
    pages["page"] = pages["source_id"].map(published_by(by_source))
    for name, column in PERIODS.items():
        read = tables[name]
        (key,) = read.table.primary_key
        if read.frame.empty or read.lost & {key, column, "known_on"}:
            continue
        of_table = pages[pages["table"] == name].groupby("row_id")["page"]
        days = {str(row_id): list(own) for row_id, own in of_table}
        for row, page in _late_rows(read.frame, key, column, days):
            message = f"is after {page.date()}, by which a page that supports the row was out"
            read.report_cells([row], "known_on", message, "take the day of that page")


def _late_rows(
    frame: pd.DataFrame, key: str, column: str, pages: dict[str, list[pd.Timestamp]]
) -> list[tuple[int, pd.Timestamp]]:
    """Positions of rows of figures that became known after one of their `pages`, by row, and the first such page."""
    ends = _ends(frame[column]) if column == "quarter" else frame[column]
    if "is_projection" in frame:
        ends = ends.mask(frame["is_projection"].eq(True))
    late = []
    for row, (row_id, end, known_on) in enumerate(zip(frame[key], ends, frame["known_on"], strict=True)):
        after_period = [page for page in pages.get(row_id, []) if end <= page < known_on]
        if after_period:
            late.append((row, min(after_period)))
    return late


def _ends(quarters: pd.Series) -> pd.Series:
    """The last day of each quarter; NaT where it is none."""
    valid = quarters.where(quarters.str.fullmatch(r"\d{4}Q[1-4]"))
    return pd.Series(pd.PeriodIndex(valid, freq="Q").end_time.normalize(), index=quarters.index)


def parts_are_of_derived_figures(tables: Tables) -> None:
    evidence = tables["evidence"]
    if evidence.frame.empty or evidence.lost:
        return
    rows = evidence.frame["table"] + "/" + evidence.frame["row_id"]
    lost = (evidence.frame["role"] == PARTS) & ~rows.isin(rows[evidence.frame["role"] == "derived"])
    message = "is a part of a figure, but no derived claim leads the row"
    evidence.report_cells(np.flatnonzero(lost), "role", message, "let a derived claim lead, or say supports")


def intervals_follow_the_claims(tables: Tables) -> None:
    """Low and high of a row are what `row_intervals` has: a weak page's slip never widens them."""
    links, claims, resolutions = _links(tables), tables["claims"], tables["resolutions"]
    if links is None or resolutions.lost or claims.lost & {"subject", "value", "low", "high"}:
        return
    settled = resolutions.frame[resolutions.frame["kept_claim_id"].notna()]
    intervals = row_intervals(links, claims.frame, settled)
    for name, (value, low, high) in INTERVAL_COLUMNS.items():
        read = tables[name]
        (key,) = read.table.primary_key
        if read.frame.empty or read.lost & {key, value, low, high} or name not in intervals.index.get_level_values(0):
            continue
        allowed = intervals.loc[name].reindex(read.frame[key].to_numpy()).reset_index(drop=True)
        own_low, own_high = open_ends(read.frame[value], read.frame[low], read.frame[high])
        figure = read.frame[value]
        # A figure that its claim does not print is reported as that.
        has_figure = figure.isna() | figure.between(allowed["low"], allowed["high"])
        has_figure &= read.frame[[value, low, high]].notna().any(axis=1) & allowed["low"].notna()
        for column, own, wanted in ((low, own_low, allowed["low"]), (high, own_high, allowed["high"])):
            differs = ~np.isclose(own.astype(float), wanted.astype(float), atol=SAME) & has_figure
            for row in np.flatnonzero(differs):
                words = (
                    f"makes the figure end at {own.iloc[row]:g}, where the claims that count have {wanted.iloc[row]:g}"
                )
                read.report_cells([int(row)], column, words, "take the ends of the leading claim (leading_claims.py)")


def open_wordings_have_open_ends(tables: Tables) -> None:
    """A print of "over" or "plus de" has a lower end and no upper one, one of "up to" or "jusqu'à" the reverse."""
    read = tables["claims"]
    if read.lost & {"as_printed", "unit", "value", "low", "high"}:
        return
    text = read.frame["as_printed"].fillna("")
    upwards = text.str.contains(NO_LIMIT, case=False, regex=True)
    downwards = text.str.contains(NO_FLOOR, case=False, regex=True)
    for wrong, column, message in (
        (upwards & ~downwards & read.frame["high"].notna(), "high", "is given though the print sets no upper end"),
        (downwards & ~upwards & read.frame["low"].notna(), "low", "is given though the print sets no lower end"),
    ):
        read.report_cells(np.flatnonzero(wrong), column, message, "empty the cell, and give the other end")
    has_figure = read.frame["value"].notna() & (read.frame["unit"] != "none")
    for lacking, column, message in (
        (upwards & ~downwards & read.frame["low"].isna(), "low", "is empty though the print sets a lower end"),
        (downwards & ~upwards & read.frame["high"].isna(), "high", "is empty though the print sets an upper end"),
    ):
        read.report_cells(np.flatnonzero(lacking & has_figure), column, message, "give the figure as that end")


def derived_figures_are_no_closer_than_their_part(tables: Tables) -> None:
    """A figure derived from one rounded figure allows at least as much as that does."""
    links, claims = _links(tables), tables["claims"]
    if links is None or claims.lost & {"unit", "low", "high"}:
        return
    figures = claims.frame.drop_duplicates("claim_id").set_index("claim_id")[["unit", "low", "high"]]
    links = links.join(figures, on="claim_id").assign(width=lambda rows: rows["high"] - rows["low"])
    key = ["table", "row_id"]
    parts = links[links["role"] == PARTS]
    alone = parts[~parts.duplicated(key, keep=False) & parts["width"].notna()].set_index(key)[["unit", "width"]]
    derived = links[links["role"] == "derived"].join(alone.add_suffix("_of_part"), on=key)
    closer = (derived["unit"] == derived["unit_of_part"]) & ~(
        derived["width"].fillna(0) >= derived["width_of_part"] - SAME
    )
    for row, link in derived[closer].iterrows():
        message = f"leads {link['row_id']!r} with a closer interval than the part that it is derived from"
        tables["evidence"].report_cells([int(str(row))], "claim_id", message, "widen low and high of the claim")


def conflicts_disagree(tables: Tables) -> None:
    """A claim that gives what the leading claim of its metric gives is no conflict."""
    links, claims = _links(tables), tables["claims"]
    if links is None or claims.lost & {"value", "low", "high"}:
        return
    columns = ["value", "low", "high"]
    links = links.join(claims.frame.drop_duplicates("claim_id").set_index("claim_id")[columns], on="claim_id")
    key = ["table", "row_id", "metric"]
    leads = links[links["role"].isin(LEADING)].drop_duplicates(key).set_index(key)[columns]
    against = links[links["role"] == "conflicts"].join(leads.add_suffix("_of_lead"), on=key)
    same = against["value"].notna() & (against["value"] == against["value_of_lead"])
    for end in ("low", "high"):
        same &= (against[end] == against[f"{end}_of_lead"]) | (against[end].isna() & against[f"{end}_of_lead"].isna())
    rows = against.index[same].to_numpy(dtype="int64")
    message = "is conflicts though the claim gives the figure that leads the row"
    tables["evidence"].report_cells(rows, "role", message, "say supports, and what is wrong with the page in the note")


def _links(tables: Tables) -> pd.DataFrame | None:
    """The evidence, ordered as `leading_claims` has it; None where a table could not be read for that."""
    evidence, claims, sources = tables["evidence"], tables["claims"], tables["sources"]
    needed = claims.lost & {"claim_id", "source_id", "metric", "value", "value_date"}
    if evidence.frame.empty or evidence.lost or needed or sources.lost & {"source_id", "grade", "published_on"}:
        return None
    return graded_links(evidence.frame, claims.frame, sources.frame)


LEADING_RULES: tuple[Callable[[Tables], None], ...] = (
    best_graded_claims_lead,
    rows_are_known_by_their_first_page,
    parts_are_of_derived_figures,
    intervals_follow_the_claims,
    open_wordings_have_open_ends,
    derived_figures_are_no_closer_than_their_part,
    conflicts_disagree,
)
